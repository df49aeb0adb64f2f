"""Pushing what the party owns: new objects and changes, and looking at what the other side stored.

Source: transport_and_format.asciidoc#transport_and_format_client_owned_object_push
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from ocpi_schemas.exchange import Exchange
from ocpi_schemas.operation import InterfaceRole
from ocpi_schemas.schema import load_schemas
from ocpi_schemas.timestamps import now, read_timestamp, write_timestamp
from ocpi_simulator.actions.belongings import (
    Belonging,
    connector_of,
    evse_of,
    evses_in_use,
    find,
    find_part,
    location_of,
    own_objects,
    token_of,
)
from ocpi_simulator.actions.changes import REMOVED, invalidated, renamed, with_other_tariff, with_status
from ocpi_simulator.actions.connection import Connection, connection_of, demand_caller
from ocpi_simulator.actions.result import ActionResult, Done, ImpossibleError, action, note_of
from ocpi_simulator.behaviours import state_behaviour
from ocpi_simulator.draft import ABSENT, Absent
from ocpi_simulator.handlers.locations import find_evse
from ocpi_simulator.partner import Partner

Object = dict[str, Any]

_GONE = 404
_EAST = timedelta(hours=2)

for _name, _description in {
    "pushes_nothing": "Neither what is new nor a change is pushed.",
    "creates_with_patch": "Something new is pushed with PATCH.",
    "lists_old_state": "A change is pushed, but the Sender interface says what it said before.",
    "deletes_removed_evses": "An EVSE that is taken out of use vanishes instead of becoming REMOVED.",
    "patches_everything": "A PATCH holds all fields of the object.",
    "gives_up_after_patch": "After a PATCH that failed nothing is done.",
    "puts_without_a_look": "After a PATCH that failed the object is put at once.",
    "sends_failed_pushes_again": "What could not be delivered is sent again with the next push.",
    "chokes_on_data": "Once an answer to a push had data, nothing is pushed any more.",
    "pushes_local_time": "last_updated of what is pushed is local time, two hours east of Greenwich, with a Z.",
    "checks_another_address": "What the other side stores is asked for under another id.",
}.items():
    state_behaviour(_name, _description)


@action
async def push_location(partner: Partner, _subject: str, _parameters: Mapping[str, str]) -> ActionResult:
    """Open a new Location. Source: mod_locations.asciidoc#mod_locations_flow_and_lifecycle"""
    connection = _pusher(partner, "locations")
    made = own_objects(partner, "locations").create(now())
    return Done(await _push_new(connection, location_of(connection, made["id"])))


@action
async def push_location_update(partner: Partner, subject: str, _parameters: Mapping[str, str]) -> ActionResult:
    """Rename a Location. Source: mod_locations.asciidoc#mod_locations_example_change_the_location_name"""
    connection = _pusher(partner, "locations")
    location = find(partner, "locations", subject)
    before = location_of(connection, location["id"])
    own_objects(partner, "locations").change(location["id"], renamed(location))
    note = await _push_change(connection, before, location_of(connection, location["id"]))
    _settle(connection, "locations", location["id"], location)
    return Done(note)


@action
async def push_evse_status(partner: Partner, subject: str, parameters: Mapping[str, str]) -> ActionResult:
    """Another status of an EVSE. Source: mod_locations.asciidoc#mod_locations_example_a_simple_status_update"""
    connection = _pusher(partner, "locations")
    status = parameters.get("status", "")
    known = load_schemas(connection.version).documents["Status"]["enum"]
    if status and status not in known:
        raise ImpossibleError(f"parameters.status {status!r} is not one of {', '.join(known)}")
    location, evse, _ = find_part(partner, subject, lambda _, entry: entry["status"] != status, 2)
    other = "CHARGING" if evse["status"] == "AVAILABLE" else "AVAILABLE"
    return await _change_evse(connection, location, evse, status or other)


