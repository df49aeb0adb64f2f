"""Keeping what was pulled: the other side's objects, under their owner and id."""

from collections.abc import Iterable
from typing import Any

from ocpi_simulator.acceptance import Refused, accept
from ocpi_simulator.actions.connection import Connection
from ocpi_simulator.behaviours import state_behaviour
from ocpi_simulator.store import ReceivedObjects

Object = dict[str, Any]

state_behaviour("merges_what_it_pulls", "What a fetched list leaves out, objects and fields, stays as it was.")
state_behaviour("keeps_all_or_nothing", "Of a fetched list in which something is wrong nothing is kept.")
state_behaviour("owner_is_the_peer", "Whatever a fetched list says, its objects belong to the other side's own party.")

_ID = {"locations": "id", "tokens": "uid"}


def received(connection: Connection, module: str) -> ReceivedObjects:
    """Where objects of a module are kept that others own."""
    return connection.partner.stores.received_of(module)


def keep(connection: Connection, module: str, objects: Iterable[Object]) -> set[tuple[str, ...]]:
    """Store the peer's objects that are valid; gives their keys, in capitals.

    Objects of parties that are not in the peer's credentials are ignored, as the text allows: nobody is to replace
    what another party owns.
    Source: transport_and_format.asciidoc#transport_and_format_client_owned_object_pull

    Raises:
        StoreFullError: there are too many.
    """
    store, kept = received(connection, module), set[tuple[str, ...]]()
    document = connection.dialect.modules[module].object
    takes_hold, entries = connection.partner.behaviours.takes_hold, list(objects)
    judged = [accept(connection.dialect, (document,), entry) for entry in entries]
    if any(isinstance(accepted, Refused) for accepted in judged) and takes_hold("keeps_all_or_nothing"):
        return kept
    for entry, accepted in zip(entries, judged, strict=True):
        owner = _owner(connection, module, entry)
        if isinstance(accepted, Refused) or not isinstance(accepted, dict) or owner is None:
            continue
        key = (*owner, *_own_key(connection, module, entry))
        if connection.partner.behaviours.takes_hold("merges_what_it_pulls"):
            accepted = (store.get(*key) or {}) | accepted
        store.put(*key, value=accepted, exact=not connection.dialect.ids_ignore_case)
        kept.add(tuple(part.upper() for part in key))
    return kept


def keep_all(connection: Connection, module: str, objects: Iterable[Object]) -> None:
    """Store the whole list of the peer's objects; what it had beside them is no longer valid.

    Source: mod_locations.asciidoc#mod_locations_get_list_response_data

    Raises:
        StoreFullError: there are too many.
    """
    kept, store = keep(connection, module, objects), received(connection, module)
    if connection.partner.behaviours.takes_hold("merges_what_it_pulls"):
        return
    for role in connection.peer.roles:
        owner = (role.party.country_code, role.party.party_id)
        for rest, _ in store.of_owner(*owner):
            key = (*owner, *rest)
            if tuple(part.upper() for part in key) not in kept:
                store.delete(*key)


def stored(connection: Connection, module: str) -> list[Object]:
    """The peer's objects that are kept."""
    store = received(connection, module)
    owners = {(role.party.country_code, role.party.party_id) for role in connection.peer.roles}
    return [entry for owner in sorted(owners) for _, entry in store.of_owner(*owner)]


def _owner(connection: Connection, module: str, entry: Object) -> tuple[str, str] | None:
    """Whose object it is, if it is one of the peer's parties; in capitals."""
    dialect, peer = connection.dialect, connection.peer
    country, party = dialect.field("object.owner_country"), dialect.field("object.owner_party")
    if country and party:
        owner = (str(entry.get(country)).upper(), str(entry.get(party)).upper())
        if peer.owns(*owner):
            return owner
        if not connection.partner.behaviours.takes_hold("owner_is_the_peer"):
            return None
    found = peer.party_of(dialect.modules[module].owner)
    return (found.country_code.upper(), found.party_id.upper()) if found else None


def _own_key(connection: Connection, module: str, entry: Object) -> tuple[str, ...]:
    key = str(entry.get(_ID[module]))
    by_type = module == "tokens" and connection.dialect.forms.get("token.identity") == "uid_and_type"
    return (key, str(entry.get("type"))) if by_type else (key,)
