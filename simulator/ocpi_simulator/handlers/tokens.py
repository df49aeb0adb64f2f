"""The tokens module: our Tokens for others to fetch, real-time authorisation, and the Tokens others push to us."""

from typing import TYPE_CHECKING, Any

from ocpi_simulator.answer import (
    CLIENT_ERROR,
    NOT_ENOUGH_INFORMATION,
    UNKNOWN_TOKEN,
    Answer,
    created,
    invalid,
    not_found,
)
from ocpi_simulator.authorization import Known, authorize_token
from ocpi_simulator.behaviours import state_behaviour
from ocpi_simulator.call import Call, Handler
from ocpi_simulator.client_owned import check_owner, check_same, merged, patch_problem
from ocpi_simulator.draft import Absent
from ocpi_simulator.pagination import answer_page

if TYPE_CHECKING:
    from ocpi_simulator.partner import Partner

for _name, _description in {
    "ignores_token_type": "Tokens of one uid are one Token, whatever their type.",
    "ignores_type_when_asked": "A Token is authorised by its uid, whatever its type.",
    "knows_every_token": "A Token that is not known is answered as one that may charge.",
    "refuses_with_an_error": "A Token that may not charge is answered with an OCPI error.",
    "judges_by_evse_status": "A Token may charge only where each EVSE is AVAILABLE.",
    "refuses_unknown_places": "A Token may charge only at Locations that were pushed.",
    "adds_evses_of_its_own": "The answer to an authorisation names one more EVSE than the location has.",
    "hides_that_it_needs_a_location": "A Token that depends on the location is refused without saying so.",
    "refuses_requests_without_body": "An authorisation without a location is refused.",
    "refuses_connectors": "LocationReferences with connectors are refused.",
}.items():
    state_behaviour(_name, _description)

DEFAULT_TYPE = "RFID"
"""Source: mod_tokens.asciidoc#mod_tokens_cpo_get_request_parameters"""


async def get_list(partner: "Partner", call: Call) -> Answer:
    """Source: mod_tokens.asciidoc#mod_tokens_msp_get_method"""
    return answer_page(partner, call)


def _token_type(call: Call) -> str:
    """The type in the query; one version's text calls the parameter by two names."""
    return call.query.get("type") or call.query.get("token_type") or DEFAULT_TYPE


async def authorize(partner: "Partner", call: Call) -> Answer:
    """Real-time authorisation. Source: mod_tokens.asciidoc#mod_tokens_post_method"""
    references = None if isinstance(call.body, Absent) else call.object
    refusal = _refusal(partner, call, references)
    if refusal is not None:
        return refusal
    token_type = _token_type(call)
    if partner.behaviours.takes_hold("ignores_type_when_asked", call.operation.id):
        known = partner.stores.own["tokens"].superset(call.path["token_uid"])
        token_type = known["type"] if known else token_type
    found = authorize_token(
        partner.stores.own["tokens"],
        partner.config.seed,
        call.path["token_uid"],
        token_type,
        references,
        call.dialect,
    )
    match found:
        case Known(info):
            return _deviating(partner, call, info)
        case "needs_location" if partner.behaviours.takes_hold("hides_that_it_needs_a_location", call.operation.id):
            return Answer(CLIENT_ERROR, message="this Token is authorised for a location only")
        case "needs_location":
            return Answer(NOT_ENOUGH_INFORMATION, message="this Token is authorised for a location only; name it")
        case "unknown":
            if partner.behaviours.takes_hold("knows_every_token", call.operation.id):
                return Answer()
            code = UNKNOWN_TOKEN if call.dialect.status_codes.knows(UNKNOWN_TOKEN) else CLIENT_ERROR
            return Answer(code, message="unknown Token", http_status=404)


def _refusal(partner: "Partner", call: Call, references: dict[str, Any] | None) -> Answer | None:
    """Where a behaviour refuses what is right."""
    takes_hold, name = partner.behaviours.takes_hold, call.operation.id
    if references is None and takes_hold("refuses_requests_without_body", name):
        return invalid("LocationReferences are missing")
    if references is not None and "connector_ids" in references and takes_hold("refuses_connectors", name):
        return invalid("connector_ids are not known here")
    return None


