"""The target as the one who registers, renews its credentials and unregisters, made to do so by a trigger."""

from collections.abc import Callable
from dataclasses import replace

from ocpi_schemas.exchange import Exchange, Side
from ocpi_schemas.finding import shorten
from ocpi_schemas.redaction import spellings
from ocpi_simulator.intents import Intent
from ocpi_simulator.peers import Peer, new_token
from ocpi_steps.connecting import REQUIRED_MODULE, keep_registration
from ocpi_steps.outcome import Blocked, Stopped
from ocpi_steps.scene import Scene
from ocpi_steps.triggers import TriggerRequest, Unsupported

PUSHES = {"locations": Intent.PUSH_LOCATION, "tokens": Intent.PUSH_TOKEN}
"""Modules -> how their owner is made to push a new object."""

UNAUTHORIZED = 401

_WRONG_TOKEN = "the target uses a token that the partner does not accept"

_LIST = "versions.both.get_versions"
_DETAILS = "versions.both.get_version_details"
_POST = "credentials.both.post_credentials"
_PUT = "credentials.both.put_credentials"
_DELETE = "credentials.both.delete_credentials"


# Registering


def register(scene: Scene, *, any_version: bool = False) -> None:
    """Have the target register with the partner, with a CREDENTIALS_TOKEN_A that the partner gives out."""
    session, token = scene.session, new_token()
    session.redactor.learn(token)
    peer = scene.newcomer_ = session.partner.peers.expect(token)
    scene.at_end(lambda: _forget_unregistered(scene, peer))
    version = {} if any_version else {"version": scene.dialect.version}
    if any_version:
        # What it asks before it has chosen is in the manner of one version or the other: not ours to judge.
        peer.version = session.partner.config.versions[0]
    scene.trigger(Intent.REGISTER, url=session.partner.versions_url, token=token, **version)


def _forget_unregistered(scene: Scene, peer: Peer) -> None:
    if not peer.registered:
        scene.session.partner.peers.drop(peer)


def _await(scene: Scene, ids: tuple[str, ...], operation: str, what: str) -> Exchange:
    """A request of the target that has to come; if it does not, that is a finding and the end of the scenario."""
    came = scene.await_request(lambda exchange: exchange.is_operation(operation))
    if came is None and _is_refused(scene):
        raise Blocked(_WRONG_TOKEN)
    if not scene.expect(ids, came is not None, f"the target does not {what}", found=scene.arrived()) or came is None:
        raise Stopped
    return came


def _is_refused(scene: Scene) -> bool:
    """Whether the target was refused for its token since it was set in motion."""
    recorder = scene.session.partner.recorder
    came = [e for e in recorder.since(scene.triggered_at) if e.client is Side.TARGET]
    return any(e.response is not None and e.response.status == UNAUTHORIZED for e in came)


def expect_post(scene: Scene, ids: tuple[str, ...]) -> None:
    """Expect the target to register with the partner; from then on that is the connection."""
    session, peer = scene.session, scene.newcomer_
    posted = _await(scene, ids, _POST, "post its credentials to the partner")
    _expect_no_client_error(scene, ids, posted)
    if peer is None or not peer.registered:
        return
    session.adopt(peer)
    usual = posted.version == scene.dialect.version and not session.partner.behaviours.active
    session.registration_changed(unusual=not usual)


def _expect_no_client_error(scene: Scene, ids: tuple[str, ...], exchange: Exchange) -> None:
    response = scene.answer(ids, exchange)
    if response.status == UNAUTHORIZED:
        raise Blocked(_WRONG_TOKEN)
    blamed = response.status >= 400 or (response.status_code or 0) // 1000 == 2
    found = f"HTTP {response.status}, OCPI {response.status_code}: {response.envelope.get('status_message')}"
    message = "what the target sends to the credentials endpoint cannot be accepted"
    scene.expect(ids, not blamed, message, expected=["valid credentials"], found=found, exchange=exchange)


def _since_trigger(scene: Scene, client: Side) -> list[Exchange]:
    """What went before the request that was awaited, since the target was set in motion."""
    recorder = scene.session.partner.recorder
    return [e for e in recorder.since(scene.triggered_at) if e.client is client and e.index < scene.last.index]


def expect_prepared(scene: Scene, ids: tuple[str, ...]) -> None:
    """Expect that the target has fetched the version list and the details before, with CREDENTIALS_TOKEN_A."""
    came = [e for e in _since_trigger(scene, Side.TARGET) if e.token_kind == "A"]
    for operation, what in ((_LIST, "list of versions"), (_DETAILS, "version details")):
        fetched = any(e.is_operation(operation) for e in came)
        message = f"the target posts its credentials before it has fetched the partner's {what}"
        scene.expect(ids, fetched, message, expected=["GET with CREDENTIALS_TOKEN_A"], found=f"{len(came)} requests")


