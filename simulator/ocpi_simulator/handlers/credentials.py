"""The credentials module: being registered with, updated and unregistered."""

import asyncio
from typing import TYPE_CHECKING

from ocpi_schemas.context import PartyRole
from ocpi_schemas.dialect import load_dialect
from ocpi_simulator.answer import (
    CLIENT_ERROR,
    MISSING_ENDPOINTS,
    SERVER_ERROR,
    UNABLE_TO_USE_CLIENT_API,
    UNSUPPORTED_VERSION,
    Answer,
    http_refusal,
    invalid,
)
from ocpi_simulator.behaviours import state_behaviour
from ocpi_simulator.call import Call, Handler
from ocpi_simulator.credentials_shape import read_roles, write_credentials
from ocpi_simulator.peers import Peer, PeerEndpoint, new_token
from ocpi_simulator.registration import Unusable, fetch_endpoints

if TYPE_CHECKING:
    from ocpi_simulator.partner import Partner

_ALLOW_REGISTERED = ("Allow", "GET, PUT, DELETE")
_ALLOW_UNREGISTERED = ("Allow", "GET, POST")

_LATER_S = 0.1
_ONE_TOKEN = "the-one-token-that-everybody-gets"

for _name, _description in {
    "registers_again": "A POST of credentials from a client that is registered is taken.",
    "registers_by_put": "A PUT of credentials from a client that is not registered is taken.",
    "knows_no_update": "A PUT of credentials is refused with HTTP 405, whoever sends it.",
    "unregisters_strangers": "A DELETE of credentials from a client that is not registered is answered with success.",
    "ignores_delete": "A DELETE of credentials is answered with success and changes nothing.",
    "keeps_replaced_token": "After PUT credentials the replaced token goes on being accepted.",
    "keeps_token_a": "After the registration CREDENTIALS_TOKEN_A goes on being accepted.",
    "keeps_old_endpoints": "After PUT credentials the client is called at the endpoints that it had before.",
    "keeps_old_credentials": "After PUT credentials the client is called with the token that it had replaced.",
    "keeps_one_role": "Of the roles in credentials only the first is registered.",
    "refuses_repeated_role": "Credentials with a role that occurs twice are refused.",
    "hands_out_one_token": "Each client that registers is given the same token.",
    "shares_party": "A party that another platform has registered may be registered again.",
    "drops_token_on_failure": "A PUT of credentials that fails makes the client's token invalid.",
    "takes_unusable_client": "A client whose endpoints cannot be fetched is registered.",
    "registers_without_fetching": "Credentials are taken without fetching the client's endpoints.",
    "fetches_after_answer": "The client's endpoints are fetched after its credentials were answered.",
    "calls_back_with_own_token": "The client's endpoints are fetched with the token that the client itself uses.",
    "vague_refusal": "Credentials that cannot be taken are refused with code 2000.",
}.items():
    state_behaviour(_name, _description)

_later: set[asyncio.Task[None]] = set()


def _deviates(partner: "Partner", call: Call, name: str) -> bool:
    return partner.behaviours.takes_hold(name, call.operation.id)


async def get_credentials(partner: "Partner", call: Call) -> Answer:
    """Source: credentials.asciidoc#credentials_get_method"""
    peer = call.admission.peer
    return Answer(data=write_credentials(partner, call.dialect, peer.inbound or peer.token_a or ""))


async def post_credentials(partner: "Partner", call: Call) -> Answer:
    """Source: credentials.asciidoc#credentials_post_method"""
    if call.admission.peer.registered and not _deviates(partner, call, "registers_again"):
        return http_refusal(405, "already registered; use PUT to update", (_ALLOW_REGISTERED,))
    return await _connect(partner, call)


async def put_credentials(partner: "Partner", call: Call) -> Answer:
    """Source: credentials.asciidoc#credentials_put_method"""
    if not call.admission.peer.registered and not _deviates(partner, call, "registers_by_put"):
        return http_refusal(405, "not registered yet; use POST to register", (_ALLOW_UNREGISTERED,))
    if _deviates(partner, call, "knows_no_update"):
        return http_refusal(405, "credentials cannot be updated here", (("Allow", "GET, DELETE"),))
    return await _connect(partner, call)


async def delete_credentials(partner: "Partner", call: Call) -> Answer:
    """Source: credentials.asciidoc#credentials_delete_method"""
    if not call.admission.peer.registered:
        stranger = _deviates(partner, call, "unregisters_strangers")
        return Answer() if stranger else http_refusal(405, "not registered", (_ALLOW_UNREGISTERED,))
    if not _deviates(partner, call, "ignores_delete"):
        call.admission.peer.forget()
    return Answer()


_CODES = {
    "api": UNABLE_TO_USE_CLIENT_API,
    "version": UNSUPPORTED_VERSION,
    "endpoints": MISSING_ENDPOINTS,
}


