"""What the target asks of the partner when it gets the partner's credentials."""

from collections.abc import Callable

from ocpi_schemas.dialect import Dialect
from ocpi_schemas.exchange import Exchange, Side
from ocpi_schemas.finding import shorten
from ocpi_schemas.redaction import spellings
from ocpi_simulator.registration import read_endpoints, version_url
from ocpi_steps.outcome import Blocked, Stopped
from ocpi_steps.scene import Scene

LIST = "versions.both.get_versions"
DETAILS = "versions.both.get_version_details"


def _of_target(scene: Scene) -> list[Exchange]:
    """What the target has asked of the partner since its credentials were sent; strangers' requests are left out."""
    recorder = scene.session.partner.recorder
    came = [e for e in recorder.since(scene.offer.since) if e.client is Side.TARGET]
    return [e for e in came if e.operation is not None]


def _awaited(scene: Scene, wanted: Callable[[Exchange], bool]) -> Exchange | None:
    def fits(exchange: Exchange) -> bool:
        return exchange.client is Side.TARGET and wanted(exchange)

    return scene.session.wait_for(fits, scene.offer.since, scene.session.patience_s)


def _came(scene: Scene) -> str:
    came = [f"{e.request.method} {shorten(e.request.path, 60)}" for e in _of_target(scene)]
    return "; ".join(came[-3:]) or "no request of the target"


def expect_attempt(scene: Scene, ids: tuple[str, ...]) -> None:
    """Expect the target to try to fetch the partner's versions before it accepts its credentials."""
    offered = scene.offer.exchange
    asked = _awaited(scene, lambda e: e.is_operation(LIST, DETAILS))
    accepted = offered.response is not None and offered.response.succeeded
    if asked is None and not accepted:
        raise Blocked("the target refused the credentials without calling back, so for another reason")
    message = "the target accepts the credentials and does not fetch the partner's endpoints"
    if not scene.expect(ids, asked is not None, message, expected=["GET of the versions"], found=_came(scene)):
        raise Stopped


def expect_fetch(scene: Scene, ids: tuple[str, ...], dialect: Dialect | None = None) -> None:
    """Expect the target to fetch the partner's version list, and the details of the version from where that says.

    Raises:
        Blocked: it has not accepted the partner's credentials.
    """
    answer = scene.offer.exchange.response
    if answer is None or not answer.succeeded:
        raise Blocked("the target has not accepted the partner's credentials")
    listed = _awaited(scene, lambda e: e.is_operation(LIST))
    message = "the target does not fetch the partner's list of versions"
    if not scene.expect(ids, listed is not None, message, expected=["GET of the versions"], found=_came(scene)):
        return
    version = (dialect or scene.dialect).version
    url = version_url(listed.response.data, version) if listed is not None and listed.response is not None else None
    if url is None:
        raise Blocked("the partner's list of versions did not reach the target")
    details = _awaited(scene, lambda e: e.is_operation(DETAILS) and e.request.url == url)
    message = f"the target does not fetch the details of version {version} from where the list of versions says"
    scene.expect(ids, details is not None, message, expected=[f"GET {url}"], found=_came(scene))


def expect_in_time(scene: Scene, ids: tuple[str, ...]) -> None:
    """Expect that the target has called back before it answered."""
    came = [e for e in _of_target(scene) if e.is_operation(LIST, DETAILS)]
    if not came:
        raise Blocked("the target did not call back")
    in_time = any(e.index < scene.offer.exchange.index for e in came)
    message = "the target fetches the partner's endpoints only after it has answered"
    if not scene.expect(ids, in_time, message, expected=["before the answer"], found=f"{len(came)} requests after it"):
        raise Stopped


def expect_offered_token(scene: Scene, ids: tuple[str, ...]) -> None:
    """Expect that every request of the target since then carries the token that it was offered."""
    answer, before = scene.offer.exchange.response, scene.findings_so_far
    for exchange in _of_target(scene):
        scene.expect(
            ids,
            scene.offer.token in spellings(exchange.request.headers.get("Authorization")),
            "a request of the target carries another token than the one that the partner has offered",
            expected=["the token in the partner's credentials"],
            found=f"{exchange.request.method} {shorten(exchange.request.path, 60)} with another",
            exchange=exchange,
        )
    if scene.findings_so_far > before and not (answer is not None and answer.succeeded):
        raise Stopped


def has_seen_details(scene: Scene) -> bool:
    """Whether the target has fetched the partner's version details since the credentials were sent."""
    came = [e for e in _of_target(scene) if e.is_operation(DETAILS)]
    return any(e.response is not None and e.response.succeeded for e in came)


def endpoints_given(scene: Scene) -> list[str]:
    """The URLs of the endpoints that the target was given when it fetched the partner's details last."""
    given = [e for e in _of_target(scene) if e.is_operation(DETAILS) and e.response is not None]
    if not given or given[-1].response is None:
        raise Blocked("the target has not fetched the partner's version details")
    return [endpoint.url for endpoint in read_endpoints(given[-1].response.data, scene.dialect)]


def expect_given_endpoint(scene: Scene, ids: tuple[str, ...]) -> None:
    """Expect the request of the target that came to go to an endpoint that it was given last."""
    urls = endpoints_given(scene)
    url = scene.last.request.url
    fits = any(url == entry or url.startswith((f"{entry.rstrip('/')}/", f"{entry}?")) for entry in urls)
    message = "the target calls another endpoint than those that the partner gave last"
    scene.expect(ids, fits, message, expected=["an endpoint of the new version details"], found=url)
