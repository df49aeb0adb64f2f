"""What the page shows of requirements and scenarios, made piece by piece as the template asks for it."""

import heapq
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from markupsafe import Markup

from ocpi_reports import overview
from ocpi_reports.exchange_view import ExchangeLine
from ocpi_reports.model import ReportedFinding, RequirementResult, Results, ScenarioResult, StepResult
from ocpi_reports.overview import FindingGroup
from ocpi_reports.spool import ExchangeSpool
from ocpi_schemas.verdict import Verdict

_MOST_FINDINGS = 25
"""Faults shown of one scenario; results.json has all."""
_MOST_FINDINGS_IN_ALL = 3_000
_MOST_LINKS = 10
"""Scenarios named at a requirement, and requirements at a scenario: the rules look at every exchange of a run."""
_MOST_OPEN = 12
"""Failed scenarios that are open when the page is: with more of them, the overview is lost."""

_NOWHERE = ("", -1)
"""Where an exchange is shown in full that no scenario refers to."""

_STEP_WORDS = {
    "passed": ("✓", "passed"),
    "failed": ("✗", "failed"),
    "blocked": ("–", "blocked"),
    "error": ("!", "error of the suite"),
    "not_run": ("·", "not run"),
}


@dataclass(frozen=True, slots=True)
class ShownExchange:
    """An exchange where a scenario refers to it: in full at the first place, then as a link."""

    index: int
    line: ExchangeLine | None
    """None when the journal does not have it."""
    html: Markup | None
    linked: bool
    """Whether it is shown in full somewhere."""


@dataclass(frozen=True, slots=True)
class StepView:
    step: StepResult
    mark: str
    word: str
    exchanges: tuple[ShownExchange, ...]


@dataclass(frozen=True, slots=True)
class Links:
    """Some of a list of things that the page has an anchor for."""

    shown: tuple[tuple[str, str, Verdict], ...]
    """Anchor, text, verdict."""
    more: int


@dataclass(frozen=True, slots=True)
class ScenarioView:
    scenario: ScenarioResult
    anchor: str
    open: bool
    expected: bool
    """Whether the expectations account for its failure."""
    groups: tuple[FindingGroup, ...]
    more_groups: int
    steps: tuple[StepView, ...]
    other_exchanges: tuple[ShownExchange, ...]
    requirements: Links


@dataclass(frozen=True, slots=True)
class RequirementView:
    requirement: RequirementResult
    groups: tuple[tuple[FindingGroup, str], ...]
    """Each with the anchor of the first scenario that saw it."""
    more_groups: int
    scenarios: Links


