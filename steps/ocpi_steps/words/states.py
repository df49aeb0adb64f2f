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


@given("a new (?P<kind>location|evse|connector|token) of the partner")
def new_object(scene: Scene, kind: str) -> None:
    scene.subject_ = make_subject(scene, kind)


@given("the target stores an? (?P<kind>location|evse|connector|token) of the partner")
def stored_object(scene: Scene, kind: str) -> None:
    scene.subject_ = make_subject(scene, kind)
    store(scene, scene.subject_)


@given("a new object of the partner for (?P<module>[a-z]+)")
def new_object_of(scene: Scene, module: str) -> None:
    scene.subject_ = make_subject(scene, module_kind(module))


@given("a new object of the partner for (?P<module>[a-z]+), with (?P<extent>every|no) optional field")
def new_object_of_extent(scene: Scene, module: str, extent: str) -> None:
    scene.subject_ = make_subject(scene, module_kind(module), full=extent == "every", bare=extent == "no")


@given("the target stores an object of the partner for (?P<module>[a-z]+)")
def stored_object_of(scene: Scene, module: str) -> None:
    scene.subject_ = make_subject(scene, module_kind(module))
    store(scene, scene.subject_)
