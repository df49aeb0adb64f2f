"""Recorded traffic as Exchanges: our own journals, and HAR files of any other tool."""

import base64
import binascii
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from ocpi_schemas.context import PartyRole
from ocpi_schemas.dialect import Dialect, known_versions
from ocpi_schemas.exchange import Body, Exchange, Headers, Request, Response, Side
from ocpi_schemas.journal import JournalError, read_journal
from ocpi_schemas.operation import InterfaceRole, Operation
from ocpi_schemas.party import PartyId
from ocpi_simulator.peers import PeerEndpoint
from ocpi_simulator.registration import read_endpoints


class RecordingError(ValueError):
    """A file holds no traffic that can be read; the message names it and says why."""


@dataclass(frozen=True, slots=True)
class Recording:
    """What a file says of itself, beside its exchanges."""

    version: str | None
    role: str | None
    target_url: str | None


def read_recording(path: Path, receive: Callable[[Exchange], None]) -> Recording:
    """Read a `journal.jsonl` or a HAR; hands over one exchange at a time.

    Raises:
        RecordingError: it is neither, or is damaged.
    """
    try:
        with path.open("rb") as file:
            first = file.readline(200_000)
        if b'"journal"' in first[:40]:
            content = read_journal(path, receive)
            target = content.about.get("target", {})
            return Recording(target.get("version"), target.get("role"), target.get("url"))
        return _read_har(path, receive)
    except JournalError as error:
        raise RecordingError(str(error)) from error
    except OSError as error:
        raise RecordingError(f"{path}: {error.strerror or error}") from error


def _read_har(path: Path, receive: Callable[[Exchange], None]) -> Recording:
    try:
        content = json.loads(path.read_bytes())
        entries = content["log"]["entries"]
        for index, entry in enumerate(entries):
            receive(_har_exchange(index, entry))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise RecordingError(f"{path} is neither a journal nor a HAR file ({type(error).__name__}: {error})") from error
    return Recording(None, None, None)


def _pairs(headers: list[dict[str, Any]]) -> Headers:
    return Headers.of((str(header["name"]), str(header["value"])) for header in headers)


def _har_body(content: dict[str, Any] | None) -> Body:
    text = (content or {}).get("text") or ""
    if (content or {}).get("encoding") == "base64":
        try:
            return Body(base64.b64decode(text))
        except binascii.Error:
            return Body(text.encode())
    return Body(text.encode())


def _har_exchange(index: int, entry: dict[str, Any]) -> Exchange:
    request, response = entry["request"], entry["response"]
    started = datetime.fromisoformat(str(entry["startedDateTime"]).replace("Z", "+00:00"))
    status = int(response.get("status") or 0)
    return Exchange(
        index=index,
        client=Side.PARTNER,
        version="",
        started=started if started.tzinfo else started.replace(tzinfo=UTC),
        duration_s=max(0.0, float(entry.get("time") or 0)) / 1000,
        request=Request(
            str(request["method"]), str(request["url"]), _pairs(request["headers"]), _har_body(request.get("postData"))
        ),
        response=Response(status, _pairs(response["headers"]), _har_body(response.get("content"))) if status else None,
    )


def spoken_versions(exchanges: list[Exchange], default: str) -> list[str]:
    """The version each exchange is of: the one it says, or that its URL names.

    A request for the version list names none: it counts to what the same side asked the same host for next.
    """
    following: dict[str, str] = {}
    found: list[str] = []
    for exchange in reversed(exchanges):
        url = urlsplit(exchange.request.url)
        named = [part for part in url.path.split("/") if part in known_versions()]
        version = exchange.version or (named[0] if named else following.get(url.netloc, default))
        following[url.netloc] = version
        found.append(version)
    return found[::-1]


