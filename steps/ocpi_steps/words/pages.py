"""Lists: fetching them page by page, with filters, and what they have to be."""

from ocpi_steps import pages, paging
from ocpi_steps.deviations import WORDS, wish_for
from ocpi_steps.outcome import Blocked
from ocpi_steps.scene import Scene
from ocpi_steps.vocabulary import given, then, when

_SPANS = "|".join(paging.SPANS)
_DEMANDS = "|".join(paging.DEMANDS)


@given(r"the target lists at least (?P<least>\d+) (?:objects|object) of (?P<module>[a-z]+)")
def has_objects(scene: Scene, least: str, module: str) -> None:
    scene.crawl_ = pages.crawl(scene, module, {}, enough=int(least))
    if len(scene.crawl_.objects) < int(least):
        raise Blocked(f"the target lists {len(scene.crawl_.objects)} objects of {module}; the scenario needs {least}")


@when(f"the partner requests the list of (?P<module>[a-z]+)(?: (?P<deviation>{WORDS}))?")
def request_list(scene: Scene, module: str, deviation: str | None) -> None:
    scene.send(f"{module}.sender.get_list", wish=wish_for(scene, deviation))


@when(r"the partner requests the list of (?P<module>[a-z]+) with (?P<query>[a-z_]+=\S+(?: and [a-z_]+=\S+)*)")
def request_list_with(scene: Scene, module: str, query: str) -> None:
    pages.get_page(scene, module, dict(pair.split("=", 1) for pair in query.split(" and ")))


@when("the partner crawls the list of (?P<module>[a-z]+)")
def crawl_list(scene: Scene, module: str) -> None:
    scene.crawl_ = pages.crawl(scene, module, {})


@when(r"the partner crawls (?P<most>\d+) pages of the list of (?P<module>[a-z]+)(?: with limit (?P<limit>\d+))?")
def crawl_pages(scene: Scene, most: str, module: str, limit: str | None) -> None:
    scene.crawl_ = pages.crawl(scene, module, {"limit": limit} if limit else {}, int(most))


@when(f"the partner crawls what was updated (?P<span>{_SPANS})")
def crawl_updated(scene: Scene, span: str) -> None:
    paging.SPANS[span](scene)


@when("the partner requests the same URLs once more")
def request_again(scene: Scene) -> None:
    paging.request_again(scene)


@when("the partner requests the last object of the list")
def request_last(scene: Scene) -> None:
    paging.request_last_object(scene)


@when("the partner requests more objects than the target gives at once")
def request_too_many(scene: Scene) -> None:
    paging.request_more_than_maximum(scene)


@then(r"the answer begins with object (?P<place>\d+) of the list")
def begins_with(scene: Scene, place: str, ids: tuple[str, ...]) -> None:
    paging.expect_start(scene, ids, int(place))


@then(f"(?P<demand>{_DEMANDS})")
def list_is(scene: Scene, demand: str, ids: tuple[str, ...]) -> None:
    paging.DEMANDS[demand](scene, ids)