async def _connect(partner: "Partner", call: Call) -> Answer:
    """Fetch the client's endpoints with the token it gives, and only then let the new tokens take effect.

    Source: credentials.asciidoc#credentials_errors_during_registration: 3001 when the client's API cannot be used.
    """
    peer, theirs = call.admission.peer, call.object
    roles = read_roles(theirs, call.dialect, partner)
    refusal = await _refusal(partner, call, roles)
    if refusal is not None:
        return refusal
    trial = Peer(outbound=str(theirs["token"]), versions_url=str(theirs["url"]))
    fetched = await _fetch(partner, call, trial)
    if isinstance(fetched, Unusable):
        if _deviates(partner, call, "drops_token_on_failure"):
            peer.inbound = new_token()
        if not _deviates(partner, call, "takes_unusable_client"):
            vague = _deviates(partner, call, "vague_refusal")
            code = CLIENT_ERROR if vague else _CODES.get(fetched.kind, SERVER_ERROR)
            return Answer(code, message=fetched.message)
        fetched = ()
    _take_over(partner, call, trial, fetched)
    peer.roles = roles[:1] if _deviates(partner, call, "keeps_one_role") else roles
    return Answer(data=write_credentials(partner, call.dialect, peer.inbound or ""))


def _take_over(partner: "Partner", call: Call, trial: Peer, endpoints: tuple[PeerEndpoint, ...]) -> None:
    """The client is known by its new credentials from now on, and has a new token."""
    peer = call.admission.peer
    used, replaced = peer.token_a, peer.inbound
    peer.versions_url, peer.version = trial.versions_url, call.version
    if replaced is None or not _deviates(partner, call, "keeps_old_credentials"):
        peer.outbound = trial.outbound
    if replaced is None or not _deviates(partner, call, "keeps_old_endpoints"):
        peer.endpoints = endpoints
    peer.inbound = _ONE_TOKEN if _deviates(partner, call, "hands_out_one_token") else new_token()
    peer.token_a = used if _deviates(partner, call, "keeps_token_a") else None
    if replaced is not None and _deviates(partner, call, "keeps_replaced_token"):
        peer.pending = replaced
    partner.peers.make_newest(peer)


async def _refusal(partner: "Partner", call: Call, roles: tuple[PartyRole, ...]) -> Answer | None:
    """Why these roles cannot be registered; None if they can."""
    if len({entry.role for entry in roles}) < len(roles) and _deviates(partner, call, "refuses_repeated_role"):
        return invalid("a role occurs more than once")
    rival = await _rival(partner, call, roles)
    if rival is None or _deviates(partner, call, "shares_party"):
        return None
    return Answer(CLIENT_ERROR, message=f"another platform is registered as {rival.role} {rival.party}")


async def _rival(partner: "Partner", call: Call, roles: tuple[PartyRole, ...]) -> PartyRole | None:
    """A role that another platform, which is still there, has registered.

    Source: credentials.asciidoc#credentials_credentials_object: the combination of party_id and country_code is unique.
    """
    for other in [peer for peer in partner.peers.all if peer.registered and peer is not call.admission.peer]:
        taken = next((mine for mine in roles for known in other.roles if _is_same(mine, known)), None)
        if taken is None or other.versions_url == call.object["url"]:
            continue
        dialect = load_dialect(other.version or call.version)
        asked = await partner.call(dialect.operations["versions.both.get_versions"], other)
        if asked.response is not None and asked.response.succeeded:
            return taken
    return None


def _is_same(one: PartyRole, other: PartyRole) -> bool:
    return one.role == other.role and one.party.is_same(other.party.country_code, other.party.party_id)


async def _fetch(partner: "Partner", call: Call, trial: Peer) -> tuple[PeerEndpoint, ...] | Unusable:
    peer = call.admission.peer
    if _deviates(partner, call, "registers_without_fetching"):
        return peer.endpoints
    if _deviates(partner, call, "fetches_after_answer"):
        task = asyncio.create_task(_fetch_later(partner, call))
        _later.add(task)
        task.add_done_callback(_later.discard)
        return peer.endpoints
    if _deviates(partner, call, "calls_back_with_own_token"):
        trial = Peer(outbound=peer.inbound or peer.token_a, versions_url=trial.versions_url)
    return await fetch_endpoints(partner, trial, call.dialect)


async def _fetch_later(partner: "Partner", call: Call) -> None:
    await asyncio.sleep(_LATER_S)
    peer = call.admission.peer
    fetched = await fetch_endpoints(partner, peer, call.dialect) if peer.registered else ()
    if not isinstance(fetched, Unusable):
        peer.endpoints = fetched


HANDLERS: dict[str, Handler] = {
    "credentials.both.get_credentials": get_credentials,
    "credentials.both.post_credentials": post_credentials,
    "credentials.both.put_credentials": put_credentials,
    "credentials.both.delete_credentials": delete_credentials,
}