class Page:
    """What the template asks for piece by piece, so that it is never all in memory."""

    def __init__(self, results: Results, spool: ExchangeSpool) -> None:
        self._results = results
        self._spool = spool
        self._anchors = _scenario_anchors(results.scenarios)
        self._scenarios = {scenario.id: scenario for scenario in results.scenarios}
        self._requirements = {requirement.id: requirement for requirement in results.requirements}
        self._findings = overview.findings_by_requirement(results)
        failed = sum(1 for scenario in results.scenarios if scenario.verdict is Verdict.FAIL)
        self._open = failed <= _MOST_OPEN
        with_findings = sum(1 for scenario in results.scenarios if scenario.findings)
        share = _MOST_FINDINGS_IN_ALL // max(1, with_findings)
        self._most_findings = min(_MOST_FINDINGS, max(1, share))
        self._caused: dict[str, list[int]] = {}
        for line in spool.lines.values():
            self._caused.setdefault(line.scenario, []).append(line.index)
        self._homes: dict[int, tuple[str, int]] = {}
        """Where an exchange is shown in full: scenario, and number of the step or -1. Elsewhere it is a link."""
        for scenario in overview.in_chapter_order(results.scenarios):
            for number, step in enumerate(scenario.steps):
                for index in step.exchanges:
                    self._homes.setdefault(index, (scenario.id, number))
            for index in self._besides_steps(scenario):
                self._homes.setdefault(index, (scenario.id, -1))

    def anchor(self, scenario: str) -> str:
        """The anchor of a scenario; empty when the page does not have it."""
        return self._anchors.get(scenario, "")

    def scenario_name(self, scenario: str) -> str:
        return self._scenarios[scenario].name if scenario in self._scenarios else scenario

    def place(self, finding: ReportedFinding) -> str:
        """The anchor at which a finding is to be seen; empty when the page does not show it."""
        return self._spool.anchor(finding)

    def has_requirement(self, requirement: str) -> bool:
        return requirement in self._requirements

    def statement(self, requirement: str) -> str:
        return self._requirements[requirement].statement if requirement in self._requirements else ""

    def requirements_by_chapter(self) -> Iterator[tuple[str, Iterator[RequirementView]]]:
        """Chapter by chapter, each with its requirements in catalogue order."""
        ordered = sorted(self._results.requirements, key=lambda one: overview.chapter_rank(one.chapter))
        for chapter, members in groupby(ordered, key=lambda one: one.chapter):
            yield chapter, map(self._requirement, members)

    def scenarios_by_chapter(self) -> Iterator[tuple[str, Iterator[ScenarioView]]]:
        """Chapter by chapter, each with its scenarios as they ran."""
        ordered = overview.in_chapter_order(self._results.scenarios)
        for chapter, members in groupby(ordered, key=lambda one: one.chapter):
            yield chapter, map(self._scenario, members)

    def lines(self) -> Iterable[ExchangeLine]:
        """All exchanges, in the order of the journal."""
        return self._spool.lines.values()

    def has_piece(self, index: int) -> bool:
        """Whether the messages of an exchange are shown somewhere on the page."""
        return self._spool.has(index)

    def without_messages(self) -> int:
        """Number of exchanges of which only the line is shown."""
        return sum(1 for index in self._spool.lines if not self._spool.has(index))

    def modules(self) -> list[str]:
        return sorted({line.module for line in self._spool.lines.values() if line.module})

    def elsewhere(self) -> Iterator[ShownExchange]:
        """The exchanges that stand under no scenario."""
        for index in self._spool.lines:
            if index not in self._homes:
                yield self._exchange(index, *_NOWHERE)

    def _besides_steps(self, scenario: ScenarioResult) -> list[int]:
        of_steps = {index for step in scenario.steps for index in step.exchanges}
        all_of_it = dict.fromkeys([*scenario.exchanges, *self._caused.get(scenario.id, ())])
        return [index for index in all_of_it if index not in of_steps]

    def _exchange(self, index: int, scenario: str, step: int) -> ShownExchange:
        at_home = self._homes.get(index, _NOWHERE) == (scenario, step)
        html = self._spool.html(index) if at_home else None
        return ShownExchange(index, self._spool.lines.get(index), html, self._spool.has(index))

    def _requirement(self, requirement: RequirementResult) -> RequirementView:
        groups = self._findings.get(requirement.id, [])
        return RequirementView(
            requirement=requirement,
            groups=tuple((group, self.anchor(next(iter(group.scenarios), ""))) for group in groups[:3]),
            more_groups=max(0, len(groups) - 3),
            scenarios=self._scenario_links(requirement.scenarios),
        )

    def _scenario_links(self, ids: Sequence[str]) -> Links:
        known = [self._scenarios[name] for name in ids if name in self._scenarios]
        worst_first = heapq.nsmallest(_MOST_LINKS, known, key=lambda scenario: overview.rank(scenario.verdict))
        shown = tuple((self._anchors[one.id], one.name, one.verdict) for one in worst_first)
        return Links(shown, len(ids) - len(shown))

    def _requirement_links(self, scenario: ScenarioResult) -> Links:
        broken = dict.fromkeys(finding.requirement for finding in scenario.findings)
        ordered = [*broken, *(name for name in scenario.requirements if name not in broken)]
        known = [self._requirements[name] for name in ordered if name in self._requirements]
        shown = tuple(
            (one.id, one.id, Verdict.FAIL if one.id in broken else Verdict.PASS) for one in known[:_MOST_LINKS]
        )
        return Links(shown, len(known) - len(shown))

    def _scenario(self, scenario: ScenarioResult) -> ScenarioView:
        groups = overview.similar_findings(scenario.findings)
        steps = tuple(
            StepView(
                step,
                *_STEP_WORDS.get(step.status, ("·", step.status)),
                tuple(self._exchange(index, scenario.id, number) for index in step.exchanges),
            )
            for number, step in enumerate(scenario.steps)
        )
        return ScenarioView(
            scenario=scenario,
            anchor=self._anchors[scenario.id],
            open=self._open and scenario.verdict is Verdict.FAIL,
            expected=overview.failed_as_expected(scenario, self._results),
            groups=tuple(groups[: self._most_findings]),
            more_groups=max(0, len(groups) - self._most_findings),
            steps=steps,
            other_exchanges=tuple(self._exchange(index, scenario.id, -1) for index in self._besides_steps(scenario)),
            requirements=self._requirement_links(scenario),
        )


def _scenario_anchors(scenarios: Iterable[ScenarioResult]) -> dict[str, str]:
    anchors: dict[str, str] = {}
    taken: set[str] = set()
    for scenario in scenarios:
        base = "scenario-" + re.sub(r"[^A-Za-z0-9._-]+", "-", scenario.id).strip("-").lower()[:150]
        anchor, number = base, 1
        while anchor in taken:
            number += 1
            anchor = f"{base}-{number}"
        taken.add(anchor)
        anchors[scenario.id] = anchor
    return anchors
