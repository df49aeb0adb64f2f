"""The response format: the envelope around `data`, and what has to be in `data`.

That its fields have their types is judged by the schema of the response.
"""

from datetime import timedelta

from ocpi_schemas.finding import shorten
from ocpi_schemas.json_text import NotJson
from ocpi_schemas.operation import Payload
from ocpi_schemas.rules.rule import Flaw, Outcome, Seen, response_rule
from ocpi_schemas.schema import load_schemas
from ocpi_schemas.timestamps import read_timestamp, write_timestamp

CLOCK_TOLERANCE = timedelta(minutes=5)

_ZONE_STEP = timedelta(minutes=15)
_ZONE_TOLERANCE = timedelta(minutes=1)
_ZONES_END = timedelta(hours=14, minutes=1)


@response_rule("TRN-060")
def success_has_a_body(seen: Seen) -> Outcome:
    """Whether an answer with HTTP 2xx has a body at all; what is in it is judged by its schema.

    Source: transport_and_format.asciidoc#transport_and_format_response_format
    """
    response = seen.response
    if not 200 <= response.status < 300 or seen.exchange.failure is not None:
        return None
    if response.body:
        return []
    return [
        Flaw(
            "the response has no body",
            ("a JSON object with status_code and timestamp",),
            f"HTTP {response.status}, empty",
        )
    ]


def _payload(seen: Seen) -> Payload | None:
    """What `data` has to hold in this answer; None if nothing is said, or the answer is no success."""
    payload = seen.operation.response if seen.operation is not None else None
    if payload is None or payload.absent or not payload.any_of or not seen.response.succeeded:
        return None
    return payload


def _is_object(seen: Seen, payload: Payload) -> bool:
    """Whether one entry of the payload is a JSON object, not a mere value."""
    documents = load_schemas(seen.context.dialect.version).documents
    return any("properties" in documents.get(name, {}) for name in payload.any_of)


def data_is_there(seen: Seen) -> Outcome:
    """`data` of a success, where it has to hold one object or a list of at least one."""
    payload = _payload(seen)
    if payload is None or payload.optional:
        return None
    if seen.response.data is not None:
        return []
    return [
        Flaw(
            "a successful answer without the data that was asked for",
            (f"{'a list of ' if payload.is_list else ''}{' or '.join(payload.any_of)}",),
            "null" if "data" in seen.response.envelope else "absent",
            "/data",
        )
    ]


def data_is_of_the_kind(seen: Seen) -> Outcome:
    """Whether `data` of a success is a list or a single object or value; an optional one may be null or left out."""
    payload, data = _payload(seen), seen.response.data
    if payload is None or (data is None and not payload.optional):
        return None
    names = " or ".join(payload.any_of)
    if payload.is_list:
        right, expected = data is None or isinstance(data, list), f"a list of {names}"
    else:
        right = not isinstance(data, list) and (data is None or isinstance(data, dict) or not _is_object(seen, payload))
        expected = f"one {names}"
    return [] if right else [Flaw("data is not of the kind that was asked for", (expected,), _kind(data), "/data")]


def _kind(data: object) -> str:
    match data:
        case list():
            return f"a list of {len(data)}"
        case dict():
            return "an object"
        case _:
            return shorten(data)


response_rule("TRN-065", by_module={"commands": "CMD-013", "chargingprofiles": "CHP-025"})(data_is_there)
response_rule("TRN-061", by_module={"commands": "CMD-013", "chargingprofiles": "CHP-025"})(data_is_of_the_kind)

for _operation, _requirement in {
    "locations.sender.get_list": "LOC-030",
    "sessions.sender.get_list": "SES-024",
    "cdrs.sender.get_list": "CDR-034",
    "tariffs.sender.get_list": "TRF-014",
    "tokens.sender.get_list": "TOK-054",
    "hubclientinfo.sender.get_list": "HUB-035",
    "tokens.sender.authorize": "TOK-069",
}.items():
    # What the module chapters say of one answer.
    response_rule(_requirement, operations=(_operation,))(data_is_there)
    response_rule(_requirement, operations=(_operation,))(data_is_of_the_kind)


def _deviation(seen: Seen) -> timedelta | None:
    """How far the `timestamp` is from the time between request and answer on our clock."""
    moment = read_timestamp(seen.response.envelope.get("timestamp"))
    if moment is None:
        return None
    began = seen.exchange.started
    ended = began + timedelta(seconds=seen.exchange.duration_s)
    return min(moment - began, timedelta(0)) + max(moment - ended, timedelta(0))


def _is_of_a_time_zone(deviation: timedelta) -> bool:
    """Whether local time deviates so much from UTC: whole quarters of an hour, up to fourteen hours."""
    remainder = abs(deviation) % _ZONE_STEP
    near = min(remainder, _ZONE_STEP - remainder) <= _ZONE_TOLERANCE
    return near and CLOCK_TOLERANCE < abs(deviation) <= _ZONES_END


@response_rule("TRN-064")
def timestamp_is_the_present(seen: Seen) -> Outcome:
    """The `timestamp` of a response, against our clock; what looks like local time breaks a requirement of its own."""
    deviation = _deviation(seen)
    if deviation is None or _is_of_a_time_zone(deviation):
        return None
    if abs(deviation) <= CLOCK_TOLERANCE:
        return []
    return [_clock_flaw("the timestamp is not the time at which the response was made", seen)]


@response_rule("TYP-016")
def timestamp_is_no_local_time(seen: Seen) -> Outcome:
    """The `timestamp` of a response, which deviates from our clock as local time does from UTC.

    Source: types.asciidoc#types_datetime_type
    """
    deviation = _deviation(seen)
    if deviation is None:
        return None
    if _is_of_a_time_zone(deviation):
        return [_clock_flaw("the timestamp is off by a time zone: local time that is written as if it were UTC", seen)]
    return [] if abs(deviation) <= CLOCK_TOLERANCE else None


def _clock_flaw(message: str, seen: Seen) -> Flaw:
    text = seen.response.envelope.get("timestamp")
    return Flaw(message, (f"about {write_timestamp(seen.exchange.started)}",), shorten(text), "/timestamp")


@response_rule("TRN-066")
def http_error_has_the_response_format(seen: Seen) -> Outcome:
    """The body of an HTTP error; a 404 without one is accepted."""
    response = seen.response
    if response.status < 400 or seen.exchange.failure is not None or (response.status == 404 and not response.body):
        return None
    body = response.body.json
    any_object = seen.context.dialect.forms.get("http_error.body") == "object"
    if isinstance(body, dict) and (any_object or "status_code" in body):
        return []
    found = "no body" if not response.body else "a body that is not JSON" if isinstance(body, NotJson) else "other JSON"
    expected = "a JSON object with details" if any_object else "a JSON object with status_code and timestamp"
    return [Flaw("an HTTP error without the details that OCPI wants", (expected,), f"HTTP {response.status}, {found}")]


@response_rule("TRN-068")
def data_is_left_out_where_nothing_is_said(seen: Seen) -> Outcome:
    """`data` of a success for which the specification names none."""
    if seen.operation is None or seen.operation.response is not None or not seen.response.succeeded:
        return None
    if seen.response.data is None:
        return []
    message = "data in a response for which the specification names none; any value is accepted"
    return [Flaw(message, ("no data",), _kind(seen.response.data), "/data")]
