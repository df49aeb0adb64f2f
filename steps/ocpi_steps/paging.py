"""What the pages of a list have to be: how they join, where they start, what they count.

Lists of a living system change while they are looked at. What looks wrong is looked at again, and judged only if
nothing was updated in the meantime (ruling R20).
"""

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import datetime
from types import MappingProxyType

from ocpi_schemas.exchange import Exchange
from ocpi_schemas.json_text import Json
from ocpi_schemas.timestamps import read_timestamp, write_timestamp
from ocpi_simulator.crawl import next_link
from ocpi_steps import pages
from ocpi_steps.outcome import Blocked
from ocpi_steps.pages import objects_of
from ocpi_steps.scene import Crawl, Scene

Ids = tuple[str, ...]

LOOKED_BACK = 5
"""Pages of what was updated lately that are looked at before something counts as wrong."""


def module_of(exchange: Exchange) -> str:
    """The module whose list a page belongs to."""
    return exchange.operation.module if exchange.operation else ""


def number_in(exchange: Exchange, header: str) -> int | None:
    """The whole number that a header of a page has."""
    text = (exchange.response.headers.get(header) or "").strip() if exchange.response else ""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def _identity(entry: dict[str, Json]) -> tuple[str, ...]:
    """What tells the objects of one list apart, as it is spelt there: ids have case in some versions."""
    return tuple(str(entry.get(name, "")) for name in ("country_code", "party_id", "id", "uid", "type"))


def _moment_of(entry: dict[str, Json]) -> datetime | None:
    return read_timestamp(entry.get("last_updated"))


def changed_since(scene: Scene, base: Exchange, known: Iterable[dict[str, Json]]) -> bool:
    """Whether the target's data have changed since a page came, apart from the objects as they were known then."""
    module = module_of(base)
    said = base.response.envelope.get("timestamp") if base.response else None
    since = (read_timestamp(said) or base.started).replace(microsecond=0)
    seen = {(_identity(entry), _moment_of(entry)) for entry in known}
    kept = scene.last
    again = scene.send(f"{module}.sender.get_list", url=base.request.url)
    lately = pages.crawl(scene, module, {"date_from": write_timestamp(since)}, LOOKED_BACK)
    scene.last_ = kept
    updated = [entry for entry in lately.objects + objects_of(again) if (_moment_of(entry) or since) >= since]
    moved = any((_identity(entry), _moment_of(entry)) not in seen for entry in updated)
    return moved or number_in(again, "X-Total-Count") != number_in(base, "X-Total-Count")


def expect_steady(
    scene: Scene, ids: Ids, fulfilled: bool, message: str, expected: object, found: object, base: Crawl, at: Exchange
) -> bool:
    """Expect something that holds as long as the data do not change.

    Raises:
        Blocked: it does not hold, but the data have changed.
    """
    if not fulfilled and changed_since(scene, base.first, base.objects):
        raise Blocked("the target's data changed while its list was looked at")
    return scene.expect(ids, fulfilled, message, expected=[expected], found=found, exchange=at)


def _names(objects: Iterable[dict[str, Json]], most: int = 4) -> str:
    named = ["/".join(part for part in _identity(entry) if part) for entry in objects]
    return ", ".join(named[:most]) + (f" and {len(named) - most} more" if len(named) > most else "") or "none"


def _ids(objects: Iterable[dict[str, Json]]) -> list[tuple[str, ...]]:
    return [_identity(entry) for entry in objects]


def expect_pages(scene: Scene, ids: Ids) -> None:
    """Expect of a page that was asked for with a limit below the whole list that it is one of several."""
    page, response = scene.last, scene.answer(ids)
    total, limit = number_in(page, "X-Total-Count"), int(page.request.query.get("limit", "0"))
    paged = response.succeeded and len(objects_of(page)) <= limit and next_link(page) is not None
    found = f"{len(objects_of(page))} objects of {total if total is not None else 'unknown'}, Link: {_link(page)}"
    expected = [f"at most {limit} objects, and a link to the next page"]
    scene.expect(ids, paged, "the list does not come in pages", expected=expected, found=found)


def _link(page: Exchange) -> str:
    return (page.response.headers.get("Link") if page.response else None) or "absent"