class Interpreter:
    """Says of exchanges without a record of ours who the client was and which operation they are.

    What the version details in the traffic name is believed; before them, or without them, the path has to say it: a
    module's identifier, and what follows it.
    """

    def __init__(self, dialect: Dialect, role: str, target_host: str | None) -> None:
        self._dialect = dialect
        self._role = role
        self._target_host = target_host
        self._endpoints: list[PeerEndpoint] = []
        self.target_roles: tuple[PartyRole, ...] = ()

    def interpret(self, exchange: Exchange) -> Exchange:
        """The exchange with its version, client side and operation filled in, as far as they can be told."""
        if exchange.version:
            return exchange
        host = urlsplit(exchange.request.url).netloc
        if self._target_host is None:
            self._target_host = host  # the first request of a recording goes to the target
        client = Side.PARTNER if host == self._target_host else Side.TARGET
        operation, values = self._operation(exchange)
        placed = replace(
            exchange,
            version=self._dialect.version,
            client=client,
            operation=operation,
            path_values=tuple(values.items()),
        )
        self._learn(placed)
        return placed

    def _operation(self, exchange: Exchange) -> tuple[Operation | None, dict[str, str]]:
        url, method = exchange.request.url.partition("?")[0].rstrip("/"), exchange.request.method
        fitting = [
            entry
            for entry in self._endpoints
            if url == entry.url.rstrip("/") or url.startswith(entry.url.rstrip("/") + "/")
        ]
        for endpoint in sorted(fitting, key=lambda entry: -len(entry.url)):
            rest = url[len(endpoint.url.rstrip("/")) :]
            segments = tuple(unquote(part) for part in rest.split("/") if part)
            for interface in self._interfaces(endpoint):
                found = self._dialect.resolve(method, endpoint.module, interface, segments)
                if found is not None:
                    return found
        return self._by_path(exchange)

    def _interfaces(self, endpoint: PeerEndpoint) -> list[InterfaceRole]:
        if endpoint.module in self._dialect.modules and not self._dialect.interface_roles:
            return list(self._dialect.modules[endpoint.module].implemented_by)
        known = self._dialect.modules.get(endpoint.module)
        both = known is not None and InterfaceRole.BOTH in known.implemented_by
        return [InterfaceRole.BOTH] if both else [endpoint.interface]

    def _by_path(self, exchange: Exchange) -> tuple[Operation | None, dict[str, str]]:
        parts = [unquote(part) for part in urlsplit(exchange.request.url).path.split("/") if part]
        data = exchange.response.data if exchange.response is not None else None
        if (
            exchange.request.method == "GET"
            and isinstance(data, list)
            and data
            and isinstance(data[0], dict)
            and {"version", "url"} <= set(data[0])
        ):
            return self._dialect.operations["versions.both.get_versions"], {}
        if exchange.request.method == "GET" and isinstance(data, dict) and "endpoints" in data:
            return self._dialect.operations["versions.both.get_version_details"], {}
        for place in range(len(parts) - 1, -1, -1):
            module = self._dialect.modules.get(parts[place])
            if module is None:
                continue
            for interface in module.implemented_by:
                found = self._dialect.resolve(
                    exchange.request.method, module.identifier, interface, tuple(parts[place + 1 :])
                )
                if found is not None:
                    return found
        return None, {}

    def _learn(self, exchange: Exchange) -> None:
        response = exchange.response
        if response is None or not response.succeeded:
            return
        if exchange.is_operation("versions.both.get_version_details"):
            self._endpoints += read_endpoints(response.data, self._dialect)
        module = exchange.operation.module if exchange.operation else ""
        offered = (
            response.data
            if exchange.server is Side.TARGET
            else exchange.request.body.json
            if exchange.request.body
            else None
        )
        if module == "credentials" and isinstance(offered, dict):
            self.target_roles = self._roles(offered)

    def _roles(self, credentials: dict[str, Any]) -> tuple[PartyRole, ...]:
        entries = credentials.get("roles") if self._dialect.credentials_shape == "roles" else [credentials]
        return tuple(
            PartyRole(
                str(entry.get("role", self._role)), PartyId(str(entry.get("country_code")), str(entry.get("party_id")))
            )
            for entry in (entries if isinstance(entries, list) else [])
            if isinstance(entry, dict)
        )
