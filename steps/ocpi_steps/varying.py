"""Objects sent in other ways than usual: right but rare, wrong on purpose, or not the partner's to send."""

import copy
import json
from collections.abc import Callable
from datetime import timedelta
from types import MappingProxyType
from typing import Any

from ocpi_schemas.json_text import Json
from ocpi_schemas.party import PartyId
from ocpi_schemas.schema import load_schemas
from ocpi_schemas.timestamps import now, read_timestamp, write_timestamp
from ocpi_simulator.wish import PLAIN, Wish
from ocpi_steps import pushing
from ocpi_steps.comparing import differences, differences_in
from ocpi_steps.objects import make_subject, next_index
from ocpi_steps.outcome import Blocked
from ocpi_steps.scene import Scene, Subject

Ids = tuple[str, ...]
Object = dict[str, Any]

ID_FIELDS = {"location": "id", "token": "uid"}
_ID_PARAMETERS = {"location": "location_id", "token": "token_uid"}
_DOCUMENTS = {"location": "Location", "token": "Token"}


def _document(scene: Scene, kind: str) -> dict[str, Any]:
    return load_schemas(scene.dialect.version).documents[_DOCUMENTS[kind]]


def optional_fields(scene: Scene, kind: str) -> list[str]:
    """The fields that an object of this kind may leave out."""
    document = _document(scene, kind)
    return [name for name in document["properties"] if name not in document["required"]]


def is_list(scene: Scene, kind: str, name: str) -> bool:
    """Whether a field holds a list."""
    return bool(_document(scene, kind)["properties"][name].get("type") == "array")


# Sending


def put_with(scene: Scene, name: str, value: str) -> None:
    """PUT the subject with another value, given as JSON, in one field; it keeps it if its table has the field."""
    subject, changed = scene.subject, json.loads(value)
    known = name in _document(scene, subject.kind)["properties"]
    if known:
        subject.body[name] = changed
    pushing.put(scene, subject, body=subject.body if known else subject.body | {name: changed})


def put_with_empties(scene: Scene, *, lists: bool) -> None:
    """PUT the subject with null for each optional field, or with an empty list for each optional list."""
    subject = scene.subject
    optional = optional_fields(scene, subject.kind)
    empty = [name for name in optional if is_list(scene, subject.kind, name) or not lists]
    if not empty:
        raise Blocked(f"a {subject.kind} has no optional {'list' if lists else 'field'}")
    for name in empty:
        subject.body.pop(name, None)
    empties: dict[str, Json] = {name: [] if lists else None for name in empty}
    pushing.put(scene, subject, body=subject.body | empties)


def put_under_other_id(scene: Scene) -> None:
    """PUT the subject at the URL of another object."""
    subject, parameter = scene.subject, _ID_PARAMETERS[scene.subject.kind]
    path = subject.path | {parameter: f"X{next_index(scene)}"}
    pushing.put(scene, Subject(subject.module, subject.kind, path, subject.body, subject.query), wish=_DELIBERATE)


_DELIBERATE = Wish(deliberate=True)


def foreign_owner(scene: Scene) -> dict[str, str]:
    """A party that neither side has."""
    own = {scene.session.partner.config.party, *(role.party for role in scene.session.peer.roles)}
    taken = {(party.country_code.upper(), party.party_id.upper()) for party in own}
    return next(
        {"country_code": country, "party_id": party}
        for country, party in (("LI", "QQX"), ("LI", "QQY"), ("LI", "QQZ"))
        if (country, party) not in taken
    )


def put_under_foreign_owner(scene: Scene) -> None:
    """PUT the subject as an object of a party that is not in the Partner's credentials."""
    scene.other_ = _owned_by(scene, scene.subject, foreign_owner(scene))
    pushing.put(scene, scene.other_, wish=_DELIBERATE)


def _owned_by(scene: Scene, subject: Subject, owner: dict[str, str]) -> Subject:
    body = copy.deepcopy(subject.body)
    for name, parameter in (("object.owner_country", "country_code"), ("object.owner_party", "party_id")):
        if field := scene.dialect.field(name):
            body[field] = owner[parameter]
    return Subject(subject.module, subject.kind, subject.path | owner, body, subject.query)


