"""Fetching lists: one page, or all pages by their links, within limits."""

from urllib.parse import parse_qsl, urlsplit

from ocpi_schemas.exchange import Exchange
from ocpi_schemas.json_text import Json
from ocpi_simulator.client import same_origin, url_problem
from ocpi_simulator.crawl import next_link
from ocpi_steps.outcome import Blocked
from ocpi_steps.scene import Crawl, Scene


def objects_of(exchange: Exchange) -> list[dict[str, Json]]:
    """The objects on a page; none if it is not a successful list."""
    response = exchange.response
    data = response.data if response is not None and response.succeeded else None
    return [entry for entry in data if isinstance(entry, dict)] if isinstance(data, list) else []


def get_page(scene: Scene, module: str, query: dict[str, str]) -> Exchange:
    """One page of a module's list."""
    return scene.send(f"{module}.sender.get_list", query=query)


def query_of(url: str) -> dict[str, str]:
    """The query parameters of a URL."""
    return dict(parse_qsl(urlsplit(url).query, keep_blank_values=True))


def crawl(
    scene: Scene, module: str, query: dict[str, str], limit: int | None = None, *, enough: int | None = None
) -> Crawl:
    """The pages of a list, by their links: at most `limit` of them, or as many as it takes to have `enough` objects.

    Raises:
        Blocked: not even the first page came.
    """
    exchange = get_page(scene, module, query)
    if exchange.response is None or not exchange.response.succeeded:
        raise Blocked(f"the list of {module} could not be fetched: {exchange}")
    made = Crawl([exchange], objects_of(exchange), complete=False)
    most = limit or scene.session.partner.config.limits.pages
    seen: set[str] = set()
    while (url := next_link(exchange)) is not None:
        if url in seen:
            made.problem = f"its links lead in a circle, to {url}"
        elif len(made.pages) >= most or len(made.objects) >= (enough or len(made.objects) + 1):
            made.cut = f"only {len(made.pages)} pages are fetched"
        elif (flaw := url_problem(url)) is not None:
            made.problem = f"the link to the next page is no URL: {flaw}"
        elif not leads_on(url, made.first.request.url):
            made.cut = f"the link to the next page leads to another host, which is not followed: {url}"
        if made.problem or made.cut:
            break
        seen.add(url)
        exchange = scene.send(f"{module}.sender.get_list", url=url)
        if exchange.response is None or not exchange.response.succeeded:
            made.problem = str(exchange)
            break
        made.pages.append(exchange)
        made.objects += objects_of(exchange)
    made.complete = url is None
    scene.last_ = made.first
    return made


def leads_on(url: str, first: str) -> bool:
    """Whether a link leads to where the list is: to the same origin, or to the same host and port by TLS."""
    parts, base = urlsplit(url), urlsplit(first)
    return same_origin(url, first) or (parts.scheme, parts.netloc) == ("https", base.netloc)


def identity(entry: dict[str, Json]) -> tuple[str, ...]:
    """What tells the objects of a list apart; CiStrings in capitals."""
    names = ("country_code", "party_id", "id", "uid", "type") if "uid" in entry else ("country_code", "party_id", "id")
    return tuple(str(entry.get(name, "")).upper() for name in names)
