"""Objects that the target owns: found in its lists, asked for by their address, and compared with what it pushed."""

import copy
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

from ocpi_schemas.exchange import Exchange
from ocpi_schemas.json_text import Json
from ocpi_schemas.timestamps import now, read_timestamp, write_timestamp
from ocpi_simulator.client import url_problem
from ocpi_simulator.crawl import next_link
from ocpi_simulator.partner import counterpart
from ocpi_steps.comparing import differences_in
from ocpi_steps.demands import Demands
from ocpi_steps.outcome import Blocked
from ocpi_steps.pages import leads_on, objects_of
from ocpi_steps.scene import Crawl, Scene, Subject
from ocpi_steps.unmoved import timeless

Object = dict[str, Any]

IDS = {"location": "id", "evse": "uid", "connector": "id", "token": "uid"}
"""The field that names an object among its kind."""

_EDGE = timedelta(seconds=2)
"""Closer than this, two times may fall into one second."""

_SECOND = timedelta(seconds=1)

_LATELY = timedelta(seconds=10)

_PATHS = {"location": "location_id", "evse": "evse_uid", "connector": "connector_id", "token": "token_uid"}
_INSIDE = (("evses", "evse"), ("connectors", "connector"))
"""The lists of the parts of a Location and of an EVSE, and what is in them."""


# Finding


def walk(scene: Scene, module: str, query: dict[str, str] | None = None) -> Iterator[Exchange]:
    """The pages of a target's list, one request after the other, so that a long list need not be fetched whole.

    Raises:
        Blocked: a page could not be fetched, or the list goes round in circles.
    """
    operation, seen = f"{module}.sender.get_list", set[str]()
    exchange = scene.send(operation, query=query or {})
    first = exchange.request.url
    for _ in range(scene.session.partner.config.limits.pages):
        if exchange.response is None or not exchange.response.succeeded:
            raise Blocked(f"the list of {module} could not be fetched: {exchange}")
        yield exchange
        url = next_link(exchange)
        if url is None:
            return
        if url in seen or url_problem(url) is not None or not leads_on(url, first):
            raise Blocked(f"the list of {module} could not be fetched to its end: its link leads to {url[:200]}")
        seen.add(url)
        exchange = scene.send(operation, url=url)
    raise Blocked(f"the list of {module} has more pages than are fetched")


def find(
    scene: Scene, module: str, fits: Callable[[Object], object], query: dict[str, str] | None = None
) -> Object | None:
    """The first object of a target's list that fits; None if the whole list has none."""
    for page in walk(scene, module, query):
        for entry in objects_of(page):
            if fits(entry):
                return entry
    return None


def note_list(scene: Scene, module: str, fits: Callable[[Object], object]) -> Object | None:
    """The same; what was fetched on the way stays with the scene, as the state before what comes."""
    made = scene.crawl_ = Crawl([], [], complete=False)
    try:
        for page in walk(scene, module):
            made.pages.append(page)
            made.objects += objects_of(page)
            chosen = next((entry for entry in objects_of(page) if fits(entry)), None)
            if chosen is not None:
                return chosen
    except Blocked:
        if not made.pages:
            raise
    else:
        made.complete = True
    return None


def listed_location(scene: Scene, kind: str) -> Subject:
    """A Location of the target, or an EVSE or Connector of one; if possible AVAILABLE, and not updated lately.

    Raises:
        Blocked: it lists none.
    """
    lately = now() - _LATELY

    def is_quiet(location: Object) -> bool:
        updated = _moment(location)
        return updated is not None and updated < lately and bool(_parts(location, kind, "AVAILABLE"))

    chosen = note_list(scene, "locations", is_quiet)
    for status in ("AVAILABLE", ""):
        chosen = chosen or next((entry for entry in scene.crawl.objects if _parts(entry, kind, status)), None)
    if chosen is None:
        raise Blocked(f"the target lists no {kind} that is in use")
    know(scene, "location", chosen)
    return _subject(next(iter(_parts(chosen, kind, "AVAILABLE") or _parts(chosen, kind, ""))))


def partly_changed_location(scene: Scene) -> Subject:
    """A Location with an EVSE that is older than itself: a list by date could leave that EVSE out.

    Raises:
        Blocked: the target lists none.
    """

    def fits(location: Object) -> bool:
        own, parts = _moment(location), [_moment(evse) for evse in objects_in(location.get("evses"))]
        return own is not None and any(part is not None and part < own - _EDGE for part in parts)

    chosen = note_list(scene, "locations", fits)
    if chosen is None:
        raise Blocked("the target lists no Location with an EVSE that is older than itself")
    return _subject((chosen,))


