"""Pushing what the party owns: new objects and changes, and looking at what the other side stored.

Source: transport_and_format.asciidoc#transport_and_format_client_owned_object_push
"""

from collections.abc import Mapping
from typing import Any

from ocpi_schemas.exchange import Exchange
from ocpi_schemas.operation import InterfaceRole
from ocpi_schemas.schema import load_schemas
from ocpi_schemas.timestamps import now
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
from ocpi_simulator.draft import ABSENT, Absent
from ocpi_simulator.partner import Partner

Object = dict[str, Any]

_GONE = 404


@action
async def push_location(partner: Partner, _subject: str, _parameters: Mapping[str, str]) -> ActionResult:
    """Open a new Location. Source: mod_locations.asciidoc#mod_locations_flow_and_lifecycle"""
    connection = _pusher(partner, "locations")
    made = own_objects(partner, "locations").create(now())
    return Done(note_of(await _put(connection, location_of(connection, made["id"]))))


@action
async def push_location_update(partner: Partner, subject: str, _parameters: Mapping[str, str]) -> ActionResult:
    """Rename a Location. Source: mod_locations.asciidoc#mod_locations_example_change_the_location_name"""
    connection = _pusher(partner, "locations")
    location = find(partner, "locations", subject)
    before = location_of(connection, location["id"])
    own_objects(partner, "locations").change(location["id"], renamed(location))
    return Done(await _push_change(connection, before, location_of(connection, location["id"])))


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
    return await _change_evse(connection, location, evse, REMOVED)


async def _change_evse(connection: Connection, location: Object, evse: Object, status: str) -> ActionResult:
    before = evse_of(location_of(connection, location["id"]), evse["uid"])
    own_objects(connection.partner, "locations").change(location["id"], with_status(location, evse["uid"], status))
    after = evse_of(location_of(connection, location["id"]), evse["uid"])
    return Done(await _push_change(connection, before, after))


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
    own_objects(partner, "locations").change(location["id"], changed)
    return Done(await _push_change(connection, before, current()))


@action
async def push_token(partner: Partner, _subject: str, _parameters: Mapping[str, str]) -> ActionResult:
    """Issue a new Token. Source: mod_tokens.asciidoc#mod_tokens_push_model"""
    connection = _pusher(partner, "tokens")
    made = own_objects(partner, "tokens").create(now())
    return Done(note_of(await _put(connection, token_of(connection, made["uid"]))))


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
    return Done(await _push_change(connection, before, token_of(connection, token["uid"])))


@action
async def check_stored_location(partner: Partner, subject: str, _parameters: Mapping[str, str]) -> ActionResult:
    """See what the other side stores of a Location. Source: mod_locations.asciidoc#mod_locations_get_method_eMSP"""
    connection = _pusher(partner, "locations")
    location_id = subject or str(_latest(partner, "locations")["id"])
    return Done(note_of(await _get(connection, location_of(connection, location_id))))


@action
async def check_stored_token(partner: Partner, subject: str, _parameters: Mapping[str, str]) -> ActionResult:
    """See what the other side stores of a Token. Source: mod_tokens.asciidoc#mod_tokens_cpo_get_method"""
    connection = _pusher(partner, "tokens")
    uid = subject or str(_latest(partner, "tokens")["uid"])
    return Done(note_of(await _get(connection, token_of(connection, uid))))


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
    return await connection.send(name, entry.path, entry.query, body)


async def _get(connection: Connection, entry: Belonging) -> Exchange:
    return await _request(connection, "get", entry, ABSENT)


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
    if before.body.keys() - after.body.keys():  # a PATCH cannot take a field away
        return note_of(await _put(connection, after))
    change = {name: value for name, value in after.body.items() if before.body.get(name) != value}
    exchange = await _request(connection, "patch", after, change)
    if note_of(exchange):
        exchange = await _put_if_unknown(connection, after) or exchange
    return note_of(exchange)


def _is_unknown(exchange: Exchange) -> bool:
    """Whether an answer says that there is no such object: HTTP 404, or what others make of it, a client error."""
    response = exchange.response
    if response is None:
        return False
    code = response.status_code or 0
    return response.status == _GONE or (200 <= response.status < 300 and 2000 <= code < 3000)