@action
async def remove_evse(partner: Partner, subject: str, _parameters: Mapping[str, str]) -> ActionResult:
    """Take an EVSE out of use for ever: it stays, as REMOVED. Another one of the Location stays in use if possible.

    Source: mod_locations.asciidoc#evse_delete_with_status_update
    """
    connection = _pusher(partner, "locations")
    try:
        location, evse, _ = find_part(partner, subject, lambda entry, one: one is not evses_in_use(entry)[0], 2)
    except ImpossibleError:
        location, evse, _ = find_part(partner, subject, lambda _entry, _one: True, 2)
    if partner.behaviours.takes_hold("deletes_removed_evses"):
        left = with_status(location, evse["uid"], REMOVED)
        left["evses"] = [entry for entry in left["evses"] if entry["uid"] != evse["uid"]]
        own_objects(partner, "locations").change(location["id"], left)
        return Done(note_of(await _put(connection, location_of(connection, location["id"]))))
    return await _change_evse(connection, location, evse, REMOVED)


async def _change_evse(connection: Connection, location: Object, evse: Object, status: str) -> ActionResult:
    before = evse_of(location_of(connection, location["id"]), evse["uid"])
    changed = with_status(location, evse["uid"], status)
    if connection.partner.behaviours.takes_hold("forgets_parent_time"):
        changed["last_updated"] = location["last_updated"]
    own_objects(connection.partner, "locations").change(location["id"], changed)
    after = evse_of(location_of(connection, location["id"]), evse["uid"])
    note = await _push_change(connection, before, after)
    _settle(connection, "locations", location["id"], location)
    return Done(note)


@action
async def push_connector_update(partner: Partner, subject: str, _parameters: Mapping[str, str]) -> ActionResult:
    """Another tariff of a Connector. Source: mod_locations.asciidoc#mod_locations_example_set_tariff_update"""
    connection = _pusher(partner, "locations")
    location, evse, connector = find_part(partner, subject, lambda _location, _evse: True, 3)
    connector_id = connector["id"] if connector else ""

    def current() -> Belonging:
        return connector_of(evse_of(location_of(connection, location["id"]), evse["uid"]), connector_id)

    before = current()
    changed = with_other_tariff(location, evse["uid"], connector_id)
    if partner.behaviours.takes_hold("forgets_parent_time"):
        changed["last_updated"] = location["last_updated"]
        (find_evse(changed, evse["uid"]) or {})["last_updated"] = evse["last_updated"]
    own_objects(partner, "locations").change(location["id"], changed)
    note = await _push_change(connection, before, current())
    _settle(connection, "locations", location["id"], location)
    return Done(note)


@action
async def push_token(partner: Partner, _subject: str, _parameters: Mapping[str, str]) -> ActionResult:
    """Issue a new Token. Source: mod_tokens.asciidoc#mod_tokens_push_model"""
    connection = _pusher(partner, "tokens")
    made = own_objects(partner, "tokens").create(now())
    return Done(await _push_new(connection, token_of(connection, made["uid"])))


@action
async def push_token_update(partner: Partner, subject: str, _parameters: Mapping[str, str]) -> ActionResult:
    """Make a Token invalid; one that others have to allow always is not chosen for that.

    Source: mod_tokens.asciidoc#mod_tokens_example_invalidate_a_token
    """
    connection = _pusher(partner, "tokens")
    token = find(partner, "tokens", subject, lambda entry: entry["valid"] and entry["whitelist"] != "ALWAYS")
    if not token["valid"]:
        raise ImpossibleError(f"Token {subject} is invalid already")
    before = token_of(connection, token["uid"])
    own_objects(partner, "tokens").change(token["uid"], invalidated(token))
    note = await _push_change(connection, before, token_of(connection, token["uid"]))
    _settle(connection, "tokens", token["uid"], token)
    return Done(note)


@action
async def check_stored_location(partner: Partner, subject: str, _parameters: Mapping[str, str]) -> ActionResult:
    """See what the other side stores of a Location. Source: mod_locations.asciidoc#mod_locations_get_method_eMSP"""
    connection = _pusher(partner, "locations")
    location_id = subject or str(_latest(partner, "locations")["id"])
    return Done(note_of(await _check(connection, location_of(connection, location_id))))


@action
async def check_stored_token(partner: Partner, subject: str, _parameters: Mapping[str, str]) -> ActionResult:
    """See what the other side stores of a Token. Source: mod_tokens.asciidoc#mod_tokens_cpo_get_method"""
    connection = _pusher(partner, "tokens")
    uid = subject or str(_latest(partner, "tokens")["uid"])
    return Done(note_of(await _check(connection, token_of(connection, uid))))


def _settle(connection: Connection, module: str, object_id: str, before: Object) -> None:
    """The change that was pushed stays, unless a behaviour takes it back."""
    if connection.partner.behaviours.takes_hold("lists_old_state"):
        own_objects(connection.partner, module).change(object_id, before)