def _moment(entry: Object) -> datetime | None:
    return read_timestamp(entry.get("last_updated"))


def _parts(location: Object, kind: str, status: str) -> list[tuple[Object, ...]]:
    """What a Location has of a kind: (location), (location, evse) or (location, evse, connector), each still in use."""
    if kind == "location":
        return [(location,)]
    evses = [
        evse
        for evse in objects_in(location.get("evses"))
        if evse.get("status") not in ("REMOVED", None) and status in ("", evse.get("status"))
    ]
    if kind == "evse":
        return [(location, evse) for evse in evses]
    return [(location, evse, connector) for evse in evses for connector in objects_in(evse.get("connectors"))]


def objects_in(value: object) -> list[Object]:
    """The objects in a list; none if it is something else."""
    return [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []


def _subject(way: tuple[Object, ...]) -> Subject:
    """The last of a Location, an EVSE in it and a Connector in that."""
    made: Subject | None = None
    for kind, body in zip(("location", "evse", "connector"), way, strict=False):
        path = (made.path if made else {}) | {_PATHS[kind]: str(body[IDS[kind]])}
        made = Subject("locations", kind, path, body, parent=made)
    if made is None:
        raise LookupError("a Location is a part of itself")
    return made


def owner_of(scene: Scene, entry: Object) -> tuple[str, str]:
    """Country and party of the target that an object belongs to."""
    country, party = (scene.dialect.field(f"object.owner_{part}") for part in ("country", "party"))
    if country and party and country in entry and party in entry:
        return str(entry[country]), str(entry[party])
    own = scene.session.peer.party_of(counterpart(scene.session.partner.config.role))
    if own is None:
        raise Blocked("the credentials of the target name no party")
    return own.country_code, own.party_id


def know(scene: Scene, kind: str, entry: Object) -> None:
    """Have the Partner store an object of the target as if it had been pushed, so that a change of it finds it."""
    key: tuple[str, ...] = (*(part.upper() for part in owner_of(scene, entry)), str(entry.get(IDS[kind])))
    if kind == "token" and scene.dialect.forms.get("token.identity") == "uid_and_type":
        key = (*key, str(entry.get("type")))
    store, exact = scene.session.partner.stores.received_of(f"{kind}s"), not scene.dialect.ids_ignore_case

    async def put() -> None:
        store.put(*key, value=copy.deepcopy(entry), exact=exact)

    scene.session.loop.call(put())


# Asking for one


def get_own(scene: Scene, subject: Subject) -> Exchange:
    """GET a Location, EVSE or Connector from its owner, the target."""
    return scene.send(f"locations.sender.get_{subject.kind}", path=subject.path)


def current(scene: Scene, subject: Subject) -> Object | None:
    """What the target's Sender interface says of an object now; None if it is not (or no longer) there.

    Raises:
        Blocked: the interface does not answer.
    """
    if subject.kind == "token":
        return find(scene, "tokens", lambda entry: is_same(scene, entry, subject))
    location = {"location_id": subject.path["location_id"]}
    response = scene.send_rightly("locations.sender.get_location", "GET of the Location", path=location)
    return part_of(scene, response.one, subject)


def part_of(scene: Scene, location: Json, subject: Subject) -> Object | None:
    """The subject in a Location."""
    found = location if isinstance(location, dict) else None
    for members, kind in _INSIDE:
        wanted = subject.path.get(_PATHS[kind])
        if found is not None and wanted is not None:
            found = member(scene, found.get(members), kind, wanted)
    return found


def member(scene: Scene, members: object, kind: str, wanted: str) -> Object | None:
    """The object of this id in a list."""
    folded = scene.dialect.folded
    fits = (entry for entry in objects_in(members) if folded(entry.get(IDS[kind])) == folded(wanted))
    return next(fits, None)


def is_same(scene: Scene, entry: Object, subject: Subject) -> bool:
    """Whether an object is the subject, by its id and, where that tells Tokens apart, its type."""
    folded, name = scene.dialect.folded, IDS[subject.kind]
    if folded(entry.get(name)) != folded(subject.path[_PATHS[subject.kind]]):
        return False
    by_type = subject.kind == "token" and scene.dialect.forms.get("token.identity") == "uid_and_type"
    return not by_type or entry.get("type") == subject.body.get("type")


def before(scene: Scene, subject: Subject) -> Object | None:
    """What the list that was fetched last says of an object."""
    if subject.kind == "token":
        return next((entry for entry in scene.crawl.objects if is_same(scene, entry, subject)), None)
    location = member(scene, scene.crawl.objects, "location", subject.path["location_id"])
    return part_of(scene, location, subject)


# Judging


def expect_whole(scene: Scene, ids: tuple[str, ...]) -> None:
    """Expect that a list of what was updated since the subject's Location was has that Location whole.

    Whole is what the target gives for the Location's own address, or else what the list said before.

    Raises:
        Blocked: the Location is not in that list, or changed in the meantime.
    """
    location = scene.subject
    while location.parent is not None:
        location = location.parent
    single = get_own(scene, location).response
    whole = (single.one if single is not None and single.succeeded else None) or location.body
    since = (_moment(whole) or now()) - timedelta(seconds=1)
    found = find(
        scene, "locations", lambda entry: is_same(scene, entry, location), {"date_from": write_timestamp(since)}
    )
    page = scene.last
    if found is None or _moment(found) != _moment(whole):
        raise Blocked("the Location changed while it was looked at, or is not in the list of what was updated")
    expect_same_state(scene, ids, whole, found, "a Location in a list is not whole", page)


def expect_as_listed(scene: Scene, ids: tuple[str, ...]) -> None:
    """Expect that the last answer says of the subject what the list said, unless it changed in between."""
    response = scene.answer(ids)
    data = (response.one if response.succeeded else None) or {}
    expect_same_state(scene, ids, scene.subject.body, data, "not what the list says")


def expect_it(scene: Scene, ids: tuple[str, ...], subject: Subject) -> bool:
    """Expect that the last answer holds the subject itself."""
    response = scene.answer(ids)
    data = response.one if response.succeeded else None
    return scene.expect(
        ids,
        data is not None and is_same(scene, data, subject),
        f"not the {subject.kind} that was asked for",
        expected=[f"the {subject.kind} {subject.path[_PATHS[subject.kind]]}"],
        found=data.get(IDS[subject.kind], data) if data is not None else f"HTTP {response.status}",
        pointer="/data",
    )


def expect_same_state(
    scene: Scene, ids: tuple[str, ...], one: Object, other: Object, message: str, exchange: Exchange | None = None
) -> None:
    """Expect that a later view of an object says what an earlier one said, unless it changed in between."""
    first, second = _moment(one), _moment(other)
    if first is not None and second is not None:
        if second >= first + _SECOND:
            scene.expect(ids, True, message, exchange=exchange)
            return
        if second <= first - _SECOND:
            _note_older(scene, ids, one, other, exchange)
            return
    said: Any = timeless(one)  # a time may be cut to whole seconds in one of them
    expect_no_differences(scene, ids, said, other, message, exchange)


def _note_older(scene: Scene, ids: tuple[str, ...], one: Object, other: Object, exchange: Exchange | None) -> None:
    scene.expect(
        ids,
        False,
        "this is older than what was said before",
        expected=[f"{one.get('last_updated')} or later"],
        found=other.get("last_updated"),
        pointer="/data/last_updated",
        exchange=exchange,
    )


def expect_no_differences(
    scene: Scene, ids: tuple[str, ...], one: Object, other: Object, message: str, exchange: Exchange | None = None
) -> None:
    """Expect that everything that one view of an object says is in the other one."""
    found = differences_in(scene.dialect, one, other)[:10]
    scene.expect(ids, True, message, exchange=exchange) if not found else None
    for pointer, wanted, seen in found:
        scene.expect(
            ids,
            False,
            message,
            expected=[wanted],
            found="absent" if seen is None else seen,
            pointer=f"/data{pointer}",
            exchange=exchange,
        )


def expect_moved(scene: Scene, ids: tuple[str, ...], kind: str) -> None:
    """Expect a later `last_updated` of the subject, or of what is around it, than the list had before.

    Raises:
        Blocked: it was not in that list.
    """
    subject: Subject | None = scene.subject
    while subject is not None and subject.kind != kind:
        subject = subject.parent
    old = before(scene, subject) if subject else None
    if subject is None or old is None:
        raise Blocked(f"the {kind} was not in the list that was fetched before")
    new = current(scene, subject) or {}
    earlier, later = _moment(old), _moment(new)
    # What was updated just before may show the same whole second again.
    fresh = earlier is not None and earlier > scene.crawl.first.started - _EDGE
    scene.expect(
        ids,
        earlier is not None and later is not None and (later > earlier or (fresh and later == earlier)),
        f"last_updated of the {kind} has not moved",
        expected=[f"later than {old.get('last_updated')}"],
        found=new.get("last_updated", "absent"),
    )


DEMANDS: Demands = MappingProxyType(
    {
        "it is what the list said": expect_as_listed,
        "the list of what was updated since then has all of it": expect_whole,
    }
)
"""What is demanded -> who looks at it."""
