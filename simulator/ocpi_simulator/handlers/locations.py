"""The locations module: our Locations for others to fetch, and the Locations that others push to us."""

import re
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from ocpi_schemas.json_text import Json
from ocpi_schemas.timestamps import read_timestamp
from ocpi_simulator.answer import Answer, created, invalid, not_found
from ocpi_simulator.behaviours import Seam, behaviour, state_behaviour
from ocpi_simulator.call import Call, Handler
from ocpi_simulator.client_owned import check_owner, check_same, merged, patch_problem
from ocpi_simulator.draft import Draft, Kind
from ocpi_simulator.pagination import answer_page

if TYPE_CHECKING:
    from ocpi_simulator.partner import Partner

Object = dict[str, Any]

for _name, _description in {
    "forgets_parent_time": "A change of an EVSE or Connector leaves the last_updated of what is around it alone.",
    "refuses_new_parts": "An EVSE or Connector that is not known yet is refused with HTTP 404.",
    "patches_as_put": "A PATCH takes the place of the whole object.",
    "patch_forgets_siblings": "A PATCH of an EVSE or Connector leaves no other one beside it.",
    "puts_as_patch": "A PUT of a part leaves the fields alone that it does not have.",
}.items():
    state_behaviour(_name, _description)


@behaviour(Seam.OBJECT, on=frozenset({Kind.RESPONSE}))
def lists_only_changed_evses(draft: Draft, _argument: str) -> bool:
    """A list of Locations by date has only the EVSEs that were updated since then."""
    since = re.search(r"date_from=([^&]*)", draft.url)
    data = draft.payload.get("data") if isinstance(draft.payload, dict) else None
    earliest = read_timestamp(unquote(since[1])) if since else None
    if earliest is None or not isinstance(data, list):
        return False
    for location in data:
        if isinstance(location, dict) and isinstance(location.get("evses"), list):
            location["evses"] = [evse for evse in objects_in(location["evses"]) if _is_since(evse, earliest)]
    return True


def _is_since(part: Object, earliest: datetime) -> bool:
    moment = read_timestamp(part.get("last_updated"))
    return moment is not None and moment >= earliest


