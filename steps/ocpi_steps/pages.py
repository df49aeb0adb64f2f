"""Fetching lists: one page, or all pages by their links, within limits."""

import re
from urllib.parse import urljoin

from ocpi_schemas.exchange import Exchange
from ocpi_schemas.json_text import Json
from ocpi_simulator.client import same_origin
from ocpi_steps.outcome import Blocked
from ocpi_steps.scene import Crawl, Scene

_LINK = re.compile(r"<([^>]*)>\s*((?:;[^,<]*)*)")


def next_link(exchange: Exchange) -> str | None:
    """The URL of the next page, if the response names one (RFC 8288)."""
    if exchange.response is None:
        return None
    for value in exchange.response.headers.all("Link"):
        for url, parameters in _LINK.findall(value):
            if re.search(r"""rel\s*=\s*"?next"?""", parameters, re.IGNORECASE) and url:
                return urljoin(exchange.request.url, str(url))
    return None


def objects_of(exchange: Exchange) -> list[dict[str, Json]]:
    """The objects on a page; none if it is not a successful list."""
    response = exchange.response
    data = response.data if response is not None and response.succeeded else None
    return [entry for entry in data if isinstance(entry, dict)] if isinstance(data, list) else []


def get_page(scene: Scene, module: str, query: dict[str, str]) -> Exchange:
    """One page of a module's list."""
    return scene.send(f"{module}.sender.get_list", query=query)


def crawl(scene: Scene, module: str, query: dict[str, str], limit: int | None = None) -> Crawl:
    """All pages of a list, by their links; a crawl that repeats itself, or goes on for ever, is cut.

    Raises:
        Blocked: not even the first page came.
    """
    seen: set[str] = set()
    exchange = get_page(scene, module, query)
    if exchange.response is None or not exchange.response.succeeded:
        raise Blocked(f"the list of {module} could not be fetched: {exchange}")
    made = Crawl([exchange], objects_of(exchange), complete=False)
    operation = f"{module}.sender.get_list"
    most = limit or scene.session.partner.config.limits.pages
    while (url := next_link(exchange)) is not None and len(made.pages) < most:
        if url in seen or not same_origin(url, made.first.request.url):
            return made
        seen.add(url)
        exchange = scene.send(operation, url=url)
        if exchange.response is None or not exchange.response.succeeded:
            return made
        made.pages.append(exchange)
        made.objects += objects_of(exchange)
    made.complete = next_link(exchange) is None
    scene.last_ = made.first
    return made


def identity(entry: dict[str, Json]) -> tuple[str, ...]:
    """What tells the objects of a list apart; CiStrings in capitals."""
    names = ("country_code", "party_id", "id", "uid", "type") if "uid" in entry else ("country_code", "party_id", "id")
    return tuple(str(entry.get(name, "")).upper() for name in names)