def expect_whole(scene: Scene, ids: Ids) -> None:
    """Expect that a crawl ended on the last page and brought each object once, as many as X-Total-Count says."""
    crawl = scene.crawl
    if crawl.cut:
        raise Blocked(crawl.cut)
    last = crawl.pages[-1]
    scene.expect(ids, crawl.complete, f"the crawl ended before the last page: {crawl.problem}", exchange=last)
    twice = [name for name, count in Counter(_ids(crawl.objects)).items() if count > 1]
    found = ", ".join("/".join(part for part in name if part) for name in twice[:3])
    expect_steady(scene, ids, not twice, "an object came on two pages", "each object once", found, crawl, last)
    total = number_in(crawl.first, "X-Total-Count")
    if total is not None and crawl.complete:
        count = len(set(_ids(crawl.objects)))
        message = "all pages together do not hold as many objects as X-Total-Count says"
        expect_steady(scene, ids, count == total, message, total, count, crawl, last)


def expect_total(scene: Scene, ids: Ids) -> None:
    """Expect the same X-Total-Count, the number of all objects, whatever offset and limit are."""
    crawl = scene.crawl
    module, filters = module_of(crawl.first), _filters(crawl.first)
    asked = [{"limit": "1"}, {"offset": "1", "limit": "2"}]
    others = [pages.get_page(scene, module, filters | query) for query in asked]
    named = _ids(crawl.objects)
    sound = crawl.complete and len(set(named)) == len(named)
    counts = len(named) if sound else number_in(crawl.first, "X-Total-Count")
    message = "X-Total-Count is not the number of all objects that match"
    for page in [*crawl.pages, *others]:
        total = number_in(page, "X-Total-Count")
        if not expect_steady(scene, ids, total == counts, message, counts, total, crawl, page):
            return


def _filters(page: Exchange) -> dict[str, str]:
    return {name: value for name, value in page.request.query.items() if name in ("date_from", "date_to")}


def expect_joined(scene: Scene, ids: Ids) -> None:
    """Expect that pages by their links are the pages by offset, and that together they begin one larger page."""
    crawl, offset = scene.crawl, 0
    if len(crawl.pages) < 2:
        raise Blocked(crawl.problem or crawl.cut or "the list fits on one page")
    module, limit = module_of(crawl.first), crawl.first.request.query.get("limit", "")
    for page in crawl.pages:
        objects = objects_of(page)
        query = {"offset": str(offset)} | ({"limit": limit} if limit else {})
        same = objects_of(pages.get_page(scene, module, query))
        message = f"the page that the link leads to is not the page at offset {offset}"
        if not expect_steady(
            scene, ids, _ids(same) == _ids(objects), message, _names(same), _names(objects), crawl, page
        ):
            return
        offset += len(objects)
    larger = pages.get_page(scene, module, {"limit": str(offset)})
    first = objects_of(larger)
    joined = crawl.objects[: len(first)]
    message = "the pages together are not the first objects of the list"
    expect_steady(
        scene, ids, bool(first) and _ids(first) == _ids(joined), message, _names(first), _names(joined), crawl, larger
    )


def expect_start(scene: Scene, ids: Ids, place: int) -> None:
    """Expect that the page that came last begins with the object at a place of the list."""
    response, page = scene.answer(ids), scene.last
    objects = objects_of(page)
    wanted = scene.crawl.objects[place : place + 1]
    right = response.succeeded and _ids(objects[:1]) == _ids(wanted)
    message = f"the answer does not begin with object {place} of the list (counted from 0)"
    expect_steady(scene, ids, right, message, _names(wanted), _names(objects[:1]), scene.crawl, page)


def request_again(scene: Scene) -> None:
    """Ask for the URLs of a crawl once more."""
    operation = f"{module_of(scene.crawl.first)}.sender.get_list"
    again = [scene.send(operation, url=page.request.url) for page in scene.crawl.pages]
    scene.filtered_ = Crawl(again, [entry for page in again for entry in objects_of(page)], complete=False)


def expect_same_objects(scene: Scene, ids: Ids) -> None:
    """Expect on each page that was asked for twice the same objects."""
    for page, again in zip(scene.crawl.pages, scene.filtered.pages, strict=True):
        first, second = objects_of(page), objects_of(again)
        same = set(_ids(first)) == set(_ids(second))
        message = "the same URL gives other objects"
        if not expect_steady(scene, ids, same, message, _names(first), _names(second), scene.crawl, again):
            return


