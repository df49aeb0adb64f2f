"""Locations: EVSEs and Connectors in them, what the target pushes of its own, and what it fetches of the partner's."""

from ocpi_steps import listed, parts, pushing, target_pulls, target_pushes, varieties
from ocpi_steps.making import DOINGS
from ocpi_steps.making import WORDS as TO_DO
from ocpi_steps.scene import Scene
from ocpi_steps.vocabulary import given, then, when

# What the partner owns


@given("a new (?P<kind>evse|connector) for what the target stores")
def added(scene: Scene, kind: str) -> None:
    scene.subject_ = parts.added_part(scene, kind)


@given(f"a new location of the partner with (?P<variety>{varieties.WORDS})")
def unusual(scene: Scene, variety: str) -> None:
    scene.subject_ = varieties.varied(scene, variety)


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
    parts.touch(scene.subject)
    pushing.patch(scene, scene.subject, {name: scene.subject.body[name] for name in ("status", "last_updated")})


@then("the target answers with this (?:location|evse|connector|token)")
def answers_it(scene: Scene, ids: tuple[str, ...]) -> None:
    listed.expect_it(scene, ids, scene.subject)


@given("the target shows the location around it")
def location_shown(scene: Scene) -> None:
    parts.look_around(scene, scene.subject)


@then("what was patched has the new values")
def new_values(scene: Scene, ids: tuple[str, ...]) -> None:
    parts.expect_new_values(scene, ids)


@then("the location has it")
def has_it(scene: Scene, ids: tuple[str, ...]) -> None:
    parts.expect_there(scene, ids)


@then("everything else in the location is what it was")
def rest_unchanged(scene: Scene, ids: tuple[str, ...]) -> None:
    parts.expect_rest(scene, ids)


@then("the (?P<kind>location|evse) around it has the new last_updated")
def parent_touched(scene: Scene, kind: str, ids: tuple[str, ...]) -> None:
    parts.expect_time(scene, ids, kind)


@then("the target gives it back without them")
def given_back_bare(scene: Scene, ids: tuple[str, ...]) -> None:
    target_pulls.expect_no_more(scene, ids)


# What the target owns


@given("an? (?P<kind>location|evse|connector) that the target lists")
def listed_part(scene: Scene, kind: str) -> None:
    scene.subject_ = listed.listed_location(scene, kind)


@when("the partner requests it from its owner")
def request_from_owner(scene: Scene) -> None:
    listed.get_own(scene, scene.subject)


@when(f"the target is made to (?P<doing>{TO_DO})")
def make_target(scene: Scene, doing: str) -> None:
    DOINGS[doing](scene)


@then("it is what the list said")
def as_listed(scene: Scene, ids: tuple[str, ...]) -> None:
    listed.expect_as_listed(scene, ids)


@given("a location that the target lists, with an evse that is older than itself")
def partly_changed(scene: Scene) -> None:
    scene.subject_ = listed.partly_changed_location(scene)


@then("the list of what was updated since then has all of it")
def is_whole(scene: Scene, ids: tuple[str, ...]) -> None:
    listed.expect_whole(scene, ids)


# What the target pushes


@then("the target pushes a new (?P<kind>location|token)")
def pushes_new(scene: Scene, kind: str, ids: tuple[str, ...]) -> None:
    target_pushes.await_new(scene, ids, kind)


@then("the target pushes the change")
def pushes_change(scene: Scene, ids: tuple[str, ...]) -> None:
    target_pushes.await_change(scene, ids)


@then("the target pushes the new status")
def pushes_status(scene: Scene, ids: tuple[str, ...]) -> None:
    target_pushes.await_status(scene, ids)


@then("the target pushes the status REMOVED")
def pushes_removal(scene: Scene, ids: tuple[str, ...]) -> None:
    target_pushes.await_removal(scene, ids)


@then("it does so with PUT")
def pushes_with_put(scene: Scene, ids: tuple[str, ...]) -> None:
    target_pushes.expect_put(scene, ids)


@then("the list of the target has it so")
def list_has_it(scene: Scene, ids: tuple[str, ...]) -> None:
    target_pushes.expect_listed(scene, ids)


@then("its owner gives it so")
def owner_has_it(scene: Scene, ids: tuple[str, ...]) -> None:
    target_pushes.expect_shown(scene, ids)


@then("the last_updated of the (?P<kind>location|evse|connector|token) has moved")
def has_moved(scene: Scene, kind: str, ids: tuple[str, ...]) -> None:
    listed.expect_moved(scene, ids, kind)


@then("the target asks for it at its address")
def asks_for_it(scene: Scene, ids: tuple[str, ...]) -> None:
    target_pushes.expect_asked_for(scene, ids)


# What the target fetches


@given("the partner lists (?P<what>it with a change|it without its optional fields|a new location|a new token)")
def partner_lists(scene: Scene, what: str) -> None:
    target_pulls.LISTINGS[what](scene)


@when("the target fetches the list of (?P<module>locations|tokens)")
def fetches(scene: Scene, module: str) -> None:
    target_pulls.pull(scene, module)


@then("the target fetches the whole list of (?P<module>locations|tokens)")
def fetches_all(scene: Scene, module: str, ids: tuple[str, ...]) -> None:
    target_pulls.expect_pull(scene, ids, module)


@then("the target gives it back as the partner lists it")
def back_as_listed(scene: Scene, ids: tuple[str, ...]) -> None:
    target_pulls.expect_as_listed(scene, ids)


@then("the target gives it back without what the partner has left out")
def back_without(scene: Scene, ids: tuple[str, ...]) -> None:
    target_pulls.expect_no_more(scene, ids, pulled=True)


@then("it is no longer valid at the target")
def no_longer_valid(scene: Scene, ids: tuple[str, ...]) -> None:
    target_pulls.expect_invalid(scene, ids)
