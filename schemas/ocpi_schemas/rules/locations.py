"""Requests to the Locations interfaces, and what an eMSP does with what it knows of Locations."""

from typing import Final

from ocpi_schemas.dialect import Dialect
from ocpi_schemas.finding import shorten
from ocpi_schemas.json_text import Json
from ocpi_schemas.object_memory import Object, objects_in, part_of
from ocpi_schemas.operation import InterfaceRole
from ocpi_schemas.rules.rule import Flaw, Outcome, Seen, request_rule, response_rule

SENDER_LOCATIONS: Final = ("locations.sender.get_list", "locations.sender.get_location")
SENDER_EVSES: Final = (*SENDER_LOCATIONS, "locations.sender.get_evse")
SENDER_OBJECTS: Final = (*SENDER_EVSES, "locations.sender.get_connector")
"""Operations in whose answers a Sender shows Locations; these and single EVSEs; these and single Connectors."""

PUT_LOCATION: Final = "locations.receiver.put_location"
PUT_EVSE: Final = "locations.receiver.put_evse"
PUT_CONNECTOR: Final = "locations.receiver.put_connector"
PATCH_LOCATION: Final = "locations.receiver.patch_location"
PATCH_EVSE: Final = "locations.receiver.patch_evse"
PATCH_CONNECTOR: Final = "locations.receiver.patch_connector"
PATCHES: Final = (PATCH_LOCATION, PATCH_EVSE, PATCH_CONNECTOR)

_START_SESSION: Final = "commands.receiver.start_session"


def body_of(seen: Seen) -> Object | None:
    """The object in the body of the target's request; None if it sent none."""
    body = seen.exchange.request.body.json if seen.exchange.request.body else None
    return body if isinstance(body, dict) else None


# Endpoints


@response_rule("LOC-001", operations=("versions.both.get_version_details",))
def receiver_of_locations_receives_what_they_depend_on(seen: Seen) -> Outcome:
    """The endpoints in the version details of a party that receives Locations.

    Source: mod_locations.asciidoc#mod_locations_locations_module
    """
    dialect, details = seen.context.dialect, seen.response.data if seen.response.succeeded else None
    if not isinstance(details, dict) or details.get("version") != dialect.version:
        return None
    received = _received_modules(details.get("endpoints"), dialect, seen.context.target_role)
    if "locations" not in received:
        return None
    return [
        Flaw(
            f"Locations are received, but not {module}, on which they depend",
            (f"an endpoint for {module}, too",),
            f"no Receiver endpoint for {module}",
            "/data/endpoints",
        )
        for module in dialect.modules["locations"].depends_on
        if module not in received
    ]


def _received_modules(endpoints: Json, dialect: Dialect, role: str) -> set[str]:
    """Identifiers of the modules with a Receiver endpoint; where endpoints have no role, that of the party tells."""
    entries = objects_in(endpoints)
    if dialect.interface_roles:
        return {str(entry.get("identifier")) for entry in entries if entry.get("role") == InterfaceRole.RECEIVER.value}
    receivable = {module for module, interface in dialect.interfaces_of(role) if interface is InterfaceRole.RECEIVER}
    return {str(entry.get("identifier")) for entry in entries} & receivable


# Addresses


@request_rule("LOC-035", operations=tuple(f"locations.sender.get_{kind}" for kind in ("location", "evse", "connector")))
def url_of_a_sender_names_no_owner(seen: Seen) -> Outcome:
    """The path of a GET of one object: a Receiver's path, with the owner in front, fits here by chance.

    Source: mod_locations.asciidoc#mod_locations_get_object_request_parameters
    """
    ids = tuple(value for _, value in seen.exchange.path_values)
    if not any(role.party.is_same(*ids[:2]) for role in seen.context.partner if len(ids) > 1):
        return []
    message = "below the endpoint of a Sender, an object has no country code and party id"
    return [Flaw(message, ("location_id[/evse_uid[/connector_id]]",), shorten("/".join(ids)), "url")]


# Patches


@request_rule("LOC-061", operations=PATCHES)
def patch_removes_nothing(seen: Seen) -> Outcome:
    """Explicit nulls in a PATCH. Source: mod_locations.asciidoc#mod_locations_patch_method"""
    body = body_of(seen)
    if body is None:
        return None
    expected = ("a PUT of the whole object without this field",)
    return [
        Flaw("PATCH is not suitable for removing what was shared before", expected, "null", f"/{name}")
        for name, value in body.items()
        if value is None
    ]


