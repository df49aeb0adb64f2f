"""The Partner's HTTP client: sends one request and records what came of it, within limits."""

import asyncio
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urljoin, urlsplit

import aiohttp
from yarl import URL

from ocpi_schemas.exchange import Body, Exchange, Failure, FailureKind, Headers, Request, Response, Side
from ocpi_schemas.operation import Operation
from ocpi_schemas.timestamps import now
from ocpi_simulator.recorder import Recorder


@dataclass(frozen=True, slots=True)
class Limits:
    """What a target may cost us."""

    timeout_s: float = 10.0
    """For one exchange, from connecting to the last byte."""
    body_bytes: int = 16_000_000
    """Response bytes, after decompression, that are read of one body."""
    redirects: int = 3
    pages: int = 1_000
    """Pages of one crawl."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A request to be sent, with what the record says about it."""

    request: Request
    version: str
    operation: Operation | None = None
    path_values: tuple[tuple[str, str], ...] = ()
    behaviours: tuple[str, ...] = ()
    token_kind: str = ""
    deliberate: bool = False


def same_origin(one: str, other: str) -> bool:
    """Whether two URLs lead to the same scheme, host and port."""
    first, second = URL(one), URL(other)
    return (first.scheme, first.host, first.port) == (second.scheme, second.host, second.port)


