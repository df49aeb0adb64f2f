"""Crawl: fetching a whole list from a peer, page after page by the links, within limits."""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

from ocpi_schemas.exchange import Exchange
from ocpi_schemas.operation import Operation
from ocpi_simulator.behaviours import state_behaviour
from ocpi_simulator.client import same_origin, url_problem

if TYPE_CHECKING:
    from ocpi_simulator.partner import Partner
    from ocpi_simulator.peers import Peer

state_behaviour("never_goes_back", "When a list gets shorter while it is fetched, nothing is fetched again.")
state_behaviour("demands_link_case", "A link to the next page is seen only if the header is spelt Link.")

_LINK = re.compile(r"<([^>]*)>\s*((?:;[^,<]*)*)")
_OFFSET = re.compile(r"([?&]offset=)([0-9]{1,18})(?=&|$)")
_NEXT = re.compile(r"""\brel\s*=\s*"?(?:[^"]*\s)?next\b""", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Crawl:
    """A list as it came."""

    pages: tuple[Exchange, ...]
    objects: tuple[dict[str, Any], ...]
    problem: str = ""
    """Why it ended before the last page; empty if it did not."""

    @property
    def complete(self) -> bool:
        """Whether the last page was reached."""
        return not self.problem


def next_link(exchange: Exchange) -> str | None:
    """The URL of the next page, if the response names one (RFC 8288).

    Source: transport_and_format.asciidoc#transport_and_format_paginated_response
    """
    for value in exchange.response.headers.all("Link") if exchange.response else []:
        for url, parameters in _LINK.findall(value):
            if url and _NEXT.search(parameters):
                return _absolute(exchange.request.url, str(url))
    return None


def _absolute(base: str, url: str) -> str:
    try:
        return urljoin(base, url)
    except ValueError:  # no URL at all, which whoever follows it finds out
        return url


def objects_on(exchange: Exchange) -> list[dict[str, Any]]:
    """The objects on a page; none if it is not a successful list."""
    response = exchange.response
    data = response.data if response is not None and response.succeeded else None
    return [entry for entry in data if isinstance(entry, dict)] if isinstance(data, list) else []


async def crawl(partner: "Partner", peer: "Peer", operation: Operation) -> Crawl:
    """Fetch all pages of a list. Links that lead elsewhere, or back, are not followed: they would leak our token.

    Raises:
        NoEndpointError: the peer's version details do not name the endpoint.
    """
    pages: list[Exchange] = []
    objects: list[dict[str, Any]] = []
    exchange = await partner.call(operation, peer)
    seen = {exchange.request.url}
    while True:
        pages.append(exchange)
        objects += objects_on(exchange)
        url = None if _overlooks(partner, exchange) else next_link(exchange)
        problem = _problem(exchange, url, seen)
        place = _missed(*pages[-2:]) if len(pages) > 1 and not problem else None
        if place is not None and not partner.behaviours.takes_hold("never_goes_back", operation.id):
            url = place
        if not problem and url is not None and len(pages) >= partner.config.limits.pages:
            problem = f"the list has more than {len(pages)} pages"
        if problem or url is None:
            return Crawl(tuple(pages), tuple(objects), problem)
        seen.add(url)
        exchange = await partner.call(operation, peer, url=url)


def _overlooks(partner: "Partner", exchange: Exchange) -> bool:
    """Whether a behaviour makes the header of the link unseen."""
    headers = exchange.response.headers if exchange.response else ()
    unusual = any(name.lower() == "link" and name != "Link" for name, _ in headers)
    return unusual and partner.behaviours.takes_hold("demands_link_case")


def _missed(before: Exchange, page: Exchange) -> str | None:
    """Where to go back to when the list got shorter between two pages, so that nothing is missed; None if it did not.

    Source: transport_and_format.asciidoc#transport_and_format_paginated_response
    """
    totals = [
        _count(exchange.response.headers.get("X-Total-Count")) for exchange in (before, page) if exchange.response
    ]
    offset = _OFFSET.search(page.request.url)
    fell = len(totals) == 2 and None not in totals and (totals[1] or 0) < (totals[0] or 0)
    if not fell or offset is None or int(offset[2]) == 0:
        return None
    return _OFFSET.sub(lambda match: f"{match[1]}{int(match[2]) - 1}", page.request.url, count=1)


def _count(text: str | None) -> int | None:
    return int(text) if text is not None and text.isascii() and text.isdigit() and len(text) < 19 else None


def _problem(exchange: Exchange, url: str | None, seen: set[str]) -> str:
    """Why a crawl cannot go on after this page, if it cannot."""
    if exchange.response is None or not exchange.response.succeeded:
        return str(exchange)
    if url is None:
        return ""
    if url_problem(url) is not None or not same_origin(url, exchange.request.url):
        return f"the link to the next page leads elsewhere: {url[:200]}"
    return "the link to the next page leads back to a page that was fetched already" if url in seen else ""
