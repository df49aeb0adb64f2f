"""The connection of the partner to the target: registering, renewing the credentials, unregistering.

What the target accepts counts, also where it should not have accepted it: the session goes on with the tokens that the
two sides gave each other last.
"""

import time
from contextlib import suppress
from dataclasses import replace

from ocpi_schemas.dialect import Dialect
from ocpi_schemas.exchange import Exchange
from ocpi_simulator.answer import MISSING_ENDPOINTS, SUCCESS
from ocpi_simulator.intents import Intent
from ocpi_simulator.partner import NoEndpointError
from ocpi_simulator.peers import new_token
from ocpi_simulator.registration import (
    Registered,
    Unusable,
    fetch_endpoints,
    offer_credentials,
    version_url,
)
from ocpi_simulator.wish import PLAIN, Wish
from ocpi_steps import calling_back
from ocpi_steps.deviations import wish_for
from ocpi_steps.outcome import Blocked, Stopped
from ocpi_steps.scene import Offer, Scene
from ocpi_steps.triggers import NoTrigger

REQUIRED_MODULE = "required_module"
"""In the profile's `subjects`: a module without which the target registers with nobody."""

_REFUSED = (401, 403)
_CLEAR = (401, 405)


def expect_no_registration_yet(scene: Scene) -> None:
    """Make sure that CREDENTIALS_TOKEN_A is still to be used.

    Raises:
        Blocked: it is not.
    """
    session = scene.session
    if session.profile.registered:
        raise Blocked("with --registered the registration was made before the run, so nothing before it can be tested")
    if not session.registration_is_ahead:
        raise Blocked(
            "an earlier scenario has used up CREDENTIALS_TOKEN_A: the target has registered the partner in it"
        )
    scene.token_a = session.profile.token
    with suppress(Blocked):  # whether the token opens the version details is for a scenario to say
        learn_endpoints(scene, token_a_wish(scene))


def keep_registration(scene: Scene) -> None:
    """Leave a registration that the run was given as it is: others may need its tokens.

    Raises:
        Blocked: the run was given one.
    """
    if scene.session.profile.registered:
        raise Blocked("with --registered the registration is left as it is; run without it to test what changes it")


def end_registration(scene: Scene) -> None:
    """Make sure that the partner is not registered, and that there is a way back.

    Raises:
        Blocked: the target cannot be triggered, or does not let the partner unregister.
    """
    keep_registration(scene)
    session = scene.session
    if isinstance(session.trigger, NoTrigger):
        raise Blocked("no trigger driver is set, so there would be no way to another registration")
    if session.peer.registered:
        session.ensure_registered()
        response = delete(scene).response
        if response is None or not response.succeeded:
            raise Blocked("the target did not let the partner unregister")


def renew_token_a(scene: Scene) -> None:
    """Have the target expect the partner under a new CREDENTIALS_TOKEN_A.

    Raises:
        Blocked: the target cannot be made to, or did not register the partner before.
    """
    keep_registration(scene)
    if scene.session.registration_problem:
        raise Blocked(scene.session.registration_problem)
    token = new_token()
    scene.session.redactor.learn(token)
    scene.trigger(Intent.ACCEPT_TOKEN, token=token)
    scene.token_a = token
    peer = scene.session.peer
    peer.versions_url = scene.session.profile.target_url


def token_a_wish(scene: Scene) -> Wish:
    """A request with CREDENTIALS_TOKEN_A.

    Raises:
        Blocked: the scenario has none that is known to be good.
    """
    if not scene.token_a:
        raise Blocked("there is no CREDENTIALS_TOKEN_A to register with")
    return Wish(token=scene.token_a, token_kind="A")


def learn_endpoints(scene: Scene, wish: Wish = PLAIN, dialect: Dialect | None = None) -> None:
    """Fetch the target's endpoints, unless they are known.

    Raises:
        Blocked: that does not work.
    """
    session = scene.session
    if session.peer.endpoints:
        return
    fetched = session.loop.call(fetch_endpoints(session.partner, session.peer, dialect or scene.dialect, wish))
    if isinstance(fetched, Unusable):
        raise Blocked(f"the target's endpoints cannot be found: {fetched.message}")
    session.peer.endpoints, session.peer.version = fetched, scene.dialect.version


def request_details(scene: Scene, deviation: str | None) -> None:
    """GET the version details under test, where the target's version list says that they are."""
    versions = scene.send_rightly("versions.both.get_versions", "GET of the versions", wish=_usual(scene))
    url = version_url(versions.data, scene.dialect.version)
    if url is None:
        raise Blocked(f"the target's version list does not name {scene.dialect.version}")
    scene.send("versions.both.get_version_details", url=url, wish=wish_for(scene, deviation))


def _usual(scene: Scene) -> Wish:
    return token_a_wish(scene) if scene.session.registration_is_ahead else PLAIN


# Changing the credentials