def put_with_time_like(scene: Scene, pattern: str) -> None:
    """PUT the subject with its `last_updated` in the form of another DateTime."""
    moment = read_timestamp(scene.subject.body.get("last_updated")) or now()
    rest = pattern.removesuffix("Z").partition(".")[2]
    written = write_timestamp(moment.replace(microsecond=0)).removesuffix("Z")
    decimals = f".{rest}" if rest else ""
    scene.subject.body["last_updated"] = written + decimals + ("Z" if pattern.endswith("Z") else "")
    pushing.put(scene, scene.subject)


# Ids


def give_mixed_id(scene: Scene) -> None:
    """Give the subject an id with letters of both cases."""
    subject = scene.subject
    made = f"QxT{next_index(scene)}zW"
    subject.body[ID_FIELDS[subject.kind]] = made
    subject.path[_ID_PARAMETERS[subject.kind]] = made


def get_in_other_case(scene: Scene, what: str) -> None:
    """GET the subject with its id, or its owner, in another case of letters."""
    parameters = {"id": [_ID_PARAMETERS[scene.subject.kind]], "owner": ["country_code", "party_id"]}[what]
    path = scene.subject.path | {name: scene.subject.path[name].swapcase() for name in parameters}
    subject = scene.subject
    pushing.get(scene, Subject(subject.module, subject.kind, path, subject.body, subject.query))


def put_double(scene: Scene) -> None:
    """PUT another object whose id differs from that of the subject in the case of letters only."""
    other = make_subject(scene, scene.subject.kind)
    swapped = scene.subject.path[_ID_PARAMETERS[other.kind]].swapcase()
    other.body[ID_FIELDS[other.kind]] = other.path[_ID_PARAMETERS[other.kind]] = swapped
    scene.other_ = other
    pushing.put(scene, other)


# Owners


def second_owner(scene: Scene) -> PartyId:
    """The second party of the Partner's platform.

    Raises:
        Blocked: it has none.
    """
    parties = scene.session.partner.other_parties
    if not parties:
        raise Blocked("the partner's platform has one party only")
    return parties[0]


def put_same_id(scene: Scene, owner: PartyId, token: str | None = None) -> None:
    """PUT another object under the id of the subject, as one of another owner.

    Raises:
        Blocked: the target does not take it.
    """
    kind, parameter = scene.subject.kind, _ID_PARAMETERS[scene.subject.kind]
    made = make_subject(scene, kind)
    made.body[ID_FIELDS[kind]] = made.path[parameter] = scene.subject.path[parameter]
    owned = {"country_code": owner.country_code, "party_id": owner.party_id}
    scene.other_ = _owned_by(scene, made, owned)
    scene.other_wish = _from(scene, owner, token)
    exchange = pushing.put(scene, scene.other_, wish=scene.other_wish)
    if exchange.response is None or not exchange.response.succeeded:
        raise Blocked(f"the target does not take an object of {owner}: {exchange}")


def _from(scene: Scene, owner: PartyId, token: str | None) -> Wish:
    values = (owner.party_id, owner.country_code)
    headers = tuple(zip(scene.dialect.routing_headers[-2:], values, strict=False))
    return Wish(token=token, token_kind="second" if token else "", headers=headers)


# Judging


def _read(scene: Scene, subject: Subject, wish: Wish = PLAIN) -> Object | None:
    response = pushing.get(scene, subject, wish=wish).response
    return response.one if response is not None and response.succeeded else None


def expect_found(scene: Scene, ids: Ids) -> None:
    """Expect that the last answer holds the subject."""
    response, name = scene.answer(ids), ID_FIELDS[scene.subject.kind]
    data = response.one if response.succeeded else None
    here = data.get(name) if data is not None else None
    fits = here is not None and scene.dialect.folded(here) == scene.dialect.folded(scene.subject.body[name])
    found = here if here is not None else f"HTTP {response.status}, OCPI {response.status_code}"
    scene.expect(ids, fits, "the object is not found", expected=[scene.subject.body[name]], found=found)


