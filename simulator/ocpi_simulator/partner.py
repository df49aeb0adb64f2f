"""The Partner: one OCPI platform with one party, server and client at once. Lives on one asyncio loop."""

import asyncio
from collections.abc import Mapping
from urllib.parse import quote, urlencode, urlsplit
from uuid import uuid4

from ocpi_schemas.dialect import Dialect, load_dialect
from ocpi_schemas.exchange import Body, Exchange, Headers, Request
from ocpi_schemas.json_text import Json
from ocpi_schemas.operation import EndpointKind, InterfaceRole, Operation
from ocpi_schemas.party import PartyId
from ocpi_schemas.redaction import encode_token
from ocpi_schemas.timestamps import now, write_timestamp
from ocpi_simulator.behaviours import Behaviours, state_behaviour
from ocpi_simulator.client import Client, Outgoing
from ocpi_simulator.config import PartnerConfig
from ocpi_simulator.draft import ABSENT, Absent, Draft, Kind
from ocpi_simulator.handlers import HANDLERS
from ocpi_simulator.peers import Peer, Peers
from ocpi_simulator.recorder import Recorder
from ocpi_simulator.routes import details_path, module_path, versions_path
from ocpi_simulator.server import Server
from ocpi_simulator.stores import Stores, make_stores
from ocpi_simulator.wish import PLAIN, Wish

state_behaviour("ignores_interface_role", "Of a module's endpoints the first is used, whatever its role.")


ALLOW_HOST = "--allow-host"
"""The option of a run that lets further hosts be called."""


class NoEndpointError(LookupError):
    """The peer's version details name no endpoint for what was to be called; the message says which."""


