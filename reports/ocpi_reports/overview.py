"""What every report says alike: the one sentence, the banners, the ranking of findings, the counts per chapter."""

import re
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass

from ocpi_reports.model import ReportedFinding, RequirementResult, Results, ScenarioResult
from ocpi_reports.text import count, listed
from ocpi_schemas.requirement import CHAPTER_ORDER, CatalogueError, load_catalogue
from ocpi_schemas.verdict import Verdict, worst

LETTERS = {
    Verdict.ERROR: "E",
    Verdict.FAIL: "F",
    Verdict.BLOCKED: "B",
    Verdict.WARN: "W",
    Verdict.PASS: "P",
    Verdict.NOT_APPLICABLE: "N",
}
"""One letter a verdict, so that a report is readable without colour."""

TITLES = {
    Verdict.ERROR: "Error",
    Verdict.FAIL: "Fail",
    Verdict.BLOCKED: "Blocked",
    Verdict.WARN: "Warn",
    Verdict.PASS: "Pass",
    Verdict.NOT_APPLICABLE: "Not applicable",
}

MEANINGS = {
    Verdict.ERROR: "the suite itself broke; says nothing about the target",
    Verdict.FAIL: "a MUST is broken",
    Verdict.BLOCKED: "never reached; the reason says what was missing",
    Verdict.WARN: "only recommendations (SHOULD) are not followed",
    Verdict.PASS: "examined, and nothing found",
    Verdict.NOT_APPLICABLE: "left out before the run, by role, version or module",
}

EXAMINED = frozenset({Verdict.FAIL, Verdict.WARN, Verdict.PASS})
"""Verdicts that say something about the target."""

_LEVEL_ORDER = {"MUST": 0, "SHOULD": 1, "MAY": 2}
_INDEX = re.compile(r"(?<=/)\d+(?=/|$)")


@dataclass(frozen=True, slots=True)
class Headline:
    """The outcome in a word, and in a sentence."""

    word: str
    tone: Verdict
    """The verdict whose colour suits it."""
    sentence: str


@dataclass(frozen=True, slots=True)
class Banner:
    """Something that a reader must not miss."""

    title: str
    text: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FindingGroup:
    """Findings that say the same: one fault seen in many places is one thing to mend."""

    findings: tuple[ReportedFinding, ...]
    scenarios: tuple[str, ...]
    """Ids of the scenarios that saw it, without repetition; empty when no scenario did."""

    @property
    def first(self) -> ReportedFinding:
        return self.findings[0]

    @property
    def count(self) -> int:
        return len(self.findings)


@dataclass(frozen=True, slots=True)
class ChapterOverview:
    """A row of the matrix."""

    chapter: str
    title: str
    verdict: Verdict
    requirements: dict[Verdict, int]
    scenarios: dict[Verdict, int]


_VERDICT_ORDER = {verdict: place for place, verdict in enumerate(Verdict)}


def rank(verdict: Verdict) -> int:
    """0 for the worst verdict."""
    return _VERDICT_ORDER[verdict]


def level_rank(level: str) -> int:
    """0 for a MUST, then SHOULD, then MAY."""
    return _LEVEL_ORDER.get(level, len(_LEVEL_ORDER))


def occurrences(results: Results) -> Iterator[tuple[ReportedFinding, ScenarioResult | None]]:
    """Every finding of a run, with the scenario that saw it."""
    for scenario in results.scenarios:
        for finding in scenario.findings:
            yield finding, scenario
    for finding in results.ambient:
        yield finding, None


def any_index(pointer: str) -> str:
    """A JSON Pointer with its list indexes made alike: `/data/7/id` and `/data/9/id` are one place in the code."""
    return _INDEX.sub("*", pointer) if pointer.startswith("/") else pointer