def expect_same_sequence(scene: Scene, ids: Ids) -> None:
    """Expect on each page that was asked for twice its objects in the same sequence, if they are the same."""
    for page, again in zip(scene.crawl.pages, scene.filtered.pages, strict=True):
        first, second = objects_of(page), objects_of(again)
        if set(_ids(first)) != set(_ids(second)):
            continue
        message = "the same URL gives its objects in another sequence"
        same = _ids(first) == _ids(second)
        if not expect_steady(scene, ids, same, message, _names(first), _names(second), scene.crawl, again):
            return


def request_last_object(scene: Scene) -> None:
    """Ask for the page that holds nothing but the last object of the list."""
    total = number_in(scene.crawl.first, "X-Total-Count")
    if total is None or total < 2 or len(objects_of(scene.crawl.first)) < 2:
        raise Blocked("the list is too short, or does not say how long it is")
    pages.get_page(scene, module_of(scene.crawl.first), {"offset": str(total - 1)})


def expect_upper_limit(scene: Scene, ids: Ids) -> None:
    """Expect that X-Limit on a page with few objects is not their number, but what it is on a fuller page."""
    first, page = scene.crawl.first, scene.last
    usual, shown, count = number_in(first, "X-Limit"), number_in(page, "X-Limit"), len(objects_of(page))
    if usual is None or shown is None or count >= len(objects_of(first)):
        raise Blocked("the list changed, or its pages say no X-Limit")
    message = "X-Limit is the number of objects on the page, not the most that the target can return"
    scene.expect(ids, not (shown == count < usual), message, expected=[usual], found=shown, pointer="header X-Limit")


MANY = 1_000
"""More than most servers give at once."""


def request_more_than_maximum(scene: Scene) -> None:
    """Ask for more objects than X-Limit says that the target gives at once."""
    most = max(MANY, number_in(scene.crawl.first, "X-Limit") or 0)
    pages.get_page(scene, module_of(scene.crawl.first), {"limit": str(most + 1)})


def expect_maximum_shown(scene: Scene, ids: Ids) -> None:
    """Expect that X-Limit, and the limit in the link, are what the target gave, and not what was asked for.

    Raises:
        Blocked: the target gave all that was asked for, or all there is: its maximum was not reached.
    """
    page = scene.last
    link, objects = next_link(page), objects_of(page)
    asked = int(page.request.query.get("limit", "0"))
    if link is None or not 0 < len(objects) < asked:
        raise Blocked(f"the target gave {len(objects)} objects, all it has: its maximum was not reached")
    shown = number_in(page, "X-Limit")
    fits = shown == len(objects)
    message = "X-Limit is not the target's maximum, by which it cut the page"
    scene.expect(ids, fits, message, expected=[len(objects)], found=shown, pointer="header X-Limit")
    limit = pages.query_of(link).get("limit")
    right = limit is None or limit == str(len(objects))  # a link that counts in its own way needs no limit
    message = "the limit in the link is not the target's maximum"
    scene.expect(ids, right, message, expected=[f"limit={len(objects)}"], found=link, pointer="header Link")


# Filters


def _moments(scene: Scene) -> list[str]:
    """When the objects seen were updated, earliest first, each moment once and as the target writes it.

    Raises:
        Blocked: all at one moment.
    """
    moments = sorted({moment for entry in scene.crawl.objects if (moment := _moment_of(entry))})
    if len(moments) < 2:
        raise Blocked("the objects of the target were all updated at one moment")
    return [_spelled(scene, moment) for moment in moments]


_LONGEST = len("2015-06-29T20:39:09.123Z")


def _spelled(scene: Scene, moment: datetime) -> str:
    """The moment as the target writes it, but with Z."""
    written = (str(e.get("last_updated")) for e in scene.crawl.objects if _moment_of(e) == moment)
    text = next(written, write_timestamp(moment))
    return text if text.endswith("Z") and len(text) <= _LONGEST else write_timestamp(moment)


MOST_PAGES = 40
"""Pages of a filtered list that are fetched."""


def crawl_updated(scene: Scene, *, after: bool, before: bool) -> None:
    """Fetch what was updated from the moment of one object on, before that of another, or both.

    Without the other bound the moment is one of the last, or the first, so that the list is not long.
    """
    moments = _moments(scene)
    margin, query = len(moments) // 4, {}
    if after:
        query["date_from"] = moments[margin if before else -2]
    if before:
        query["date_to"] = moments[-1 - margin if after else 1]
    scene.filtered_ = pages.crawl(scene, module_of(scene.crawl.first), query, MOST_PAGES)


