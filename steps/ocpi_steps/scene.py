"""Scene: one scenario as it runs: what its steps have sent, seen and found. Steps talk to this and to nothing else."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from ocpi_reports.model import ScenarioResult, StepResult
from ocpi_schemas.dialect import Dialect
from ocpi_schemas.exchange import Exchange, Response, Side
from ocpi_schemas.finding import Finding, shorten
from ocpi_schemas.json_text import Json
from ocpi_schemas.party import PartyId
from ocpi_schemas.requirement import load_catalogue
from ocpi_schemas.verdict import Verdict
from ocpi_simulator.behaviours import ActiveBehaviour
from ocpi_simulator.intents import Intent
from ocpi_simulator.partner import ALLOW_HOST, NoEndpointError
from ocpi_simulator.peers import Peer
from ocpi_simulator.wish import PLAIN
from ocpi_steps.cases import Case
from ocpi_steps.collector import Tally
from ocpi_steps.outcome import Blocked, Stopped
from ocpi_steps.session import RunSession
from ocpi_steps.triggers import Accepted, TriggerRequest


@dataclass(slots=True)
class Subject:
    """An object that a scenario is about: what it is, where it is, and what it is to look like."""

    module: str
    """`locations`, `tokens`."""
    kind: str
    """What operations call it: `location`, `evse`, `connector`, `token`."""
    path: dict[str, str]
    body: dict[str, Json]
    query: dict[str, str] = field(default_factory=dict)
    parent: "Subject | None" = None
    """The Location of an EVSE, the EVSE of a Connector."""


@dataclass(slots=True)
class Crawl:
    """A list as it came, page by page."""

    pages: list[Exchange]
    objects: list[dict[str, Json]]
    complete: bool
    """Whether the last page was reached."""
    cut: str = ""
    """Why we went no further; empty if that was not up to us."""
    problem: str = ""
    """Why it was not possible to go further."""

    @property
    def first(self) -> Exchange:
        return self.pages[0]


@dataclass(frozen=True, slots=True)
class Offer:
    """The partner's credentials as they were sent to the target."""

    exchange: Exchange
    token: str
    """What the target is to use with the partner if it accepts them."""
    since: int
    """Journal index from which on the target could call back."""