def _gather(
    found: Iterable[tuple[ReportedFinding, ScenarioResult | None]], key: Callable[[ReportedFinding], Hashable]
) -> list[FindingGroup]:
    findings: dict[Hashable, list[ReportedFinding]] = {}
    scenarios: dict[Hashable, dict[str, None]] = {}
    for finding, scenario in found:
        name = key(finding)
        findings.setdefault(name, []).append(finding)
        seen_by = scenarios.setdefault(name, {})
        if scenario is not None:
            seen_by[scenario.id] = None
    groups = [FindingGroup(tuple(members), tuple(scenarios[name])) for name, members in findings.items()]
    return sorted(groups, key=lambda group: (group.first.known, level_rank(group.first.level), -group.count))


def similar_findings(findings: Iterable[ReportedFinding]) -> list[FindingGroup]:
    """The findings of one scenario, those alike together, worst first and expected ones last."""
    return _gather(
        ((finding, None) for finding in findings),
        lambda one: (one.requirement, one.level, one.message, one.expected, any_index(one.pointer), one.known),
    )


def ranked_findings(results: Results) -> list[FindingGroup]:
    """What to mend first: by level, then by how often it was seen; expected findings last."""
    return _gather(occurrences(results), lambda one: (one.requirement, one.level, one.message, one.known))


def findings_by_requirement(results: Results) -> dict[str, list[FindingGroup]]:
    """The groups of `ranked_findings` by requirement."""
    found: dict[str, list[FindingGroup]] = {}
    for group in ranked_findings(results):
        found.setdefault(group.first.requirement, []).append(group)
    return found


def requirement_counts(results: Results) -> dict[Verdict, int]:
    """Number of requirements per verdict."""
    counts = Counter(requirement.verdict for requirement in results.requirements)
    return {verdict: counts[verdict] for verdict in Verdict}


def failed_as_expected(scenario: ScenarioResult, results: Results) -> bool:
    """Whether the expectations file accounts for a failed scenario, so that it does not fail the run.

    A conformant run has no other failures. Otherwise an unexpected SHOULD counts too: it may have been a strict run.
    """
    if scenario.verdict is not Verdict.FAIL or not scenario.findings:
        return False
    return results.conformant or all(finding.known or finding.level == "MAY" for finding in scenario.findings)


def _known_requirements(results: Results) -> set[str]:
    known: dict[str, bool] = {}
    for finding, _ in occurrences(results):
        known[finding.requirement] = known.get(finding.requirement, True) and finding.known
    return {requirement for requirement, all_known in known.items() if all_known}


def _broken(results: Results) -> tuple[list[RequirementResult], list[RequirementResult]]:
    """The broken requirements: those that nobody expected, and those that the expectations name."""
    known = _known_requirements(results)
    broken = [entry for entry in results.requirements if entry.verdict is Verdict.FAIL]
    return [entry for entry in broken if entry.id not in known], [entry for entry in broken if entry.id in known]


def _faults(results: Results) -> list[str]:
    """Why the run is not conformant."""
    unexpected, _ = _broken(results)
    counts = requirement_counts(results)
    examined = sum(counts[verdict] for verdict in EXAMINED)
    faults = []
    if unexpected:
        verb = "is" if len(unexpected) == 1 else "are"
        faults.append(f"{len(unexpected):,} of {count(examined, 'requirement')} examined {verb} broken")
    elif failed := sum(
        1 for one in results.scenarios if one.verdict is Verdict.FAIL and not failed_as_expected(one, results)
    ):
        faults.append(f"{count(failed, 'scenario')} failed")
    elif any(level_rank(finding.level) == 0 and not finding.known for finding in results.ambient):
        faults.append("traffic that no scenario caused breaks a requirement")
    if errors := results.summary["error"]:
        faults.append(f"{count(errors, 'scenario')} ended in an error of the suite itself")
    if stale := sum(1 for entry in results.expectations if not entry.matched):
        faults.append(f"{count(stale, 'expectation')} did not come true")
    return faults


