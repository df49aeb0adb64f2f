"""`exchanges.har` (HAR 1.2): the run's traffic for a browser's network panel, or any tool that reads HAR."""

import base64
from collections.abc import Iterable
from contextlib import AbstractContextManager, ExitStack
from datetime import UTC
from pathlib import Path
from types import TracebackType
from urllib.parse import parse_qsl, urlsplit

from harfile import Content, Creator, HarFile, PostData, Record, Request, Response, Timings

from ocpi_reports.files import replacing
from ocpi_reports.model import Results
from ocpi_reports.text import visible
from ocpi_schemas.exchange import Body, Exchange, Headers


class HarWriter(AbstractContextManager["HarWriter"]):
    """Writes exchanges one by one; on leaving without an error the file takes its name."""

    def __init__(self, results: Results, folder: Path) -> None:
        self.path = folder / "exchanges.har"
        self._stack = ExitStack()
        self._har = HarFile(
            self._stack.enter_context(replacing(self.path)),
            creator=Creator(results.tool_name, results.tool_version),
            comment=None if results.complete else "The run did not finish.",
        )

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self._har.close()
        self._stack.__exit__(kind, error, trace)

    def add(self, exchange: Exchange) -> None:
        """Write one exchange."""
        milliseconds = max(0.0, round(exchange.duration_s * 1000, 3))
        self._har.add_entry(
            startedDateTime=exchange.started.astimezone(UTC).isoformat(timespec="milliseconds"),
            time=milliseconds,
            request=_request(exchange),
            response=_response(exchange),
            # Sending and receiving are not measured apart; HAR wants numbers of all three.
            timings=Timings(send=0, wait=milliseconds, receive=0),
            comment=_comment(exchange),
        )


def write_har(results: Results, exchanges: Iterable[Exchange], folder: Path) -> Path:
    """Write `exchanges.har` into a folder."""
    with HarWriter(results, folder) as har:
        for exchange in exchanges:
            har.add(exchange)
    return har.path


def _records(headers: Headers) -> list[Record]:
    return [Record(visible(name), visible(value)) for name, value in headers]


def _query(url: str) -> list[Record]:
    try:
        return [
            Record(visible(name), visible(value))
            for name, value in parse_qsl(urlsplit(url).query, keep_blank_values=True)
        ]
    except ValueError:  # not a URL, or too many parameters
        return []


def _request(exchange: Exchange) -> Request:
    request = exchange.request
    return Request(
        method=visible(request.method),
        url=visible(request.url),
        httpVersion="HTTP/1.1",
        headers=_records(request.headers),
        queryString=_query(request.url),
        postData=_post_data(request.body, request.headers) if request.body else None,
        bodySize=len(request.body.raw),
    )


def _cut(body: Body) -> str | None:
    return None if body.cut_at is None else f"longer than {body.cut_at} bytes; the rest was not read"


def _post_data(body: Body, headers: Headers) -> PostData:
    kind = visible(headers.get("Content-Type") or "")
    try:
        return PostData(kind, text=body.raw.decode(), comment=_cut(body))
    except UnicodeDecodeError:
        # HAR has no encoding for what is posted, only for what is answered.
        encoded = base64.b64encode(body.raw).decode()
        return PostData(
            kind, text=encoded, comment="; ".join(filter(None, ["not UTF-8: Base64 of the bytes", _cut(body)]))
        )


def _content(body: Body, headers: Headers) -> Content:
    kind = visible(headers.get("Content-Type") or "")
    size, comment = len(body.raw), _cut(body)
    try:
        return Content(size=size, mimeType=kind, text=body.raw.decode(), comment=comment)
    except UnicodeDecodeError:
        encoded = base64.b64encode(body.raw).decode()
        return Content(size=size, mimeType=kind, text=encoded, encoding="base64", comment=comment)


def _response(exchange: Exchange) -> Response:
    response, failure = exchange.response, exchange.failure
    if response is None:
        why = f"{failure.kind}: {visible(failure.message)}" if failure is not None else "no answer"
        return Response(status=0, statusText="", httpVersion="", comment=why)
    return Response(
        status=response.status,
        statusText="",
        httpVersion="HTTP/1.1",
        headers=_records(response.headers),
        content=_content(response.body, response.headers),
        redirectURL=visible(response.headers.get("Location") or "") if 300 <= response.status < 400 else "",
        bodySize=len(response.body.raw),
    )


def _comment(exchange: Exchange) -> str:
    facts = [
        ("exchange", str(exchange.index)),
        ("client", exchange.client.value),
        ("version", exchange.version),
        ("operation", exchange.operation.id if exchange.operation else ""),
        ("scenario", exchange.scenario or ""),
        ("step", exchange.step or ""),
        ("behaviours", ", ".join(exchange.behaviours)),
    ]
    return visible("; ".join(f"{name}: {value}" for name, value in facts if value))
