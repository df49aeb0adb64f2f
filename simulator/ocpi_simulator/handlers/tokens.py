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
from ocpi_simulator.call import Call, Handler
from ocpi_simulator.client_owned import check_owner, check_same, merged, patch_problem
from ocpi_simulator.draft import Absent
from ocpi_simulator.pagination import answer_page

if TYPE_CHECKING:
    from ocpi_simulator.partner import Partner

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
    found = authorize_token(
        partner.stores.own["tokens"],
        partner.config.seed,
        call.path["token_uid"],
        _token_type(call),
        references,
        call.dialect,
    )
    match found:
        case Known(info):
            return Answer(data=info)
        case "needs_location":
            return Answer(NOT_ENOUGH_INFORMATION, message="this Token is authorised for a location only; name it")
        case "unknown":
            code = UNKNOWN_TOKEN if call.dialect.status_codes.knows(UNKNOWN_TOKEN) else CLIENT_ERROR
            return Answer(code, message="unknown Token", http_status=404)


def _key(call: Call) -> tuple[str, ...]:
    """What tells Tokens apart, by the version's strategy."""
    owner = (call.path["country_code"].upper(), call.path["party_id"].upper(), call.path["token_uid"])
    return (*owner, _token_type(call)) if call.dialect.forms.get("token.identity") == "uid_and_type" else owner


async def get_token(partner: "Partner", call: Call) -> Answer:
    """Source: mod_tokens.asciidoc#mod_tokens_cpo_get_method"""
    refusal = check_owner(call)
    if refusal:
        return refusal
    token = partner.stores.received_of("tokens").get(*_key(call), exact=call.exact_ids)
    return not_found("no such Token") if token is None else Answer(data=token)


async def put_token(partner: "Partner", call: Call) -> Answer:
    """Source: mod_tokens.asciidoc#mod_tokens_put_method"""
    refusal = check_owner(call) or check_same(call, uid="token_uid", owner=True)
    if refusal:
        return refusal
    if call.dialect.forms.get("token.identity") == "uid_and_type" and call.object.get("type") != _token_type(call):
        return invalid("type in the body is not the type that the URL names (RFID if it names none)")
    new = partner.stores.received_of("tokens").put(*_key(call), value=call.object, exact=call.exact_ids)
    return created() if new else Answer()


async def patch_token(partner: "Partner", call: Call) -> Answer:
    """Source: mod_tokens.asciidoc#mod_tokens_patch_method"""
    refusal = check_owner(call)
    if refusal:
        return refusal
    token: dict[str, Any] | None = partner.stores.received_of("tokens").get(*_key(call), exact=call.exact_ids)
    if token is None:
        return not_found("no such Token; PUT it first")
    problem = patch_problem(call, token)
    if problem:
        return invalid(problem)
    changed = merged(token, call.object)
    partner.stores.received_of("tokens").put(*_key(call), value=changed, exact=call.exact_ids)
    return Answer()


HANDLERS: dict[str, Handler] = {
    "tokens.sender.get_list": get_list,
    "tokens.sender.authorize": authorize,
    "tokens.receiver.get_token": get_token,
    "tokens.receiver.put_token": put_token,
    "tokens.receiver.patch_token": patch_token,
}
