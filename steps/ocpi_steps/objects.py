"""Objects that the Partner owns and pushes to a target: new ones for each scenario, in the shape of the version."""

import copy
from datetime import datetime, timedelta
from typing import Any

from ocpi_schemas.timestamps import now, read_timestamp, write_timestamp
from ocpi_simulator.dataset.dice import BARE, FULL
from ocpi_simulator.dataset.locations import Locations
from ocpi_simulator.dataset.series import Recipe
from ocpi_simulator.dataset.shape import shape_of
from ocpi_simulator.dataset.tokens import Tokens
from ocpi_steps.outcome import Blocked
from ocpi_steps.scene import Scene, Subject

FIRST_INDEX = 500_000
"""Pushed objects are computed from here on, far from those that the Partner lists."""

Object = dict[str, Any]


def _recipe(scene: Scene, module: str) -> Recipe:
    config = scene.session.partner.config
    match module:
        case "locations":
            return Locations(config.seed, config.party)
        case "tokens":
            return Tokens(config.seed, config.party)
        case _:
            raise Blocked(f"the partner has no objects of its own for {module}")


def next_index(scene: Scene) -> int:
    """The index of an object that no scenario has used yet."""
    scene.session.cases_made += 1
    return FIRST_INDEX + scene.session.cases_made


def fresh_object(scene: Scene, module: str, *, full: bool = False, bare: bool = False) -> Object:
    """A new object that the target has never seen: with the optional fields that are usual, with all, or with none.

    The usual one has the same fields in every run, so that what a target makes of the others is found where they are
    asked for, and not here and there.
    """
    recipe, index = _recipe(scene, module), next_index(scene)
    updated = now().replace(microsecond=0) - timedelta(hours=1)
    made = superset(recipe, index, updated, full=full, bare=bare)
    return shape_of(scene.dialect.version).project(recipe.object_name, made)


def superset(recipe: Recipe, index: int, updated: datetime, *, full: bool = False, bare: bool = False) -> Object:
    """Such an object with the fields of all versions."""
    made = _renamed(recipe.make(BARE if bare else FULL, updated), recipe.make(index, updated))
    return made if full or bare else dict(_usual(made))


def _renamed(pattern: Object, fresh: Object) -> Object:
    """An object like the pattern, under the ids of a fresh one."""
    made = copy.deepcopy(pattern)
    for key in ("id", "uid", "contract_id", "auth_id"):
        if key in fresh:
            made[key] = fresh[key]
    for place, evse in enumerate(made.get("evses", []), 1):
        evse["uid"] = f"{fresh['id']}-{place}"
        if "evse_id" in evse:
            number = "".join(filter(str.isalnum, fresh["id"]))
            evse["evse_id"] = f"{evse['evse_id'].partition('*E')[0]}*E{number}*{place}"
    if "uid" in made:
        made["type"] = "RFID"
    return made


_SELDOM = frozenset(
    [
        "related_locations",
        "directions",
        "suboperator",
        "owner",
        "logo",
        "facilities",
        "opening_times",
        "charging_when_closed",
        "images",
        "energy_mix",
        "status_schedule",
        "floor_level",
        "parking_restrictions",
        "terms_and_conditions",
        "group_id",
        "default_profile_type",
        "energy_contract",
    ]
)
"""Optional fields that many do without, in Locations and what is in them, and in Tokens."""


def _usual(made: Any) -> Any:
    """The object without fields that are seldom used."""
    if isinstance(made, list):
        return [_usual(entry) for entry in made]
    if isinstance(made, dict):
        return {name: _usual(value) for name, value in made.items() if name not in _SELDOM}
    return made


def owner_path(scene: Scene) -> dict[str, str]:
    """The Partner's party as URL segments."""
    party = scene.session.partner.config.party
    return {"country_code": party.country_code, "party_id": party.party_id}


def location_subject(scene: Scene, *, full: bool = False, bare: bool = False) -> Subject:
    """A new Location of the Partner."""
    body = fresh_object(scene, "locations", full=full, bare=bare)
    return Subject("locations", "location", owner_path(scene) | {"location_id": str(body["id"])}, body)


def token_subject(scene: Scene, *, full: bool = False, bare: bool = False, token_type: str = "") -> Subject:
    """A new Token of the Partner; an RFID Token if no type is asked for."""
    body = fresh_object(scene, "tokens", full=full, bare=bare)
    if token_type:
        body["type"] = token_type
    if token_type in ("APP_USER", "AD_HOC_USER"):
        body["whitelist"] = "NEVER"
    path = owner_path(scene) | {"token_uid": str(body["uid"])}
    return Subject("tokens", "token", path, body, token_query(scene, str(body["type"])))


def token_query(scene: Scene, token_type: str) -> dict[str, str]:
    """The `type` parameter, where it is needed: an RFID Token goes without, as the default has it."""
    identity = scene.dialect.forms.get("token.identity")
    return {"type": token_type} if identity == "uid_and_type" and token_type != "RFID" else {}


def make_subject(scene: Scene, kind: str, *, full: bool = False, bare: bool = False) -> Subject:
    """A new object of a kind: `location` or `token`; its EVSE or Connector for `evse`, `connector`."""
    match kind:
        case "location":
            return location_subject(scene, full=full, bare=bare)
        case "token":
            return token_subject(scene, full=full, bare=bare)
        case "evse":
            return evse_of(location_subject(scene, full=full))
        case "connector":
            return connector_of(evse_of(location_subject(scene, full=full)))
        case _:
            raise Blocked(f"the partner cannot make a {kind}")


def evse_of(location: Subject, place: int = 0) -> Subject:
    """One EVSE of a Location as a subject of its own."""
    evse: Any = location.body["evses"][place]  # type: ignore[index]
    return Subject("locations", "evse", location.path | {"evse_uid": str(evse["uid"])}, evse, parent=location)


def connector_of(evse: Subject, place: int = 0) -> Subject:
    """One Connector of an EVSE as a subject of its own."""
    connector: Any = evse.body["connectors"][place]  # type: ignore[index]
    path = evse.path | {"connector_id": str(connector["id"])}
    return Subject("locations", "connector", path, connector, parent=evse)


def module_kind(module: str) -> str:
    """The kind of a module's main object."""
    return {"locations": "location", "tokens": "token"}[module]


def later(body: Object, seconds: int = 60) -> str:
    """A `last_updated` after the one an object has."""
    before = read_timestamp(body.get("last_updated")) or now()
    return write_timestamp(before + timedelta(seconds=seconds))
