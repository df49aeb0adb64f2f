"""What the target fetches from the Partner when it is made to, and whether it makes use of it."""

from collections.abc import Callable
from functools import partial
from types import MappingProxyType
from typing import Any

from ocpi_schemas.exchange import Exchange
from ocpi_schemas.json_text import Json
from ocpi_schemas.operation import InterfaceRole
from ocpi_schemas.requirement import Level, load_catalogue
from ocpi_schemas.schema import load_schemas
from ocpi_simulator.crawl import next_link
from ocpi_steps import parts, pushing
from ocpi_steps.comparing import differences_in
from ocpi_steps.demands import Demands
from ocpi_steps.listed import IDS, objects_in
from ocpi_steps.making import DOINGS
from ocpi_steps.objects import make_subject, module_kind
from ocpi_steps.outcome import Blocked, Stopped
from ocpi_steps.pages import objects_of
from ocpi_steps.scene import Crawl, Scene, Subject

Object = dict[str, Any]

_FILTERS = ("date_from", "date_to")
_EMPTY: tuple[Json, ...] = (None, [], {}, "")


# The list that the Partner has


def list_own(scene: Scene, subject: Subject) -> None:
    """Put a subject into the Partner's own list, in the place of what has its id, or as the newest."""
    store = scene.session.partner.stores.own[subject.module]

    async def put() -> None:
        store.change(str(subject.body[IDS[subject.kind]]), dict(subject.body))

    scene.session.loop.call(put())


def list_new(scene: Scene, module: str) -> None:
    """List an object that was never pushed."""
    scene.subject_ = make_subject(scene, module_kind(module))
    list_own(scene, scene.subject_)


def list_changed(scene: Scene) -> None:
    """List the subject with a change that was never pushed."""
    parts.change(scene, scene.subject)
    list_own(scene, scene.subject)


def list_bare(scene: Scene) -> None:
    """List the subject without the optional fields that were pushed."""
    drop_options(scene, scene.subject)
    list_own(scene, scene.subject)


def drop_options(scene: Scene, subject: Subject) -> None:
    """Make the subject a newer one of the same kind without optional fields, but for the parts of a Location."""
    required = _document(scene, subject.kind)["required"]
    for name in [name for name in subject.body if name not in required and name != "evses"]:
        del subject.body[name]
    parts.touch(subject)


def _document(scene: Scene, kind: str) -> Any:
    names = {"location": "Location", "evse": "EVSE", "connector": "Connector", "token": "Token"}
    return load_schemas(scene.dialect.version).documents[names[kind]]


LISTINGS: MappingProxyType[str, Callable[[Scene], None]] = MappingProxyType(
    {
        "it with a change": list_changed,
        "it without its optional fields": list_bare,
        "a new location": lambda scene: list_new(scene, "locations"),
        "a new token": lambda scene: list_new(scene, "tokens"),
    }
)
"""What the Partner lists that it does not push."""


# Fetching


def await_pull(scene: Scene, module: str) -> Crawl | None:
    """The list that the target fetches since the trigger, all its pages; None if it fetches none."""

    def is_page(exchange: Exchange) -> bool:
        return exchange.is_operation(f"{module}.sender.get_list")

    start = scene.since
    first = scene.await_request(is_page)
    if first is None:
        return None
    last: Exchange | None = first
    if next_link(first) is not None:
        last = scene.await_request(lambda e: is_page(e) and next_link(e) is None)
    pages = [
        e for e in scene.session.partner.recorder.since(start) if is_page(e) and (not last or e.index <= last.index)
    ]
    made = Crawl(pages, [entry for page in pages for entry in objects_of(page)], complete=last is not None)
    scene.crawl_ = made
    return made


def pull(scene: Scene, module: str) -> None:
    """Have the target fetch the whole list.

    Raises:
        Blocked: it does not, or only a part.
    """
    DOINGS[f"fetch the list of {module}"](scene)
    made = await_pull(scene, module)
    if made is None:
        raise Blocked(f"the target was made to fetch the list of {module}, but did not")
    if not made.complete:
        raise Blocked(f"the target did not go on to the last page of {module}")
    if any(name in made.first.request.query for name in _FILTERS):
        raise Blocked(f"the target fetched only a part of {module}, by date: {made.first.request.url}")