def _bound(page: Exchange, name: str) -> datetime | None:
    return read_timestamp(page.request.query.get(name))


def expect_filtered(scene: Scene, ids: Ids, *, edge: bool) -> None:
    """Expect that the filtered list has the objects seen before that fit: at `date_from` (`edge`), or after it."""
    base, filtered = scene.crawl, scene.filtered
    low, high = _bound(filtered.first, "date_from"), _bound(filtered.first, "date_to")
    wanted = [entry for entry in base.objects if _is_due(_moment_of(entry), low, high, edge=edge)]
    if not wanted:
        raise Blocked("no object was updated between these moments")
    there = set(_ids(filtered.objects))
    missing = [entry for entry in wanted if _identity(entry) not in there]
    if missing and filtered.cut:
        raise Blocked(filtered.cut)
    where = "at date_from" if edge else "between the bounds of the filter"
    message = f"objects that were updated {where} are not in the list"
    shown = filtered.first.request.url.partition("?")[2]
    expect_steady(scene, ids, not missing, message, _names(missing), f"without them, for {shown}", base, filtered.first)


def _is_due(moment: datetime | None, low: datetime | None, high: datetime | None, *, edge: bool) -> bool:
    if moment is None:
        return False
    if edge:
        return moment == low
    return (low is None or moment > low) and (high is None or moment < high)


def expect_empty(scene: Scene, ids: Ids) -> None:
    """Expect of a filter that nothing fits a successful answer with no objects, counted as 0."""
    response, page = scene.answer(ids), scene.last
    right = response.succeeded and response.data in (None, []) and number_in(page, "X-Total-Count") == 0
    found = f"HTTP {response.status}, OCPI {response.status_code}, X-Total-Count {number_in(page, 'X-Total-Count')}"
    expected = ["success with an empty list and X-Total-Count 0"]
    scene.expect(ids, right, "not the answer to a filter that nothing fits", expected=expected, found=found)


def expect_same_without_designator(scene: Scene, ids: Ids) -> None:
    """Expect that the filtered list is the same when its DateTime does not say Z."""
    filtered = scene.filtered
    query = {name: value.removesuffix("Z") for name, value in _filters(filtered.first).items()}
    plain = pages.crawl(scene, module_of(filtered.first), query, MOST_PAGES)
    with_z, without = _ids(filtered.objects), _ids(plain.objects)
    message = "without Z the same DateTime selects other objects"
    here = _only_in(filtered, plain)
    expect_steady(
        scene, ids, set(with_z) == set(without), message, f"{len(with_z)} objects", here, scene.crawl, plain.first
    )


def _only_in(one: Crawl, other: Crawl) -> str:
    first, second = set(_ids(one.objects)), set(_ids(other.objects))
    return f"{len(second)} objects: {len(first - second)} missing, {len(second - first)} more"


SPANS: MappingProxyType[str, Callable[[Scene], None]] = MappingProxyType(
    {
        "from the moment of one of them on": lambda scene: crawl_updated(scene, after=True, before=False),
        "before the moment of one of them": lambda scene: crawl_updated(scene, after=False, before=True),
        "between the moments of two of them": lambda scene: crawl_updated(scene, after=True, before=True),
    }
)
"""What a filtered list is to hold -> how it is fetched."""

DEMANDS: MappingProxyType[str, Callable[[Scene, Ids], None]] = MappingProxyType(
    {
        "the list comes in pages": expect_pages,
        "the list is whole, each object once": expect_whole,
        "the pages join without gap or overlap": expect_joined,
        "the same URLs give the same objects": expect_same_objects,
        "the same URLs give them in the same sequence": expect_same_sequence,
        "X-Total-Count is the number of objects, whatever offset and limit are": expect_total,
        "X-Limit shows the most that the target can return": expect_upper_limit,
        "X-Limit and the limit in the link show the maximum of the target": expect_maximum_shown,
        "the objects updated at that moment are in the list": lambda scene, ids: expect_filtered(scene, ids, edge=True),
        "the objects updated in between are in the list": lambda scene, ids: expect_filtered(scene, ids, edge=False),
        "the list is empty, and counted as empty": expect_empty,
        "without Z the same objects are listed": expect_same_without_designator,
    }
)
"""What is demanded of lists, in the words that scenarios use for it."""