def _remarks(results: Results) -> list[str]:
    _, expected = _broken(results)
    counts = requirement_counts(results)
    remarks = []
    if expected:
        verb = "is" if len(expected) == 1 else "are"
        remarks.append(f"{count(len(expected), 'broken requirement')} {verb} known (see the expectations)")
    if advice := counts[Verdict.WARN]:
        verb = "is" if advice == 1 else "are"
        remarks.append(f"{count(advice, 'recommendation')} {verb} not followed")
    if blocked := counts[Verdict.BLOCKED]:
        remarks.append(f"{count(blocked, 'requirement')} could not be examined")
    return remarks


def headline(results: Results) -> Headline:
    """The result in one sentence; never better than what was seen."""
    counts = requirement_counts(results)
    examined = sum(counts[verdict] for verdict in EXAMINED)
    faults, remarks = _faults(results), _remarks(results)
    if not results.conformant:
        word = "Not conformant"
        only_errors = results.summary["error"] and not results.summary["fail"]
        tone = Verdict.ERROR if only_errors or not (faults or results.complete) else Verdict.FAIL
        if not faults:
            faults = (
                ["the run did not finish"]
                if not results.complete
                else ["what the options of the run demand was not met"]
            )
    elif not results.complete:
        word, tone = "Incomplete", Verdict.ERROR
        faults = [f"the run did not finish; nothing broken in {count(examined, 'requirement')} examined so far"]
    elif not examined and not any(scenario.verdict in EXAMINED for scenario in results.scenarios):
        word, tone = "No result", Verdict.BLOCKED
        faults = ["nothing was examined"]
    else:
        word, tone = "Conformant", Verdict.PASS
        what = "no unexpected breach" if _broken(results)[1] else "no breach"
        faults = [f"{what} in {count(examined, 'requirement')} examined"]
    parts = [listed(faults), *([listed(remarks)] if remarks else [])]
    return Headline(word, tone, "; ".join(parts)[:1].upper() + "; ".join(parts)[1:] + ".")


def banners(results: Results) -> list[Banner]:
    """What to say in large letters: an incomplete run, and errors of our own."""
    made = []
    if not results.complete:
        text = "The run was cut short. What is listed here was observed; what is missing was not tested."
        made.append(Banner("This run is incomplete", (text, *results.notes)))
    elif results.notes:
        made.append(Banner("Please note", results.notes))
    if errors := results.summary["error"]:
        text = f"{count(errors, 'scenario')} ended in an error of this suite, which says nothing about the target."
        made.append(Banner("The suite itself had errors", (text,)))
    return made


def chapter_title(chapter: str) -> str:
    """How the catalogue calls a chapter; its name in words if the catalogue does not have it."""
    try:
        titles = {entry.name: entry.title for entry in load_catalogue().chapters}
    except (CatalogueError, OSError):
        titles = {}
    return titles.get(chapter) or chapter.replace("_", " ").capitalize() or "Other"


def chapter_rank(chapter: str) -> int:
    """The place of a chapter in the specification; unknown ones are last."""
    return CHAPTER_ORDER.index(chapter) if chapter in CHAPTER_ORDER else len(CHAPTER_ORDER)


def chapters(results: Results) -> list[ChapterOverview]:
    """The counts per chapter, in the order of the specification."""
    requirements: dict[str, Counter[Verdict]] = {}
    scenarios: dict[str, Counter[Verdict]] = {}
    for requirement in results.requirements:
        requirements.setdefault(requirement.chapter, Counter())[requirement.verdict] += 1
    for scenario in results.scenarios:
        scenarios.setdefault(scenario.chapter, Counter())[scenario.verdict] += 1
    names = sorted(dict.fromkeys([*requirements, *scenarios]), key=chapter_rank)
    return [
        ChapterOverview(
            chapter=name,
            title=chapter_title(name),
            verdict=worst([*requirements.get(name, ()), *scenarios.get(name, ())]),
            requirements=dict(requirements.get(name, Counter())),
            scenarios=dict(scenarios.get(name, Counter())),
        )
        for name in names
    ]


def in_chapter_order(scenarios: Iterable[ScenarioResult]) -> list[ScenarioResult]:
    """Scenarios by chapter as the specification orders them; within one as they ran."""
    return sorted(scenarios, key=lambda scenario: chapter_rank(scenario.chapter))