def expect_pull(scene: Scene, ids: tuple[str, ...], module: str) -> None:
    """Expect that the target fetches the list, to the last page.

    To one that can be pushed to, fetching is only advised.
    """
    made = await_pull(scene, module)
    fetched = made is not None and made.complete
    if not fetched and scene.session.offers(module, InterfaceRole.RECEIVER):
        levels = {entry: load_catalogue()[entry].level_in(scene.dialect.version) for entry in ids}
        ids = tuple(entry for entry in ids if levels[entry] is not Level.MUST)
    scene.expect(
        ids,
        fetched,
        f"the target does not fetch the whole list of {module}",
        expected=["GET of the first page, and of the others by their links"],
        found="it stops before the last page" if made else scene.arrived(),
    )
    if made is None:
        raise Stopped


def settled(scene: Scene, holds: Callable[[], bool]) -> bool:
    """Whether something holds now, or after the list was fetched once more.

    The last page may still be at work when the Partner asks. When the next list is fetched, it is done.
    """
    if holds():
        return True
    pull(scene, scene.subject.module)
    return holds()


# Judging


def _read(scene: Scene) -> Object | None:
    """What the target says it stores of the subject; None if it stores nothing."""
    response = pushing.get(scene, scene.subject).response
    if response is None or response.status >= 500:
        raise Blocked(f"the target does not say what it stores: {scene.last}")
    return response.one if response.succeeded else None


def expect_as_listed(scene: Scene, ids: tuple[str, ...]) -> None:
    """Expect that the target has the subject as the Partner lists it."""
    settled(scene, lambda: not differences_in(scene.dialect, scene.subject.body, _read(scene) or {}))
    pushing.expect_same(scene, ids, scene.subject.body, _read(scene) or {})


def left_over(scene: Scene, subject: Subject, shown: Object) -> dict[str, Any]:
    """Fields with a value that the subject does not have; yes or no may be a default."""
    known = _document(scene, subject.kind)["properties"]
    return {
        name: value
        for name, value in shown.items()
        if name in known and name not in subject.body and value not in _EMPTY and not isinstance(value, bool)
    }


def expect_no_more(scene: Scene, ids: tuple[str, ...], *, pulled: bool = False) -> None:
    """Expect that the target has no field of the subject that the Partner has left out.

    Raises:
        Blocked: the target does not show the subject.
    """
    if pulled:
        settled(scene, lambda: not left_over(scene, scene.subject, _read(scene) or {}))
    shown = _read(scene)
    if shown is None:
        raise Blocked(f"the target does not show the {scene.subject.kind} that it stores: {scene.last}")
    kept = left_over(scene, scene.subject, shown)
    message = "a field that was left out keeps its old value"
    scene.expect(ids, True, message) if not kept else None
    for name, value in kept.items():
        scene.expect(ids, False, message, expected=["absent", "null"], found=value, pointer=f"/data/{name}")


def expect_invalid(scene: Scene, ids: tuple[str, ...]) -> None:
    """Expect that the target shows the Location no longer, or with no EVSE that is in use."""

    def is_gone() -> bool:
        shown = _read(scene)
        return shown is None or all(evse.get("status") == "REMOVED" for evse in objects_in(shown.get("evses")))

    fulfilled = settled(scene, is_gone)
    scene.expect(
        ids,
        fulfilled,
        "what is not in the list that was fetched is still valid",
        expected=["HTTP 404", "a Location without EVSEs in use"],
        found="the Location as it was pushed",
    )


DEMANDS: Demands = MappingProxyType(
    {
        "the target gives it back as the partner lists it": expect_as_listed,
        "the target gives it back without what the partner has left out": partial(expect_no_more, pulled=True),
        "the target gives it back without them": expect_no_more,
        "it is no longer valid at the target": expect_invalid,
    }
)
"""What is demanded -> who looks at it."""
