"""Real-time authorisation by the target: which Token, at which place, and what its answer says."""

import copy
from collections.abc import Callable
from functools import partial
from types import MappingProxyType
from typing import Any

from ocpi_schemas.exchange import Exchange
from ocpi_schemas.operation import InterfaceRole
from ocpi_schemas.schema import load_schemas
from ocpi_simulator.draft import ABSENT, Absent
from ocpi_simulator.peers import new_token
from ocpi_simulator.wish import PLAIN, Wish
from ocpi_steps import listed, pushing
from ocpi_steps.demands import Demands
from ocpi_steps.objects import location_subject
from ocpi_steps.outcome import Blocked
from ocpi_steps.scene import Scene, Subject
from ocpi_steps.target_pulls import list_own

Object = dict[str, Any]

SUBJECT_KEYS = (
    ("allowed_token", "may charge anywhere"),
    ("blocked_token", "is blocked"),
    ("expired_token", "has expired"),
    ("no_credit_token", "belongs to an account without enough credit"),
    ("not_allowed_token", "is valid, but may not charge at the partner's Locations"),
    ("token_needing_location", "cannot be judged without a location"),
    ("app_user_token", "is of type APP_USER"),
)
"""The keys under [subjects] of a profile that name a Token of an eMSP target, and what is true of that Token.

The value is the uid. If the Token is not in the target's list and no RFID Token, `TYPE/uid` gives its type.
"""

TRIED = 5
"""So many Tokens are tried when one that may charge is looked for."""

NOT_ENOUGH_INFORMATION, UNKNOWN_LOCATION, UNKNOWN_TOKEN = 2002, 2003, 2004

_UNKNOWN = "UNKNOWN-"
"""With this the uids of Tokens begin that nobody has."""


# Which Token


def token_of(scene: Scene, key: str) -> Subject:
    """The target's Token that the profile names under a key.

    Raises:
        Blocked: it names none.
    """
    named = scene.session.profile.subjects.get(key, "")
    if not named:
        meaning = dict(SUBJECT_KEYS)[key]
        raise Blocked(f"no Token of the target is known that {meaning}; give its uid as {key} under [subjects]")
    before, slash, after = named.partition("/")
    if slash and before in _types(scene):
        return _subject({"uid": after, "type": before})
    # The type may be anything: the list says which. What is not listed is what its name says, else an RFID Token.
    found = listed.find(
        scene, "tokens", lambda entry: scene.dialect.folded(entry.get("uid")) == scene.dialect.folded(named)
    )
    fallback = "APP_USER" if key == "app_user_token" else _default_type(scene)
    return _subject(found or {"uid": named, "type": fallback})


def _types(scene: Scene) -> list[str]:
    return list(load_schemas(scene.dialect.version).documents["TokenType"]["enum"])


def _default_type(scene: Scene) -> str:
    return scene.dialect.operations["tokens.sender.authorize"].query["type"].default or ""


def _subject(token: Object) -> Subject:
    return Subject("tokens", "token", {"token_uid": str(token["uid"])}, token)


def listed_token(scene: Scene, fits: Callable[[Object], object], what: str) -> Subject:
    """A Token from the target's list.

    Raises:
        Blocked: it has none that fits.
    """
    found = listed.note_list(scene, "tokens", lambda entry: isinstance(entry.get("uid"), str) and fits(entry))
    if found is None:
        raise Blocked(f"the target lists no {what}")
    listed.know(scene, "token", found)
    return _subject(found)


def unknown_token(scene: Scene) -> Subject:
    """A Token that nobody has."""
    return _subject({"uid": f"{_UNKNOWN}{new_token()[:12]}", "type": _default_type(scene)})


def admitted_token(scene: Scene) -> Subject:
    """A Token that the target lets charge at a Location of the Partner: the one the profile names, or one of the list.

    Raises:
        Blocked: there is none.
    """
    if scene.session.profile.subjects.get("allowed_token"):
        candidates = [token_of(scene, "allowed_token")]
    else:
        listed.note_list(scene, "tokens", lambda _entry: False)
        valid = [
            entry for entry in scene.crawl.objects if entry.get("valid") is True and entry.get("whitelist") != "ALWAYS"
        ]
        candidates = [_subject(entry) for entry in valid[:TRIED]]
    references = _references(known_location(scene).body)
    for candidate in candidates:
        if verdict(ask(scene, candidate, references)).get("allowed") == "ALLOWED":
            return candidate
    raise Blocked(
        "none of the first valid Tokens of the target may charge at a Location of the partner; give the uid of one"
        " that may as allowed_token under [subjects]"
    )


