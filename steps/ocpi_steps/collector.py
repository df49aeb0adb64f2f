"""Collector: what a run has found so far, scenario by scenario, and what follows for each requirement."""

import threading
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from ocpi_reports.model import ReportedFinding, RequirementResult, ScenarioResult, StepResult
from ocpi_schemas.finding import Finding
from ocpi_schemas.judge import Judgement
from ocpi_schemas.redaction import Redactor
from ocpi_schemas.requirement import Check, Level, load_catalogue
from ocpi_schemas.verdict import Verdict, verdict_of, worst
from ocpi_steps.cases import Case
from ocpi_steps.expectations import Expectations

SAME_FINDINGS = 50
MAX_FINDINGS = 2_000
"""Findings of one kind, and of all, that are kept per scenario; more of the same say nothing new."""


@dataclass(slots=True)
class Tally:
    """What one scenario's exchanges and steps have shown."""

    examined: set[str] = field(default_factory=set)
    findings: list[Finding] = field(default_factory=list)
    exchanges: list[int] = field(default_factory=list)
    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    """(requirement, message) -> how often the rules have said it."""

    def add(self, finding: Finding) -> None:
        """Take a finding of the rules, unless there are many like it."""
        kind = (finding.requirement, finding.message)
        self.counts[kind] += 1
        if self.counts[kind] <= SAME_FINDINGS and len(self.findings) < MAX_FINDINGS:
            self.findings.append(finding)


