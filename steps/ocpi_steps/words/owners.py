"""Owners: several platforms and parties, and whose objects they get at."""

from ocpi_steps import owners
from ocpi_steps.scene import Scene
from ocpi_steps.vocabulary import then, when


@when(f"(?P<act>{'|'.join(owners.ACTS)})")
def act(scene: Scene, act: str) -> None:
    owners.ACTS[act](scene)


@when("the partner requests the list of (?P<module>[a-z]+) from each party of the target")
def request_of_each(scene: Scene, module: str) -> None:
    owners.request_of_each(scene, module)


@then(f"(?P<demand>{'|'.join(owners.DEMANDS)})")
def demand(scene: Scene, demand: str, ids: tuple[str, ...]) -> None:
    owners.DEMANDS[demand](scene, ids)
