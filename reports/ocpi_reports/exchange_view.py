"""One exchange as a page shows it: who called whom, the raw messages within a size, and the findings pinned to them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC
from http import HTTPStatus
from urllib.parse import urlsplit

from ocpi_reports.curl import curl_command
from ocpi_reports.model import ReportedFinding
from ocpi_reports.overview import any_index, level_rank
from ocpi_reports.pretty import Chunk, Cut, Pin, shown_body
from ocpi_reports.text import clip, compact, cost, duration
from ocpi_schemas.exchange import Body, Exchange, Headers, Side

FULL_BODY = 20_000
"""Bytes of a body that are shown at most."""
FULL_HEAD = 8_000
"""Bytes of a request line or status line with its headers that are shown at most."""
FULL = 2 * (FULL_BODY + FULL_HEAD)
"""An allowance at which nothing is cut harder."""
_MOST_PINS = 20
_BYTES_PER_PIN = 500
"""Of the allowance of an exchange: what a pin takes is not counted otherwise."""
_NAMES = {Side.PARTNER: "Partner", Side.TARGET: "Target"}


@dataclass(frozen=True, slots=True)
class ExchangeLine:
    """An exchange on one line."""

    index: int
    time: str
    inbound: bool
    """Whether the target was the client."""
    method: str
    path: str
    status: str
    ok: bool
    """Whether there was an answer, and one of success."""
    took: str
    operation: str
    verdict: str
    """`fail`, `warn` or empty: the worst that a finding says of it."""
    findings: int
    scenario: str

    @property
    def module(self) -> str:
        return self.operation.partition(".")[0]


@dataclass(frozen=True, slots=True)
class MessageView:
    """A request or a response."""

    title: str
    head: tuple[Chunk, ...]
    body: tuple[Chunk, ...]
    note: str


@dataclass(frozen=True, slots=True)
class ExchangeView:
    """An exchange in full."""

    line: ExchangeLine
    facts: tuple[tuple[str, str], ...]
    messages: tuple[MessageView, ...]
    curl: str | None

    @property
    def pins(self) -> list[Pin]:
        """Those that are shown."""
        chunks = (chunk for message in self.messages for chunk in (*message.head, *message.body))
        return [pin for chunk in chunks for pin in chunk.pins]


def outcome(exchange: Exchange) -> str:
    """`200 · OCPI 1000`, or why there was no answer."""
    if exchange.response is not None:
        code = exchange.response.status_code
        return str(exchange.response.status) + (f" · OCPI {code}" if code is not None else "")
    return f"no answer: {exchange.failure.kind}" if exchange.failure is not None else "no answer"


def path_and_query(url: str) -> str:
    """A URL without scheme and host; the whole text when it is no URL."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return url
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def exchange_line(exchange: Exchange, findings: Sequence[ReportedFinding]) -> ExchangeLine:
    """The line of an exchange, given the findings that point at it."""
    worst = min((level_rank(finding.level) for finding in findings), default=2)
    response = exchange.response
    return ExchangeLine(
        index=exchange.index,
        time=exchange.started.astimezone(UTC).strftime("%H:%M:%S.%f")[:-3],
        inbound=exchange.client is Side.TARGET,
        method=compact(exchange.request.method, 20),
        path=compact(path_and_query(exchange.request.url), 120),
        status=outcome(exchange),
        ok=response is not None and 200 <= response.status < 300 and (response.status_code or 1000) < 2000,
        took=duration(exchange.duration_s),
        operation=exchange.operation.id if exchange.operation else "",
        verdict=("fail", "warn", "")[min(worst, 2)],
        findings=len(findings),
        scenario=exchange.scenario or "",
    )


def _pins(findings: Iterable[ReportedFinding], index: int, most: int) -> tuple[list[Pin], list[Pin]]:
    """The pins that go to headers and start line, and those that go to the body."""
    head: list[Pin] = []
    body: list[Pin] = []
    explained: set[tuple[str, str, str]] = set()
    for number, finding in enumerate(findings):
        # The same fault in every item of a list is explained once.
        key = (finding.requirement, any_index(finding.pointer), finding.message)
        message = "" if key in explained else compact(finding.message)
        explained.add(key)
        pin = Pin(finding.pointer, finding.requirement, message, f"at-{index}-{number}")
        (body if finding.pointer.startswith("/") else head).append(pin)
    # What is explained comes before what is repeated, should there be too many.
    head, body = (sorted(pins, key=lambda pin: not pin.message) for pins in (head, body))
    return head[:most], body[:most]


