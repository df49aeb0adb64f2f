"""The target as a client: how it fetches what is unusual, and what it does when a push fails."""

from ocpi_steps import client_duties
from ocpi_steps.scene import Scene
from ocpi_steps.vocabulary import given, then, when

_DEMANDS = "|".join(client_duties.DEMANDS)


@given("the partner lists a new (?P<kind>location|token) with (?P<field>[a-z_]+) = (?P<value>.+)")
def lists_odd(scene: Scene, kind: str, field: str, value: str) -> None:
    client_duties.list_odd(scene, kind, field, value)


@given("the partner lists a new (?P<kind>location|token) after one without (?P<field>[a-z_]+)")
def lists_after_broken(scene: Scene, kind: str, field: str) -> None:
    client_duties.list_beside(scene, kind, field)


@given("the partner lists a new (?P<kind>location|token) after one with (?P<field>[a-z_]+) = (?P<value>.+)")
def lists_after_odd(scene: Scene, kind: str, field: str, value: str) -> None:
    client_duties.list_beside(scene, kind, field, value)


@given("the partner has forgotten what was pushed to it")
def has_forgotten(scene: Scene) -> None:
    client_duties.forget(scene)


@when("the partner begins to crawl the list of (?P<module>[a-z]+)")
def begins_to_crawl(scene: Scene, module: str) -> None:
    client_duties.begin_crawl(scene, module)


@then(f"(?P<demand>{_DEMANDS})")
def demands(scene: Scene, demand: str, ids: tuple[str, ...]) -> None:
    client_duties.DEMANDS[demand](scene, ids)
