"""Parties: several on one platform, identifiers of others, and two platforms that claim the same one."""

from datetime import timedelta
from typing import Any

from ocpi_schemas.party import PartyId
from ocpi_schemas.timestamps import now
from ocpi_simulator.dataset.locations import Locations
from ocpi_simulator.dataset.shape import shape_of
from ocpi_simulator.dataset.tokens import Tokens
from ocpi_simulator.peers import Peer
from ocpi_simulator.registration import Unusable, register
from ocpi_simulator.routes import veiled
from ocpi_simulator.wish import Wish
from ocpi_steps import pushing
from ocpi_steps.objects import module_kind, next_index, superset, token_query
from ocpi_steps.outcome import Blocked
from ocpi_steps.scene import Scene, Subject

_RECIPES = {"locations": Locations, "tokens": Tokens}

_IDS = {"locations": ("location_id", "id"), "tokens": ("token_uid", "uid")}
"""Modules -> path parameter and field of the id."""


def foreign_subject(scene: Scene, module: str) -> Subject:
    """A new object of the partner whose identifiers and place are those of another operator, in another country."""
    own = scene.session.partner.config.party
    return _subject(scene, module, own, PartyId("FR" if own.country_code != "FR" else "NL", "XYZ"))


def _subject(scene: Scene, module: str, owner: PartyId, named: PartyId) -> Subject:
    """A new object of one party with identifiers that name a party, the same or another."""
    recipe = _RECIPES[module](scene.session.partner.config.seed, named)
    made = superset(recipe, next_index(scene), now().replace(microsecond=0) - timedelta(hours=1))
    owned = {"country_code": owner.country_code, "party_id": owner.party_id}
    body: dict[str, Any] = shape_of(scene.dialect.version).project(recipe.object_name, made | owned)
    if module == "tokens":
        body["type"] = "RFID"
    parameter, field = _IDS[module]
    query = token_query(scene, "RFID") if module == "tokens" else {}
    return Subject(module, module_kind(module), owned | {parameter: str(body[field])}, body, query)


# Several parties on one platform


def add_party(scene: Scene) -> PartyId:
    """Give the partner's platform a second party, in the same role, until the scenario is over."""
    partner = scene.session.partner
    own = partner.config.party
    second = PartyId(own.country_code, "TS2" if own.party_id != "TS2" else "TS3")

    def restore() -> None:
        partner.other_parties = ()

    partner.other_parties = (second,)
    scene.at_end(restore)
    return second


def put_for_second_party(scene: Scene, module: str) -> None:
    """PUT a new object of the platform's second party, with the one token that there is."""
    taken = scene.offer.exchange.response
    if taken is None or not taken.succeeded:
        raise Blocked("the target does not accept credentials with a second party")
    second = scene.session.partner.other_parties[0]
    scene.subject_ = _subject(scene, module, second, second)
    names = scene.dialect.routing_headers[-2:]
    headers: tuple[tuple[str, str | None], ...] = tuple(
        zip(names, (second.party_id, second.country_code), strict=False)
    )
    pushing.put(scene, scene.subject_, wish=Wish(headers=headers))


# Two platforms that claim one party


def claim_party(scene: Scene) -> None:
    """Register a second platform, under another URL and with a token of its own, as the party of the partner."""
    session, partner = scene.session, scene.session.partner
    second = Peer(versions_url=session.profile.target_url)
    scene.newcomer_ = second
    partner.peers.all.append(second)
    scene.at_end(lambda: partner.peers.drop(second))
    url = f'changed_field=url:"{veiled(partner.versions_url)}"@credentials.both.post_credentials'
    switched = [partner.behaviours.switch_on(words) for words in (url, "opaque_urls")]
    outcome = session.loop.call(register(partner, second, scene.dialect.version, scene.token_a))
    if isinstance(outcome, Unusable) and (outcome.exchange is None or not switched[0].fired):
        raise Blocked(f"the second platform got no chance to register: {outcome.message}")
    scene.deviate_no_more()
    scene.last_ = outcome.exchange


def expect_one_holder(scene: Scene, ids: tuple[str, ...]) -> None:
    """Expect that the second platform was not registered."""
    claimed = scene.newcomer_ is not None and scene.newcomer_.registered
    message = "a second platform is registered as a party that another platform has registered"
    scene.expect(ids, not claimed, message, expected=["a refusal"], found="success")


def expect_no_takeover(scene: Scene, ids: tuple[str, ...]) -> None:
    """Expect that the second platform neither sees nor changes what the first has stored; then it leaves."""
    second, subject = scene.newcomer_, scene.subject
    if second is not None and second.registered:
        wish = Wish(token=second.outbound, token_kind="second", deliberate=True)
        seen = pushing.get(scene, subject, wish=wish).response
        shown = seen is not None and seen.succeeded and seen.one is not None
        message = "a platform that claims the same party is shown the objects of the other"
        scene.expect(ids, not shown, message, expected=["a refusal"], found="the object")
        pushing.put(scene, subject, body=subject.body | pushing.changeable(scene.dialect, subject), wish=wish)
        scene.send("credentials.both.delete_credentials", wish=wish)
        scene.session.registration_changed(unusual=True)
    back = pushing.read_back(scene, subject, ids)
    if back is not None:
        pushing.expect_same(scene, ids, subject.body, back)
