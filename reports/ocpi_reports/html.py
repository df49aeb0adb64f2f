"""`report.html`: one file that needs no network and runs nothing but its own script."""

import base64
import hashlib
import heapq
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from html import escape
from importlib.resources import files
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryFile
from types import TracebackType

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from ocpi_reports import overview
from ocpi_reports.curl import TOKEN_VARIABLE
from ocpi_reports.evidence import gather_evidence
from ocpi_reports.exchange_view import ExchangeLine, exchange_line, exchange_view
from ocpi_reports.files import replacing
from ocpi_reports.model import RequirementResult, Results, ScenarioResult, StepResult
from ocpi_reports.overview import FindingGroup
from ocpi_reports.text import compact, count, duration, times, visible
from ocpi_schemas.exchange import Exchange
from ocpi_schemas.verdict import Verdict

_MOST_FINDINGS = 25
"""Faults shown of one scenario; results.json has all."""
_MOST_FINDINGS_IN_ALL = 3_000
_MOST_LINKS = 10
"""Scenarios named at a requirement, and requirements at a scenario: the rules look at every exchange of a run."""
_MOST_OPEN = 12
"""Failed scenarios that are open when the page is: with more of them, the overview is lost."""

_EXAMPLES = 5
"""Of each operation, when there is no room for all: a reader wants to see how it looks when all is well."""
_EXAMPLE_ALLOWANCE = 3_000

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


class ExchangeSpool(AbstractContextManager["ExchangeSpool"]):
    """Takes the exchanges of a run one by one, and keeps each as a piece of HTML on disk and a line in memory.

    So they are read once and in their own order, yet each can stand under the step that caused it.
    """

    def __init__(self, results: Results) -> None:
        self._evidence = gather_evidence(results)
        self._requirements = {requirement.id for requirement in results.requirements}
        self._file = TemporaryFile("w+b")  # noqa: SIM115
        self._pieces: dict[int, tuple[int, int]] = {}
        self._end = 0
        self._examples: Counter[str] = Counter()
        """Exchanges by operation that are shown though there is no room for all of their kind."""
        self._template = _environment().get_template("exchange.html.j2")
        self.lines: dict[int, ExchangeLine] = {}

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def add(self, exchange: Exchange) -> None:
        """Render one exchange."""
        findings = self._evidence.findings.get(exchange.index, ())
        allowance = self._evidence.allowance(exchange)
        if not allowance and self._examples[name := exchange.operation.id if exchange.operation else ""] < _EXAMPLES:
            self._examples[name] += 1
            allowance = _EXAMPLE_ALLOWANCE
        line = self.lines[exchange.index] = exchange_line(exchange, findings)
        if not allowance:
            return
        view = exchange_view(line, exchange, findings, allowance)
        content = self._template.render(view=view, requirements=self._requirements, token_variable=TOKEN_VARIABLE)
        piece = content.encode()
        self._pieces[exchange.index] = (self._end, len(piece))
        self._file.write(piece)
        self._end += len(piece)

    def has(self, index: int) -> bool:
        """Whether the report shows more than the line of an exchange."""
        return index in self._pieces

    def html(self, index: int) -> Markup | None:
        """The piece of HTML of an exchange; None when the report shows no more than its line."""
        if index not in self._pieces:
            return None
        start, length = self._pieces[index]
        self._file.seek(start)
        return Markup(self._file.read(length).decode())  # noqa: S704 - our own template made it, and escaped it


def write_html(results: Results, exchanges: Iterable[Exchange], folder: Path) -> Path:
    """Write `report.html` into a folder."""
    with ExchangeSpool(results) as spool:
        for exchange in exchanges:
            spool.add(exchange)
        return write_page(results, spool, folder)


def write_page(results: Results, spool: ExchangeSpool, folder: Path) -> Path:
    """Write `report.html` from exchanges that were read already."""
    template = _environment().get_template("report.html.j2")
    style, script = _resource("report.css"), _resource("report.js")
    ranked = overview.ranked_findings(results)
    page = _Page(results, spool)
    policy = (
        f"default-src 'none'; style-src '{_digest(style)}'; script-src '{_digest(script)}'; "
        "base-uri 'none'; form-action 'none'"
    )
    stream = template.stream(
        results=results,
        policy=policy,
        style=Markup(style),  # noqa: S704 - ours
        script=Markup(script),  # noqa: S704 - ours
        headline=overview.headline(results),
        banners=overview.banners(results),
        top=ranked[:5],
        more_faults=max(0, len(ranked) - 5),
        chapters=overview.chapters(results),
        requirement_counts=overview.requirement_counts(results),
        page=page,
    )
    stream.enable_buffering(200)
    path = folder / "report.html"
    with replacing(path) as file:
        file.writelines(stream)
    return path


class _Page:
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


def _content(text: str) -> Markup:
    """Text for the inside of an element. Quotes need no escape there, and JSON is full of them: half the size."""
    return Markup(escape(visible(text), quote=False))  # noqa: S704


def _prose(text: str) -> Markup:
    """Text in which what stands between backticks is code, as in our messages and statements."""
    parts = text.split("`")
    if len(parts) % 2 == 0:  # one of them is alone
        return _content(text)
    pieces = (
        Markup("<code>{}</code>").format(_content(part)) if odd % 2 else _content(part)
        for odd, part in enumerate(parts)
    )
    return Markup("").join(pieces)


def _finalize(value: object) -> object:
    return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def moment(text: str) -> str:
    """An RFC 3339 time as a person reads it; the text itself when it is none."""
    try:
        return datetime.fromisoformat(text).astimezone(UTC).strftime("%-d %B %Y, %H:%M:%S UTC")
    except ValueError:
        return text


def _digest(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


@cache
def _resource(name: str) -> str:
    # A checkout with CRLF would give another digest than the one a browser computes.
    return (files("ocpi_reports") / "templates" / name).read_text(encoding="utf-8").replace("\r\n", "\n")


def _load(name: str) -> str | None:
    return _resource(name)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FunctionLoader(_load),
        autoescape=True,
        finalize=_finalize,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        content=_content,
        count=count,
        duration=duration,
        moment=moment,
        compact=compact,
        prose=_prose,
        times=times,
        title=overview.chapter_title,
    )
    environment.globals.update(
        Verdict=Verdict, letters=overview.LETTERS, titles=overview.TITLES, meanings=overview.MEANINGS
    )
    return environment
