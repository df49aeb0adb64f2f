"""Locations: EVSEs and Connectors in them, what the target pushes of its own, and what it fetches of the partner's."""

from ocpi_steps import listed, parts, pushing, target_pulls, target_pushes
from ocpi_steps.demands import any_of
from ocpi_steps.making import DOINGS
from ocpi_steps.scene import Scene
from ocpi_steps.target_pulls import LISTINGS
from ocpi_steps.target_pushes import PUSHES
from ocpi_steps.varieties import VARIETIES, varied
from ocpi_steps.vocabulary import given, then, when

_DEMANDS = {**listed.DEMANDS, **parts.DEMANDS, **target_pulls.DEMANDS, **target_pushes.DEMANDS}

# What the partner owns


@given("a new (?P<kind>evse|connector) for what the target stores")
def added(scene: Scene, kind: str) -> None:
    scene.subject_ = parts.added_part(scene, kind)


@given(f"a new location of the partner with (?P<variety>{any_of(VARIETIES)})")
def unusual(scene: Scene, variety: str) -> None:
    scene.subject_ = varied(scene, variety)


@given(f"the partner lists (?P<what>{any_of(LISTINGS)})")
def partner_lists(scene: Scene, what: str) -> None:
    LISTINGS[what](scene)


@given("the target shows the location around it")
def location_shown(scene: Scene) -> None:
    parts.look_around(scene, scene.subject)


@when("the partner puts it with a change")
def put_changed(scene: Scene) -> None:
    parts.change(scene, scene.subject)
    pushing.put(scene, scene.subject)


@when("the partner puts it without its optional fields")
def put_bare(scene: Scene) -> None:
    target_pulls.drop_options(scene, scene.subject)
    pushing.put(scene, scene.subject)


@when("the partner patches its status to REMOVED")
def remove(scene: Scene) -> None:
    parts.remove(scene, scene.subject)


@then("the (?P<kind>location|evse) around it has the new last_updated")
def parent_touched(scene: Scene, kind: str, ids: tuple[str, ...]) -> None:
    parts.expect_time(scene, ids, kind)


# What the target owns


@given("an? (?P<kind>location|evse|connector) that the target lists")
def listed_part(scene: Scene, kind: str) -> None:
    scene.subject_ = listed.listed_location(scene, kind)


@given("a location that the target lists, with an evse that is older than itself")
def partly_changed(scene: Scene) -> None:
    scene.subject_ = listed.partly_changed_location(scene)


@when("the partner requests it from its owner")
def request_from_owner(scene: Scene) -> None:
    listed.get_own(scene, scene.subject)


@then("the target answers with this (?:location|evse|connector|token)")
def answers_it(scene: Scene, ids: tuple[str, ...]) -> None:
    listed.expect_it(scene, ids, scene.subject)


@then("the last_updated of the (?P<kind>location|evse|connector|token) has moved")
def has_moved(scene: Scene, kind: str, ids: tuple[str, ...]) -> None:
    listed.expect_moved(scene, ids, kind)


# What the target does of its own


@when(f"the target is made to (?P<doing>{any_of(DOINGS)})")
def make_target(scene: Scene, doing: str) -> None:
    DOINGS[doing](scene)


@then(f"the target pushes (?P<what>{any_of(PUSHES)})")
def pushes(scene: Scene, what: str, ids: tuple[str, ...]) -> None:
    PUSHES[what](scene, ids)


@when("the target fetches the list of (?P<module>locations|tokens)")
def fetches(scene: Scene, module: str) -> None:
    target_pulls.pull(scene, module)


@then("the target fetches the whole list of (?P<module>locations|tokens)")
def fetches_all(scene: Scene, module: str, ids: tuple[str, ...]) -> None:
    target_pulls.expect_pull(scene, ids, module)


@then(f"(?P<demand>{any_of(_DEMANDS)})")
def demanded(scene: Scene, demand: str, ids: tuple[str, ...]) -> None:
    _DEMANDS[demand](scene, ids)