def objects_in(value: Json) -> list[Object]:
    """The objects in a list; none if it is something else."""
    return [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []


async def get_list(partner: "Partner", call: Call) -> Answer:
    """Source: mod_locations.asciidoc#mod_locations_get_list_request_parameters"""
    return answer_page(partner, call)


async def get_own(partner: "Partner", call: Call) -> Answer:
    """One object of ours. Source: mod_locations.asciidoc#mod_locations_get_object_request_parameters"""
    location = partner.stores.own["locations"].get(call.path["location_id"], call.version)
    return _answer_part(location, call)


async def get_received(partner: "Partner", call: Call) -> Answer:
    """An object as it was pushed. Source: mod_locations.asciidoc#mod_locations_get_method_eMSP"""
    refusal = check_owner(call)
    return refusal or _answer_part(_stored(partner, call), call)


def _stored(partner: "Partner", call: Call) -> Object | None:
    return partner.stores.received_of("locations").get(*_key(call), exact=call.exact_ids)


def _key(call: Call) -> tuple[str, ...]:
    return (call.path["country_code"].upper(), call.path["party_id"].upper(), call.path["location_id"])


def _answer_part(location: Object | None, call: Call) -> Answer:
    part: Any = location
    if part is not None and "evse_uid" in call.path:
        part = find_evse(part, call.path["evse_uid"])
    if part is not None and "connector_id" in call.path:
        part = find_connector(part, call.path["connector_id"])
    return not_found("no such object") if part is None else Answer(data=part)


def _find(members: Json, key: str, wanted: str) -> Object | None:
    for member in members if isinstance(members, list) else []:
        if isinstance(member, dict) and str(member.get(key)).upper() == wanted.upper():
            return member
    return None


def find_evse(location: Object, uid: str) -> Object | None:
    """The EVSE of a Location with this uid, without case."""
    return _find(location.get("evses"), "uid", uid)


def find_connector(evse: Object, connector_id: str) -> Object | None:
    """The Connector of an EVSE with this id, without case."""
    return _find(evse.get("connectors"), "id", connector_id)


async def put_location(partner: "Partner", call: Call) -> Answer:
    """Source: mod_locations.asciidoc#mod_locations_put_method"""
    refusal = check_owner(call) or check_same(call, id="location_id", owner=True)
    if refusal:
        return refusal
    new = partner.stores.received_of("locations").put(*_key(call), value=call.object, exact=call.exact_ids)
    return created() if new else Answer()


async def put_evse(partner: "Partner", call: Call) -> Answer:
    """A new or replaced EVSE of a Location that is known. Its `last_updated` is the Location's, too."""
    refusal = check_owner(call) or check_same(call, uid="evse_uid")
    if refusal:
        return refusal
    location = _stored(partner, call)
    if location is None:
        return not_found("the Location of this EVSE is not known here")
    if partner.behaviours.takes_hold("puts_as_patch", call.operation.id):
        call.object.update((find_evse(location, call.path["evse_uid"]) or {}) | call.object)
    elif find_evse(location, call.path["evse_uid"]) is None and _refuses(partner, call):
        return not_found("no such EVSE")
    new = _place(location, "evses", "uid", call.object)
    _touch(partner, call, location)
    return created() if new else Answer()


async def put_connector(partner: "Partner", call: Call) -> Answer:
    """A new or replaced Connector of an EVSE that is known. Its `last_updated` is the EVSE's and Location's, too."""
    refusal = check_owner(call) or check_same(call, id="connector_id")
    if refusal:
        return refusal
    location = _stored(partner, call)
    evse = find_evse(location, call.path["evse_uid"]) if location else None
    if location is None or evse is None:
        return not_found("the EVSE of this Connector is not known here")
    if partner.behaviours.takes_hold("puts_as_patch", call.operation.id):
        call.object.update((find_connector(evse, call.path["connector_id"]) or {}) | call.object)
    elif find_connector(evse, call.path["connector_id"]) is None and _refuses(partner, call):
        return not_found("no such Connector")
    new = _place(evse, "connectors", "id", call.object)
    _touch(partner, call, evse, location)
    return created() if new else Answer()


def _place(parent: Object, members: str, key: str, member: Object) -> bool:
    """Put a member in the place of the one with the same id, or add it; True if it is new."""
    entries: list[Object] = parent.setdefault(members, [])
    for index, entry in enumerate(entries):
        if str(entry[key]).upper() == str(member[key]).upper():
            entries[index] = member
            return False
    entries.append(member)
    return True


def _refuses(partner: "Partner", call: Call) -> bool:
    return partner.behaviours.takes_hold("refuses_new_parts", call.operation.id)


def _touch(partner: "Partner", call: Call, *parents: Object) -> None:
    """Move `last_updated` of the parents, but never back. Source: mod_locations.asciidoc#mod_locations_request_body"""
    if parents and partner.behaviours.takes_hold("forgets_parent_time", call.operation.id):
        return
    changed = call.object
    moved = read_timestamp(changed.get("last_updated"))
    for parent in parents:
        before = read_timestamp(parent.get("last_updated"))
        if moved is not None and (before is None or moved > before):
            parent["last_updated"] = changed["last_updated"]


async def patch(partner: "Partner", call: Call) -> Answer:
    """A partial update of a Location, EVSE or Connector. Source: mod_locations.asciidoc#mod_locations_patch_method"""
    refusal = check_owner(call)
    if refusal:
        return refusal
    location = _stored(partner, call)
    chain: list[Object | None] = [location]
    if "evse_uid" in call.path:
        chain.append(find_evse(location, call.path["evse_uid"]) if location else None)
    if "connector_id" in call.path:
        chain.append(find_connector(chain[-1], call.path["connector_id"]) if chain[-1] else None)
    *parents, part = chain
    if part is None or any(parent is None for parent in parents):
        return not_found("no such object; PUT it first")
    problem = patch_problem(call, part)
    if problem:
        return invalid(problem)
    as_put = partner.behaviours.takes_hold("patches_as_put", call.operation.id)
    changed = dict(call.object) if as_put else merged(part, call.object)
    part.clear()
    part.update(changed)
    around = [parent for parent in parents if parent is not None]
    if around and partner.behaviours.takes_hold("patch_forgets_siblings", call.operation.id):
        around[-1]["connectors" if "connector_id" in call.path else "evses"] = [part]
    _touch(partner, call, *around)
    return Answer()


HANDLERS: dict[str, Handler] = {
    "locations.sender.get_list": get_list,
    "locations.sender.get_location": get_own,
    "locations.sender.get_evse": get_own,
    "locations.sender.get_connector": get_own,
    "locations.receiver.get_location": get_received,
    "locations.receiver.get_evse": get_received,
    "locations.receiver.get_connector": get_received,
    "locations.receiver.put_location": put_location,
    "locations.receiver.put_evse": put_evse,
    "locations.receiver.put_connector": put_connector,
    "locations.receiver.patch_location": patch,
    "locations.receiver.patch_evse": patch,
    "locations.receiver.patch_connector": patch,
}
