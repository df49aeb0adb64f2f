"""The Judge: all rules on every exchange, and the history that later rules look back on."""

from dataclasses import dataclass
from functools import cache

from ocpi_schemas.context import Context, History, digest
from ocpi_schemas.exchange import Exchange, Side
from ocpi_schemas.finding import Finding
from ocpi_schemas.json_text import Json
from ocpi_schemas.object_rules import judge_objects
from ocpi_schemas.redaction import decode_token
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
                for requirement in (*entry.requirements, *(i for ids in entry.by_module.values() for i in ids))
            )
        )
        for judged in Judged
    }


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

    def _judge(self, exchange: Exchange) -> Judgement:
        seen = Seen(exchange, self.context, self.history)
        judged = seen.judged
        if judged is Judged.RESPONSE and exchange.response is None:
            return NOTHING
        catalogue, version = load_catalogue(), self.context.dialect.version
        examined: set[str] = set()
        findings: list[Finding] = []
        for entry in _rules_of(version)[judged]:
            if not entry.fits(exchange.operation):
                continue
            flaws = entry.function(seen)
            if flaws is None:
                continue
            ids = [
                requirement for requirement in entry.ids(exchange.operation) if catalogue.applies(requirement, version)
            ]
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
    if exchange.client is Side.TARGET:
        for name, seen in (("X-Request-ID", history.request_ids), ("X-Correlation-ID", history.correlation_ids)):
            value = exchange.request.headers.get(name)
            if value:
                seen.put(digest(value), exchange.index)
    _remember_tokens(exchange, history)
    _remember_objects(exchange, history)


def _token_in(value: Json) -> str | None:
    token = value.get("token") if isinstance(value, dict) else None
    return token if isinstance(token, str) else None


def _remember_tokens(exchange: Exchange, history: History) -> None:
    authorization = exchange.request.headers.get("Authorization")
    if authorization:
        credential = authorization.rpartition(" ")[2]
        for spelling in (credential, decode_token(credential)):
            if spelling:
                history.tokens.put(digest(spelling), exchange.server.value)
    operation = exchange.operation
    if operation is None or operation.module != "credentials":
        return
    offered = _token_in(exchange.request.body.json) if exchange.request.body and not _unreadable(exchange) else None
    answered = _token_in(exchange.response.data) if exchange.response else None
    for token, giver in ((offered, exchange.client), (answered, exchange.server)):
        if token:
            history.tokens.put(digest(token), giver.value)
            if giver is Side.PARTNER:
                history.given_to_target.put(digest(token), "")
    succeeded = exchange.response is not None and exchange.response.succeeded
    if exchange.client is Side.TARGET and succeeded:
        if operation.method == "DELETE":
            history.target_unregistered = True
        elif operation.method in ("POST", "PUT"):
            history.target_unregistered = False
    elif succeeded and operation.method in ("POST", "PUT"):
        history.target_unregistered = False


def _unreadable(exchange: Exchange) -> bool:
    return not isinstance(exchange.request.body.json, dict)


def _remember_objects(exchange: Exchange, history: History) -> None:
    operation, response = exchange.operation, exchange.response
    if operation is None or not operation.functional or response is None or not response.succeeded:
        return
    if operation.request is not None and not operation.request.partial and isinstance(exchange.request.body.json, dict):
        store = history.objects if exchange.client is Side.TARGET else history.pushed
        store.put(object_key(operation.module, exchange, exchange.request.body.json), exchange.request.body.json)
    if operation.response is not None and exchange.server is Side.TARGET:
        data = response.data
        for item in data if isinstance(data, list) else [data]:
            if isinstance(item, dict):
                history.objects.put(object_key(operation.module, exchange, item), item)


def object_key(module: str, exchange: Exchange, item: dict[str, Json]) -> tuple[str, ...]:
    """What an object is remembered by: module, owner where it says so, ids; CiStrings in capitals."""
    path = exchange.path_parameters
    if path.get("location_id") and ("evse_uid" in path or "connector_id" in path):
        ids = [path["location_id"], path.get("evse_uid", ""), path.get("connector_id", "")]
    else:
        ids = [str(item.get("id", item.get("uid", ""))), str(item.get("type", "")) if module == "tokens" else ""]
    owner = [str(item.get(name, path.get(name, ""))) for name in ("country_code", "party_id")]
    return (module, *(part.upper() for part in owner + ids))
