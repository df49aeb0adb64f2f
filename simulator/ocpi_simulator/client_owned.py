"""Client owned objects: what a Receiver checks before it stores what another party pushes.

Source: transport_and_format.asciidoc#transport_and_format_client_owned_object_push
"""

from typing import Any

from ocpi_simulator.answer import Answer, invalid, not_found
from ocpi_simulator.behaviours import state_behaviour
from ocpi_simulator.call import Call


def check_owner(call: Call) -> Answer | None:
    """HTTP 404 if the URL names a party that is none of the client's."""
    if call.admission.peer.owns(call.path["country_code"], call.path["party_id"]):
        return None
    return not_found("the URL names a party that is not in your credentials")


def check_same(call: Call, *, owner: bool = False, **ids: str) -> Answer | None:
    """2001 if the body has another id than the URL, or (where the version has those fields) another owner.

    `ids` maps a field of the body to a path parameter; both are CiStrings.
    """
    fields = dict(ids)
    if owner:
        owners = {"object.owner_country": "country_code", "object.owner_party": "party_id"}
        fields |= {
            call.dialect.field(name): parameter for name, parameter in owners.items() if call.dialect.field(name)
        }
    for field, parameter in fields.items():
        if str(call.object.get(field, "")).upper() != call.path[parameter].upper():
            return invalid(f"{field} in the body is not {parameter} in the URL")
    return None


state_behaviour("demands_own_identifiers", "Objects are refused whose EVSE IDs or contract ID name another operator.")


def has_foreign_identifiers(call: Call) -> bool:
    """Whether an object that is pushed has EVSE IDs or a contract ID of another operator than its owner."""
    if call.operation.method != "PUT" or "party_id" not in call.path:
        return False
    owner = call.path["country_code"] + call.path["party_id"]
    evses = call.object.get("evses")
    found = [entry.get("evse_id") for entry in evses if isinstance(entry, dict)] if isinstance(evses, list) else []
    found.append(call.object.get(call.dialect.field("token.contract")))
    plain = [text.replace("*", "").replace("-", "").upper() for text in found if isinstance(text, str)]
    return any(not text.startswith(owner.upper()) for text in plain)


def patch_problem(call: Call, part: dict[str, Any]) -> str | None:
    """What is wrong with a PATCH body beyond its fields; None if nothing is."""
    if call.dialect.forms.get("patch.last_updated") == "required" and "last_updated" not in call.object:
        return "last_updated is missing"
    for key in ("id", "uid"):
        if key in part and key in call.object and str(call.object[key]).upper() != str(part[key]).upper():
            return f"{key} can never be changed"
    return None


def merged(old: dict[str, Any], change: dict[str, Any]) -> dict[str, Any]:
    """The object with the fields of a PATCH in place of its own; what the PATCH leaves out stays.

    Nested objects are merged, lists are replaced (RFC 7386, which the text leaves open).
    """
    made = dict(old)
    for key, value in change.items():
        before = made.get(key)
        made[key] = merged(before, value) if isinstance(before, dict) and isinstance(value, dict) else value
    return made
