"""Rules of the status code chapter."""

from ocpi_schemas.exchange import Exchange
from ocpi_schemas.json_text import NotJson
from ocpi_schemas.operation import EndpointKind, InterfaceRole
from ocpi_schemas.rules.rule import Flaw, Outcome, Seen, response_rule

_FIRST_HTTP_ERROR = 400

_UNDECIDED = frozenset({401, 403, 404})
"""The token is not known, the party may not, nothing is there: one exchange does not show whether that is true."""

_FIRST, _CURRENT = "A", "current"
"""The kind of CREDENTIALS_TOKEN_A, and of the token of a registration."""

_CONTENT_REFUSALS = frozenset({400, 409, 422})
"""What servers answer when the content displeases them. Other 4xx codes answer a request that is wrong as HTTP."""


@response_rule("STA-002")
def no_http_error_from_the_ocpi_layer(seen: Seen) -> Outcome:
    """The HTTP status of an answer to a request that certainly reached the OCPI layer.

    Source: status_codes.asciidoc#status_codes_status_codes
    """
    exchange, status = seen.exchange, seen.response.status
    if not _is_understandable(exchange) or status in _UNDECIDED or _may_be_405(exchange):
        return None
    if exchange.deliberate or exchange.behaviours:
        if not _is_wrong_in_content_only(seen):
            return None
        if _FIRST_HTTP_ERROR <= status < 500 and status not in _CONTENT_REFUSALS:
            return None
    if status < _FIRST_HTTP_ERROR:
        return []
    return [
        Flaw(
            "an HTTP error for a request that reached the OCPI layer: valid JSON, to an existing resource, "
            "from an authenticated sender",
            ("HTTP 200 with an OCPI status code",),
            f"HTTP {status}",
            "status",
        )
    ]


def _is_understandable(exchange: Exchange) -> bool:
    """Whether it is a request that OCPI describes, with the JSON it needs, from a sender that may be known."""
    operation, body = exchange.operation, exchange.request.body
    if operation is None or exchange.request.headers.get("Authorization") is None:
        return False
    if exchange.token_kind not in ("", _CURRENT, _FIRST):
        return False
    if exchange.token_kind == _FIRST and operation.functional:
        return False
    if not body:
        return operation.request is None or operation.request.optional
    return not isinstance(body.json, NotJson)


def _may_be_405(exchange: Exchange) -> bool:
    """Whether the answer is 405 to a change of credentials.

    Whether the client is registered, and so has to POST or has to PUT, one exchange does not show.
    """
    operation = exchange.operation
    return (
        exchange.response is not None
        and exchange.response.status == 405
        and operation is not None
        and operation.module == "credentials"
        and operation.method != "GET"
    )


def _is_wrong_in_content_only(seen: Seen) -> bool:
    """Whether a request that is wrong on purpose has a sender, a URL and a form that are beyond doubt.

    Then what is wrong is something that only the OCPI layer can have an opinion on.
    """
    exchange, request = seen.exchange, seen.exchange.request
    content_type = (request.headers.get("Content-Type") or "").partition(";")[0].strip().lower()
    if not request.body or content_type != "application/json":
        return False
    if exchange.operation is None or exchange.operation.endpoint is not EndpointKind.MODULE:
        return False
    if exchange.operation.module == "credentials":
        return exchange.token_kind == (_FIRST if exchange.operation.method == "POST" else _CURRENT)
    return exchange.token_kind == _CURRENT and _leads_somewhere(seen)


def _leads_somewhere(seen: Seen) -> bool:
    """Whether the URL is an endpoint, or that of an object of ours which a PUT creates if it is not there."""
    operation, path = seen.operation, seen.exchange.path_parameters
    if operation is None or not path:
        return operation is not None
    return (
        operation.method == "PUT"
        and operation.interface is InterfaceRole.RECEIVER
        and len(operation.path) == 3
        and any(role.party.is_same(path.get("country_code"), path.get("party_id")) for role in seen.context.partner)
    )


