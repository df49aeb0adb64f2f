"""Pages of the Partner's own objects: parameters in, headers out."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from ocpi_schemas.timestamps import read_timestamp
from ocpi_simulator.answer import Answer, invalid
from ocpi_simulator.call import Call
from ocpi_simulator.draft import Encoded

if TYPE_CHECKING:
    from ocpi_simulator.partner import Partner


@dataclass(frozen=True, slots=True)
class PageRequest:
    """The parameters of a list. Source: transport_and_format.asciidoc#transport_and_format_paginated_request"""

    date_from: datetime | None
    date_to: datetime | None
    offset: int
    limit: int
    """What was asked for, but never more than the server's maximum."""


def read_page_request(call: Call, maximum: int) -> PageRequest | str:
    """The parameters, or what is wrong with them."""
    dates: dict[str, datetime | None] = {"date_from": None, "date_to": None}
    for name in dates:
        text = call.query.get(name)
        if text is not None:
            dates[name] = read_timestamp(text.replace(" ", "+"))
            if dates[name] is None:
                return f"{name} is not a DateTime"
    numbers = {"offset": 0, "limit": maximum}
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
    maximum = partner.config.page_limit
    wanted = read_page_request(call, maximum)
    if isinstance(wanted, str):
        return invalid(wanted)
    page = partner.stores.own[call.operation.module].page(
        call.version, wanted.date_from, wanted.date_to, wanted.offset, wanted.limit
    )
    headers = [("X-Total-Count", str(page.total)), ("X-Limit", str(maximum))]
    following = wanted.offset + len(page.items)
    if page.items and following < page.total:
        filters = {name: call.query[name] for name in ("date_from", "date_to") if name in call.query}
        query = urlencode({"offset": following, "limit": wanted.limit} | filters, safe=":")
        headers.insert(0, ("Link", f'<{call.url.partition("?")[0]}?{query}>; rel="next"'))
    return Answer(data=Encoded(b"[" + b",".join(page.items) + b"]"), headers=tuple(headers))
