"""Unruly: how a party misbehaves as a server, around the handlers, whatever it is asked. Nothing of it happens unasked.

Each behaviour is one mistake that implementations make; the scenarios of the transport, status code and type chapters
are there to find it.
"""

import re
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from ocpi_schemas.context import PartyRole
from ocpi_schemas.exchange import Headers
from ocpi_schemas.json_text import Json
from ocpi_schemas.operation import InterfaceRole, Operation
from ocpi_schemas.party import PartyId
from ocpi_schemas.redaction import spellings
from ocpi_schemas.schema import load_schemas
from ocpi_schemas.timestamps import now, read_timestamp, write_timestamp
from ocpi_simulator.answer import Answer, invalid, not_found
from ocpi_simulator.behaviours import state_behaviour
from ocpi_simulator.call import Call
from ocpi_simulator.handlers import HANDLERS
from ocpi_simulator.peers import Admission

if TYPE_CHECKING:
    from ocpi_simulator.partner import Partner

for _name, _description in {
    "admits_everybody": "A token that is not known, or none at all, is as good as a known one.",
    "takes_raw_token": "A token that is not encoded is taken as well.",
    "tokens_have_no_case": "Tokens compare without regard to upper and lower case.",
    "demands_header_case": "A header is recognised only in the usual upper and lower case.",
    "takes_malformed_json": "A body that is not JSON is answered like one with wrong contents.",
    "takes_anything": "Objects are stored without a look at their fields.",
    "refuses_nulls": "Objects with a field that is null are refused.",
    "refuses_unknown_fields": "Objects with a field that their table does not have are refused.",
    "refuses_placeholders": "Objects with a field that is not available (#NA) are refused.",
    "refuses_decimals": "Objects with a DateTime that has decimals are refused.",
    "serves_every_owner": "Objects are stored and shown for any country code and party id.",
    "forgets_owner": "Objects are told apart by their ids, without regard to their owners.",
    "goes_by_the_object": "The id in the URL of a push does not matter, that of the object counts.",
    "patches_without_time": "A PATCH without last_updated is taken.",
    "reads_local_time": "A DateTime without Z is read as local time, two hours east of Greenwich.",
    "confuses_case": "Ids that have no case are told apart by it, and the other way round.",
    "keeps_left_out_fields": "A PUT leaves the fields alone that it does not have.",
    "denies_new_objects": "A PUT of an object that is not known is answered with HTTP 404.",
    "claims_to_patch": "A PATCH of an object that is not known is answered with success.",
    "claims_to_find": "A GET of an object that is not there is answered with success and no data.",
    "fails_to_find": "A GET of an object that is not there is answered with HTTP 500.",
    "writes_ids_in_capitals": "Ids come back in capitals.",
    "cuts_decimals": "Numbers come back with one decimal.",
}.items():
    state_behaviour(_name, _description)

_EAST = timedelta(hours=2)
_NOBODY = PartyId("XX", "XXX")
_PLACEHOLDER = "#NA"


def _is_push(operation: Operation) -> bool:
    return operation.interface is InterfaceRole.RECEIVER and operation.method in ("PUT", "PATCH")


# Who asks


def headers_as_seen(partner: "Partner", headers: Headers) -> Headers:
    """The headers that are recognised."""
    unusual = [name for name, _ in headers if name in (name.lower(), name.upper())]
    if unusual and partner.behaviours.takes_hold("demands_header_case"):
        return Headers.of((name, value) for name, value in headers if name not in unusual)
    return headers


def admission_by(partner: "Partner", authorization: str | None) -> Admission | None:
    """Who is let in although nobody else would; None if a behaviour lets nobody in."""
    registered = [peer for peer in partner.peers.all if peer.inbound]
    scheme, _, credential = (authorization or "").partition(" ")
    for peer in registered:
        if scheme == "Token" and peer.inbound == credential and partner.behaviours.takes_hold("takes_raw_token"):
            return Admission(peer, "current")
        same = (peer.inbound or "").lower() in {text.lower() for text in spellings(authorization)}
        if same and partner.behaviours.takes_hold("tokens_have_no_case"):
            return Admission(peer, "current")
    if registered and partner.behaviours.takes_hold("admits_everybody"):
        return Admission(registered[-1], "current")
    return None


# What is in a body


def _texts(value: Json) -> list[str]:
    match value:
        case str():
            return [value]
        case list():
            return [text for entry in value for text in _texts(entry)]
        case dict():
            return [text for entry in value.values() for text in _texts(entry)]
        case _:
            return []


_DECIMALS = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z?")


def refusal_of(partner: "Partner", operation: Operation, body: Json) -> Answer | None:
    """Why a body is refused although it is right; None if no behaviour refuses it."""
    if not _is_push(operation) or operation.request is None or not isinstance(body, dict):
        return None
    properties = load_schemas(operation.version).documents[operation.request.any_of[0]]["properties"]
    texts = _texts(body)
    for name, wrong in (
        ("refuses_nulls", None in body.values()),
        ("refuses_unknown_fields", bool(body.keys() - properties.keys())),
        ("refuses_placeholders", _PLACEHOLDER in texts),
        ("refuses_decimals", any(_DECIMALS.fullmatch(str(body.get(key))) for key in ("last_updated",))),
    ):
        if wrong and partner.behaviours.takes_hold(name, operation.id):
            return invalid("this object is not taken here")
    return None