def offer(scene: Scene, verb: str, wish: Wish = PLAIN, dialect: Dialect | None = None) -> Exchange:
    """Send the partner's credentials with a fresh token; `verb` is `post` or `put`."""
    session, partner = scene.session, scene.session.partner
    unusual = dialect is not None or bool(partner.behaviours.active or partner.other_parties)
    scene.former_, since = replace(session.peer), partner.recorder.cursor
    try:
        outcome = session.loop.call(
            offer_credentials(partner, session.peer, dialect or scene.dialect, f"{verb}_credentials", wish)
        )
    except NoEndpointError as error:
        raise Blocked(f"the target cannot be asked: {error}") from error
    exchange = outcome.exchange
    if exchange is None:
        raise Blocked("the credentials were not sent")
    scene.last_, scene.offer_ = exchange, Offer(exchange, _token_in(exchange), since)
    if isinstance(outcome, Registered):
        session.let_call_back(since, unusual=unusual)
        session.registration_changed(unusual=unusual)
    else:
        # What was refused clearly has changed nothing; that is looked at, too, before the next scenario.
        clear = exchange.response is not None and exchange.response.status in _CLEAR
        session.registration_changed(unusual=not clear)
    return exchange


def accepted(scene: Scene) -> bool:
    """Whether the target has accepted the credentials that the partner sent last."""
    answer = scene.offer.exchange.response
    return answer is not None and answer.succeeded


def _token_in(exchange: Exchange) -> str:
    body = exchange.request.body.json
    return str(body.get("token", "")) if isinstance(body, dict) else ""


def post(scene: Scene) -> Exchange:
    """POST the partner's credentials: with the token in use, or with CREDENTIALS_TOKEN_A where there is no other."""
    if scene.session.peer.registered:
        return offer(scene, "post", Wish(deliberate=True))
    learn_endpoints(scene, token_a_wish(scene))
    return offer(scene, "post", token_a_wish(scene))


def put(scene: Scene) -> Exchange:
    """PUT the partner's credentials with the token in use."""
    keep_registration(scene)
    return offer(scene, "put")


def put_as_stranger(scene: Scene) -> Exchange:
    """PUT the partner's credentials though it is not registered."""
    return offer(scene, "put", _stranger(scene))


def get(scene: Scene) -> Exchange:
    """GET the target's credentials."""
    return scene.send("credentials.both.get_credentials")


def delete(scene: Scene) -> Exchange:
    """Unregister; from then on neither side has a token."""
    keep_registration(scene)
    session = scene.session
    scene.former_ = replace(session.peer)
    exchange = scene.send("credentials.both.delete_credentials")
    endpoints = session.peer.endpoints
    if exchange.response is not None and exchange.response.succeeded:
        session.registration_ended()
        session.peer.endpoints = endpoints
    else:
        session.registration_changed(unusual=True)
    return exchange


def delete_as_stranger(scene: Scene) -> Exchange:
    """DELETE the credentials though the partner is not registered."""
    wish = _stranger(scene)
    return scene.send("credentials.both.delete_credentials", wish=wish)


def _stranger(scene: Scene) -> Wish:
    """The token of one who is not registered: CREDENTIALS_TOKEN_A before, the former token after a registration."""
    if scene.former_ is not None and scene.former_.outbound:
        return Wish(token=scene.former_.outbound, token_kind="former", deliberate=True)
    learn_endpoints(scene, token_a_wish(scene))
    return replace(token_a_wish(scene), deliberate=True)


def lack_endpoints(scene: Scene) -> None:
    """Have the partner's version details lack the module that the target needs; all modules, if none is named."""
    scene.deviate(f"missing_endpoints={scene.session.profile.subjects.get(REQUIRED_MODULE, 'functional')}")


def ensure_updatable(scene: Scene) -> None:
    """Make sure that the target accepts a PUT of credentials without anything unusual.

    Raises:
        Blocked: it does not.
    """
    scene.session.ensure_registered()
    response = put(scene).response
    if response is None or not response.succeeded:
        raise Blocked("the target does not accept new credentials of the partner in the usual way")


def expect_versions_url(scene: Scene, ids: tuple[str, ...]) -> None:
    """Expect the `url` in the credentials that the target has shown to lead to its list of versions.

    Raises:
        Blocked: it has shown none, or the run may not call that host.
    """
    shown = scene.last.response
    url = shown.data.get("url") if shown is not None and shown.succeeded and isinstance(shown.data, dict) else None
    if not isinstance(url, str):
        raise Blocked("the target has not shown its credentials")
    exchange = scene.send("versions.both.get_versions", url=url)
    if exchange.failure is not None and exchange.failure.kind == "url":
        raise Blocked(exchange.failure.message)
    response = scene.answer(ids, exchange)
    listed = version_url(response.data, scene.dialect.version) if response.succeeded else None
    message = "the url in the credentials does not lead to the list of versions"
    expected = [f"a list with version {scene.dialect.version}"]
    scene.expect(ids, listed is not None, message, expected=expected, found=f"{url}: HTTP {response.status}")