TOKENS: MappingProxyType[str, Callable[[Scene], Subject]] = MappingProxyType(
    {
        "that the target lists": lambda scene: listed_token(scene, lambda _entry: True, "Token"),
        "that the target lists with whitelist ALLOWED": lambda scene: listed_token(
            scene, lambda entry: entry.get("whitelist") == "ALLOWED", "Token with whitelist ALLOWED"
        ),
        "that the target lists with another whitelist than ALWAYS": lambda scene: listed_token(
            scene, lambda entry: entry.get("whitelist") != "ALWAYS", "Token with another whitelist than ALWAYS"
        ),
        "that the target lists with type RFID": lambda scene: listed_token(
            scene, lambda entry: entry.get("type") == "RFID", "Token of type RFID"
        ),
        "that the target lets charge": admitted_token,
        "that the target does not know": unknown_token,
    }
)
"""Which Token a scenario is about -> the function that finds it."""


# Where


def known_location(scene: Scene, change: Callable[[Object], None] | None = None) -> Subject:
    """A Location that the Partner lists, and pushes if the target can be pushed to."""
    subject = location_subject(scene)
    body: Object = subject.body
    for evse in body["evses"]:
        evse["status"] = "AVAILABLE"
    for name in ("opening_times", scene.dialect.field("location.publish_allowed_to")):
        body.pop(name, None)
    if publish := scene.dialect.field("location.publish"):
        body[publish] = True
    if change is not None:
        change(body)
    list_own(scene, subject)
    try:
        pushing.put(scene, subject)
    except Blocked:
        if change is not None:
            raise
    return subject


def _closed(location: Object) -> None:
    for evse in location["evses"]:
        evse["status"] = "OUTOFORDER"
    never = [{"weekday": 1, "period_begin": "03:00", "period_end": "03:01"}]
    location["opening_times"] = {"twentyfourseven": False, "regular_hours": never}


def _references(location: Object, *, evses: bool = True) -> Object:
    named = {"evse_uids": [evse["uid"] for evse in location["evses"]]} if evses else {}
    return {"location_id": location["id"]} | named


def _with_connectors(location: Object) -> Object:
    first = location["evses"][0]
    connectors = [connector["id"] for connector in first["connectors"]]
    return {"location_id": location["id"], "evse_uids": [first["uid"]], "connector_ids": connectors}


PLACES: MappingProxyType[str, Callable[[Scene], Object]] = MappingProxyType(
    {
        "at a location": lambda scene: _references(known_location(scene).body),
        "at a location without naming an evse": lambda scene: _references(known_location(scene).body, evses=False),
        "at a location and its connectors": lambda scene: _with_connectors(known_location(scene).body),
        "at a location that is closed and out of order": lambda scene: _references(known_location(scene, _closed).body),
        "at a location that is not published": lambda scene: _references(location_subject(scene).body),
    }
)
"""Where a driver presents a Token -> the LocationReferences."""


# Asking


def ask(
    scene: Scene, token: Subject, references: Object | Absent = ABSENT, *, untyped: bool = False, wish: Wish = PLAIN
) -> Exchange:
    """Ask the target to authorise a Token, with its type where that is not the default."""
    parameter = scene.dialect.operations["tokens.sender.authorize"].query["type"]
    kind = str(token.body.get("type", parameter.default))
    names = () if untyped or kind == parameter.default else (parameter.name, *parameter.aliases)
    query = dict.fromkeys(names, kind)
    return scene.send(
        "tokens.sender.authorize", path=token.path, query=query, body=copy.deepcopy(references), wish=wish
    )


def _untyped(scene: Scene) -> Exchange:
    return ask(scene, scene.subject, untyped=True, wish=Wish(deliberate=True))