class Scene:
    """The state of one running scenario."""

    def __init__(self, session: RunSession, case: Case) -> None:
        self.session = session
        self.case = case
        self.own = Tally()
        self.subject_: Subject | None = None
        self.last_: Exchange | None = None
        self.other_: Subject | None = None
        self.other_wish = PLAIN
        """How the second object is asked for, if it belongs to somebody else."""
        self.crawl_: Crawl | None = None
        self.filtered_: Crawl | None = None
        self.addressed: list[tuple[PartyId, Exchange]] = []
        """The lists that each party of the target was asked for."""
        self.offer_: Offer | None = None
        self.former_: Peer | None = None
        self.newcomer_: Peer | None = None
        """A connection that is being made beside the present one."""
        self.second_version = ""
        """A version beside the one under test that both sides have; empty if that plays no part."""
        self.triggered_at = session.partner.recorder.cursor
        self.token_a = ""
        """A CREDENTIALS_TOKEN_A that the target still expects; empty if there is none."""
        self.since = session.partner.recorder.cursor
        """Journal index from which on exchanges belong to what was just set in motion."""
        self.begun = session.partner.recorder.cursor
        """Journal index of the first exchange of the scenario."""
        self._clock = time.perf_counter()
        self._behaviours: list[ActiveBehaviour] = []
        self._undo: list[Callable[[], object]] = []
        self._steps: list[StepResult] = []
        self._step_cursor = 0
        session.partner.recorder.scope.scenario = case.id

    @property
    def dialect(self) -> Dialect:
        return self.session.dialect

    # What steps have at hand

    @property
    def last(self) -> Exchange:
        """The exchange that the next question is about."""
        if self.last_ is None:
            raise Blocked("nothing was requested yet")
        return self.last_

    @property
    def subject(self) -> Subject:
        """The object that the scenario is about."""
        if self.subject_ is None:
            raise Blocked("the scenario has no object to work with")
        return self.subject_

    @property
    def crawl(self) -> Crawl:
        """The list that was fetched."""
        if self.crawl_ is None:
            raise Blocked("no list was fetched")
        return self.crawl_

    @property
    def filtered(self) -> Crawl:
        """The filtered list that was fetched beside the one without filter."""
        if self.filtered_ is None:
            raise Blocked("no filtered list was fetched")
        return self.filtered_

    @property
    def other(self) -> Subject:
        """The second object that the scenario is about."""
        if self.other_ is None:
            raise Blocked("the scenario has no second object")
        return self.other_

    @property
    def offer(self) -> Offer:
        """The credentials that the partner has sent last."""
        if self.offer_ is None:
            raise Blocked("the partner has not sent its credentials")
        return self.offer_

    @property
    def former(self) -> Peer:
        """The connection as it was before the credentials changed last."""
        if self.former_ is None:
            raise Blocked("no credentials have changed yet")
        return self.former_

    # Doing

    def send(self, operation: str, **details: Any) -> Exchange:
        """Send a request of an operation to the target; the answer is what the next question is about.

        Raises:
            Blocked: this version has no such operation, or the target names no endpoint for it.
        """
        if not self.dialect.has(operation):
            raise Blocked(f"OCPI {self.dialect.version} has no operation {operation}")
        try:
            self.last_ = self.session.send(operation, **details)
        except NoEndpointError as error:
            raise Blocked(f"the target cannot be asked: {error}") from error
        return self.last_

    def send_rightly(self, operation: str, what: str, **details: Any) -> Response:
        """Send a request that has to succeed for the scenario to go on.

        Raises:
            Blocked: it did not succeed.
        """
        exchange = self.send(operation, **details)
        if exchange.response is None or not exchange.response.succeeded:
            raise Blocked(f"{what} failed: {exchange}")
        return exchange.response

    def deviate(self, words: str) -> None:
        """Switch on a behaviour of the Partner for the rest of the scenario."""
        self._behaviours.append(self.session.partner.behaviours.switch_on(words))

    def deviate_no_more(self) -> None:
        """Switch off the behaviours of this scenario; what they did counts."""
        self.session.partner.behaviours.clear()

    def at_end(self, undo: Callable[[], object]) -> None:
        """Have something of the Partner put back when the scenario is over; it must not send anything."""
        self._undo.append(undo)

    def trigger(self, intent: Intent, subject: str = "", **parameters: str) -> None:
        """Have the target do something; what comes of it is looked for from here on.

        Raises:
            Blocked: the driver cannot, or went wrong.
        """
        self.since = self.triggered_at = self.session.partner.recorder.cursor
        request = TriggerRequest(intent.value, subject, tuple(parameters.items()))
        result = self.session.trigger.fire(request)
        if not isinstance(result, Accepted):
            raise Blocked(f"trigger {intent.value}: {result.reason}")

    def await_request(self, wanted: Callable[[Exchange], bool]) -> Exchange | None:
        """The target's request that is wanted, among those since the last trigger; None if it does not come."""

        def fits(exchange: Exchange) -> bool:
            return exchange.client is Side.TARGET and wanted(exchange)

        found = self.session.wait_for(fits, self.since, self.session.patience_s)
        if found is not None:
            self.last_ = found
            self.since = found.index + 1
        return found

    def arrived(self) -> str:
        """What the target sent since the last trigger, for a message."""
        came = [e for e in self.session.partner.recorder.since(self.since) if e.client is Side.TARGET]
        if not came:
            return "no request of the target"
        return "; ".join(f"{e.request.method} {shorten(e.request.path, 60)}" for e in came[-3:])

    # Finding

    def expect(
        self,
        requirements: Iterable[str],
        fulfilled: bool,
        message: str,
        *,
        expected: Iterable[object] = (),
        found: object = "",
        pointer: str = "",
        exchange: Exchange | None = None,
    ) -> bool:
        """Put requirements to the test: a finding for each unless it is fulfilled.

        Requirements that this version does not state are left alone.
        """
        shown = exchange or self.last_
        catalogue = load_catalogue()
        for requirement in requirements:
            if not catalogue.applies(requirement, self.dialect.version):
                continue
            self.own.examined.add(requirement)
            if not fulfilled:
                self.own.findings.append(
                    Finding(
                        requirement,
                        message,
                        tuple(str(entry) for entry in expected),
                        shorten(found),
                        pointer,
                        shown.index if shown else None,
                    )
                )
        return fulfilled

    def answer(self, requirements: Iterable[str], exchange: Exchange | None = None) -> Response:
        """The target's response; when there is none that is a finding, and the end of the scenario."""
        shown = exchange or self.last
        if shown.response is None:
            failure = shown.failure
            if failure is not None and ALLOW_HOST in failure.message:
                raise Blocked(failure.message)
            self.expect(
                requirements,
                False,
                "the target gave no HTTP answer",
                expected=["an HTTP response"],
                found=f"{failure.kind}: {failure.message}" if failure else "nothing",
                exchange=shown,
            )
            raise Stopped
        return shown.response

    # Framing

    def step_begins(self, text: str) -> None:
        recorder = self.session.partner.recorder
        recorder.scope.step = text
        self._step_cursor = recorder.cursor

    def step_ends(self, keyword: str, text: str, status: str) -> None:
        indexes = tuple(range(self._step_cursor, self.session.partner.recorder.cursor))
        self._steps.append(StepResult(keyword, text, status, indexes))

    @property
    def findings_so_far(self) -> int:
        return len(self.own.findings)

    def end(self, stopped: tuple[Verdict, str] | None) -> ScenarioResult:
        """Close the scenario and give its result."""
        session = self.session
        idle = [entry.behaviour.name for entry in self._behaviours if entry.fired == 0]
        if idle and stopped is None:
            stopped = (Verdict.BLOCKED, f"the target never met the deviation {', '.join(idle)}")
        session.partner.behaviours.clear()
        for undo in reversed(self._undo):
            undo()
        session.partner.recorder.scope.scenario = session.partner.recorder.scope.step = None
        asked = [e for e in session.partner.recorder.since(self.begun) if e.client is Side.PARTNER]
        session.silence.note(asked)
        done = len(self._steps)
        rest = [StepResult(step.keyword, step.text, "not_run") for step in self.case.steps[done:]]
        return session.collector.finish(
            self.case, self.own, (*self._steps, *rest), stopped, time.perf_counter() - self._clock
        )
