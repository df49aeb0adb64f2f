"""The Partner's HTTP server: admits, understands, validates, hands on to a handler, and records the Exchange."""

import asyncio
import time
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

from ocpi_schemas.dialect import Dialect, load_dialect
from ocpi_schemas.exchange import Body, Exchange, Failure, Headers, Request, Response
from ocpi_schemas.json_text import Json, NotJson, parse
from ocpi_schemas.operation import Operation
from ocpi_schemas.party import PartyId
from ocpi_schemas.timestamps import now
from ocpi_simulator import unruly
from ocpi_simulator.acceptance import Refused, accept
from ocpi_simulator.answer import SERVER_ERROR, Answer, http_refusal, invalid
from ocpi_simulator.behaviours import state_behaviour
from ocpi_simulator.call import Call
from ocpi_simulator.client_owned import has_foreign_identifiers
from ocpi_simulator.draft import ABSENT, Absent, Draft, Encoded, Kind
from ocpi_simulator.handlers import HANDLERS
from ocpi_simulator.peers import Admission
from ocpi_simulator.routes import Place, Route, find_route
from ocpi_simulator.store import StoreFullError

if TYPE_CHECKING:
    from ocpi_simulator.partner import Partner

state_behaviour("opens_all_with_token_a", "CREDENTIALS_TOKEN_A opens the functional modules too.")
state_behaviour(
    "refuses_offered_token", "A token that was just offered is not accepted until the other side has answered."
)

_CHALLENGE = (("WWW-Authenticate", "Token"),)
_JSON = ("Content-Type", "application/json")


def _addressed(request: Request, dialect: Dialect) -> PartyId | None:
    """The party that the routing headers name as the receiver.

    Source: transport_and_format.asciidoc#transport_and_format_message_routing
    """
    values = [request.headers.get(name) for name in dialect.routing_headers[:2]]
    return PartyId(values[1], values[0]) if len(values) == 2 and values[0] and values[1] else None


class _Understood:
    """A request as far as it could be understood."""

    __slots__ = ("admission", "dialect", "operation", "path", "token_kind")

    def __init__(self, dialect: Dialect) -> None:
        self.dialect = dialect
        self.operation: Operation | None = None
        self.path: dict[str, str] = {}
        self.admission: Admission | None = None
        self.token_kind = "unknown"


