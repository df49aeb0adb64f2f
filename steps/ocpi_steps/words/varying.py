"""Objects that are sent in other ways than usual: rare, wrong on purpose, or under another name."""

from ocpi_steps import varying
from ocpi_steps.objects import make_subject, module_kind
from ocpi_steps.scene import Scene
from ocpi_steps.vocabulary import given, then, when

_DEMANDS = "|".join(varying.DEMANDS)


@given("a new object of the partner for (?P<module>[a-z]+), with letters of both cases in its id")
def new_with_mixed_id(scene: Scene, module: str) -> None:
    scene.subject_ = make_subject(scene, module_kind(module))
    varying.give_mixed_id(scene)


@when("the partner puts it with (?P<field>[a-z_]+) = (?P<value>.+)")
def put_with(scene: Scene, field: str, value: str) -> None:
    varying.put_with(scene, field, value)


@when("the partner puts it with (?P<what>null|an empty list) for each optional (?:field|list)")
def put_with_empties(scene: Scene, what: str) -> None:
    varying.put_with_empties(scene, lists=what != "null")


@when(r"the partner puts it with a last_updated like (?P<pattern>\S+)")
def put_with_time(scene: Scene, pattern: str) -> None:
    varying.put_with_time_like(scene, pattern)


@when("the partner puts it (?P<where>under another id than its own|for a party that is not in its credentials)")
def put_elsewhere(scene: Scene, where: str) -> None:
    {"under": varying.put_under_other_id, "for": varying.put_under_foreign_owner}[where.split()[0]](scene)


@when("the partner requests it with its (?P<what>id|owner) in another case of letters")
def request_in_other_case(scene: Scene, what: str) -> None:
    varying.get_in_other_case(scene, what)


@when("the partner puts another one whose id differs in the case of letters only")
def put_double(scene: Scene) -> None:
    varying.put_double(scene)


@then("the numbers in (?P<field>[a-z_]+) come back as they were sent")
def same_numbers(scene: Scene, field: str, ids: tuple[str, ...]) -> None:
    varying.expect_numbers(scene, ids, field)


@then(f"(?P<demand>{_DEMANDS})")
def it_is(scene: Scene, demand: str, ids: tuple[str, ...]) -> None:
    varying.DEMANDS[demand](scene, ids)
