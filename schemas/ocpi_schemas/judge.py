"""The Judge: all rules on every exchange, and the history that later rules look back on."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import cache

from ocpi_schemas.context import Context, Ended, History, digest, segments_of
from ocpi_schemas.dialect import Module, load_dialect
from ocpi_schemas.exchange import Exchange, Side
from ocpi_schemas.finding import Finding
from ocpi_schemas.json_text import Json
from ocpi_schemas.object_memory import remember_objects
from ocpi_schemas.object_rules import judge_objects
from ocpi_schemas.operation import EndpointKind, InterfaceRole
from ocpi_schemas.redaction import spellings
from ocpi_schemas.requirement import load_catalogue
from ocpi_schemas.rules.loading import all_rules
from ocpi_schemas.rules.rule import Judged, Rule, Seen

MAX_FINDINGS = 200
"""Findings kept per exchange; a message that is wrong everywhere is wrong."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the rules say of one exchange."""

    examined: frozenset[str]
    """The requirements that were put to the test."""
    findings: tuple[Finding, ...] = ()


NOTHING = Judgement(frozenset())


@cache
def _rules_of(version: str) -> dict[Judged, tuple[Rule, ...]]:
    catalogue = load_catalogue()
    return {
        judged: tuple(
            entry
            for entry in all_rules()
            if entry.judges is judged
            and any(
                catalogue.applies(requirement, version)
                for requirement in entry.requirements or (i for ids in entry.by_module.values() for i in ids)
            )
        )
        for judged in Judged
    }


@cache
def _fitting(version: str, judged: Judged, operation: str | None) -> tuple[Rule, ...]:
    """The rules that are asked about exchanges of an operation."""
    known = load_dialect(version).operations.get(operation) if operation else None
    return tuple(entry for entry in _rules_of(version)[judged] if entry.fits(known))


@cache
def _ids(requirements: tuple[str, ...], version: str) -> tuple[str, ...]:
    """Those of the requirements that the version states."""
    catalogue = load_catalogue()
    return tuple(requirement for requirement in requirements if catalogue.applies(requirement, version))


class Judge:
    """Judges the exchanges of one run, in their order."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.history = History()

    def judge(self, exchange: Exchange) -> Judgement:
        """Every rule on this exchange; then it becomes part of the history."""
        try:
            return self._judge(exchange)
        finally:
            _remember(exchange, self.history)
            _remember_endpoints(exchange, self.context, self.history)
            remember_objects(exchange, self.context, self.history)

    def _judge(self, exchange: Exchange) -> Judgement:
        seen = Seen(exchange, self.context, self.history)
        judged = seen.judged
        if judged is Judged.RESPONSE and exchange.response is None:
            return NOTHING
        if exchange.version != self.context.dialect.version:
            return NOTHING  # what this version demands is not demanded of another
        catalogue, version = load_catalogue(), self.context.dialect.version
        examined: set[str] = set()
        findings: list[Finding] = []
        operation = exchange.operation.id if exchange.operation else None
        for entry in _fitting(version, judged, operation):
            flaws = entry.function(seen)
            if flaws is None:
                continue
            ids = _ids(entry.ids(seen.module), version)
            examined.update(ids)
            findings += [
                Finding(requirement, flaw.message, flaw.expected, flaw.found, flaw.pointer, exchange.index)
                for flaw in flaws
                for requirement in ids
            ]
        objects = judge_objects(seen)
        examined |= objects.examined
        findings += objects.findings
        examined = {requirement for requirement in examined if catalogue.applies(requirement, version)}
        kept = [finding for finding in findings if finding.requirement in examined]
        return Judgement(frozenset(examined), tuple(kept[:MAX_FINDINGS]))


def _remember(exchange: Exchange, history: History) -> None:
    # HTTP clients may repeat by themselves what was never answered: see RFC 9110, 9.2.2.
    if exchange.client is Side.TARGET and exchange.response is not None:
        for name, seen in (("X-Request-ID", history.request_ids), ("X-Correlation-ID", history.correlation_ids)):
            value = exchange.request.headers.get(name)
            if value:
                seen.put(digest(value.strip()), exchange.index)
    _remember_tokens(exchange, history)
    _remember_version_list(exchange, history)


def _remember_endpoints(exchange: Exchange, context: Context, history: History) -> None:
    """The Partner's endpoints: those in version details that it gave, and those where it found an operation."""
    operation = exchange.operation
    if operation is None or exchange.client is Side.PARTNER or operation.version != context.dialect.version:
        return
    segments = segments_of(exchange.request.url)
    match operation.endpoint:
        case EndpointKind.VERSIONS | EndpointKind.VERSION:
            history.endpoints.put(tuple(segments), (operation.module, operation.interface))
        case EndpointKind.MODULE:
            endpoint = segments[: len(segments) - len(operation.path)]
            history.endpoints.put(tuple(endpoint), (operation.module, operation.interface))
    if operation.endpoint is EndpointKind.VERSION and exchange.response is not None:
        for url, module, interface in _endpoints_in(exchange.response.data, context):
            history.endpoints.put(tuple(segments_of(url)), (module, interface))


