"""Credentials and versions: registering, renewing, unregistering, and what the two sides find out about each other."""

from collections.abc import Callable
from types import MappingProxyType

from ocpi_steps import calling_back, connecting, joining, other_versions, parties
from ocpi_steps.demands import Demands, any_of
from ocpi_steps.deviations import WORDS
from ocpi_steps.scene import Scene
from ocpi_steps.vocabulary import given, then, when

_STATES: MappingProxyType[str, Callable[[Scene], object]] = MappingProxyType(
    {
        "the partner is not registered with the target yet": connecting.expect_no_registration_yet,
        "the partner is not registered with the target any more": connecting.end_registration,
        "the target expects the partner under a new CREDENTIALS_TOKEN_A": connecting.renew_token_a,
        "the target accepts new credentials of the partner": connecting.ensure_updatable,
        "the partner has none of the endpoints that the target needs": connecting.lack_endpoints,
        "the partner speaks a second version that the target speaks too": other_versions.share_another,
        "the partner speaks older versions too": other_versions.speak_older,
        "a second party has its home on the partner's platform": parties.add_party,
    }
)

_ACTS: MappingProxyType[str, Callable[[Scene], object]] = MappingProxyType(
    {
        "posts its credentials": connecting.post,
        "puts its credentials": connecting.put,
        "puts its credentials, not being registered": connecting.put_as_stranger,
        "puts its credentials to the endpoint of that version": other_versions.switch,
        "puts its credentials to the endpoint of the version under test": other_versions.switch_back,
        "requests the credentials of the target": connecting.get,
        "unregisters": connecting.delete,
        "unregisters, not being registered": connecting.delete_as_stranger,
    }
)

_DEMANDS: Demands = MappingProxyType(
    {
        "the list names the version under test": other_versions.expect_version_under_test,
        "the URL of each version leads to the details of that version": other_versions.expect_details_of_all,
        "the url in the credentials leads to the versions of the target": connecting.expect_versions_url,
        "the target tries to fetch the versions of the partner": calling_back.expect_attempt,
        "the target fetches the versions and the version details of the partner": calling_back.expect_fetch,
        "the target had called back before it answered": calling_back.expect_in_time,
        "it uses the token in the partner's credentials": calling_back.expect_offered_token,
        "it calls the endpoint that the partner gave last": calling_back.expect_given_endpoint,
        "the target fetches the details of the second version": other_versions.expect_fetch_of_second,
        "the target misses the endpoints that it needs": connecting.expect_missing_endpoints,
        "the target does not register the partner": connecting.expect_no_registration,
        "CREDENTIALS_TOKEN_A is still good": connecting.expect_token_a_alive,
        "CREDENTIALS_TOKEN_A is refused from then on": connecting.expect_token_a_dead,
        "the former token of the partner is refused": connecting.expect_former_dead,
        "the former token of the partner is still good": connecting.expect_former_alive,
        "the target posts its credentials to the partner": joining.expect_post,
        "the target posts them for the version under test": joining.expect_version_under_test,
        "the target posts no credentials": joining.expect_no_post,
        "it had fetched the versions and the version details with CREDENTIALS_TOKEN_A before": joining.expect_prepared,
        "it served its own versions and version details meanwhile": joining.expect_served,
        "the target puts its credentials to the partner": joining.expect_put,
        "the target puts its credentials for that version": joining.expect_put_for_second,
        "the target deletes its credentials at the partner": joining.expect_delete,
        "the target sends nothing any more": joining.expect_silence,
        "the second platform is not registered as well": parties.expect_one_holder,
        "the second platform gets no hold of what the first has stored": parties.expect_no_takeover,
    }
)


@given(f"(?P<state>{any_of(_STATES)})")
def be_in_state(scene: Scene, state: str) -> None:
    _STATES[state](scene)


@given("a new object of the partner for (?P<module>[a-z]+), with identifiers of another operator")
def new_foreign_object(scene: Scene, module: str) -> None:
    scene.subject_ = parties.foreign_subject(scene, module)


@when(f"the partner requests the version details of the target(?: (?P<deviation>{WORDS}))?")
def request_details(scene: Scene, deviation: str | None) -> None:
    connecting.request_details(scene, deviation)


@when(f"the partner (?P<act>{any_of(_ACTS)})")
def partner_acts(scene: Scene, act: str) -> None:
    _ACTS[act](scene)


@when("the partner deviates no more")
def deviate_no_more(scene: Scene) -> None:
    scene.deviate_no_more()


@when("something happens at the target that it would push, in (?P<module>[a-z]+)")
def try_to_push(scene: Scene, module: str) -> None:
    joining.try_to_push(scene, module)


@when("a second platform registers as the party of the partner")
def claim_party(scene: Scene) -> None:
    parties.claim_party(scene)


@when("the partner puts an object of its second party for (?P<module>[a-z]+)")
def put_for_second_party(scene: Scene, module: str) -> None:
    parties.put_for_second_party(scene, module)


@then(f"(?P<demand>{any_of(_DEMANDS)})")
def is_demanded(scene: Scene, demand: str, ids: tuple[str, ...]) -> None:
    _DEMANDS[demand](scene, ids)
