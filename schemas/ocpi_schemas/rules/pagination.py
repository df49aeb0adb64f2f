"""Pages: which objects a list may hold, and the headers that say where it goes on."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import parse_qsl, urlsplit

from ocpi_schemas.exchange import Headers
from ocpi_schemas.finding import shorten
from ocpi_schemas.json_text import Json
from ocpi_schemas.rules.rule import Flaw, Outcome, Seen, request_rule, response_rule
from ocpi_schemas.timestamps import read_timestamp, write_timestamp

_FILTERS = ("date_from", "date_to")
_MAX_DIGITS = 18


def _whole_number(text: str | None) -> int | None:
    """The number a header or parameter writes in digits; None if it writes none."""
    text = (text or "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _MAX_DIGITS else None


def _page(seen: Seen) -> list[Json] | None:
    """The objects of a page that the target served; None if this is no page."""
    if seen.operation is None or not seen.operation.paginated or not seen.response.succeeded:
        return None
    data = seen.response.data
    return data if isinstance(data, list) else None


# Filters


def _moment_asked_for(seen: Seen, name: str) -> datetime | None:
    # An unencoded plus of an offset arrives as a space.
    return read_timestamp(seen.exchange.request.query.get(name, "").replace(" ", "+"))


def _last_updated(page: list[Json]) -> Iterator[tuple[int, str]]:
    for index, item in enumerate(page):
        value = item.get("last_updated") if isinstance(item, dict) else None
        if isinstance(value, str):
            yield index, value


def _says_second(text: str) -> bool:
    """Whether the first 19 characters decide: UTC, in the form of OCPI."""
    return len(text) == 19 or text.endswith("Z")


def _outside(index: int, text: str, message: str, expected: str) -> Flaw:
    return Flaw(message, (expected,), shorten(text), f"/data/{index}/last_updated")


@response_rule(
    "TRN-028",
    by_module={
        "locations": "LOC-020",
        "sessions": "SES-019",
        "cdrs": "CDR-028",
        "tariffs": "TRF-010",
        "tokens": "TOK-050",
        "hubclientinfo": "HUB-032",
    },
)
def date_from_keeps_older_objects_out(seen: Seen) -> Outcome:
    """The `last_updated` of each object of a page that was asked for with `date_from`.

    Source: transport_and_format.asciidoc#transport_and_format_paginated_request
    """
    page, bound = _page(seen), _moment_asked_for(seen, "date_from")
    if not page or bound is None:
        return None
    second, expected = write_timestamp(bound)[:19], f"{write_timestamp(bound)} or later"
    return [
        _outside(index, text, "this object was last updated before date_from", expected)
        for index, text in _last_updated(page)
        if not (_says_second(text) and text[:19] > second)
        and (moment := read_timestamp(text)) is not None
        and moment < bound
    ]


@response_rule(
    "TRN-030",
    by_module={
        "locations": "LOC-022",
        "sessions": "SES-019",
        "cdrs": "CDR-028",
        "tariffs": "TRF-010",
        "tokens": "TOK-050",
        "hubclientinfo": "HUB-032",
    },
)
def date_to_keeps_younger_objects_out(seen: Seen) -> Outcome:
    """The `last_updated` of each object of a page that was asked for with `date_to`."""
    return _younger(seen, edge=False)


@response_rule(
    "TRN-031",
    by_module={
        "locations": "LOC-022",
        "sessions": "SES-019",
        "cdrs": "CDR-028",
        "tariffs": "TRF-010",
        "hubclientinfo": "HUB-032",
    },
)
def date_to_is_exclusive(seen: Seen) -> Outcome:
    """The same, for an object updated at the very moment of `date_to`."""
    return _younger(seen, edge=True)


def _younger(seen: Seen, *, edge: bool) -> Outcome:
    page, bound = _page(seen), _moment_asked_for(seen, "date_to")
    if not page or bound is None:
        return None
    second, expected = write_timestamp(bound)[:19], f"before {write_timestamp(bound)}"
    message = "this object was last updated at date_to" if edge else "this object was last updated after date_to"
    return [
        _outside(index, text, message, expected)
        for index, text in _last_updated(page)
        if not (_says_second(text) and text[:19] < second)
        and (moment := read_timestamp(text)) is not None
        and (moment == bound if edge else moment > bound)
    ]


@response_rule("TRN-034", by_module={"locations": "LOC-028"})
def limit_is_kept(seen: Seen) -> Outcome:
    """The number of objects of a page that was asked for with `limit`; what a limit of 0 means is left open."""
    page, limit = _page(seen), _whole_number(seen.exchange.request.query.get("limit"))
    if page is None or not limit:
        return None
    if len(page) <= limit:
        return []
    return [Flaw("more objects than the limit that was asked for", (f"at most {limit}",), str(len(page)), "/data")]


# Headers


@dataclass(frozen=True, slots=True)
class NextLink:
    """What the Link header says about the next page."""

    url: str | None = None
    malformed: bool = False
    """Whether there is a header, but no link to a next page, nor only other links, can be read from it."""


_LINK = re.compile(
    r"""\s*+ < ([^<>\s]++) > \s*+
        ( (?: ; \s*+ [\w!#$&+\-.^`|~*]++ \s*+ (?: = \s*+ (?: "[^"]*+" | [^\s",;]*+ ) \s*+ )?+ )*+ )
        (?: , | $ )""",
    re.VERBOSE | re.ASCII,
)
_PARAMETER = re.compile(r""";\s*+([\w!#$&+\-.^`|~*]++)\s*+(?:=\s*+(?:"([^"]*+)"|([^\s",;]*+)))?+""", re.ASCII)


def _relations(parameters: str) -> list[str]:
    """The relation types of a link; of a repeated `rel` the first counts."""
    values = (quoted or bare for name, quoted, bare in _PARAMETER.findall(parameters) if name.lower() == "rel")
    return str(next(values, "")).lower().split()


def next_link(headers: Headers) -> NextLink:
    """The link to the next page, by RFC 8288; more links and parameters may stand beside it."""
    text = ", ".join(value for value in headers.all("Link") if value.strip())
    if not text:
        return NextLink()
    position = 0
    while (match := _LINK.match(text, position)) is not None:
        relations = _relations(match[2])
        if "next" in relations:
            return NextLink(match[1])
        if not relations or "'next'" in relations:
            return NextLink(malformed=True)
        position = match.end()
        if position >= len(text):
            return NextLink()
    return NextLink(malformed=True)


_MODULE_HEADERS = {
    "locations": "LOC-029",
    "sessions": "SES-022",
    "cdrs": "CDR-032",
    "tariffs": "TRF-013",
    "tokens": "TOK-054",
    "hubclientinfo": "HUB-035",
}
"""Where the module chapters say that their list comes with the headers of a page."""


def _place(seen: Seen) -> tuple[int, int] | None:
    """Where a page ends and how many objects there are in all; None where this is not known.

    A URL that the server made may count in another way than by `offset`: then there is a parameter OCPI has not.
    """
    page, query = _page(seen), seen.exchange.request.query
    total = _whole_number(seen.response.headers.get("X-Total-Count"))
    offset = _whole_number(query.get("offset", "0"))
    if page is None or total is None or offset is None or seen.operation is None:
        return None
    if "offset" not in query and not query.keys() <= seen.operation.query.keys():
        return None
    return offset + len(page), total


@response_rule("TRN-043", by_module=_MODULE_HEADERS)
def page_before_the_last_links_to_the_next(seen: Seen) -> Outcome:
    """The Link header of a page after which, by offset, objects and X-Total-Count, more is to come."""
    place = _place(seen)
    if place is None or place[0] >= place[1]:
        return None
    link = next_link(seen.response.headers)
    if link.malformed:
        return None
    if link.url is not None:
        return []
    end, total = place
    return [
        Flaw(
            f"this is not the last page ({end} of {total} objects), but there is no link to the next",
            ('Link: <URL>; rel="next"',),
            shorten(seen.response.headers.get("Link") or "absent"),
            "header Link",
        )
    ]


@response_rule("TRN-044")
def last_page_has_no_link_to_a_next(seen: Seen) -> Outcome:
    """The Link header of the page that, by offset, objects and X-Total-Count, is the last."""
    place = _place(seen)
    if place is None or place[0] < place[1]:
        return None
    link = next_link(seen.response.headers)
    if link.malformed:
        return None
    if link.url is None:
        return []
    return [
        Flaw(
            f"the last page ({place[0]} of {place[1]} objects) links to a next one",
            ("no Link header",),
            shorten(link.url),
            "header Link",
        )
    ]


@response_rule("TRN-045")
def link_has_the_form_of_a_link(seen: Seen) -> Outcome:
    """The Link header of a page, where there is one."""
    if _page(seen) is None or not (seen.response.headers.get("Link") or "").strip():
        return None
    if not next_link(seen.response.headers).malformed:
        return []
    found = shorten(seen.response.headers.get("Link"))
    return [Flaw("no link to a next page can be read from this header", ('<URL>; rel="next"',), found, "header Link")]


def _query_of(url: str) -> dict[str, str] | None:
    try:
        return dict(parse_qsl(urlsplit(url).query, keep_blank_values=True))
    except ValueError:
        return None


def _same_filter(one: str, other: str) -> bool:
    first, second = (_moment_in_link(text) for text in (one, other))
    return one == other if first is None or second is None else first == second


def _moment_in_link(text: str) -> datetime | None:
    """The moment a filter names; a server may spell it in its own link as it likes, such as with a space for the T."""
    date, time = text[:10], text[11:].replace(" ", "+")
    return read_timestamp(f"{date}T{time}" if text[10:11] == " " else text.replace(" ", "+"))


@response_rule("TRN-046")
def next_link_keeps_the_filters(seen: Seen) -> Outcome:
    """`date_from` and `date_to` in the link to the next page, as in the request."""
    url = next_link(seen.response.headers).url if _page(seen) is not None else None
    filters = {name: value for name in _FILTERS if (value := seen.exchange.request.query.get(name)) is not None}
    query = _query_of(url) if url is not None else None
    if not filters or query is None:
        return None
    return [
        Flaw(
            f"the link to the next page does not keep the filter {name} of the request",
            (f"{name}={shorten(value)}",),
            shorten(f"{name}={query[name]}" if name in query else f"no {name}"),
            "header Link",
        )
        for name, value in filters.items()
        if name not in query or not _same_filter(value, query[name])
    ]


def is_absolute(url: str) -> bool:
    """Whether a URL begins with a scheme and a host."""
    try:
        parts = urlsplit(url)
        return bool(parts.scheme and parts.netloc)
    except ValueError:
        return False


@response_rule("TRN-047")
def next_link_is_absolute(seen: Seen) -> Outcome:
    """The URL of the next page."""
    url = next_link(seen.response.headers).url if _page(seen) is not None else None
    if url is None:
        return None
    if is_absolute(url):
        return []
    return [Flaw("the URL of the next page is not absolute", ("https://host/path",), shorten(url), "header Link")]


@response_rule("TRN-048", by_module=_MODULE_HEADERS)
def page_has_a_total_count(seen: Seen) -> Outcome:
    """The X-Total-Count header of a list."""
    return _has_whole_number(seen, "X-Total-Count")


@response_rule("TRN-050", by_module=_MODULE_HEADERS)
def page_has_a_limit(seen: Seen) -> Outcome:
    """The X-Limit header of a list."""
    return _has_whole_number(seen, "X-Limit")


def _has_whole_number(seen: Seen, name: str) -> Outcome:
    if seen.operation is None or not seen.operation.paginated or not seen.response.succeeded:
        return None
    value = seen.response.headers.get(name)
    if _whole_number(value) is not None:
        return []
    message = f"the answer to a list has no {name}" if value is None else f"{name} is not a whole number"
    return [Flaw(message, ("a whole number",), "absent" if value is None else shorten(value), f"header {name}")]


@response_rule("TRN-052")
def page_keeps_its_own_limit(seen: Seen) -> Outcome:
    """The number of objects of a page, and its X-Limit."""
    page, limit = _page(seen), _whole_number(seen.response.headers.get("X-Limit"))
    if page is None or limit is None:
        return None
    if len(page) <= limit:
        return []
    return [Flaw("more objects on this page than its X-Limit", (f"at most {limit}",), str(len(page)), "/data")]


# What a client asks for


@request_rule(by_module={"tokens": "TOK-052", "hubclientinfo": "HUB-033"})
def list_parameters_have_their_types(seen: Seen) -> Outcome:
    """The parameters of a request for a list."""
    if seen.operation is None or not seen.operation.paginated:
        return None
    query, flaws = seen.exchange.request.query, []
    for name, parameter in seen.operation.query.items():
        text = query.get(name)
        if text is None:
            continue
        if parameter.type == "DateTime" and read_timestamp(text.replace(" ", "+")) is None:
            flaws.append(Flaw(f"{name} is not a DateTime", ("2026-01-31T12:00:00Z",), shorten(text), f"query {name}"))
        if parameter.type == "int" and _whole_number(text) is None:
            flaws.append(Flaw(f"{name} is not a whole number", ("0 or more",), shorten(text), f"query {name}"))
    return flaws