def _head(start: str, headers: Headers, limit: int, pins: Iterable[Pin]) -> tuple[tuple[Chunk, ...], bool]:
    """The start line and the headers as they came, and whether they are all there."""
    lines = [start, *(f"{name}: {value}" for name, value in headers)]
    names = ["", *(name.lower() for name, _ in headers)]
    pinned: dict[int, list[Pin]] = {}
    for pin in pins:
        kind, _, name = pin.pointer.partition(" ")
        wanted = name.lower() if kind == "header" else ""
        pinned.setdefault(names.index(wanted) if wanted in names else 0, []).append(pin)
    chunks: list[Chunk] = []
    left = limit
    for number, line in enumerate(lines):
        text = line if cost(line) <= left else clip(line, max(left, 0))
        if text:
            chunks.append(Chunk(text, tuple(pinned.get(number, ()))))
        if text is not line:
            return _merged(chunks), False
        left -= cost(line) + 1
    return _merged(chunks), True


def _merged(chunks: Iterable[Chunk]) -> tuple[Chunk, ...]:
    merged: list[Chunk] = []
    for chunk in chunks:
        if merged and not chunk.pins and not merged[-1].pins:
            merged[-1] = Chunk(f"{merged[-1].text}\n{chunk.text}")
        else:
            merged.append(chunk)
    return tuple(merged)


def _note(body: Body, cut: Cut, *, head_complete: bool, index: int) -> str:
    notes = []
    if not head_complete:
        notes.append("The headers are cut here.")
    if not cut.complete:
        notes.append(f"The body of {len(body.raw):,} bytes is cut here.")
    if notes:
        notes.append(f"journal.jsonl has all of it, as exchange {index}.")
    if body.cut_at is not None:
        notes.append(f"The sender went on; the suite stopped reading after {body.cut_at:,} bytes.")
    return " ".join(notes)


def _start_line(exchange: Exchange) -> str:
    return f"{exchange.request.method} {exchange.request.url}"


def _status_line(status: int) -> str:
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)


def _shares(allowance: int, request: Body, response: Body) -> tuple[int, int]:
    """What each of two bodies may take: what one does not need is for the other, the request first."""
    need = min(len(request.raw) * 2, max(allowance // 2, allowance - len(response.raw) * 2))
    return min(FULL_BODY, max(0, need)), min(FULL_BODY, max(0, allowance - need))


def exchange_view(
    line: ExchangeLine, exchange: Exchange, findings: Sequence[ReportedFinding], allowance: int = FULL
) -> ExchangeView:
    """An exchange within a number of bytes, beyond its line.

    The findings are pinned to what the target sent: its answer where it was the server, its request where it was the
    client.
    """
    request, response = exchange.request, exchange.response
    head_pins, body_pins = _pins(findings, exchange.index, min(_MOST_PINS, allowance // _BYTES_PER_PIN))
    target_asks = exchange.client is Side.TARGET
    head_limit = min(FULL_HEAD, allowance // 4)
    head, head_complete = _head(_start_line(exchange), request.headers, head_limit, head_pins if target_asks else ())
    answer: tuple[Chunk, ...] = ()
    answer_complete = True
    if response is not None:
        pins = () if target_asks else head_pins
        answer, answer_complete = _head(_status_line(response.status), response.headers, head_limit, pins)
    spent = sum(cost(chunk.text) for chunk in (*head, *answer))
    answer_body = response.body if response is not None else Body()
    if allowance >= FULL:
        limits = (FULL_BODY, FULL_BODY)
    else:
        limits = _shares(max(0, allowance - spent), request.body, answer_body)
    cut = shown_body(request.body, limits[0], body_pins if target_asks else ())
    note = _note(request.body, cut, head_complete=head_complete, index=exchange.index)
    messages = [MessageView(f"Request from the {_NAMES[exchange.client]}", head, cut.chunks, note)]
    if response is not None:
        cut = shown_body(answer_body, limits[1], () if target_asks else body_pins)
        note = _note(answer_body, cut, head_complete=answer_complete, index=exchange.index)
        messages.append(MessageView(f"Response from the {_NAMES[exchange.server]}", answer, cut.chunks, note))
    elif exchange.failure is not None:
        text = f"{exchange.failure.kind}: {compact(exchange.failure.message, 500)}"
        messages.append(MessageView("No response", (Chunk(text),), (), ""))
    curl = curl_command(exchange)
    if curl is not None and cost(curl) > allowance // 4:
        curl = None
    return ExchangeView(line, _facts(exchange), tuple(messages), curl)


def _facts(exchange: Exchange) -> tuple[tuple[str, str], ...]:
    facts = [("Operation", exchange.operation.id if exchange.operation else "none that OCPI describes")]
    if exchange.token_kind:
        facts.append(("Token", exchange.token_kind))
    if exchange.behaviours:
        facts.append(("Behaviours of the Partner", ", ".join(exchange.behaviours)))
    if exchange.deliberate:
        facts.append(("On purpose", "the Partner's request is wrong, so that an error is the right answer"))
    return tuple(facts)