class Server:
    """Serves one Partner on one port."""

    def __init__(self, partner: "Partner") -> None:
        self._partner = partner
        self._runner: web.ServerRunner | None = None
        self._default = load_dialect(partner.config.versions[-1])

    async def start(self) -> int:
        """Listen; gives the port.

        Raises:
            OSError: host and port cannot be bound.
        """
        server = web.Server(self._handle, access_log=None)
        self._runner = web.ServerRunner(server, shutdown_timeout=0.5)
        await self._runner.setup()
        site = web.TCPSite(self._runner, self._partner.config.host, self._partner.config.port)
        await site.start()
        return int(self._runner.addresses[0][1])

    async def stop(self) -> None:
        """Close the port and all connections."""
        if self._runner is not None:
            await self._runner.cleanup()

    async def _handle(self, incoming: web.BaseRequest) -> web.StreamResponse:
        started, clock = now(), time.perf_counter()
        understood = _Understood(self._default)
        read = await self._read(incoming)
        request = Request(
            incoming.method,
            f"{self._partner.base_url}{incoming.raw_path}",
            Headers.of(
                (name.decode("latin-1"), value.decode("utf-8", "replace")) for name, value in incoming.raw_headers
            ),
            Body(read if isinstance(read, bytes) else b""),
        )
        answer = (
            await self._answer(incoming, request, understood)
            if isinstance(read, bytes)
            else http_refusal(413, f"the body is longer than {self._partner.config.request_bytes} bytes")
        )
        draft = self._draft(answer, request, understood)
        applied = self._partner.behaviours.apply(draft)
        response, failure = await self._deliver(incoming, draft)
        await self._record(request, understood, applied, (started, time.perf_counter() - clock), draft, failure)
        return response

    async def _read(self, incoming: web.BaseRequest) -> bytes | None:
        """The request body; None if it is longer than we take."""
        if not incoming.can_read_body:
            return b""
        limit, received = self._partner.config.request_bytes, bytearray()
        try:
            async for chunk in incoming.content.iter_any():
                received += chunk
                if len(received) > limit:
                    return None
        except (HttpProcessingError, web.RequestPayloadError, ConnectionError):
            return bytes(received)
        return bytes(received)

    # Understanding

    async def _answer(self, incoming: web.BaseRequest, request: Request, understood: _Understood) -> Answer:
        route = find_route(
            incoming.path if "%" not in incoming.raw_path else incoming.raw_path.partition("?")[0],
            self._partner.config.versions,
        )
        if route is not None and route.dialect is not None:
            understood.dialect = route.dialect
        methods = self._resolve(route, request.method, understood)
        understood.admission = self._admit(request, route, understood)
        if understood.admission is None:
            return http_refusal(401, "no credentials token, or one that is not known here", _CHALLENGE)
        if understood.operation is None:
            if methods:
                return http_refusal(405, f"{request.method} is not offered here", (("Allow", ", ".join(methods)),))
            return http_refusal(404, "nothing is here")
        body = self._body(request, understood.operation, understood.dialect)
        if isinstance(body, Answer):
            return body
        call = Call(
            operation=understood.operation,
            dialect=understood.dialect,
            admission=understood.admission,
            path=understood.path,
            query=dict(parse_qsl(incoming.rel_url.raw_query_string, keep_blank_values=True)),
            body=body,
            url=request.url,
            addressed=_addressed(request, understood.dialect),
            exact_ids=not understood.dialect.ids_ignore_case,
        )
        takes_hold = self._partner.behaviours.takes_hold
        if has_foreign_identifiers(call) and takes_hold("demands_own_identifiers", call.operation.id):
            return invalid("these identifiers are not yours")
        seen = await unruly.keep_left_out(self._partner, unruly.before(self._partner, call))
        try:
            return unruly.after(self._partner, call, await HANDLERS[understood.operation.id](self._partner, seen))
        except StoreFullError:
            return Answer(SERVER_ERROR, message="too many objects were pushed; this simulator keeps no more")

    def _resolve(self, route: Route | None, method: str, understood: _Understood) -> list[str]:
        """Find the operation; the methods that the URL offers, if it is one of ours."""
        if route is None:
            return []
        dialect = understood.dialect
        if route.place is Place.MODULE:
            if (route.module, route.interface) not in self._partner.interfaces(dialect):
                return []
            found = dialect.resolve(method, route.module, route.interface, route.segments)
            if found is not None and found[0].id in HANDLERS:
                understood.operation, understood.path = found
            return dialect.methods_at(route.module, route.interface, route.segments)
        name = "get_versions" if route.place is Place.VERSIONS else "get_version_details"
        if method == "GET":
            understood.operation = dialect.operations[f"versions.both.{name}"]
        return ["GET"]

    def _admit(self, request: Request, route: Route | None, understood: _Understood) -> Admission | None:
        """Who asks, if we know them and they may ask this.

        Source: transport_and_format.asciidoc#transport_and_format_authorization_header: CREDENTIALS_TOKEN_A is good
        for the configuration modules that registration needs, and for nothing else.
        """
        if route is not None and route.dialect is not None:
            encodings = frozenset({route.dialect.token_encoding})
        else:
            encodings = frozenset(load_dialect(version).token_encoding for version in self._partner.config.versions)
        authorization = unruly.headers_as_seen(self._partner, request.headers).get("Authorization")
        admission = self._partner.peers.admit(authorization, encodings)
        admission = admission or unruly.admission_by(self._partner, authorization)
        understood.token_kind = admission.kind if admission else "unknown" if authorization else "none"
        functional = route is not None and route.place is Place.MODULE and route.module != "credentials"
        return admission if admission is not None and self._may(admission, functional=functional) else None

    def _may(self, admission: Admission, *, functional: bool) -> bool:
        takes_hold = self._partner.behaviours.takes_hold
        match admission.kind:
            case "A":
                return not functional or takes_hold("opens_all_with_token_a")
            case "pending":
                return not takes_hold("refuses_offered_token")
            case _:
                return True

    def _body(self, request: Request, operation: Operation, dialect: Dialect) -> Json | Absent | Answer:
        """The request body, valid; or the answer that says why not."""
        expected = operation.request
        if expected is None:
            return ABSENT
        if not request.body:
            return ABSENT if expected.optional else http_refusal(400, "the request has no body")
        value = parse(request.body.raw)
        takes_hold = self._partner.behaviours.takes_hold
        if isinstance(value, NotJson):
            message = f"the body is not JSON: {value.reason}"
            wrong = takes_hold("takes_malformed_json", operation.id)
            return invalid(message) if wrong else http_refusal(400, message)
        refusal = unruly.refusal_of(self._partner, operation, value)
        if refusal is not None:
            return refusal
        if isinstance(value, dict) and takes_hold("takes_anything", operation.id):
            return value
        accepted = accept(dialect, expected.any_of, value, partial=expected.partial)
        return invalid(accepted.reason) if isinstance(accepted, Refused) else accepted

    # Answering

    def _draft(self, answer: Answer, request: Request, understood: _Understood) -> Draft:
        envelope = self._partner.envelope(answer.status_code, answer.message)
        operation = understood.operation
        draft = Draft(Kind.RESPONSE, operation, status=answer.http_status, method=request.method, url=request.url)
        data = answer.data
        if isinstance(data, Encoded):
            if self._partner.behaviours.wants_objects(operation.id if operation else "", Kind.RESPONSE):
                data = parse(data.text)  # type: ignore[assignment]
            else:
                draft.payload = envelope
                draft.encode()
                draft.body = data.before(draft.body or b"{}")
        if not isinstance(data, Absent | Encoded):
            envelope = {"data": data} | envelope
        draft.payload = envelope
        draft.headers = [_JSON, *answer.headers, *self._echoed(request, understood)]
        return draft

    def _echoed(self, request: Request, understood: _Understood) -> list[tuple[str, str]]:
        """Message ids as they came; routing headers with the two sides changed over.

        Source: transport_and_format.asciidoc#transport_and_format_unique_messageg_ids
        """
        dialect, operation = understood.dialect, understood.operation
        headers = [(name, value) for name in dialect.message_ids if (value := request.headers.get(name)) is not None]
        if operation is not None and operation.functional and dialect.routing_headers and understood.admission:
            to_party, to_country, from_party, from_country = dialect.routing_headers
            own = self._partner.hosted(_addressed(request, dialect)) or self._partner.config.party
            headers += [(from_party, own.party_id), (from_country, own.country_code)]
            swapped = ((to_party, request.headers.get(from_party)), (to_country, request.headers.get(from_country)))
            headers += [(name, value) for name, value in swapped if value is not None]
        return headers

    async def _deliver(self, incoming: web.BaseRequest, draft: Draft) -> tuple[web.StreamResponse, Failure | None]:
        delivery, body = draft.delivery, draft.body or b""
        if delivery.delay_s:
            await asyncio.sleep(delivery.delay_s)
        if delivery.drop:
            if incoming.transport is not None:
                incoming.transport.abort()
            return web.Response(), Failure("behaviour", "the Partner closed the connection instead of answering")
        headers = [(name, value) for name, value in draft.headers if body or name != "Content-Type"]
        if delivery.cut_at is None and not delivery.drip_s:
            return web.Response(status=draft.status, headers=headers, body=body), None
        response = web.StreamResponse(status=draft.status, headers=headers)
        response.content_length = len(body)
        await response.prepare(incoming)
        sent = body if delivery.cut_at is None else body[: delivery.cut_at]
        try:
            for start in range(0, len(sent), 64):
                if delivery.drip_s:
                    await asyncio.sleep(delivery.drip_s)
                await response.write(sent[start : start + 64])
        except ConnectionError:
            return response, Failure("behaviour", "the other side did not wait for the rest")
        if len(sent) < len(body) and incoming.transport is not None:
            incoming.transport.close()
            return response, Failure("behaviour", "the Partner closed the connection in the middle of the body")
        return response, None

    async def _record(
        self,
        request: Request,
        understood: _Understood,
        applied: tuple[str, ...],
        times: tuple[datetime, float],
        draft: Draft,
        failure: Failure | None,
    ) -> None:
        partner = self._partner
        if understood.operation is not None and understood.operation.module == "versions":
            peer = understood.admission.peer if understood.admission else None
            version = (peer.version if peer else None) or understood.dialect.version
        else:
            version = understood.dialect.version
        response = (
            None if draft.delivery.drop else Response(draft.status, Headers.of(draft.headers), Body(draft.body or b""))
        )
        await partner.recorder.add(
            Exchange(
                index=-1,
                client=partner.config.side.other,
                version=version,
                started=times[0],
                duration_s=times[1],
                request=request,
                response=response,
                failure=failure,
                operation=understood.operation,
                path_values=tuple(understood.path.items()),
                behaviours=applied,
                token_kind=understood.token_kind,
            )
        )
