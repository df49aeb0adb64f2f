"""Drivers who present the Partner's Tokens at the target: what it asks the Partner then."""

from collections.abc import Callable
from types import MappingProxyType
from typing import Any

from ocpi_schemas.exchange import Exchange, Side
from ocpi_schemas.operation import InterfaceRole
from ocpi_simulator.intents import Intent
from ocpi_simulator.wish import Wish
from ocpi_steps import listed, pushing
from ocpi_steps.demands import Demands
from ocpi_steps.objects import owner_path, token_query, token_subject
from ocpi_steps.outcome import Blocked, Stopped
from ocpi_steps.scene import Scene, Subject
from ocpi_steps.target_pulls import pull

Object = dict[str, Any]

_OPERATION = "tokens.sender.authorize"
_LOOKED_AT = 50
"""So many of the Partner's Tokens are looked at for one that fits; the first ones are of each kind."""


def own_token(scene: Scene, whitelist: str, *, valid: bool = True) -> Subject:
    """A Token that the Partner lists, of the default type."""
    own, version = scene.session.partner.stores.own["tokens"], scene.dialect.version
    for index in range(min(own.series.count, _LOOKED_AT)):
        token = own.get(own.series.recipe.id_of(index), version)
        if token and (token["type"], token["whitelist"], token["valid"]) == ("RFID", whitelist, valid):
            path = owner_path(scene) | {"token_uid": str(token["uid"])}
            return Subject("tokens", "token", path, token, token_query(scene, "RFID"))
    raise Blocked(f"the partner has no Token with whitelist {whitelist}")


def known_token(scene: Scene, whitelist: str, *, valid: bool = True) -> Subject:
    """The same, once the target has got it by push, or by pull if it cannot be pushed to."""
    subject = own_token(scene, whitelist, valid=valid)
    if scene.session.offers("tokens", InterfaceRole.RECEIVER):
        pushing.store(scene, subject)
    else:
        pull(scene, "tokens")
    return subject


TOKENS: MappingProxyType[str, Callable[[Scene], Subject]] = MappingProxyType(
    {
        "of the partner with whitelist ALWAYS": lambda scene: known_token(scene, "ALWAYS"),
        "of the partner with whitelist ALLOWED": lambda scene: known_token(scene, "ALLOWED"),
        "of the partner with whitelist ALLOWED_OFFLINE": lambda scene: known_token(scene, "ALLOWED_OFFLINE"),
        "of the partner with whitelist NEVER": lambda scene: known_token(scene, "NEVER"),
        "of the partner with whitelist NEVER that is not valid": lambda scene: known_token(scene, "NEVER", valid=False),
        "of the partner that the target has never seen": token_subject,
    }
)
"""Which Token a driver presents -> the function that finds it."""


def present(scene: Scene, token: Subject) -> None:
    """Have a driver present a Token at the target."""
    scene.trigger(Intent.AUTHORIZE_TOKEN, str(token.body["uid"]), type=str(token.body["type"]))


def _is_question(exchange: Exchange) -> bool:
    return exchange.is_operation(_OPERATION)


def _is_about(scene: Scene, exchange: Exchange, token: Subject) -> bool:
    folded = scene.dialect.folded
    return folded(exchange.path_parameters.get("token_uid")) == folded(token.body["uid"])


def expect_question(scene: Scene, ids: tuple[str, ...]) -> None:
    """Expect that the target asks whether the Token may charge; by which id it asks is for `expect_uid`."""
    start = scene.since
    came = scene.await_request(lambda e: _is_question(e) and _is_about(scene, e, scene.subject))
    came = came or next((e for e in _since(scene, start) if _is_question(e)), None)
    scene.expect(
        ids,
        came is not None,
        "the target does not ask for an authorisation in real time",
        expected=["POST authorize"],
        found=scene.arrived() if came is None else "",
        exchange=came,
    )
    if came is None:
        raise Stopped
    scene.last_ = came


def expect_uid(scene: Scene, ids: tuple[str, ...]) -> None:
    """Expect that the request names the Token by its uid."""
    uid, named = scene.subject.body["uid"], scene.last.path_parameters.get("token_uid", "")
    fits = _is_about(scene, scene.last, scene.subject)
    scene.expect(ids, fits, "the Token is not named by its uid", expected=[uid], found=named)


def expect_silence(scene: Scene, ids: tuple[str, ...]) -> None:
    """Expect that the target does not ask about the Token that was presented.

    The fence: a Token that it does have to ask about is presented after it. When that question comes, the other one
    would have come before.

    Raises:
        Blocked: it does not ask about that one either.
    """
    start, subject = scene.since, scene.subject
    fence = known_token(scene, "NEVER")
    present(scene, fence)
    if scene.await_request(lambda e: _is_question(e) and _is_about(scene, e, fence)) is None:
        raise Blocked("the target asks about no Token at all, so that it does not ask about this one says nothing")
    asked = [e for e in _since(scene, start) if _is_question(e) and _is_about(scene, e, subject)]
    shown = asked[0] if asked else scene.last
    message = "the target asks although the Token is always on the whitelist"
    scene.expect(ids, not asked, message, expected=["no POST authorize"], found=str(shown), exchange=shown)


def _since(scene: Scene, start: int) -> list[Exchange]:
    return [e for e in scene.session.partner.recorder.since(start) if e.client is Side.TARGET]


def expect_no_pulls(scene: Scene, ids: tuple[str, ...]) -> None:
    """Expect that the list of Tokens was not fetched for each of the authorisations of this scenario.

    Once may be a coincidence: a target may fetch the list at any time.
    """
    seen = [e for e in _since(scene, 0) if e.scenario == scene.case.id]
    questions = [e for e in seen if _is_question(e)]
    pulls = [e for e in seen if e.is_operation("tokens.sender.get_list") and "offset=" not in e.request.url]
    scene.expect(
        ids,
        len(pulls) < 2 or len(pulls) < len(questions),
        "the whole list is fetched for each authorisation",
        expected=["the list is fetched at long intervals"],
        found=f"{len(pulls)} times for {len(questions)} authorisations",
    )


def expect_published_place(scene: Scene, ids: tuple[str, ...]) -> None:
    """Expect that the EVSEs of the request are EVSEs of its Location, by uid, if the target publishes that Location."""
    body: Any = scene.last.request.body.json if scene.last.request.body else None
    asked, request = body if isinstance(body, dict) else {}, scene.last
    uids = asked.get("evse_uids")
    if not uids or not isinstance(uids, list):
        return  # LocationReferences may be left out, and EVSEs in them
    path = {"location_id": str(asked.get("location_id"))}
    unsure = Wish(deliberate=True)
    response = scene.send("locations.sender.get_location", path=path, wish=unsure).response
    location = response.one if response is not None and response.succeeded else None
    if location is None:
        return  # a charger need not be published
    own = [str(evse.get("uid")) for evse in listed.objects_in(location.get("evses"))]
    strange = [uid for uid in uids if scene.dialect.folded(uid) not in map(scene.dialect.folded, own)]
    message = "EVSEs that the Location does not have"
    scene.expect(ids, not strange, message, expected=own, found=strange, pointer="/evse_uids", exchange=request)


DEMANDS: Demands = MappingProxyType(
    {
        "the target asks the partner whether it may charge": expect_question,
        "it is asked about by its uid": expect_uid,
        "the question names only EVSEs that its location has": expect_published_place,
        "the target does not ask about it, but about the next one with whitelist NEVER": expect_silence,
        "the list was not fetched for each of them": expect_no_pulls,
    }
)
"""What is demanded -> who looks at it."""
