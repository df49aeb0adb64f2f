"""Answer: what a handler decides; the server makes the HTTP response of it."""

from dataclasses import dataclass

from ocpi_schemas.json_text import Json
from ocpi_simulator.draft import ABSENT, Absent, Encoded

SUCCESS = 1000
CLIENT_ERROR = 2000
INVALID_PARAMETERS = 2001
NOT_ENOUGH_INFORMATION = 2002
UNKNOWN_LOCATION = 2003
UNKNOWN_TOKEN = 2004
SERVER_ERROR = 3000
UNABLE_TO_USE_CLIENT_API = 3001
UNSUPPORTED_VERSION = 3002
MISSING_ENDPOINTS = 3003


@dataclass(frozen=True, slots=True)
class Answer:
    """An OCPI response before it has a timestamp, ids and bytes."""

    status_code: int = SUCCESS
    data: Json | Encoded | Absent = ABSENT
    message: str | None = None
    http_status: int = 200
    headers: tuple[tuple[str, str], ...] = ()


def created() -> Answer:
    """A new object was stored. Source: status_codes.asciidoc#status_codes_status_codes: HTTP 201."""
    return Answer(http_status=201)


def invalid(message: str) -> Answer:
    """The client's data cannot be processed: an OCPI error, so HTTP 200."""
    return Answer(INVALID_PARAMETERS, message=message)


def not_found(message: str) -> Answer:
    """There is no such object, or none that this client may see."""
    return Answer(CLIENT_ERROR, message=message, http_status=404)


def http_refusal(http_status: int, message: str, headers: tuple[tuple[str, str], ...] = ()) -> Answer:
    """The request failed before it reached the OCPI layer."""
    return Answer(CLIENT_ERROR, message=message, http_status=http_status, headers=headers)
