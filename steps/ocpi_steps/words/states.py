"""Given: the states that scenarios start from."""

from ocpi_steps.objects import make_subject, module_kind
from ocpi_steps.pushing import store
from ocpi_steps.scene import Scene
from ocpi_steps.vocabulary import given


@given("the partner is registered with the target")
def registered(scene: Scene) -> None:
    scene.session.ensure_registered()


@given("the partner deviates: (?P<behaviour>.+)")
def deviates(scene: Scene, behaviour: str) -> None:
    scene.deviate(behaviour)


@given("a new (?P<full>full )?(?P<kind>location|evse|connector|token) of the partner")
def new_object(scene: Scene, full: str | None, kind: str) -> None:
    scene.subject_ = make_subject(scene, kind, full=bool(full))


@given("the target stores an? (?P<full>full )?(?P<kind>location|evse|connector|token) of the partner")
def stored_object(scene: Scene, full: str | None, kind: str) -> None:
    scene.subject_ = make_subject(scene, kind, full=bool(full))
    store(scene, scene.subject_)


@given("a new object of the partner for (?P<module>[a-z]+)")
def new_object_of(scene: Scene, module: str) -> None:
    scene.subject_ = make_subject(scene, module_kind(module))


@given("the target stores an object of the partner for (?P<module>[a-z]+)")
def stored_object_of(scene: Scene, module: str) -> None:
    scene.subject_ = make_subject(scene, module_kind(module), full=True)
    store(scene, scene.subject_)