def expect_spelling(scene: Scene, ids: Ids) -> None:
    """Expect the id of the subject as it was sent, letter by letter.

    Raises:
        Blocked: the target does not show the object.
    """
    name, shown = ID_FIELDS[scene.subject.kind], _read(scene, scene.subject)
    if shown is None:
        raise Blocked(f"the target does not show the {scene.subject.kind}: {scene.last}")
    wanted, found = scene.subject.body[name], shown.get(name)
    message = "the id is spelt in another way than it was sent"
    scene.expect(ids, found == wanted, message, expected=[wanted], found=found, pointer=f"/data/{name}")


def expect_moment(scene: Scene, ids: Ids) -> None:
    """Expect a `last_updated` that is the same moment as the one that was sent, to the second.

    Raises:
        Blocked: the target does not show the object.
    """
    shown = _read(scene, scene.subject)
    if shown is None:
        raise Blocked(f"the target does not show the {scene.subject.kind}: {scene.last}")
    wanted, found = scene.subject.body["last_updated"], shown.get("last_updated")
    sent, back = read_timestamp(wanted), read_timestamp(found)
    same = sent is not None and back is not None and abs(sent - back) < timedelta(seconds=1)
    message = "last_updated comes back as another moment"
    scene.expect(ids, same, message, expected=[wanted], found=found, pointer="/data/last_updated")


def expect_both(scene: Scene, ids: Ids) -> None:
    """Expect that subject and second object are both given back, each as it was sent."""
    for subject, wish in ((scene.subject, PLAIN), (scene.other, scene.other_wish)):
        back = _read(scene, subject, wish) or {}
        found = differences_in(scene.dialect, subject.body, back)
        path = "/".join(subject.path.values())
        pointer, sent, shown = found[0] if found else ("", "", "")
        message = f"{path} is not given back as it was sent, but (partly) as another object"
        scene.expect(ids, not found, message, expected=[sent], found=shown, pointer=f"/data{pointer}")


def expect_not_stored(scene: Scene, ids: Ids) -> None:
    """Expect that what was sent for a foreign owner is refused, or at least not stored as that owner's.

    A target that knows the owner by the token alone may have stored it as the Partner's, and shows it under any owner.
    """
    response = scene.answer(ids)
    if response.succeeded and _read(scene, scene.other, _DELIBERATE) is not None:
        stored_as_ours = _read(scene, scene.subject, _DELIBERATE) is not None
        where = "/".join(list(scene.other.path.values())[:2])
        scene.expect(
            ids,
            stored_as_ours,
            "an object of a party that is not in the credentials was stored as that party's",
            expected=["HTTP 404", "OCPI 2001"],
            found=f"GET shows it under {where}, and not under the party in the credentials",
        )
    scene.expect(ids, True, "refused")


def expect_numbers(scene: Scene, ids: Ids, name: str) -> None:
    """Expect that the numbers in a field come back with the same value.

    Raises:
        Blocked: the target does not give the field back.
    """
    shown = _read(scene, scene.subject)
    if shown is None or not shown.get(name):
        raise Blocked(f"the target does not give back {name}: {scene.last}")
    found = list(differences(scene.subject.body[name], shown[name]))
    scene.expect(ids, not found, "numbers do not come back as they were sent") if not found else None
    for pointer, sent, back in found[:10]:
        message = "a number does not come back as it was sent"
        scene.expect(ids, False, message, expected=[sent], found=back, pointer=f"/data/{name}{pointer}")


DEMANDS: MappingProxyType[str, Callable[[Scene, Ids], None]] = MappingProxyType(
    {
        "the target finds it": expect_found,
        "the target keeps the two apart": expect_both,
        "its id comes back in the spelling it was sent in": expect_spelling,
        "its last_updated comes back as the same moment": expect_moment,
        "it is not stored as an object of that party": expect_not_stored,
    }
)
"""What is demanded of the target then, in the words that scenarios use for it."""
