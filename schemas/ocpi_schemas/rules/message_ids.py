"""X-Request-ID and X-Correlation-ID: present, unique in requests, the same in responses.

Source: transport_and_format.asciidoc#transport_and_format_unique_messageg_ids
"""

import re

from ocpi_schemas.context import digest
from ocpi_schemas.finding import shorten
from ocpi_schemas.rules.rule import Flaw, Outcome, Seen, request_rule, response_rule

_GUID = re.compile(r"[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}", re.IGNORECASE)

REQUEST_ID = 0
CORRELATION_ID = 1
"""Places of the two headers in the dialect."""


def _name(seen: Seen, place: int) -> str:
    """The name of the header, or an empty one where the version has none."""
    names = seen.context.dialect.message_ids
    return names[place] if place < len(names) else ""


def _of_request(seen: Seen, place: int) -> str:
    """The ID in the request; empty if there is none."""
    name = _name(seen, place)
    return (seen.exchange.request.headers.get(name) or "").strip() if name else ""


@request_rule("TRN-125")
def request_has_a_request_id(seen: Seen) -> Outcome:
    """The X-Request-ID of every request."""
    return _is_there(seen, REQUEST_ID)


@request_rule("TRN-128")
def request_has_a_correlation_id(seen: Seen) -> Outcome:
    """The X-Correlation-ID of every request."""
    return _is_there(seen, CORRELATION_ID)


def _is_there(seen: Seen, place: int) -> Outcome:
    name = _name(seen, place)
    if not seen.module or not name:
        return None
    if _of_request(seen, place):
        return []
    return [Flaw(f"the request has no {name}", ("a unique ID",), "absent", f"header {name}")]


@request_rule("TRN-126")
def request_id_is_unique(seen: Seen) -> Outcome:
    """The X-Request-ID among those that the target used before."""
    value = _of_request(seen, REQUEST_ID)
    if not seen.module or not value:
        return None
    return _used_before(seen, REQUEST_ID, value, seen.history.request_ids.get(digest(value)))


@request_rule("TRN-129")
def correlation_id_is_unique(seen: Seen) -> Outcome:
    """The X-Correlation-ID among those that the target used before; a hub repeats that of what it passes on."""
    value = _of_request(seen, CORRELATION_ID)
    if not seen.module or not value or seen.context.target_role == "HUB":
        return None
    return _used_before(seen, CORRELATION_ID, value, seen.history.correlation_ids.get(digest(value)))


def _used_before(seen: Seen, place: int, value: str, earlier: int | None) -> list[Flaw]:
    if earlier is None:
        return []
    name = _name(seen, place)
    return [
        Flaw(f"this {name} was used before, in exchange {earlier}", ("a new ID",), shorten(value), f"header {name}")
    ]


@request_rule("TRN-131")
def message_ids_are_guids(seen: Seen) -> Outcome:
    """The form of the IDs in a request."""
    values = [
        (_name(seen, place), value) for place in (REQUEST_ID, CORRELATION_ID) if (value := _of_request(seen, place))
    ]
    if not seen.module or not values:
        return None
    return [
        Flaw(
            f"{name} is not a GUID", ("such as 123e4567-e89b-12d3-a456-426614174000",), shorten(value), f"header {name}"
        )
        for name, value in values
        if not _GUID.fullmatch(value)
    ]


@response_rule("TRN-127")
def response_has_the_request_id(seen: Seen) -> Outcome:
    """The X-Request-ID of a response, with an HTTP error too, against that of its request."""
    return _is_repeated(seen, REQUEST_ID)


@response_rule("TRN-130")
def response_has_the_correlation_id(seen: Seen) -> Outcome:
    """The X-Correlation-ID, in the same way."""
    return _is_repeated(seen, CORRELATION_ID)


def _is_repeated(seen: Seen, place: int) -> Outcome:
    sent = _of_request(seen, place)
    if not sent or 300 <= seen.response.status < 400:  # a redirect is not a message of OCPI
        return None
    name = _name(seen, place)
    answered = seen.response.headers.get(name)
    if answered is not None and answered.strip() == sent:
        return []
    message = f"the response has no {name}" if answered is None else f"the response has another {name} than its request"
    return [Flaw(message, (sent,), "absent" if answered is None else shorten(answered), f"header {name}")]
