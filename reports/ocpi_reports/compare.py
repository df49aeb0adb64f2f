"""What changed between two runs against one target: an older and a newer."""

from collections.abc import Mapping
from dataclasses import dataclass

from ocpi_reports import overview
from ocpi_reports.markdown import code, escaped, prose
from ocpi_reports.model import ReportedFinding, Results, ScenarioResult
from ocpi_reports.overview import EXAMINED, any_index, level_rank, rank
from ocpi_reports.text import count
from ocpi_schemas.verdict import Verdict

_MOST_ROWS = 50

_Key = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class ChangedFinding:
    """A finding that one of two runs has; `scenario` is empty for traffic that no scenario caused."""

    scenario: str
    finding: ReportedFinding
    count: int
    """How often it was seen in that scenario."""


@dataclass(frozen=True, slots=True)
class VerdictChange:
    """A scenario or requirement that both runs have."""

    id: str
    name: str
    old: Verdict
    new: Verdict

    @property
    def worse(self) -> bool:
        """Whether something that was examined and well is so no more."""
        return rank(self.new) < rank(self.old) and self.old is not Verdict.NOT_APPLICABLE


@dataclass(frozen=True, slots=True)
class Comparison:
    """The differences between two runs."""

    caveats: tuple[str, ...]
    """Why the two are not alike, and what that does to the comparison."""
    new_findings: tuple[ChangedFinding, ...]
    fixed_findings: tuple[ChangedFinding, ...]
    """Gone, in scenarios that the newer run examined."""
    unseen_findings: tuple[ChangedFinding, ...]
    """Gone, but nobody looked: the scenario was not examined in the newer run."""
    scenarios: tuple[VerdictChange, ...]
    requirements: tuple[VerdictChange, ...]
    scenarios_added: tuple[str, ...]
    scenarios_removed: tuple[str, ...]
    coverage_added: tuple[str, ...]
    """Ids of requirements that only the newer run examined."""
    coverage_lost: tuple[str, ...]

    @property
    def regressed(self) -> bool:
        """Whether the newer run is worse: a new, unexpected finding at a MUST, or a scenario that fails only now."""
        worse = any(change.new in (Verdict.FAIL, Verdict.ERROR) and change.worse for change in self.scenarios)
        return worse or any(level_rank(one.finding.level) == 0 and not one.finding.known for one in self.new_findings)

    @property
    def unchanged(self) -> bool:
        changes = (
            self.new_findings,
            self.fixed_findings,
            self.unseen_findings,
            self.scenarios,
            self.requirements,
            self.scenarios_added,
            self.scenarios_removed,
            self.coverage_added,
            self.coverage_lost,
        )
        return not any(changes)


def compare(old: Results, new: Results) -> Comparison:
    """What changed from an older run to a newer.

    A finding is the same if scenario, requirement and place are; neither what was found nor the index in a list counts,
    for they differ from run to run.
    """
    before, after = _findings(old), _findings(new)
    examined = {scenario.id for scenario in new.scenarios if scenario.verdict in EXAMINED} | {""}
    gone = [before[key] for key in before if key not in after]
    old_scenarios = {scenario.id: scenario for scenario in old.scenarios}
    new_scenarios = {scenario.id: scenario for scenario in new.scenarios}
    old_coverage, new_coverage = _coverage(old), _coverage(new)
    return Comparison(
        caveats=_caveats(old, new),
        new_findings=_sorted([after[key] for key in after if key not in before]),
        fixed_findings=_sorted([one for one in gone if one.scenario in examined]),
        unseen_findings=_sorted([one for one in gone if one.scenario not in examined]),
        scenarios=_changes(
            {one.id: (one.name, one.verdict) for one in old.scenarios},
            {one.id: (one.name, one.verdict) for one in new.scenarios},
        ),
        requirements=_changes(
            {one.id: (one.statement, one.verdict) for one in old.requirements},
            {one.id: (one.statement, one.verdict) for one in new.requirements},
        ),
        scenarios_added=tuple(name for name in new_scenarios if name not in old_scenarios),
        scenarios_removed=tuple(name for name in old_scenarios if name not in new_scenarios),
        coverage_added=tuple(name for name in new_coverage if name not in old_coverage),
        coverage_lost=tuple(name for name in old_coverage if name not in new_coverage),
    )


def _findings(results: Results) -> dict[_Key, ChangedFinding]:
    found: dict[_Key, tuple[ScenarioResult | None, list[ReportedFinding]]] = {}
    for finding, scenario in overview.occurrences(results):
        key = (scenario.id if scenario else "", finding.requirement, any_index(finding.pointer))
        found.setdefault(key, (scenario, []))[1].append(finding)
    return {
        key: ChangedFinding(scenario.id if scenario else "", findings[0], len(findings))
        for key, (scenario, findings) in found.items()
    }