class Collector:
    """Takes judgements from the Partner's loop and results from the scenarios."""

    def __init__(self, version: str, expectations: Expectations, redactor: Redactor, *, strict: bool) -> None:
        self._version = version
        self._expectations = expectations
        self._redactor = redactor
        self._strict = strict
        self._lock = threading.Lock()
        self._tallies: dict[str | None, Tally] = defaultdict(Tally)
        self._results: dict[str, ScenarioResult] = {}
        self._examined_by: dict[str, frozenset[str]] = {}
        self._catalogue = load_catalogue()

    def judged(self, scenario: str | None, exchange: int, judgement: Judgement) -> None:
        """Take what the rules say of an exchange."""
        with self._lock:
            tally = self._tallies[scenario]
            tally.examined |= judgement.examined
            for finding in judgement.findings:
                tally.add(finding)
            tally.exchanges.append(exchange)

    def tally(self, scenario: str | None) -> Tally:
        """What a scenario's exchanges have shown so far."""
        with self._lock:
            found = self._tallies[scenario]
            return Tally(set(found.examined), list(found.findings), list(found.exchanges))

    def level(self, requirement: str) -> Level:
        return self._catalogue[requirement].level_in(self._version)

    def report(self, finding: Finding, scenario: str) -> ReportedFinding:
        """A finding as it is reported, marked if it was expected."""
        known = self._expectations.names(finding, scenario)
        clean = self._redactor.text
        return ReportedFinding(
            requirement=finding.requirement,
            level=self.level(finding.requirement).value,
            message=clean(finding.message),
            expected=tuple(clean(entry) for entry in finding.expected),
            found=clean(finding.found),
            pointer=finding.pointer,
            exchange=finding.exchange,
            known=known,
        )

    def finish(
        self,
        case: Case,
        own: Tally,
        steps: tuple[StepResult, ...],
        stopped: tuple[Verdict, str] | None,
        duration_s: float,
    ) -> ScenarioResult:
        """Make the result of a scenario: its own findings and those of the rules on its exchanges."""
        seen = self.tally(case.id)
        findings = tuple(self.report(finding, case.id) for finding in [*own.findings, *seen.findings])
        found = verdict_of((self.level(finding.requirement) for finding in findings), strict=self._strict)
        verdict = worst([found, stopped[0]]) if stopped else found
        examined = own.examined | seen.examined
        if verdict is Verdict.PASS and not examined:
            verdict, stopped = Verdict.BLOCKED, (Verdict.BLOCKED, "nothing was there to examine")
        result = replace(
            self._blank(case, verdict, stopped[1] if stopped else ""),
            duration_s=round(duration_s, 4),
            requirements=tuple(sorted(examined | self._cited(case))),
            findings=findings,
            steps=steps,
            exchanges=tuple(seen.exchanges),
        )
        with self._lock:
            self._results[case.id] = result
            self._examined_by[case.id] = frozenset(examined)
        return result

    def _applies(self, requirement: str) -> bool:
        return self._catalogue.applies(requirement, self._version)

    def _cited(self, case: Case) -> set[str]:
        """The requirements that a case is written for, as far as the version states them."""
        return {requirement for requirement in case.requirements if self._applies(requirement)}

    def _blank(self, case: Case, verdict: Verdict, reason: str) -> ScenarioResult:
        """The result of a case of which nothing was run."""
        return ScenarioResult(
            id=case.id,
            name=case.name,
            feature=case.feature,
            chapter=case.chapter,
            tags=tuple(sorted(case.tags)),
            verdict=verdict,
            reason=self._redactor.text(reason),
            duration_s=0.0,
            requirements=tuple(sorted(self._cited(case))),
            findings=(),
            steps=tuple(StepResult(step.keyword, step.text, "not_run") for step in case.steps),
            description=case.description,
        )

    def left_out(self, case: Case, verdict: Verdict, reason: str) -> None:
        """Note a scenario that was not run."""
        result = self._blank(case, verdict, reason)
        with self._lock:
            self._results[case.id] = result

    def scenarios(self) -> tuple[ScenarioResult, ...]:
        """The results so far, in the order of the run."""
        with self._lock:
            return tuple(self._results.values())

    def ambient(self) -> tuple[ReportedFinding, ...]:
        """Findings in exchanges that no scenario caused."""
        return tuple(self.report(finding, "") for finding in self.tally(None).findings)

    def requirements(self) -> tuple[RequirementResult, ...]:
        """What follows for each testable requirement of the version that a scenario or rule can reach."""
        by_requirement: dict[str, list[ScenarioResult]] = defaultdict(list)
        counts: Counter[str] = Counter()
        worst_of: dict[str, list[Level]] = defaultdict(list)
        for scenario in self.scenarios():
            for requirement in scenario.requirements:
                by_requirement[requirement].append(scenario)
            for finding in scenario.findings:
                counts[finding.requirement] += 1
                worst_of[finding.requirement].append(self.level(finding.requirement))
        ambient = self.tally(None)
        for loose in ambient.findings:
            counts[loose.requirement] += 1
            worst_of[loose.requirement].append(self.level(loose.requirement))
        results = []
        for entry in self._catalogue.of_version(self._version):
            scenarios = by_requirement.get(entry.id, [])
            if entry.check is Check.UNTESTABLE or not (scenarios or counts[entry.id] or entry.id in ambient.examined):
                continue
            results.append(
                RequirementResult(
                    id=entry.id,
                    chapter=entry.chapter,
                    level=entry.level_in(self._version).value,
                    statement=entry.statement,
                    source=entry.sources[self._version],
                    verdict=self._verdict(
                        entry.id, worst_of[entry.id], scenarios, examined=entry.id in ambient.examined
                    ),
                    scenarios=tuple(scenario.id for scenario in scenarios),
                    findings=counts[entry.id],
                    interpretation=entry.interpretation,
                )
            )
        return tuple(results)

    def _verdict(
        self, requirement: str, levels: list[Level], scenarios: Iterable[ScenarioResult], *, examined: bool
    ) -> Verdict:
        if levels:
            return verdict_of(levels, strict=self._strict)
        if examined or any(requirement in self._examined_by.get(scenario.id, ()) for scenario in scenarios):
            return Verdict.PASS
        return worst(
            scenario.verdict if scenario.verdict in (Verdict.ERROR, Verdict.NOT_APPLICABLE) else Verdict.BLOCKED
            for scenario in scenarios
        )