def expect_missing_endpoints(scene: Scene, ids: tuple[str, ...]) -> None:
    """Expect the target to refuse a partner that lacks what it needs, with code 3003.

    Raises:
        Blocked: it takes the partner, and is not known to need any endpoint.
    """
    response = scene.answer(ids)
    if response.succeeded and not scene.session.profile.subjects.get(REQUIRED_MODULE):
        raise Blocked(f"the target seems to need no endpoint; name one that it needs as subjects.{REQUIRED_MODULE}")
    if not response.succeeded and not calling_back.has_seen_details(scene):
        raise Blocked("the target refused the credentials before it had seen the partner's version details")
    found = f"HTTP {response.status}, OCPI {response.status_code}"
    message = "a partner without the endpoints that the target needs is not refused for that reason"
    right = response.status_code == MISSING_ENDPOINTS
    scene.expect(ids, right, message, expected=[f"OCPI {MISSING_ENDPOINTS}"], found=found)
    if response.succeeded:
        raise Stopped


# Tokens that are good no more, or still


def expect_token_a_dead(scene: Scene, ids: tuple[str, ...]) -> None:
    """Expect the CREDENTIALS_TOKEN_A with which the partner has registered to be refused."""
    if not scene.session.peer.registered:
        raise Blocked("the partner is not registered")
    expect_dead(scene, ids, scene.token_a, "spent")


def expect_token_a_alive(scene: Scene, ids: tuple[str, ...]) -> None:
    """Expect CREDENTIALS_TOKEN_A to be good as long as the partner is not registered.

    Raises:
        Blocked: the target has registered the partner, and should not have.
    """
    if scene.session.peer.registered:
        raise Blocked("the target has registered the partner, so CREDENTIALS_TOKEN_A is spent")
    expect_alive(scene, ids, scene.token_a, "A")


def expect_no_registration(scene: Scene, ids: tuple[str, ...]) -> None:
    """Expect that the credentials that were sent are not answered with success; else the scenario is over."""
    response = scene.answer(ids)
    claims = response.succeeded or response.status_code == SUCCESS
    found = f"HTTP {response.status}, OCPI {response.status_code}"
    message = "credentials are accepted that should not be"
    if not scene.expect(ids, not claims, message, expected=["an HTTP or OCPI error"], found=found):
        raise Stopped


def expect_former_dead(scene: Scene, ids: tuple[str, ...]) -> None:
    """Expect the token that the partner used before the credentials changed to be refused.

    Raises:
        Blocked: they have not changed.
    """
    if scene.offer_ is not None and not accepted(scene):
        raise Blocked("the target has not accepted the partner's credentials")
    expect_dead(scene, ids, _former_token(scene), "replaced")


def expect_former_alive(scene: Scene, ids: tuple[str, ...]) -> None:
    """Expect the token that the partner used before it tried to change the credentials to be good.

    Raises:
        Blocked: the target has taken the new credentials.
    """
    if accepted(scene):
        raise Blocked("the target has taken the credentials, so the former token need not be good any more")
    if not expect_alive(scene, ids, _former_token(scene), "former"):
        raise Stopped


def _former_token(scene: Scene) -> str:
    if not scene.former.outbound:
        raise Blocked("the partner had no token before")
    return scene.former.outbound


def expect_dead(scene: Scene, ids: tuple[str, ...], token: str, kind: str) -> None:
    """Expect a token to be refused with HTTP 401, at once or after the time that a target is given (R24)."""
    deadline = time.monotonic() + scene.session.profile.settle
    pause = 1.0
    while True:
        exchange = scene.send("versions.both.get_versions", wish=Wish(token=token, token_kind=kind, deliberate=True))
        left = deadline - time.monotonic()
        if exchange.response is None or exchange.response.status in _REFUSED or left <= 0:
            break
        cursor = scene.session.partner.recorder.cursor
        scene.session.wait_for(lambda _exchange: False, cursor, min(pause, left))
        pause *= 2
    response = scene.answer(ids, exchange)
    scene.expect(
        ids,
        response.status == _REFUSED[0],
        "a token that is out of use is not refused",
        expected=[f"HTTP {_REFUSED[0]}"],
        found=f"HTTP {response.status}, OCPI {response.status_code}",
        exchange=exchange,
    )


def expect_alive(scene: Scene, ids: tuple[str, ...], token: str, kind: str) -> bool:
    """Expect a token to be accepted."""
    exchange = scene.send("versions.both.get_versions", wish=Wish(token=token, token_kind=kind))
    response = scene.answer(ids, exchange)
    return scene.expect(
        ids,
        response.succeeded,
        "a token that is in use is refused",
        expected=["a success"],
        found=f"HTTP {response.status}, OCPI {response.status_code}",
        exchange=exchange,
    )