@request_rule("LOC-062", operations=(PATCH_LOCATION, PATCH_EVSE))
def patch_has_no_objects_with_a_url_of_their_own(seen: Seen) -> Outcome:
    """Lists of EVSEs or Connectors in a PATCH. Source: mod_locations.asciidoc#mod_locations_patch_method"""
    body = body_of(seen)
    if body is None:
        return None
    members = "evses" if seen.exchange.is_operation(PATCH_LOCATION) else "connectors"
    if not isinstance(body.get(members), list):
        return []
    message = f"how a list of {members} in a PATCH is to be merged, the specification does not say"
    return [Flaw(message, ("a PATCH or PUT of each under its own URL",), f"a list of {members}", f"/{members}")]


def time_of_patch(seen: Seen) -> Outcome:
    """The `last_updated` of a PATCH."""
    body = body_of(seen)
    if body is None:
        return None
    if body.get("last_updated") is not None:
        return []
    return [Flaw("a PATCH without last_updated", ("last_updated",), "absent", "/last_updated")]


@request_rule("LOC-063", operations=PATCHES)
def patch_of_a_location_says_when(seen: Seen) -> Outcome:
    """Source: mod_locations.asciidoc#mod_locations_patch_method"""
    return time_of_patch(seen)


@request_rule("LOC-076", operations=(PATCH_LOCATION,))
def id_of_a_location_is_not_changed(seen: Seen) -> Outcome:
    """Source: mod_locations.asciidoc#mod_locations_location_object"""
    return _renamed(seen, "id", "location_id")


@request_rule("LOC-096", operations=(PATCH_EVSE,))
def uid_of_an_evse_is_not_changed(seen: Seen) -> Outcome:
    """Source: mod_locations.asciidoc#mod_locations_evse_object"""
    return _renamed(seen, "uid", "evse_uid")


def _renamed(seen: Seen, field: str, parameter: str) -> Outcome:
    """The id in the body of a PATCH, if it has one."""
    body, folded = body_of(seen), seen.context.dialect.folded
    new, old = body.get(field) if body else None, seen.exchange.path_parameters.get(parameter)
    if not isinstance(new, str) or old is None:
        return None
    if folded(new) == folded(old):
        return []
    return [Flaw(f"a PATCH may not change the {field}", (shorten(old),), shorten(new), f"/{field}")]


# Commands that depend on Locations


@request_rule("LOC-072", operations=(_START_SESSION,))
def session_is_started_with_an_own_token(seen: Seen) -> Outcome:
    """The owner of the Token in START_SESSION. Source: mod_locations.asciidoc#mod_locations_location_object"""
    body = body_of(seen)
    token = body.get("token") if body else None
    own = [role.party for role in seen.context.target if role.role == "EMSP"]
    if not isinstance(token, dict) or not own:
        return None
    country, party = (token.get(seen.context.dialect.field(f"object.owner_{part}")) for part in ("country", "party"))
    if not isinstance(country, str) or not isinstance(party, str):
        return None
    if any(one.is_same(country, party) for one in own):
        return []
    message = "the Token belongs to another party than the eMSP that starts the session"
    return [Flaw(message, tuple(str(one) for one in own), shorten(f"{country}-{party}"), "/token")]


@request_rule("LOC-114", operations=(_START_SESSION,))
def start_session_names_the_connector_where_needed(seen: Seen) -> Outcome:
    """START_SESSION for an EVSE that the target was told needs a Connector.

    Source: mod_locations.asciidoc#mod_locations_capability_enum
    """
    body, dialect = body_of(seen), seen.context.dialect
    if body is None or not isinstance(body.get("evse_uid"), str):
        return None
    ids = (dialect.folded(body.get("location_id")), dialect.folded(body["evse_uid"]), "")
    for party in {role.party for role in seen.context.partner}:
        key = ("locations", party.country_code.upper(), party.party_id.upper(), *ids)
        evse = part_of(seen.history.pushed, key, seen.context)
        capabilities = evse.get("capabilities") if evse else None
        if isinstance(capabilities, list) and "START_SESSION_CONNECTOR_REQUIRED" in capabilities:
            break
    else:
        return None
    field = dialect.field("start_session.connector")
    if body.get(field) is not None:
        return []
    message = "this EVSE has the capability START_SESSION_CONNECTOR_REQUIRED, but no Connector is named"
    return [Flaw(message, (field,), "absent", f"/{field}")]