def _question(place: Callable[[Scene], Object] | None = None) -> Callable[[Scene], Exchange]:
    """Asks whether the subject may charge, at a place or at none in particular."""

    def ask_about_subject(scene: Scene) -> Exchange:
        is_unknown = str(scene.subject.body["uid"]).startswith(_UNKNOWN)
        return ask(scene, scene.subject, place(scene) if place else ABSENT, wish=Wish(deliberate=is_unknown))

    return ask_about_subject


QUESTIONS: MappingProxyType[str, Callable[[Scene], Exchange]] = MappingProxyType(
    {
        "": _question(),
        ", without its type": _untyped,
        **{f" {words}": _question(place) for words, place in PLACES.items()},
    }
)
"""How the target is asked whether the subject may charge -> the request."""


def verdict(exchange: Exchange) -> Object:
    """The AuthorizationInfo of a successful answer, else an empty one."""
    response = exchange.response
    return (response.one if response is not None and response.succeeded else None) or {}


# Judging


def _outcome(exchange: Exchange) -> str:
    said = verdict(exchange).get("allowed")
    response = exchange.response
    return str(said) if said else f"HTTP {response.status}, OCPI {response.status_code}" if response else "no answer"


def expect_verdict(scene: Scene, ids: tuple[str, ...], *, may_ask: bool = False) -> None:
    """Expect an AuthorizationInfo; or, where that is fine, that the location is asked for."""
    response = scene.answer(ids)
    excused = [NOT_ENOUGH_INFORMATION] if may_ask else []
    if not scene.session.offers("locations", InterfaceRole.RECEIVER):
        excused.append(UNKNOWN_LOCATION)  # it could not be told
    scene.expect(
        ids,
        response.status_code in excused or "allowed" in verdict(scene.last),
        "no verdict on the Token",
        expected=["OCPI 1000 with an AuthorizationInfo", *(f"OCPI {code}" for code in excused)],
        found=_outcome(scene.last),
    )


def expect_allowed(scene: Scene, ids: tuple[str, ...], wanted: str) -> None:
    """Expect this value of AllowedType."""
    scene.answer(ids)
    found = _outcome(scene.last)
    scene.expect(
        ids, found == wanted, "another verdict on the Token", expected=[wanted], found=found, pointer="/data/allowed"
    )


def expect_unknown(scene: Scene, ids: tuple[str, ...]) -> None:
    """Expect that the Token is said to be unknown, in one of the two ways that the text has (ruling R53)."""
    response = scene.answer(ids)
    scene.expect(
        ids,
        response.status == 404 or (response.status_code == UNKNOWN_TOKEN and 200 <= response.status < 300),
        "a Token that the eMSP does not know is not said to be unknown",
        expected=["HTTP 404", "HTTP 200 with OCPI 2004"],
        found=_outcome(scene.last),
    )


def expect_own_evses(scene: Scene, ids: tuple[str, ...]) -> None:
    """Expect that the EVSEs that the answer names are EVSEs of the Location of the request.

    Raises:
        Blocked: the answer names no location.
    """
    place, body = verdict(scene.last).get("location"), scene.last.request.body.json
    location_id = str(body.get("location_id")) if isinstance(body, dict) else ""
    location = scene.session.partner.stores.own["locations"].get(location_id, scene.dialect.version)
    if not isinstance(place, dict) or location is None:
        raise Blocked("the answer names no location")
    folded = scene.dialect.folded
    own = {folded(evse["uid"]) for evse in location["evses"]}
    named = place.get("evse_uids") or []
    strange = [uid for uid in named if folded(uid) not in own] if isinstance(named, list) else [named]
    scene.expect(
        ids,
        not strange,
        "EVSEs of another place",
        expected=sorted(own),
        found=strange,
        pointer="/data/location/evse_uids",
    )


DEMANDS: Demands = MappingProxyType(
    {
        "the target gives a verdict": expect_verdict,
        "the target gives a verdict or asks for the location": partial(expect_verdict, may_ask=True),
        "the target says that it does not know it": expect_unknown,
        "the target names only EVSEs of that location": expect_own_evses,
    }
)
"""What is demanded -> who looks at it."""