def _pusher(partner: Partner, module: str) -> Connection:
    demand_caller(partner, module, InterfaceRole.RECEIVER)
    return connection_of(partner)


def _latest(partner: Partner, module: str) -> Object:
    """The object that the other side is likeliest to know."""
    found = own_objects(partner, module).latest()
    if found is None:
        raise ImpossibleError(f"this party has no object in {module}")
    return found


# Requests on the Receiver interface


async def _request(connection: Connection, verb: str, entry: Belonging, body: Object | Absent) -> Exchange:
    name = f"{entry.module}.receiver.{verb}_{entry.kind}"
    moment = read_timestamp(body.get("last_updated")) if isinstance(body, dict) else None
    if isinstance(body, dict) and moment and connection.partner.behaviours.takes_hold("pushes_local_time"):
        body = body | {"last_updated": write_timestamp(moment + _EAST)}
    return await connection.send(name, entry.path, entry.query, body)


async def _check(connection: Connection, entry: Belonging) -> Exchange:
    if connection.partner.behaviours.takes_hold("checks_another_address"):
        *_, last = entry.path
        entry = replace(entry, path={**entry.path, last: "ANOTHER"})
    return await _get(connection, entry)


async def _get(connection: Connection, entry: Belonging) -> Exchange:
    return await _request(connection, "get", entry, ABSENT)


async def _push_new(connection: Connection, entry: Belonging) -> str:
    takes_hold = connection.partner.behaviours.takes_hold
    if takes_hold("pushes_nothing"):
        return ""
    if takes_hold("creates_with_patch"):
        return note_of(await _request(connection, "patch", entry, entry.body))
    sent = [e for e in connection.partner.recorder.since(0) if e.request.method == "PUT" and e.response is not None]
    if any("data" in (e.response.envelope if e.response else {}) for e in sent) and takes_hold("chokes_on_data"):
        return ""
    failed = next((e for e in sent if e.operation is not None and note_of(e)), None)
    note = note_of(await _put(connection, entry))
    if failed is not None and failed.operation is not None and takes_hold("sends_failed_pushes_again"):
        body = failed.request.body.json
        await connection.send(failed.operation.id, failed.path_parameters, failed.request.query, body)  # type: ignore[arg-type]
    return note


async def _put(connection: Connection, entry: Belonging) -> Exchange:
    """PUT; if the other side does not know what this is a part of, that is put instead, with this in it."""
    exchange = await _request(connection, "put", entry, entry.body)
    if entry.whole is None or not _is_unknown(exchange):
        return exchange
    return await _put_if_unknown(connection, entry.whole) or exchange


async def _put_if_unknown(connection: Connection, entry: Belonging) -> Exchange | None:
    """GET, and PUT if the other side does not have it; None if it has it or does not say.

    Source: transport_and_format.asciidoc#transport_and_format_patch
    """
    return await _put(connection, entry) if _is_unknown(await _get(connection, entry)) else None


async def _push_change(connection: Connection, before: Belonging, after: Belonging) -> str:
    """PATCH what is different; if that fails, see whether the object is there at all, and PUT it if not.

    Source: transport_and_format.asciidoc#transport_and_format_patch
    """
    if connection.partner.behaviours.takes_hold("pushes_nothing"):
        return ""
    if before.body.keys() - after.body.keys():  # a PATCH cannot take a field away
        return note_of(await _put(connection, after))
    takes_hold = connection.partner.behaviours.takes_hold
    change = {name: value for name, value in after.body.items() if before.body.get(name) != value}
    if takes_hold("patches_everything"):
        change = after.body
    exchange = await _request(connection, "patch", after, change)
    if note_of(exchange) and takes_hold("puts_without_a_look"):
        exchange = await _put(connection, after)
    elif note_of(exchange) and not takes_hold("gives_up_after_patch"):
        exchange = await _put_if_unknown(connection, after) or exchange
    return note_of(exchange)


def _is_unknown(exchange: Exchange) -> bool:
    """Whether an answer says that there is no such object: HTTP 404, or what others make of it, a client error."""
    response = exchange.response
    if response is None:
        return False
    code = response.status_code or 0
    return response.status == _GONE or (200 <= response.status < 300 and 2000 <= code < 3000)