def _endpoints_in(details: Json, context: Context) -> Iterator[tuple[str, str, InterfaceRole]]:
    dialect = context.dialect
    if not isinstance(details, dict) or details.get("version") != dialect.version:
        return
    entries = details.get("endpoints")
    for entry in entries if isinstance(entries, list) else []:
        if not isinstance(entry, dict) or not isinstance(entry.get("url"), str):
            continue
        module = dialect.modules.get(str(entry.get("identifier")))
        interfaces = _interfaces(module, entry, context) if module is not None else []
        if module is not None and len(interfaces) == 1:
            yield str(entry["url"]), module.identifier, interfaces[0]


def _interfaces(module: Module, entry: dict[str, Json], context: Context) -> list[InterfaceRole]:
    """What the entry says it is; where it says nothing, what the Partner's roles implement."""
    if InterfaceRole.BOTH in module.implemented_by:
        return [InterfaceRole.BOTH]
    role = entry.get(context.dialect.field("endpoint.role"))
    roles = {partner.role for partner in context.partner}
    return [
        interface
        for interface, implementers in module.implemented_by.items()
        if (interface.value == role if context.dialect.interface_roles else roles & set(implementers))
    ]


def _remember_version_list(exchange: Exchange, history: History) -> None:
    """Where the target says that the details of its versions are."""
    response = exchange.response
    if exchange.client is Side.TARGET or response is None or not exchange.is_operation("versions.both.get_versions"):
        return
    listed: dict[str, frozenset[str]] = {}
    for entry in response.data if isinstance(response.data, list) else []:
        version, url = (entry.get("version"), entry.get("url")) if isinstance(entry, dict) else (None, None)
        if isinstance(version, str) and isinstance(url, str):
            listed[url] = listed.get(url, frozenset()) | {version}
    for url, versions in listed.items():
        history.version_urls.put(url, versions)


def _token_in(value: object) -> str | None:
    token = value.get("token") if isinstance(value, dict) else None
    return token if isinstance(token, str) else None


def _remember_tokens(exchange: Exchange, history: History) -> None:
    presented = [digest(spelling) for spelling in spellings(exchange.request.headers.get("Authorization"))]
    for entry in presented:
        history.tokens.put(entry, exchange.server.value)
        if exchange.client is Side.TARGET and exchange.token_kind == "A":
            history.registration_tokens.put(entry, exchange.index)
    _remember_shown(presented, exchange, history)
    operation = exchange.operation
    if operation is None or operation.module != "credentials":
        return
    offered = _token_in(exchange.request.body.json) if exchange.request.body and not _unreadable(exchange) else None
    answered = _token_in(exchange.response.data) if exchange.response else None
    for token, giver in ((offered, exchange.client), (answered, exchange.server)):
        if token:
            history.tokens.put(digest(token), giver.value)
            if giver is Side.PARTNER:
                brought_by = history.given_to_target.get(digest(token)) or ""
                if exchange.client is Side.TARGET and operation.method in ("POST", "PUT"):
                    brought_by = operation.method
                history.given_to_target.put(digest(token), brought_by)
    succeeded = exchange.response is not None and exchange.response.succeeded
    _remember_change_of_tokens(presented, offered, answered, exchange, history)
    if exchange.client is Side.TARGET and succeeded:
        if operation.method == "DELETE":
            history.target_unregistered = True
        elif operation.method in ("POST", "PUT"):
            history.target_unregistered = False
    elif succeeded and operation.method in ("POST", "PUT"):
        history.target_unregistered = False


def _remember_shown(digests: Iterable[bytes], exchange: Exchange, history: History) -> None:
    for entry in digests:
        before = history.first_shown.get(entry)
        history.first_shown.put(entry, min(before, exchange.started) if before else exchange.started)


def _remember_change_of_tokens(
    presented: list[bytes], offered: str | None, answered: str | None, exchange: Exchange, history: History
) -> None:
    """Which tokens a credentials request made known, and which the target may use no more because of it."""
    succeeded = exchange.response is not None and exchange.response.succeeded
    # Where one side was hindered on purpose, it may not know what the other takes for settled.
    settled = succeeded and not exchange.behaviours and exchange.failure is None
    if succeeded and answered:
        _remember_shown([digest(answered)], exchange, history)
    if offered and settled:
        _remember_shown([digest(offered)], exchange, history)
    elif offered:
        # Calls back during the exchange have shown it already; it did not take effect, and may be offered again.
        since = history.first_shown.get(digest(offered))
        if since is not None and since >= exchange.started:
            history.first_shown.forget(digest(offered))
    if exchange.client is Side.TARGET and settled and exchange.request.method != "GET":
        end = Ended(exchange.request.method, exchange.started + timedelta(seconds=exchange.duration_s))
        for entry in presented + ([digest(offered)] if offered else []):
            history.ended.put(entry, end)
        if answered:
            history.ended.forget(digest(answered))


def _unreadable(exchange: Exchange) -> bool:
    return not isinstance(exchange.request.body.json, dict)