# Before and after the handler


def before(partner: "Partner", call: Call) -> Call:
    """The call as the handler is to see it."""
    if not partner.behaviours.active or call.operation.interface is not InterfaceRole.RECEIVER:
        return call

    def deviates(name: str) -> bool:
        return partner.behaviours.takes_hold(name, call.operation.id)

    if deviates("confuses_case"):
        call = replace(call, exact_ids=not call.exact_ids)
    if deviates("forgets_owner"):
        call = _as_of(call, _NOBODY)
    elif deviates("serves_every_owner"):
        call = _as_of(call, PartyId(call.path["country_code"], call.path["party_id"]))
    if not _is_push(call.operation):
        return call
    if "last_updated" not in call.object and deviates("patches_without_time"):
        call = replace(call, body=call.object | {"last_updated": write_timestamp(now())})
    moment = read_timestamp(call.object.get("last_updated"))
    if moment and not str(call.object["last_updated"]).endswith("Z") and deviates("reads_local_time"):
        call = replace(call, body=call.object | {"last_updated": write_timestamp(moment - _EAST)})
    parameter = call.operation.path[-1][1:-1]
    own = call.object.get("uid" if parameter.endswith("uid") else "id")
    if isinstance(own, str) and own != call.path[parameter] and deviates("goes_by_the_object"):
        call = replace(call, path={**call.path, parameter: own})
    return call


def _as_of(call: Call, owner: PartyId) -> Call:
    """The call as one about objects of another owner, who is one of the client's parties."""
    peer = call.admission.peer
    role = peer.roles[0].role if peer.roles else ""
    admission = replace(call.admission, peer=replace(peer, roles=(*peer.roles, PartyRole(role, owner))))
    path = {**call.path, "country_code": owner.country_code, "party_id": owner.party_id}
    names = {"object.owner_country": owner.country_code, "object.owner_party": owner.party_id}
    body: Any = call.body
    if isinstance(body, dict):
        owned = {call.dialect.field(name): value for name, value in names.items()}
        body = body | {field: value for field, value in owned.items() if field in body}
    return replace(call, admission=admission, path=path, body=body)


async def keep_left_out(partner: "Partner", call: Call) -> Call:
    """A PUT with the fields that it does not have."""
    keeps = call.operation.method == "PUT" and _is_push(call.operation)
    if not keeps or not partner.behaviours.takes_hold("keeps_left_out_fields", call.operation.id):
        return call
    name = call.operation.id.replace(".put_", ".get_")
    old = await HANDLERS[name](partner, replace(call, operation=call.dialect.operations[name]))
    return replace(call, body=(old.data if isinstance(old.data, dict) else {}) | call.object)


def after(partner: "Partner", call: Call, answer: Answer) -> Answer:
    """The answer as it is to go out."""
    if not partner.behaviours.active or call.operation.interface is not InterfaceRole.RECEIVER:
        return answer

    def deviates(name: str) -> bool:
        return partner.behaviours.takes_hold(name, call.operation.id)

    method = call.operation.method
    if answer.http_status == 404:
        if method == "PATCH" and deviates("claims_to_patch"):
            return Answer()
        if method == "GET" and deviates("claims_to_find"):
            return Answer()
        if method == "GET" and deviates("fails_to_find"):
            return replace(answer, http_status=500)
    if answer.http_status == 201 and deviates("denies_new_objects"):
        return not_found("no such object")
    if isinstance(answer.data, dict) and deviates("forgets_owner"):
        answer = replace(answer, data=answer.data | _owner_in(call, answer.data))
    if isinstance(answer.data, dict) and deviates("writes_ids_in_capitals"):
        answer = replace(answer, data={key: _capitals(key, value) for key, value in answer.data.items()})
    if isinstance(answer.data, dict) and deviates("cuts_decimals"):
        answer = replace(answer, data=_cut(answer.data))
    return answer


def _owner_in(call: Call, data: dict[str, Json]) -> dict[str, Json]:
    """The owner that the URL names, in the fields that an object has for it."""
    fields = {"object.owner_country": "country_code", "object.owner_party": "party_id"}
    named = {call.dialect.field(name): call.path[parameter] for name, parameter in fields.items()}
    return {field: value for field, value in named.items() if field in data}


def _capitals(key: str, value: Json) -> Json:
    return value.upper() if key in ("id", "uid") and isinstance(value, str) else value


def _cut(value: Json) -> Json:
    match value:
        case float() | Decimal():
            return round(float(value), 1)
        case list():
            return [_cut(entry) for entry in value]
        case dict():
            return {key: _cut(entry) for key, entry in value.items()}
        case _:
            return value
