"""Bodies, methods, media types and URLs: what every message over HTTP has to keep."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from ocpi_schemas.exchange import Body
from ocpi_schemas.finding import shorten
from ocpi_schemas.json_text import Json, NotJson
from ocpi_schemas.rules.pagination import next_link
from ocpi_schemas.rules.rule import Flaw, Judged, Outcome, Seen, message_rule, request_rule, response_rule

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
JSON_TYPE = "application/json"


def media_type(value: str | None) -> str:
    """The media type of a Content-Type header, without parameters."""
    return (value or "").partition(";")[0].strip().lower()


def _body_is_json(body: Body) -> Outcome:
    if not body or body.cut_at is not None:
        return None
    if isinstance(body.json, NotJson):
        return [Flaw("the body is not valid JSON", ("JSON in UTF-8",), body.json.reason)]
    return []


@request_rule("TRN-001")
def request_body_is_json(seen: Seen) -> Outcome:
    """A body that the target sends as a client, as far as it arrived whole."""
    request = seen.exchange.request
    announced = request.headers.get("Content-Length") or ""
    cut_short = announced.isdecimal() and len(announced) < 12 and int(announced) > len(request.body.raw)
    if not seen.module or (cut_short and request.headers.get("Content-Encoding") is None):
        return None
    return _body_is_json(request.body)


@response_rule("TRN-001")
def response_body_is_json(seen: Seen) -> Outcome:
    """The body of a success; that of an HTTP error only when it says to be JSON.

    What an HTTP error should carry is TRN-066; a redirect is not a message of OCPI.
    """
    response = seen.response
    if seen.exchange.failure is not None or 300 <= response.status < 400:
        return None
    if response.status >= 400 and media_type(response.headers.get("Content-Type")) != JSON_TYPE:
        return None
    return _body_is_json(response.body)


@request_rule("TRN-020")
def request_method_is_one_of_the_five(seen: Seen) -> Outcome:
    """The method of a request to an endpoint of ours."""
    if not seen.module:
        return None
    method = seen.exchange.request.method
    if method in METHODS:
        return []
    return [Flaw("OCPI does not use this HTTP method", METHODS, shorten(method), "method")]


@request_rule("TRN-021")
def request_says_that_its_body_is_json(seen: Seen) -> Outcome:
    """The Content-Type of a request with a body."""
    request = seen.exchange.request
    if not seen.module or not request.body:
        return None
    return _content_type_flaws(request.headers.get("Content-Type"))


def _content_type_flaws(value: str | None) -> list[Flaw]:
    if media_type(value) == JSON_TYPE:
        return []
    message = "a message with a body has no Content-Type" if value is None else "the Content-Type is not that of JSON"
    return [Flaw(message, (JSON_TYPE,), shorten(value) if value is not None else "absent", "header Content-Type")]


@response_rule("TRN-062")
def response_says_that_its_body_is_json(seen: Seen) -> Outcome:
    """The Content-Type of a response with a body: of a success, and of an error in the response format."""
    response = seen.response
    of_ocpi = 200 <= response.status < 300 or (response.status >= 400 and "status_code" in response.envelope)
    if not response.body or not of_ocpi:
        return None
    return _content_type_flaws(response.headers.get("Content-Type"))


# URLs that are handed out


@message_rule("TRN-002")
def handed_out_urls_are_https(seen: Seen) -> Outcome:
    """The scheme of each URL by which the target says where it, or its answer, is found.

    Not on a closed network, where plain HTTP is no fault.
    """
    if seen.context.closed_network:
        return None
    urls = list(_handed_out_urls(seen))
    if not urls:
        return None
    return [
        Flaw("this URL is served without encryption", ("https://…",), shorten(url), pointer)
        for pointer, url in urls
        if url[:5].lower() == "http:"
    ]


def _handed_out_urls(seen: Seen) -> Iterator[tuple[str, str]]:
    """Pointer and URL; what is not a text is a fault of its own."""
    candidates = _urls_in_bodies(seen) if seen.judged is Judged.RESPONSE else _urls_in_requests(seen)
    for pointer, url in candidates:
        if isinstance(url, str):
            yield pointer, url


def _urls_in_requests(seen: Seen) -> Iterator[tuple[str, Json]]:
    yield from _urls_of_items(seen)
    if seen.operation is not None and "response_url" in seen.operation.query:
        yield "query response_url", seen.exchange.request.query.get("response_url")
    for index, item in enumerate(seen.items):
        if seen.operation is not None and seen.operation.functional:
            yield seen.pointer(index, "/response_url"), item.get("response_url")


def _urls_in_bodies(seen: Seen) -> Iterator[tuple[str, Json]]:
    yield from _urls_of_items(seen)
    operation = seen.operation
    if operation is None or not seen.response.succeeded:
        return
    if "Location" in operation.response_headers:
        yield "header Location", seen.response.headers.get("Location")
    if operation.paginated:
        yield "header Link", next_link(seen.response.headers).url


def _urls_of_items(seen: Seen) -> Iterator[tuple[str, Json]]:
    """The URLs in versions, version details and credentials."""
    if seen.operation is None or seen.operation.functional:
        return
    for index, item in enumerate(seen.items):
        yield seen.pointer(index, "/url"), item.get("url")
        endpoints = item.get("endpoints")
        for place, endpoint in enumerate(endpoints if isinstance(endpoints, list) else ()):
            if isinstance(endpoint, dict):
                yield seen.pointer(index, f"/endpoints/{place}/url"), endpoint.get("url")


@response_rule("TRN-135", operations=("versions.both.get_version_details",))
def endpoint_urls_contain_the_version(seen: Seen) -> Outcome:
    """The paths of the endpoints in the version details.

    Source: transport_and_format.asciidoc#transport_and_format_interface_endpoints
    """
    details = seen.response.data if seen.response.succeeded else None
    endpoints = details.get("endpoints") if isinstance(details, dict) else None
    if not isinstance(details, dict) or not isinstance(endpoints, list):
        return None
    versions = {str(details.get("version")), seen.context.dialect.version}
    urls = [
        (index, str(entry["url"]))
        for index, entry in enumerate(endpoints)
        if isinstance(entry, dict) and isinstance(entry.get("url"), str)
    ]
    if not urls:
        return None
    return [
        Flaw(
            "the URL of this endpoint does not contain the protocol version",
            (f"a path segment {seen.context.dialect.version}",),
            shorten(url),
            f"/data/endpoints/{index}/url",
        )
        for index, url in urls
        if not any(version in _path(url) for version in versions)
    ]


def _path(url: str) -> str:
    try:
        return urlsplit(url).path
    except ValueError:
        return ""