def _sorted(findings: list[ChangedFinding]) -> tuple[ChangedFinding, ...]:
    return tuple(sorted(findings, key=lambda one: (one.finding.known, level_rank(one.finding.level), -one.count)))


def _changes(
    old: Mapping[str, tuple[str, Verdict]], new: Mapping[str, tuple[str, Verdict]]
) -> tuple[VerdictChange, ...]:
    changes = [
        VerdictChange(name, new[name][0], verdict, new[name][1])
        for name, (_, verdict) in old.items()
        if name in new and verdict is not new[name][1]
    ]
    return tuple(sorted(changes, key=lambda change: (not change.worse, rank(change.new))))


def _coverage(results: Results) -> dict[str, None]:
    return {one.id: None for one in results.requirements if one.verdict in EXAMINED}


def _caveats(old: Results, new: Results) -> tuple[str, ...]:
    caveats = []
    for name, before, after in (
        ("target", old.target.url, new.target.url),
        ("role", old.target.role, new.target.role),
        ("OCPI version", old.target.version, new.target.version),
        ("suite", f"{old.tool_name} {old.tool_version}", f"{new.tool_name} {new.tool_version}"),
        ("list of modules", ", ".join(old.target.modules), ", ".join(new.target.modules)),
    ):
        if before != after:
            caveats.append(f"The {name} is not the same: {before or 'none'}, now {after or 'none'}.")
    for which, results in (("older", old), ("newer", new)):
        if not results.complete:
            caveats.append(f"The {which} run is incomplete: what it lacks may only have been out of reach.")
    return tuple(caveats)


def comparison_markdown(comparison: Comparison) -> str:
    """The differences for a pull-request comment."""
    one = comparison
    lines = ["# What changed between the two runs", ""]
    if one.unchanged:
        lines += ["Nothing.", ""]
    else:
        verdict = "**The newer run is worse.** " if one.regressed else ""
        lines += [
            f"{verdict}{count(len(one.new_findings), 'new finding')}, {len(one.fixed_findings):,} fixed.",
            "",
        ]
    lines += [line for caveat in one.caveats for line in ("> [!NOTE]", f"> {escaped(caveat, 600)}", "")]
    lines += _finding_table("New findings", one.new_findings)
    lines += _finding_table("Fixed findings", one.fixed_findings)
    lines += _finding_table("No longer seen, because the scenario was not examined", one.unseen_findings)
    lines += _change_table("Scenarios", one.scenarios)
    lines += _change_table("Requirements", one.requirements)
    for title, ids in (
        ("Requirements examined only now", one.coverage_added),
        ("Requirements no longer examined", one.coverage_lost),
        ("Scenarios added", one.scenarios_added),
        ("Scenarios removed", one.scenarios_removed),
    ):
        if ids:
            more = f" and {len(ids) - _MOST_ROWS:,} more" if len(ids) > _MOST_ROWS else ""
            lines += [f"**{title}** ({len(ids):,}): {', '.join(code(name) for name in ids[:_MOST_ROWS])}{more}", ""]
    return "\n".join(lines)


def _finding_table(title: str, findings: tuple[ChangedFinding, ...]) -> list[str]:
    if not findings:
        return []
    lines = [
        f"## {title} ({len(findings):,})",
        "",
        "| Requirement | Finding | Found | Scenario |",
        "| --- | --- | --- | --- |",
    ]
    for one in findings[:_MOST_ROWS]:
        finding = one.finding
        place = f" at {code(finding.pointer, 80)}" if finding.pointer else ""
        lines.append(
            f"| **{escaped(finding.requirement)}** {finding.level} | {prose(finding.message)}{place} | "
            f"{code(finding.found, 80)} | {code(one.scenario, 120)} |"
        )
    return [*lines, *_more(len(findings)), ""]


def _change_table(title: str, changes: tuple[VerdictChange, ...]) -> list[str]:
    if not changes:
        return []
    lines = [f"## {title} with another verdict ({len(changes):,})", "", "| | Was | Is | |", "| --- | --- | --- | --- |"]
    for change in changes[:_MOST_ROWS]:
        was, now = (overview.TITLES[verdict].lower() for verdict in (change.old, change.new))
        now = f"**{now}**" if change.worse else now
        lines.append(f"| {code(change.id, 120)} | {was} | {now} | {escaped(change.name, 120)} |")
    return [*lines, *_more(len(changes)), ""]


def _more(number: int) -> list[str]:
    return ["", f"And {number - _MOST_ROWS:,} more."] if number > _MOST_ROWS else []