@response_rule("STA-007")
def object_is_received_with_200_or_201(seen: Seen) -> Outcome:
    """The success status of an answer to a request that carries a valid object.

    Source: status_codes.asciidoc#status_codes_status_codes
    """
    exchange, operation, status = seen.exchange, seen.operation, seen.response.status
    wrong_on_purpose = exchange.deliberate or bool(exchange.behaviours)
    if operation is None or operation.request is None or not exchange.request.body or wrong_on_purpose:
        return None
    if not 200 <= status < 300:
        return None
    if status in (200, 201):
        return []
    return [Flaw("another success status than 200 and 201", ("HTTP 200", "HTTP 201"), f"HTTP {status}", "status")]


@response_rule("STA-010")
def ocpi_layer_gives_a_status_code(seen: Seen) -> Outcome:
    """The body of an answer with a success status; one that is not JSON breaks a requirement of its own.

    Source: status_codes.asciidoc#status_codes_status_codes
    """
    response = seen.response
    unreadable = bool(response.body) and isinstance(response.body.json, NotJson)
    if seen.operation is None or not 200 <= response.status < 300 or unreadable or seen.exchange.failure:
        return None
    if response.envelope.get("status_code") is not None:
        return []
    return [
        Flaw(
            "no OCPI status code in the answer",
            ("a response object with status_code",),
            "no body" if not response.body else "no status_code",
            "/status_code",
        )
    ]


@response_rule("STA-011")
def status_code_is_in_a_range(seen: Seen) -> Outcome:
    """The first digit of the status code; one with less than four digits breaks a requirement of its own.

    Source: status_codes.asciidoc#status_codes_status_codes
    """
    code = seen.response.status_code
    if code is None or code < 1000:
        return None
    ranges = _ranges(seen)
    if code // 1000 in ranges:
        return []
    return [
        Flaw(
            "a status code of a range that OCPI does not have",
            tuple(f"{first}xxx" for first in ranges),
            str(code),
            "/status_code",
        )
    ]


def _ranges(seen: Seen) -> list[int]:
    """The first digits of the codes that the version defines."""
    codes = seen.context.dialect.status_codes
    return sorted({code // 1000 for code in codes.success + codes.client_error + codes.server_error + codes.hub_error})


def _is_custom(seen: Seen, code: int) -> bool:
    return any(low <= code <= high for low, high in seen.context.dialect.status_codes.custom)


@response_rule("STA-012")
def status_code_is_listed(seen: Seen) -> Outcome:
    """A status code of one of the ranges, beside the custom ones.

    Source: status_codes.asciidoc#status_codes_status_codes
    """
    code, codes = seen.response.status_code, seen.context.dialect.status_codes
    if code is None or code // 1000 not in _ranges(seen) or _is_custom(seen, code):
        return None
    if codes.knows(code):
        return []
    listed = codes.success + codes.client_error + codes.server_error + codes.hub_error
    return [
        Flaw(
            "a status code that the tables do not list",
            tuple(str(known) for known in listed if known // 1000 == code // 1000),
            str(code),
            "/status_code",
        )
    ]


@response_rule("STA-013")
def module_of_ocpi_uses_no_custom_code(seen: Seen) -> Outcome:
    """The status codes of OCPI's own modules; the hubs' custom range was in use before 4000 came.

    Source: status_codes.asciidoc#status_codes_status_codes
    """
    code, hub = seen.response.status_code, seen.context.dialect.status_codes.hub_error
    if code is None or seen.operation is None or code // 1000 not in _ranges(seen):
        return None
    if not _is_custom(seen, code) or code // 1000 in {known // 1000 for known in hub}:
        return []
    return [
        Flaw(
            "a status code of a range for custom modules",
            (f"a code of the table, such as {code // 1000}000",),
            str(code),
            "/status_code",
        )
    ]