class Partner:
    """A simulated party. With no behaviour active it does what OCPI says."""

    def __init__(self, config: PartnerConfig) -> None:
        """Get ready to start.

        Raises:
            BehaviourError: a behaviour of the configuration is not known.
        """
        self.config = config
        self.recorder = Recorder()
        self.behaviours = Behaviours()
        self.peers = Peers()
        self.other_parties = config.other_parties
        """More parties in the same role, which share the connection: `white-label` services."""
        self.client = Client(self.recorder, config.limits, config.side, self.why_not_called)
        self.stores: Stores = make_stores(config)
        self.base_url = ""
        self._server: Server | None = None
        self._interfaces: dict[str, list[tuple[str, InterfaceRole]]] = {}
        self._begin()

    def _begin(self) -> None:
        for words in self.config.behaviours:
            self.behaviours.switch_on(words)
        if self.config.token_a:
            self.peers.expect(self.config.token_a)

    def reset(self) -> None:
        """Objects, behaviours and connections as after a start; it goes on listening, and what was recorded stays."""
        self.behaviours.clear()
        self.peers.all.clear()
        self.stores = make_stores(self.config)
        self._begin()

    async def start(self) -> None:
        """Listen.

        Raises:
            OSError: host and port cannot be bound.
        """
        self._server = Server(self)
        port = await self._server.start()
        host = f"[{self.config.host}]" if ":" in self.config.host else self.config.host
        self.base_url = (self.config.public_url or f"http://{host}:{port}").rstrip("/")
        await self.client.start()

    async def stop(self) -> None:
        """Close the port and the connections."""
        await self.client.close()
        if self._server is not None:
            await self._server.stop()

    def why_not_called(self, url: str) -> str | None:
        """Why a URL's host is not to be called; None if it may be."""
        allowed = self.config.allowed_hosts
        host = urlsplit(url).hostname or ""
        if allowed is None or host in allowed:
            return None
        return f"host {host} is not one the run may call (allow it with {ALLOW_HOST} {host})"

    # What we say of ourselves

    @property
    def versions_url(self) -> str:
        return self.base_url + versions_path()

    def details_url(self, version: str) -> str:
        return self.base_url + details_path(version)

    def endpoint_url(self, version: str, module: str, interface: InterfaceRole) -> str:
        return self.base_url + module_path(version, module, interface)

    def interfaces(self, dialect: Dialect) -> list[tuple[str, InterfaceRole]]:
        """The (module, interface) pairs we serve in a version: those of our role that have handlers."""
        found = self._interfaces.get(dialect.version)
        if found is None:
            served = {(op.module, op.interface) for op in dialect.operations.values() if op.id in HANDLERS}
            found = [pair for pair in dialect.interfaces_of(self.config.role) if pair in served]
            self._interfaces[dialect.version] = found
        return found

    def envelope(self, answer_code: int, message: str | None = None) -> dict[str, Json]:
        """A response envelope without data."""
        made: dict[str, Json] = {"status_code": answer_code}
        if message is not None:
            made["status_message"] = message
        return made | {"timestamp": write_timestamp(now())}

    def hosted(self, party: PartyId | None) -> PartyId | None:
        """The other party of this platform that is meant, if one is."""
        wanted = (party.country_code, party.party_id) if party else ("", "")
        return next((entry for entry in self.other_parties if entry.is_same(*wanted)), None)

    # What we ask of others

    def url_of(self, operation: Operation, peer: Peer, path: Mapping[str, str], query: Mapping[str, str]) -> str:
        """Where an operation of the peer is.

        Raises:
            NoEndpointError: its version details do not say.
        """
        dialect = load_dialect(operation.version)
        if operation.endpoint is EndpointKind.VERSIONS:
            if peer.versions_url is None:
                raise NoEndpointError("the versions URL of the peer is not known")
            return peer.versions_url
        roles = dialect.interface_roles and not self.behaviours.takes_hold("ignores_interface_role", operation.id)
        endpoint = peer.endpoint(operation.module, operation.interface, roles=roles)
        if endpoint is None:
            side = "" if operation.interface is InterfaceRole.BOTH else f" ({operation.interface})"
            raise NoEndpointError(f"its version details name no endpoint for {operation.module}{side}")
        segments = [quote(path[part[1:-1]], safe="") if part.startswith("{") else part for part in operation.path]
        url = "/".join([endpoint.url.rstrip("/") if segments else endpoint.url, *segments])
        if not query:
            return url
        return f"{url}{'&' if urlsplit(url).query else '?'}{urlencode(query)}"

    async def call(
        self,
        operation: Operation,
        peer: Peer,
        *,
        path: Mapping[str, str] | None = None,
        query: Mapping[str, str] | None = None,
        body: Json | Absent = ABSENT,
        url: str | None = None,
        wish: Wish = PLAIN,
    ) -> Exchange:
        """Send one request of an operation to a peer and record it.

        Raises:
            NoEndpointError: the peer's version details do not name the endpoint.
        """
        values = dict(path or {})
        target = url or self.url_of(operation, peer, values, query or {})
        draft = Draft(
            Kind.REQUEST,
            operation,
            body,
            wish.body,
            self._headers(operation, peer, wish),
            method=operation.method,
            url=target,
        )
        if draft.body is not None or not isinstance(body, Absent):
            draft.headers.append(("Content-Type", "application/json"))
        applied = self.behaviours.apply(draft)
        for name, value in wish.headers:
            draft.set_header(name, value)
        if wish.lower_case_headers or wish.upper_case_headers:
            spell = str.lower if wish.lower_case_headers else str.upper
            draft.headers = [(spell(name), value) for name, value in draft.headers]
        outgoing = Outgoing(
            Request(draft.method, draft.url, Headers.of(draft.headers), Body(draft.body or b"")),
            operation.version,
            operation,
            tuple(values.items()),
            applied,
            wish.token_kind or ("current" if wish.token is None and wish.raw_authorization is None else ""),
            wish.deliberate,
        )
        if draft.delivery.delay_s:
            await asyncio.sleep(draft.delivery.delay_s)
        exchange = await self.client.send(outgoing)
        for _ in range(draft.delivery.repeat):
            exchange = await self.client.send(outgoing)
        return exchange

    def _headers(self, operation: Operation, peer: Peer, wish: Wish) -> list[tuple[str, str]]:
        dialect = load_dialect(operation.version)
        headers: list[tuple[str, str]] = []
        token = wish.token if wish.token is not None else (peer.outbound or "")
        authorization = wish.raw_authorization
        if authorization is None:
            authorization = f"Token {encode_token(token, dialect.token_encoding)}"
        if authorization:
            headers.append(("Authorization", authorization))
        headers += [(name, str(uuid4())) for name in dialect.message_ids]
        if operation.functional and dialect.routing_headers:
            to = peer.party_of(counterpart(self.config.role))
            own = self.config.party
            addressed = [to.party_id, to.country_code] if to else []
            values = [*addressed, own.party_id, own.country_code] if addressed else [own.party_id, own.country_code]
            headers += list(zip(dialect.routing_headers[-len(values) :], values, strict=True))
        return headers


def counterpart(role: str) -> str:
    """The role that a role mostly talks to."""
    return "EMSP" if role == "CPO" else "CPO"
