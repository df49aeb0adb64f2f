"""Pages of the Partner's own objects: parameters in, headers out."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, TypeAlias
from urllib.parse import urlencode

from ocpi_schemas.timestamps import now, read_timestamp, write_timestamp
from ocpi_simulator.answer import Answer, invalid
from ocpi_simulator.behaviours import Behaviours, state_behaviour, whole
from ocpi_simulator.call import Call
from ocpi_simulator.draft import Encoded
from ocpi_simulator.store import Page

if TYPE_CHECKING:
    from ocpi_simulator.partner import Partner


state_behaviour(
    "smaller_pages",
    "Lists come in pages of at most so many objects.",
    argument="objects",
    default="25",
    check=whole(1, 100_000),
)
for _name, _description in {
    "shrinking_list": "After the first page of a list an object that was on it is gone, so that all others move up.",
    "ignores_offset": "Every page of a list begins with the first object.",
    "ignores_limit": "A list comes in pages of the largest size, whatever limit is asked for.",
    "skips_an_object": "The link to the next page leaves one object out.",
    "turns_pages_round": "Every second answer, if it is a page of a list, has its objects in reverse.",
    "exclusive_date_from": "An object that was updated at `date_from` is not listed.",
    "inclusive_date_to": "An object that was updated at `date_to` is listed.",
    "ignores_dates": "Lists are not filtered by date.",
    "filters_local_time": "A DateTime without Z in a filter is read as local time, two hours east of Greenwich.",
    "counts_the_page": "X-Total-Count is the number of objects on the page.",
    "limits_to_the_page": "X-Limit is the number of objects on the page.",
    "repeats_the_limit": "X-Limit and the link repeat the limit that was asked for, however large.",
    "lists_newest_first": "Lists hold the newest objects first.",
    "lists_changed_last": "Lists hold the objects that were updated last at the end.",
    "changes_while_listed": "With each request for a list an object is created and another one updated; no mistake.",
    "counts_once": "X-Total-Count is the number that there was in the beginning.",
    "demands_a_limit": "A list is not given without `limit`.",
    "ignores_addressed_party": "A list is that of the first party, whichever party of the platform is addressed.",
}.items():
    state_behaviour(_name, _description)

_EAST = timedelta(hours=2)
_TICK = timedelta(milliseconds=1)
_ALL = 1_000_000

_Deviates: TypeAlias = Callable[[str], bool]
"""Whether a state behaviour takes hold."""


@dataclass(frozen=True, slots=True)
class PageRequest:
    """The parameters of a list. Source: transport_and_format.asciidoc#transport_and_format_paginated_request"""

    date_from: datetime | None
    date_to: datetime | None
    offset: int
    limit: int
    """What was asked for, but never more than the server's maximum."""


def read_page_request(call: Call, maximum: int, behaviours: Behaviours) -> PageRequest | str:
    """The parameters, or what is wrong with them."""
    dates: dict[str, datetime | None] = {"date_from": None, "date_to": None}
    for name in dates:
        text = call.query.get(name)
        if text is not None:
            moment = read_timestamp(text.replace(" ", "+"))
            if moment is None:
                return f"{name} is not a DateTime"
            local = not text.endswith("Z") and behaviours.takes_hold("filters_local_time", call.operation.id)
            dates[name] = moment - _EAST if local else moment
    numbers = {"offset": 0, "limit": maximum}
    if "limit" not in call.query and behaviours.takes_hold("demands_a_limit", call.operation.id):
        return "limit is missing"
    for name, least in (("offset", 0), ("limit", 1)):
        text = call.query.get(name)
        if text is not None:
            if not (text.isascii() and text.isdigit() and len(text) < 10 and int(text) >= least):
                return f"{name} is not a whole number from {least} up"
            numbers[name] = int(text)
    return PageRequest(dates["date_from"], dates["date_to"], numbers["offset"], min(numbers["limit"], maximum))


def answer_page(partner: "Partner", call: Call) -> Answer:
    """One page of the module's own objects.

    Source: transport_and_format.asciidoc#transport_and_format_paginated_response
    """
    smaller = partner.behaviours.argument_of("smaller_pages", call.operation.id)
    maximum = min(partner.config.page_limit, int(smaller)) if smaller else partner.config.page_limit
    wanted = read_page_request(call, maximum, partner.behaviours)
    if isinstance(wanted, str):
        return invalid(wanted)
    deviates = partial(partner.behaviours.takes_hold, operation_id=call.operation.id)
    page = _page(partner, call, wanted, maximum, deviates)
    return Answer(data=Encoded(page.items), headers=_headers(call, wanted, page, maximum, deviates))


def _page(partner: "Partner", call: Call, wanted: PageRequest, maximum: int, deviates: _Deviates) -> Page:
    """What is on a page."""
    own = partner.stores.own[call.operation.module]
    if partner.hosted(call.addressed) and not deviates("ignores_addressed_party"):
        return Page(0, [])
    if deviates("changes_while_listed"):
        made = own.create(now())
        other = next(own.supersets(), made)
        own.change(str(other.get("id", other.get("uid"))), other | {"last_updated": write_timestamp(now())})
    low, high = _bounds(wanted, deviates)
    gone = int(wanted.offset > 0 and deviates("shrinking_list"))
    first = 0 if wanted.offset and deviates("ignores_offset") else wanted.offset + gone
    limit = maximum if wanted.limit < maximum and deviates("ignores_limit") else wanted.limit
    if deviates("lists_newest_first"):
        last = own.page(call.version, low, high, 0, 0).total - first
        page = own.page(call.version, low, high, max(0, last - limit), min(limit, max(0, last)))
        page = Page(page.total, page.items[::-1])
    elif deviates("lists_changed_last"):
        page = own.page(call.version, low, high, 0, _ALL)
        page = Page(page.total, sorted(page.items, key=_updated)[first : first + limit])
    else:
        page = own.page(call.version, low, high, first, limit)
    if deviates("turns_pages_round") and partner.recorder.cursor % 2:
        page = Page(page.total, page.items[::-1])
    if deviates("counts_once"):
        page = Page(len(own.series.between(low, high)), page.items)
    return Page(page.total - gone, page.items)


def _bounds(wanted: PageRequest, deviates: _Deviates) -> tuple[datetime | None, datetime | None]:
    low, high = wanted.date_from, wanted.date_to
    if low is not None and deviates("exclusive_date_from"):
        low += _TICK
    if high is not None and deviates("inclusive_date_to"):
        high += _TICK
    return (None, None) if (low or high) is not None and deviates("ignores_dates") else (low, high)


def _updated(text: bytes) -> str:
    return str(json.loads(text)["last_updated"])


def _headers(
    call: Call, wanted: PageRequest, page: Page, maximum: int, deviates: _Deviates
) -> tuple[tuple[str, str], ...]:
    """What the headers say of a page, and the link to the next one."""
    count = len(page.items)
    shown = call.query.get("limit") if "limit" in call.query and deviates("repeats_the_limit") else None
    headers = [
        ("X-Total-Count", str(count if deviates("counts_the_page") else page.total)),
        ("X-Limit", shown or str(count if deviates("limits_to_the_page") else maximum)),
    ]
    following = wanted.offset + count
    if count and following < page.total:
        filters = {name: call.query[name] for name in ("date_from", "date_to") if name in call.query}
        following += int(deviates("skips_an_object"))
        query = urlencode({"offset": following, "limit": shown or wanted.limit} | filters, safe=":")
        headers.insert(0, ("Link", f'<{call.url.partition("?")[0]}?{query}>; rel="next"'))
    return tuple(headers)