def url_problem(url: str) -> str | None:
    """Why a URL cannot be requested; None if it can."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        return str(error)
    if parts.scheme not in ("http", "https"):
        return "neither http nor https"
    if not parts.hostname:
        return "without a host"
    if port == 0:
        return "port 0"
    if any(ord(character) <= 32 or ord(character) == 127 for character in url):
        return "with a space or control character"
    return None


def _failure(error: Exception) -> Failure:
    kind: FailureKind
    match error:
        case TimeoutError():
            return Failure("timeout", "no complete answer in time")
        case aiohttp.ClientConnectorCertificateError() | aiohttp.ClientSSLError() | ssl.SSLError():
            kind = "tls"
        case aiohttp.ClientConnectorError():
            kind = "refused"
        case aiohttp.ClientResponseError() | aiohttp.http_exceptions.HttpProcessingError():
            kind = "not_http"
        case aiohttp.InvalidURL() | aiohttp.NonHttpUrlClientError():
            kind = "url"
        case _:
            kind = "reset"
    return Failure(kind, " ".join(str(error).split())[:300] or type(error).__name__)


KEPT_ALIVE_S = 3.0
"""Idle connections are closed after this: less than servers commonly wait, so that we do not write to a closed one."""

_SAFE_TO_REPEAT = ("GET", "PUT", "DELETE")


class _LostError(Exception):
    """A connection broke after the request. No error of aiohttp: those make it send some requests again, unseen."""


async def _unrepeated(request: aiohttp.ClientRequest, send: aiohttp.ClientHandlerType) -> aiohttp.ClientResponse:
    try:
        return await send(request)
    except aiohttp.ClientConnectorError:
        raise
    except (aiohttp.ServerDisconnectedError, aiohttp.ClientOSError) as error:
        raise _LostError(str(error)) from error


@dataclass(slots=True)
class _Attempt:
    """What is known of sending a request, beyond its record."""

    reused: bool = False
    """Whether it went over a connection that had been idle."""


async def _note_reuse(_session: object, context: Any, _parameters: object) -> None:
    context.trace_request_ctx.reused = True


class Client:
    """Sends requests for a Partner. Follows redirects that keep method and body, on the same origin only."""

    def __init__(self, recorder: Recorder, limits: Limits, side: Side, forbid: Callable[[str], str | None]) -> None:
        self._recorder = recorder
        self.limits = limits
        self._side = side
        self._forbid = forbid
        self._session: aiohttp.ClientSession | None = None

    async def start(self) -> None:
        """Open the session; connections are kept alive."""
        tracing = aiohttp.TraceConfig()
        tracing.on_connection_reuseconn.append(_note_reuse)
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(keepalive_timeout=KEPT_ALIVE_S),
            middlewares=(_unrepeated,),
            trace_configs=[tracing],
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=aiohttp.ClientTimeout(total=None),
            # What a behaviour leaves out is not to be put in again.
            skip_auto_headers=("User-Agent", "Content-Type"),
            headers={"User-Agent": "ocpi-conformance"},
            trust_env=False,
            auto_decompress=True,
            max_line_size=16_384,
            max_field_size=65_536,
        )

    async def close(self) -> None:
        """Close the session and its connections."""
        if self._session is not None:
            await self._session.close()

    async def send(self, outgoing: Outgoing) -> Exchange:
        """Send a request; each hop of a redirect is an exchange of its own, the last one is returned."""
        hop = outgoing
        for _ in range(self.limits.redirects + 1):
            exchange = await self._send_surely(hop)
            target = self._redirect(exchange)
            if target is None:
                return exchange
            if not same_origin(target, hop.request.url):
                return await self._refuse(hop, Failure("redirect", f"redirected to another host: {target[:200]}"))
            hop = replace(hop, request=replace(hop.request, url=target))
        return await self._refuse(hop, Failure("redirect", f"more than {self.limits.redirects} redirects"))

    @staticmethod
    def _redirect(exchange: Exchange) -> str | None:
        response = exchange.response
        keeps_method = response is not None and (
            response.status in (307, 308) or (response.status in (301, 302, 303) and exchange.request.method == "GET")
        )
        location = response.headers.get("Location") if response is not None and keeps_method else None
        return urljoin(exchange.request.url, location) if location else None

    async def _refuse(self, outgoing: Outgoing, failure: Failure) -> Exchange:
        return await self._record(outgoing, now(), 0.0, outgoing.request, None, failure)

    async def _record(
        self,
        outgoing: Outgoing,
        started: object,
        duration: float,
        request: Request,
        response: Response | None,
        failure: Failure | None,
    ) -> Exchange:
        return await self._recorder.add(
            Exchange(
                index=-1,
                client=self._side,
                version=outgoing.version,
                started=started,  # type: ignore[arg-type]
                duration_s=duration,
                request=request,
                response=response,
                failure=failure,
                operation=outgoing.operation,
                path_values=outgoing.path_values,
                behaviours=outgoing.behaviours,
                token_kind=outgoing.token_kind,
                deliberate=outgoing.deliberate,
            )
        )

    async def _send_surely(self, outgoing: Outgoing) -> Exchange:
        """Send a request; again if the server closed the idle connection just when it came (RFC 9112, 9.3.1)."""
        attempt = _Attempt()
        exchange = await self._send_once(outgoing, attempt)
        lost = exchange.response is None and exchange.failure is not None and exchange.failure.kind == "reset"
        if lost and attempt.reused and outgoing.request.method in _SAFE_TO_REPEAT:
            return await self._send_once(outgoing, _Attempt())
        return exchange

    async def _send_once(self, outgoing: Outgoing, attempt: _Attempt) -> Exchange:
        request = outgoing.request
        problem = url_problem(request.url) or self._forbid(request.url)
        if problem is not None:
            return await self._refuse(outgoing, Failure("url", f"not requested: {problem}"))
        assert self._session is not None, "the client is not started"  # noqa: S101
        started, clock = now(), time.perf_counter()
        sent, response, failure = request, None, None
        received = bytearray()
        status, headers = 0, Headers()
        try:
            async with asyncio.timeout(self.limits.timeout_s):
                async with self._session.request(
                    request.method,
                    URL(request.url, encoded=True),
                    headers=list(request.headers),
                    data=request.body.raw or None,
                    allow_redirects=False,
                    trace_request_ctx=attempt,
                ) as answer:
                    sent = replace(request, headers=Headers.of(answer.request_info.headers.items()))
                    status = answer.status
                    headers = Headers.of(
                        (name.decode("latin-1"), value.decode("utf-8", "replace")) for name, value in answer.raw_headers
                    )
                    cut = await self._read(answer.content, received)
                    if cut:
                        answer.close()
                    response = Response(status, headers, Body(bytes(received), cut_at=cut))
        except (
            aiohttp.ClientError,
            aiohttp.http_exceptions.HttpProcessingError,
            _LostError,
            OSError,
            TimeoutError,
            ValueError,
        ) as error:
            failure = _failure(error)
            if status:
                response = Response(status, headers, Body(bytes(received)))
        return await self._record(outgoing, started, time.perf_counter() - clock, sent, response, failure)

    async def _read(self, content: aiohttp.StreamReader, received: bytearray) -> int | None:
        """Read a body up to the limit; the limit if the sender went on after it."""
        async for chunk in content.iter_any():
            received += chunk
            if len(received) > self.limits.body_bytes:
                del received[self.limits.body_bytes :]
                return self.limits.body_bytes
        return None
