"""Fetching what other parties own, and asking them for an authorisation."""

from collections.abc import Mapping
from typing import Any

from ocpi_schemas.operation import InterfaceRole
from ocpi_simulator.actions.connection import Connection, connection_of, demand_caller
from ocpi_simulator.actions.receiving import keep, keep_all, stored
from ocpi_simulator.actions.result import ActionResult, Done, ImpossibleError, action, note_of
from ocpi_simulator.behaviours import state_behaviour
from ocpi_simulator.crawl import crawl, objects_on
from ocpi_simulator.dataset.shape import shape_of
from ocpi_simulator.draft import ABSENT, Absent
from ocpi_simulator.partner import Partner

for _name, _description in {
    "ignores_what_it_pulls": "What is fetched is not kept.",
    "fetches_first_page_only": "Of a list only the first page is fetched.",
    "trusts_every_token": "A Token that is known is never asked about, whatever its whitelist.",
    "asks_about_every_token": "A Token is asked about even if its whitelist is ALWAYS.",
    "asks_by_contract": "An authorisation is asked for by the contract instead of the uid.",
    "asks_for_strange_evses": "An authorisation is asked for at an EVSE that the Location does not have.",
    "pulls_before_each_authorization": "The whole list of Tokens is fetched before each authorisation.",
}.items():
    state_behaviour(_name, _description)


@action
async def pull_locations(partner: Partner, _subject: str, _parameters: Mapping[str, str]) -> ActionResult:
    """Fetch all Locations. Source: mod_locations.asciidoc#mod_locations_get_method"""
    return await _pull_list(partner, "locations")


@action
async def pull_tokens(partner: Partner, _subject: str, _parameters: Mapping[str, str]) -> ActionResult:
    """Fetch all Tokens. Source: mod_tokens.asciidoc#mod_tokens_pull_model"""
    return await _pull_list(partner, "tokens")


async def _pull_list(partner: Partner, module: str) -> ActionResult:
    demand_caller(partner, module, InterfaceRole.SENDER)
    connection = connection_of(partner)
    operation = connection.operation(f"{module}.sender.get_list")
    if partner.behaviours.takes_hold("fetches_first_page_only", operation.id):
        await partner.call(operation, connection.peer)
        return Done()
    fetched = await crawl(partner, connection.peer, operation)
    if partner.behaviours.takes_hold("ignores_what_it_pulls", operation.id):
        return Done()
    if fetched.complete:
        keep_all(connection, module, fetched.objects)
    else:
        keep(connection, module, fetched.objects)
    return Done(fetched.problem)


@action
async def pull_location(partner: Partner, subject: str, _parameters: Mapping[str, str]) -> ActionResult:
    """Fetch one Location. Source: mod_locations.asciidoc#mod_locations_get_object_request_parameters"""
    demand_caller(partner, "locations", InterfaceRole.SENDER)
    connection = connection_of(partner)
    path = {"location_id": subject or await _any_location(connection)}
    exchange = await connection.send("locations.sender.get_location", path)
    data = exchange.response.data if exchange.response is not None and exchange.response.succeeded else None
    if isinstance(data, dict):
        keep(connection, "locations", [data])
    return Done(note_of(exchange))


async def _any_location(connection: Connection) -> str:
    known = stored(connection, "locations")
    if not known:
        known = objects_on(await connection.send("locations.sender.get_list", query={"limit": "1"}))
    if not known or "id" not in known[0]:
        raise ImpossibleError("the other party lists no Location; name one as the subject")
    return str(known[0]["id"])


@action
async def authorize_token(partner: Partner, subject: str, parameters: Mapping[str, str]) -> ActionResult:
    """Ask whether a Token may charge at an EVSE of ours, unless its whitelist forbids to ask.

    Source: mod_tokens.asciidoc#mod_tokens_whitelisttype_enum: `valid` has no influence on this.
    """
    demand_caller(partner, "tokens", InterfaceRole.SENDER)
    connection = connection_of(partner)
    token_type = parameters.get("type", "")
    token = _known_token(connection, subject, token_type)
    deviates = partner.behaviours.takes_hold
    trusted = token is not None and token.get("whitelist") == "ALWAYS" and not deviates("asks_about_every_token")
    if trusted or (token is not None and deviates("trusts_every_token")):
        return Done("its whitelist is ALWAYS: it is allowed without asking, and asking is not allowed")
    if deviates("pulls_before_each_authorization"):
        await _pull_list(partner, "tokens")
    uid = subject or (str(token["uid"]) if token else "")
    if token is not None and deviates("asks_by_contract"):
        uid = str(token[connection.dialect.field("token.contract")])
    if not uid:
        raise ImpossibleError("no Token is known that has to be asked for; name one as the subject, or pull the Tokens")
    operation = connection.operation("tokens.sender.authorize")
    token_type = token_type or (str(token["type"]) if token else "")
    needed = token_type and token_type != operation.query["type"].default
    place = _place_to_charge(connection)
    if not isinstance(place, Absent) and deviates("asks_for_strange_evses"):
        place = place | {"evse_uids": ["NOT-THERE"]}
    exchange = await connection.send(operation.id, {"token_uid": uid}, {"type": token_type} if needed else {}, place)
    return Done(note_of(exchange))


def _known_token(connection: Connection, uid: str, token_type: str) -> dict[str, Any] | None:
    """The Token as the peer gave it to us; without a uid any one that has to be asked for, NEVER before others."""
    known = [entry for entry in stored(connection, "tokens") if token_type in ("", entry.get("type"))]
    if uid:
        return next((entry for entry in known if str(entry.get("uid")).upper() == uid.upper()), None)
    to_ask = [entry for entry in known if entry.get("whitelist") != "ALWAYS"]
    return min(to_ask, key=lambda entry: entry.get("whitelist") != "NEVER", default=None)


def _place_to_charge(connection: Connection) -> dict[str, Any] | Absent:
    """LocationReferences of an EVSE of ours. Source: mod_tokens.asciidoc#mod_tokens_locationreferences_class"""
    own = connection.partner.stores.own.get("locations")
    for location in own.supersets() if own is not None else ():
        for evse in location.get("evses", ()):
            if evse["status"] == "AVAILABLE":
                place = {"location_id": location["id"], "evse_uids": [evse["uid"]]}
                return shape_of(connection.version).project("LocationReferences", place)
    return ABSENT
