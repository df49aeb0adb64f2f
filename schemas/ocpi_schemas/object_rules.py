"""Judging the objects in a message by the schemas of the version."""

from dataclasses import dataclass

from ocpi_schemas.finding import Finding
from ocpi_schemas.json_text import Json, NotJson
from ocpi_schemas.operation import Payload
from ocpi_schemas.rules.rule import Judged, Seen
from ocpi_schemas.schema import Assessment, Schemas, Violation, load_schemas


@dataclass(frozen=True, slots=True)
class ObjectJudgement:
    examined: frozenset[str] = frozenset()
    findings: tuple[Finding, ...] = ()


def finding_of(violation: Violation, base: str, exchange: int | None) -> Finding:
    """A violation as a finding, its pointer taken from the root of the body."""
    return Finding(
        violation.requirement,
        violation.message,
        violation.expected,
        violation.found,
        base + violation.pointer,
        exchange,
    )


def judge_objects(seen: Seen) -> ObjectJudgement:
    """The envelope of a response and the objects in it, or the body of a request, by their schemas."""
    schemas = load_schemas(seen.context.dialect.version)
    if seen.judged is Judged.REQUEST:
        return _judge_request(seen, schemas)
    return _judge_response(seen, schemas)


def _collect(parts: list[tuple[Assessment, str]], exchange: int) -> ObjectJudgement:
    return ObjectJudgement(
        frozenset().union(*(assessment.examined for assessment, _ in parts)),
        tuple(finding_of(v, base, exchange) for assessment, base in parts for v in assessment.violations),
    )


def _judge_request(seen: Seen, schemas: Schemas) -> ObjectJudgement:
    exchange, operation = seen.exchange, seen.operation
    payload = operation.request if operation else None
    if payload is None or not schemas.describes(payload.any_of) or not exchange.request.body:
        return ObjectJudgement()
    body = exchange.request.body.json
    if isinstance(body, NotJson):
        return ObjectJudgement()  # a requirement of its own
    return _collect([(schemas.assess(payload.any_of, body, partial=payload.partial), "")], exchange.index)


def _judge_response(seen: Seen, schemas: Schemas) -> ObjectJudgement:
    exchange, response, operation = seen.exchange, seen.response, seen.operation
    body = response.body.json
    if isinstance(body, NotJson) or (response.status >= 400 and not isinstance(body, dict)):
        return ObjectJudgement()
    envelope = {name: value for name, value in body.items() if name != "data"} if isinstance(body, dict) else body
    if response.status >= 400 and "status_code" not in response.envelope:
        return ObjectJudgement()  # whether an HTTP error carries the envelope is a requirement of its own
    parts = [(schemas.assess(("Response",), envelope), "")]
    payload = operation.response if operation else None
    described = payload is not None and schemas.describes(payload.any_of)
    if payload is not None and described and response.succeeded and _to_be_judged(payload, response.data):
        parts.append((schemas.assess(payload.any_of, response.data, is_list=payload.is_list), "/data"))
    return _collect(parts, exchange.index)


def _to_be_judged(payload: Payload, data: Json) -> bool:
    """Whether `data` has the kind the payload asks for; the other kinds break a requirement of their own."""
    return isinstance(data, list) if payload.is_list else isinstance(data, dict)
