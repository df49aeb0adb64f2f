"""Which exchanges a report shows how much of, so that its size is bounded whatever a run was like.

Three kinds, each with its share of the file: those that findings point at (evidence), those of scenarios that did not
pass (context), and the rest (routine). In a run of ordinary size nothing is cut beyond the limits for one exchange.
"""

from dataclasses import dataclass

from ocpi_reports.exchange_view import FULL
from ocpi_reports.model import ReportedFinding, Results
from ocpi_reports.overview import occurrences, ranked_findings
from ocpi_schemas.exchange import Exchange
from ocpi_schemas.verdict import Verdict

_ALL = 8_000_000
"""Bytes for the messages of all exchanges together, without the mark-up around them, which takes half as much again."""
_FOR_EVIDENCE = 4_000_000
_FOR_CONTEXT = 2_000_000
_EXAMPLES = 5
"""Exchanges per fault that count as evidence: the hundredth example proves no more."""
_MOST_EVIDENCE = 500
_LEAST = 500
"""Below this nothing of use can be shown: the exchange gets its line only."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """The findings by exchange, and how many bytes each exchange may take."""

    findings: dict[int, list[ReportedFinding]]
    evidence: frozenset[int]
    context: frozenset[int]
    context_scenarios: frozenset[str]
    for_evidence: int
    for_context: int
    for_routine: int

    def allowance(self, exchange: Exchange) -> int:
        """How many bytes of an exchange are shown; 0 for none."""
        if exchange.index in self.evidence:
            return self.for_evidence
        if exchange.index in self.context or exchange.scenario in self.context_scenarios:
            return self.for_context
        return self.for_routine


def _share(budget: int, number: int) -> int:
    share = min(FULL, budget // max(number, 1))
    return share if share >= _LEAST else 0


def _examples(results: Results) -> set[int]:
    """Exchanges that show the faults: one of each fault, worst first, then a second of each, and so on."""
    places = [
        list(dict.fromkeys(one.exchange for one in group.findings if one.exchange is not None))
        for group in ranked_findings(results)
    ]
    examples: set[int] = set()
    for turn in range(_EXAMPLES):
        for indexes in places:
            if len(examples) >= _MOST_EVIDENCE:
                return examples
            examples.update(indexes[turn : turn + 1])
    return examples


def gather_evidence(results: Results) -> Evidence:
    """Share the room in the report among the exchanges of a run."""
    findings: dict[int, list[ReportedFinding]] = {}
    for finding, _ in occurrences(results):
        if finding.exchange is not None:
            findings.setdefault(finding.exchange, []).append(finding)
    evidence = _examples(results)
    unsettled = [one for one in results.scenarios if one.verdict not in (Verdict.PASS, Verdict.NOT_APPLICABLE)]
    context = {index for one in unsettled for index in one.exchanges} | set(findings)
    context |= {index for one in unsettled for step in one.steps for index in step.exchanges}
    context -= evidence
    for_evidence = _share(_FOR_EVIDENCE, len(evidence))
    for_context = _share(_FOR_CONTEXT, len(context))
    left = _ALL - for_evidence * len(evidence) - for_context * len(context)
    return Evidence(
        findings=findings,
        evidence=frozenset(evidence),
        context=frozenset(context),
        context_scenarios=frozenset(one.id for one in unsettled),
        for_evidence=for_evidence,
        for_context=for_context,
        for_routine=_share(left, results.exchanges - len(evidence) - len(context)),
    )