def expect_served(scene: Scene, ids: tuple[str, ...]) -> None:
    """Expect that the target has served its version list and details while its own request was open."""
    asked = [e for e in _since_trigger(scene, Side.PARTNER) if e.is_operation(_LIST, _DETAILS)]
    if not asked:
        raise Blocked("the partner did not call the target back")
    for exchange in asked:
        response = exchange.response
        if exchange.failure is not None and exchange.failure.kind == "url":
            raise Blocked(exchange.failure.message)
        found = f"HTTP {response.status}, OCPI {response.status_code}" if response else "no answer"
        message = "the target does not serve its versions with the token that it has just offered"
        fits = response is not None and response.succeeded
        if not scene.expect(ids, fits, message, expected=["a success"], found=found, exchange=exchange):
            raise Stopped


def expect_version_under_test(scene: Scene, ids: tuple[str, ...]) -> None:
    """Expect that the target has registered for the version under test, the latest that both sides have."""
    posted = _await(scene, ids, _POST, "post its credentials to the partner")
    scene.since = posted.index
    message = "the target does not register for the latest version that both sides have"
    scene.expect(
        ids, posted.version == scene.dialect.version, message, expected=[scene.dialect.version], found=posted.version
    )


def expect_no_post(scene: Scene, ids: tuple[str, ...]) -> None:
    """Expect that the target does not register with a partner that lacks the endpoints it needs.

    Raises:
        Blocked: it is not known to need any.
    """
    if scene.await_request(lambda exchange: exchange.is_operation(_DETAILS)) is None:
        raise Blocked("the target did not fetch the partner's version details")
    posted = _quietly(scene, lambda exchange: exchange.is_operation(_POST))
    peer = scene.newcomer_
    if peer is not None and peer.registered:
        scene.session.adopt(peer)
        scene.session.registration_changed(unusual=True)
    if posted is not None and not scene.session.profile.subjects.get(REQUIRED_MODULE):
        raise Blocked(f"the target seems to need no endpoint; name one that it needs as subjects.{REQUIRED_MODULE}")
    message = "the target posts its credentials although the partner lacks an endpoint that it needs"
    scene.expect(ids, posted is None, message, expected=["no POST"], found="POST of credentials", exchange=posted)


def _quietly(scene: Scene, wanted: Callable[[Exchange], bool]) -> Exchange | None:
    """A request of the target that should not come, in the short time that is left for it."""

    def fits(exchange: Exchange) -> bool:
        return exchange.client is Side.TARGET and wanted(exchange)

    return scene.session.wait_for(fits, scene.since, scene.session.quiet_s)


# Renewing


def update(scene: Scene, *, second_version: bool = False) -> None:
    """Have the target send new credentials of its own."""
    keep_registration(scene)
    if second_version:
        # What it asks on the way is in the manner of the old version or the new one: not ours to judge.
        scene.session.peer.version = scene.second_version
        scene.session.registration_changed(unusual=True)
    scene.trigger(Intent.UPDATE_CREDENTIALS, **({"version": scene.second_version} if second_version else {}))


def expect_put(scene: Scene, ids: tuple[str, ...], version: str | None = None) -> None:
    """Expect the target to send new credentials, to the endpoint of a version (by default of the one under test)."""
    wanted = version or scene.dialect.version
    exchange = _await(scene, ids, _PUT, "put its credentials to the partner")
    unusual = wanted != scene.dialect.version or bool(scene.session.partner.behaviours.active)
    scene.session.registration_changed(unusual=unusual)
    message = "the credentials go to the endpoint of another version"
    scene.expect(ids, exchange.version == wanted, message, expected=[wanted], found=exchange.version)
    _expect_no_client_error(scene, ids, exchange)


def expect_put_for_second(scene: Scene, ids: tuple[str, ...]) -> None:
    """Expect the target to send its credentials to the endpoint of the second version."""
    expect_put(scene, ids, scene.second_version)


# Unregistering


def unregister(scene: Scene) -> None:
    """Have the target end the registration."""
    keep_registration(scene)
    scene.former_ = replace(scene.session.peer)
    scene.trigger(Intent.UNREGISTER)


def expect_delete(scene: Scene, ids: tuple[str, ...]) -> None:
    """Expect the target to unregister."""
    _await(scene, ids, _DELETE, "delete its credentials at the partner")
    scene.session.registration_ended()


def try_to_push(scene: Scene, module: str) -> None:
    """Let something happen that the target would push to a registered partner.

    Raises:
        Blocked: the driver cannot do that.
    """
    scene.since = scene.session.partner.recorder.cursor
    result = scene.session.trigger.fire(TriggerRequest(PUSHES[module].value))
    # That it went wrong is fine: there is nobody to push to.
    if isinstance(result, Unsupported):
        raise Blocked(f"trigger {PUSHES[module]}: {result.reason}")


def expect_silence(scene: Scene, ids: tuple[str, ...]) -> None:
    """Expect no request of the target for a functional module any more."""

    def wanted(exchange: Exchange) -> bool:
        known = spellings(exchange.request.headers.get("Authorization"))
        return exchange.operation is not None and exchange.operation.functional and scene.former.inbound in known

    came = _quietly(scene, wanted)
    found = f"{came.request.method} {shorten(came.request.path, 80)}" if came else ""
    message = "the target goes on sending requests after the registration has ended"
    scene.expect(ids, came is None, message, expected=["no request"], found=found, exchange=came)
