"""Registering with other parties, and ending that.

Source: credentials.asciidoc#credentials_use_cases
"""

from collections.abc import Mapping

from ocpi_schemas.data import version_key
from ocpi_schemas.dialect import Dialect, load_dialect
from ocpi_simulator.actions.connection import connection_of, parameter
from ocpi_simulator.actions.result import ActionResult, Done, ImpossibleError, action, note_of
from ocpi_simulator.behaviours import state_behaviour
from ocpi_simulator.client import url_problem
from ocpi_simulator.partner import Partner
from ocpi_simulator.peers import Peer, token_problem
from ocpi_simulator.registration import Unusable, fetch_endpoints, offer_credentials, version_url
from ocpi_simulator.registration import register as register_with
from ocpi_simulator.wish import Wish

_UNAUTHORIZED = 401

state_behaviour("prefers_lowest_version", "Registers for the lowest version that it has, if none is named.")
state_behaviour("keeps_credentials_after_delete", "After its own DELETE of credentials it goes on as before.")


@action
async def accept_token(partner: Partner, _subject: str, parameters: Mapping[str, str]) -> ActionResult:
    """Expect somebody to register with this CREDENTIALS_TOKEN_A.

    Source: credentials.asciidoc#credentials_registration
    """
    token = _token(parameters)
    holder = partner.peers.holder(token)
    if holder is None:
        partner.peers.expect(token)
    elif holder.token_a != token:
        raise ImpossibleError("parameters.token is in use by a registered party; give another one")
    return Done()


@action
async def register(partner: Partner, _subject: str, parameters: Mapping[str, str]) -> ActionResult:
    """Register as a new connection; a partner that cannot be registered with is left alone.

    Without a version it is the highest that both sides have.
    Source: credentials.asciidoc#credentials_registration
    """
    url, token = parameter(parameters, "url"), _token(parameters)
    problem = url_problem(url)
    if problem is not None:
        raise ImpossibleError(f"parameters.url cannot be requested: {problem}")
    version = parameters.get("version", "")
    if version:
        _demand_spoken(partner, version)
    peer = Peer(versions_url=url)
    partner.peers.all.append(peer)
    try:
        version = version or await _choose_version(partner, peer, token)
        outcome = await register_with(partner, peer, version, token)
    finally:
        if not peer.registered:
            partner.peers.drop(peer)
    return Done(outcome.message if isinstance(outcome, Unusable) else "")


async def _choose_version(partner: Partner, peer: Peer, token: str) -> str:
    """The highest version that both sides have; our own highest if that cannot be told, which then goes wrong."""
    own = sorted(partner.config.versions, key=version_key, reverse=True)
    wish = Wish(token=token, token_kind="A")
    for version in own:  # they differ in how the token is written
        asked = await partner.call(load_dialect(version).operations["versions.both.get_versions"], peer, wish=wish)
        if asked.response is None or asked.response.status != _UNAUTHORIZED:
            break
    listed = asked.response.data if asked.response is not None else None
    mutual = [version for version in own if version_url(listed, version) is not None] or own
    return mutual[-1 if partner.behaviours.takes_hold("prefers_lowest_version") else 0]


def _token(parameters: Mapping[str, str]) -> str:
    token = parameter(parameters, "token")
    problem = token_problem(token)
    if problem is not None:
        raise ImpossibleError(f"parameters.token: {problem}")
    return token


@action
async def update_credentials(partner: Partner, _subject: str, parameters: Mapping[str, str]) -> ActionResult:
    """Renew the tokens of both sides; with another version than the one in use, switch to it.

    Source: credentials.asciidoc#credentials_updating_the_credentials_and_resetting_the_token
    """
    connection = connection_of(partner)
    peer, dialect = connection.peer, connection.dialect
    version = parameters.get("version") or dialect.version
    _demand_spoken(partner, version)
    if version != dialect.version:
        return await _switch(partner, peer, load_dialect(version))
    outcome = await offer_credentials(partner, peer, dialect, "put_credentials")
    return Done(outcome.message if isinstance(outcome, Unusable) else "")


async def _switch(partner: Partner, peer: Peer, dialect: Dialect) -> ActionResult:
    """Source: credentials.asciidoc#credentials_updating_to_a_newer_version"""
    before = (peer.version, peer.endpoints)
    fetched = await fetch_endpoints(partner, peer, dialect)
    if isinstance(fetched, Unusable):
        return Done(fetched.message)
    peer.version, peer.endpoints = dialect.version, fetched
    outcome = await offer_credentials(partner, peer, dialect, "put_credentials")
    if isinstance(outcome, Unusable):
        peer.version, peer.endpoints = before
        return Done(outcome.message)
    return Done()


def _demand_spoken(partner: Partner, version: str) -> None:
    """Make sure that the party has a version.

    Raises:
        ImpossibleError: it has not.
    """
    if version not in partner.config.versions:
        spoken = ", ".join(partner.config.versions)
        raise ImpossibleError(f"parameters.version {version} is not spoken here, but {spoken}")


@action
async def unregister(partner: Partner, _subject: str, _parameters: Mapping[str, str]) -> ActionResult:
    """Tell the other side that its credentials are no longer valid. From then on they are not, whatever it answers.

    Source: credentials.asciidoc#credentials_delete_method
    """
    connection = connection_of(partner)
    exchange = await connection.send("credentials.both.delete_credentials")
    if not partner.behaviours.takes_hold("keeps_credentials_after_delete"):
        connection.peer.forget()
        partner.peers.drop(connection.peer)
    return Done(note_of(exchange))
