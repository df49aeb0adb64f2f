"""When: what the partner asks of the target."""

from ocpi_simulator.wish import Wish
from ocpi_steps import parts, pushing
from ocpi_steps.deviations import WORDS, wish_for
from ocpi_steps.scene import Scene
from ocpi_steps.vocabulary import when


@when(f"the partner requests the versions of the target(?: (?P<deviation>{WORDS}))?")
def request_versions(scene: Scene, deviation: str | None) -> None:
    scene.send("versions.both.get_versions", wish=wish_for(scene, deviation))


@when(f"the partner puts it(?: (?P<deviation>{WORDS}))?")
def put_it(scene: Scene, deviation: str | None) -> None:
    pushing.put(scene, scene.subject, wish=wish_for(scene, deviation))


@when("the partner puts it without the field (?P<field>[a-z_]+)")
def put_without(scene: Scene, field: str) -> None:
    body = {name: value for name, value in scene.subject.body.items() if name != field}
    pushing.put(scene, scene.subject, body=body, wish=Wish(deliberate=True))


@when("the partner patches it")
def patch_it(scene: Scene) -> None:
    pushing.patch(scene, scene.subject, parts.change(scene, scene.subject))


@when("the partner patches it without last_updated")
def patch_without_time(scene: Scene) -> None:
    pushing.patch(scene, scene.subject, pushing.changeable(scene.dialect, scene.subject), wish=Wish(deliberate=True))


@when(f"the partner requests it(?: (?P<deviation>{WORDS}))?")
def request_it(scene: Scene, deviation: str | None) -> None:
    pushing.get(scene, scene.subject, wish=wish_for(scene, deviation))


@when("the partner requests it, which the target does not know")
def request_unknown(scene: Scene) -> None:
    pushing.get(scene, scene.subject, wish=Wish(deliberate=True))


@when("the partner patches it, which the target does not know")
def patch_unknown(scene: Scene) -> None:
    pushing.patch(scene, scene.subject, parts.change(scene, scene.subject), wish=Wish(deliberate=True))