def _deviating(partner: "Partner", call: Call, info: dict[str, Any]) -> Answer:
    """The answer, as behaviours have changed it."""
    takes_hold, name, place = partner.behaviours.takes_hold, call.operation.id, info.get("location")
    if info["allowed"] != "ALLOWED" and takes_hold("refuses_with_an_error", name):
        return Answer(CLIENT_ERROR, message="this Token may not charge")
    if isinstance(place, dict) and takes_hold("adds_evses_of_its_own", name):
        info = info | {"location": place | {"evse_uids": [*place.get("evse_uids", ()), "NOT-THERE"]}}
    known = _known_location(partner, call, place) if isinstance(place, dict) else None
    busy = known is not None and any(evse["status"] != "AVAILABLE" for evse in known.get("evses", ()))
    strange = isinstance(place, dict) and known is None
    if (busy and takes_hold("judges_by_evse_status", name)) or (strange and takes_hold("refuses_unknown_places", name)):
        info = {key: value for key, value in info.items() if key != "location"} | {"allowed": "NOT_ALLOWED"}
    return Answer(data=info)


def _known_location(partner: "Partner", call: Call, place: dict[str, Any]) -> dict[str, Any] | None:
    """The Location of a request, if the client has pushed it."""
    owners = [entry.party for entry in call.admission.peer.roles]
    store = partner.stores.received_of("locations")
    found = (store.get(owner.country_code, owner.party_id, str(place["location_id"])) for owner in owners)
    return next((location for location in found if location), None)


def _key(partner: "Partner", call: Call) -> tuple[str, ...]:
    """What tells Tokens apart, by the version's strategy."""
    owner = (call.path["country_code"].upper(), call.path["party_id"].upper(), call.path["token_uid"])
    by_type = call.dialect.forms.get("token.identity") == "uid_and_type"
    if by_type and not partner.behaviours.takes_hold("ignores_token_type", call.operation.id):
        return (*owner, _token_type(call))
    return owner


async def get_token(partner: "Partner", call: Call) -> Answer:
    """Source: mod_tokens.asciidoc#mod_tokens_cpo_get_method"""
    refusal = check_owner(call)
    if refusal:
        return refusal
    token = partner.stores.received_of("tokens").get(*_key(partner, call), exact=call.exact_ids)
    return not_found("no such Token") if token is None else Answer(data=token)


async def put_token(partner: "Partner", call: Call) -> Answer:
    """Source: mod_tokens.asciidoc#mod_tokens_put_method"""
    refusal = check_owner(call) or check_same(call, uid="token_uid", owner=True)
    if refusal:
        return refusal
    if call.dialect.forms.get("token.identity") == "uid_and_type" and call.object.get("type") != _token_type(call):
        return invalid("type in the body is not the type that the URL names (RFID if it names none)")
    new = partner.stores.received_of("tokens").put(*_key(partner, call), value=call.object, exact=call.exact_ids)
    return created() if new else Answer()


async def patch_token(partner: "Partner", call: Call) -> Answer:
    """Source: mod_tokens.asciidoc#mod_tokens_patch_method"""
    refusal = check_owner(call)
    if refusal:
        return refusal
    token: dict[str, Any] | None = partner.stores.received_of("tokens").get(*_key(partner, call), exact=call.exact_ids)
    if token is None:
        return not_found("no such Token; PUT it first")
    problem = patch_problem(call, token)
    if problem:
        return invalid(problem)
    changed = merged(token, call.object)
    partner.stores.received_of("tokens").put(*_key(partner, call), value=changed, exact=call.exact_ids)
    return Answer()


HANDLERS: dict[str, Handler] = {
    "tokens.sender.get_list": get_list,
    "tokens.sender.authorize": authorize,
    "tokens.receiver.get_token": get_token,
    "tokens.receiver.put_token": put_token,
    "tokens.receiver.patch_token": patch_token,
}
