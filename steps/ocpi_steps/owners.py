"""Owners: platforms and parties beside the first one, on both sides, and whose objects they get at."""

from collections.abc import Callable
from types import MappingProxyType

from ocpi_schemas.party import PartyId
from ocpi_simulator.peers import Peer
from ocpi_simulator.registration import Unusable, register
from ocpi_simulator.routes import veiled
from ocpi_simulator.wish import Wish
from ocpi_steps import pushing, varying
from ocpi_steps.outcome import Blocked
from ocpi_steps.pages import objects_of
from ocpi_steps.scene import Scene

Ids = tuple[str, ...]


# A second platform on the Partner's side


def _second_party(scene: Scene) -> PartyId:
    own = scene.session.partner.config.party
    return PartyId(own.country_code, "TS2" if own.party_id != "TS2" else "TS3")


def join(scene: Scene) -> None:
    """Register a second platform, with another party, under another URL and with a token of its own.

    Raises:
        Blocked: the target does not register it.
    """
    session, partner = scene.session, scene.session.partner
    second = scene.newcomer_ = Peer(versions_url=session.profile.target_url)
    partner.peers.all.append(second)
    scene.at_end(lambda: partner.peers.drop(second))
    field = scene.dialect.field("credentials.party_id")
    changes = (f'url:"{veiled(partner.versions_url)}"', f'{field}:"{_second_party(scene).party_id}"')
    for change in changes:
        partner.behaviours.switch_on(f"changed_field={change}@credentials.both.post_credentials")
    partner.behaviours.switch_on("opaque_urls")
    outcome = session.loop.call(register(partner, second, scene.dialect.version, scene.token_a))
    scene.deviate_no_more()
    session.registration_changed(unusual=True)
    if isinstance(outcome, Unusable):
        raise Blocked(f"the target does not register a second platform: {outcome.message}")


def _newcomer(scene: Scene) -> Peer:
    if scene.newcomer_ is None or not scene.newcomer_.outbound:
        raise Blocked("no second platform is registered")
    return scene.newcomer_


def put_same_id(scene: Scene) -> None:
    """PUT an object of the second platform under the id of the subject."""
    varying.put_same_id(scene, _second_party(scene), _newcomer(scene).outbound)


def leave(scene: Scene) -> None:
    """Have the second platform unregister."""
    wish = Wish(token=_newcomer(scene).outbound, token_kind="second")
    scene.send("credentials.both.delete_credentials", wish=wish)


def expect_own_token(scene: Scene, ids: Ids) -> None:
    """Expect that the target gave the two platforms different tokens."""
    same = _newcomer(scene).outbound == scene.session.peer.outbound
    message = "two platforms were given the same token"
    scene.expect(ids, not same, message, expected=["different tokens"], found="the same token")


def expect_no_access(scene: Scene, ids: Ids) -> None:
    """Expect that the second platform neither sees nor changes what the first has stored."""
    wish = Wish(token=_newcomer(scene).outbound, token_kind="second", deliberate=True)
    subject = scene.subject
    seen = pushing.get(scene, subject, wish=wish).response
    shown = seen is not None and seen.succeeded and isinstance(seen.data, dict)
    message = "the objects of one platform are shown to another"
    scene.expect(ids, not shown, message, expected=["HTTP 404"], found="the object")
    pushing.put(scene, subject, body=subject.body | pushing.changeable(scene.dialect, subject), wish=wish)
    back = pushing.read_back(scene, subject, ids)
    if back is not None:
        pushing.expect_same(scene, ids, subject.body, back)


# Several parties on the target's side


def request_of_each(scene: Scene, module: str) -> None:
    """GET the list of each party that the target's platform has in the role under test.

    Raises:
        Blocked: it has one only.
    """
    role = scene.session.profile.target_role
    parties = [entry.party for entry in scene.session.peer.roles if entry.role == role]
    if len(parties) < 2:
        raise Blocked(f"the platform of the target has one {role} only")
    names = scene.dialect.routing_headers[:2]
    for party in parties:
        headers = tuple(zip(names, (party.party_id, party.country_code), strict=True))
        page = scene.send(f"{module}.sender.get_list", wish=Wish(headers=headers))
        scene.addressed.append((party, page))


def expect_own_objects(scene: Scene, ids: Ids) -> None:
    """Expect in the list of each party only its objects."""
    for party, page in scene.addressed:
        foreign = [e for e in objects_of(page) if not party.is_same(e.get("country_code"), e.get("party_id"))]
        found = ", ".join(f"{e.get('country_code')}-{e.get('party_id')}" for e in foreign[:3])
        message = f"a list that was asked of {party} has objects of other parties"
        scene.expect(ids, not foreign, message, expected=[f"objects of {party}"], found=found, exchange=page)


ACTS: MappingProxyType[str, Callable[[Scene], None]] = MappingProxyType(
    {
        "a second platform registers as another party": join,
        "the second platform puts an object of the same id": put_same_id,
        "the second platform unregisters": leave,
        "the partner puts an object of the same id for its second party": lambda scene: varying.put_same_id(
            scene, varying.second_owner(scene)
        ),
    }
)

DEMANDS: MappingProxyType[str, Callable[[Scene, Ids], None]] = MappingProxyType(
    {
        "the two platforms have different tokens": expect_own_token,
        "the second platform gets at nothing of the first": expect_no_access,
        "each list has the objects of its own party": expect_own_objects,
    }
)
