"""The credentials module: being registered with, updated and unregistered."""

from typing import TYPE_CHECKING

from ocpi_simulator.answer import (
    MISSING_ENDPOINTS,
    SERVER_ERROR,
    UNABLE_TO_USE_CLIENT_API,
    UNSUPPORTED_VERSION,
    Answer,
    http_refusal,
)
from ocpi_simulator.behaviours import state_behaviour
from ocpi_simulator.call import Call, Handler
from ocpi_simulator.credentials_shape import read_roles, write_credentials
from ocpi_simulator.peers import Peer, new_token
from ocpi_simulator.registration import Unusable, fetch_endpoints

if TYPE_CHECKING:
    from ocpi_simulator.partner import Partner

_ALLOW_REGISTERED = ("Allow", "GET, PUT, DELETE")
_ALLOW_UNREGISTERED = ("Allow", "GET, POST")

state_behaviour("keeps_replaced_token", "After PUT credentials the replaced token goes on being accepted.")


async def get_credentials(partner: "Partner", call: Call) -> Answer:
    """Source: credentials.asciidoc#credentials_get_method"""
    peer = call.admission.peer
    return Answer(data=write_credentials(partner, call.dialect, peer.inbound or peer.token_a or ""))


async def post_credentials(partner: "Partner", call: Call) -> Answer:
    """Source: credentials.asciidoc#credentials_post_method"""
    if call.admission.peer.registered:
        return http_refusal(405, "already registered; use PUT to update", (_ALLOW_REGISTERED,))
    return await _connect(partner, call)


async def put_credentials(partner: "Partner", call: Call) -> Answer:
    """Source: credentials.asciidoc#credentials_put_method"""
    if not call.admission.peer.registered:
        return http_refusal(405, "not registered yet; use POST to register", (_ALLOW_UNREGISTERED,))
    return await _connect(partner, call)


async def delete_credentials(_partner: "Partner", call: Call) -> Answer:
    """Source: credentials.asciidoc#credentials_delete_method"""
    if not call.admission.peer.registered:
        return http_refusal(405, "not registered", (_ALLOW_UNREGISTERED,))
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
    trial = Peer(outbound=str(theirs["token"]), versions_url=str(theirs["url"]))
    fetched = await fetch_endpoints(partner, trial, call.dialect)
    if isinstance(fetched, Unusable):
        return Answer(_CODES.get(fetched.kind, SERVER_ERROR), message=fetched.message)
    replaced = peer.inbound
    peer.outbound, peer.versions_url = trial.outbound, trial.versions_url
    peer.version, peer.endpoints = call.version, fetched
    peer.roles = read_roles(theirs, call.dialect, partner)
    peer.token_a, peer.inbound = None, new_token()
    partner.peers.make_newest(peer)
    if replaced is not None and partner.behaviours.takes_hold("keeps_replaced_token", call.operation.id):
        peer.pending = replaced
    return Answer(data=write_credentials(partner, call.dialect, peer.inbound))


HANDLERS: dict[str, Handler] = {
    "credentials.both.get_credentials": get_credentials,
    "credentials.both.post_credentials": post_credentials,
    "credentials.both.put_credentials": put_credentials,
    "credentials.both.delete_credentials": delete_credentials,
}
