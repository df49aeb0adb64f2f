"""Our own objects as a peer is to store them: where each goes, and what it is."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from ocpi_simulator.actions.changes import REMOVED
from ocpi_simulator.actions.connection import Connection
from ocpi_simulator.actions.result import ImpossibleError
from ocpi_simulator.handlers.locations import find_connector, find_evse
from ocpi_simulator.partner import Partner
from ocpi_simulator.store import OwnObjects

Object = dict[str, Any]

SEARCHED = 10_000
"""So many own objects are looked at for one that suits."""


@dataclass(frozen=True, slots=True)
class Belonging:
    """An own object, or a part of one, in the shape of the version that a peer speaks."""

    module: str
    kind: str
    """What operations call it: `location`, `evse`, `connector`, `token`."""
    path: Mapping[str, str]
    query: Mapping[str, str]
    body: Object
    whole: "Belonging | None" = None
    """What it is a part of."""


def own_objects(partner: Partner, module: str) -> OwnObjects:
    """What the party owns of a module.

    Raises:
        ImpossibleError: nothing of the kind.
    """
    found = partner.stores.own.get(module)
    if found is None:
        raise ImpossibleError(f"this party owns no {module}")
    return found


def find(partner: Partner, module: str, object_id: str, suits: Callable[[Object], bool] = lambda _: True) -> Object:
    """The own object with this id, or without an id the newest one that suits: its superset, not to be changed.

    The oldest ones, which are made for scenarios, are left alone as long as there are others.
    Raises:
        ImpossibleError: there is none.
    """
    own = own_objects(partner, module)
    if object_id:
        found = own.superset(object_id)
        if found is None:
            raise ImpossibleError(f"this party has no object {object_id} in {module}")
        return found
    suitable = next((entry for entry in islice(own.newest_first(), SEARCHED) if suits(entry)), None)
    if suitable is None:
        raise ImpossibleError(f"this party has no object in {module} that suits")
    return suitable


def evses_in_use(location: Object) -> list[Object]:
    """The EVSEs that are not removed."""
    return [evse for evse in location.get("evses", ()) if evse["status"] != REMOVED]


def find_part(
    partner: Partner, subject: str, suits: Callable[[Object, Object], bool], depth: int
) -> tuple[Object, Object, Object | None]:
    """The Location, EVSE and, with depth 3, Connector that a subject `location/evse/connector` names.

    What the subject leaves open is the first that suits; a removed EVSE never does.

    Raises:
        ImpossibleError: there is none, or the subject has too many parts.
    """
    names = subject.split("/") if subject else []
    if len(names) > depth:
        raise ImpossibleError(f"subject {subject!r} has more than {depth} parts: {'/'.join(_PARTS[:depth])}")
    location_id, uid, connector_id = (*names, "", "", "")[:3]

    def fitting(location: Object) -> Iterator[Object]:
        for evse in evses_in_use(location):
            if (not uid or evse["uid"].upper() == uid.upper()) and suits(location, evse):
                yield evse

    location = find(partner, "locations", location_id, lambda entry: next(fitting(entry), None) is not None)
    evse = next(fitting(location), None)
    if evse is None:
        raise ImpossibleError(f"{subject or location['id']}: no EVSE of that Location is in use and suits")
    if depth < len(_PARTS):
        return location, evse, None
    connector = find_connector(evse, connector_id) if connector_id else next(iter(evse["connectors"]), None)
    if connector is None:
        raise ImpossibleError(f"{subject}: the EVSE has no such Connector")
    return location, evse, connector


_PARTS = ("location", "evse", "connector")


def location_of(connection: Connection, object_id: str) -> Belonging:
    """An own Location as it is now."""
    return _whole(connection, "locations", "location", {"location_id": object_id})


def evse_of(location: Belonging, uid: str) -> Belonging:
    """An EVSE of a Location."""
    found = find_evse(location.body, uid)
    if found is None:
        raise ImpossibleError(f"the Location has no EVSE {uid}")
    return Belonging("locations", "evse", {**location.path, "evse_uid": str(found["uid"])}, {}, found, location)


def connector_of(evse: Belonging, connector_id: str) -> Belonging:
    """A Connector of an EVSE."""
    found = find_connector(evse.body, connector_id)
    if found is None:
        raise ImpossibleError(f"the EVSE has no Connector {connector_id}")
    return Belonging("locations", "connector", {**evse.path, "connector_id": str(found["id"])}, {}, found, evse)


def token_of(connection: Connection, uid: str) -> Belonging:
    """An own Token as it is now; its type is in the URL where the version has that and it is not the default."""
    made = _whole(connection, "tokens", "token", {"token_uid": uid})
    by_type = connection.operation("tokens.receiver.put_token").query.get("type")
    token_type = str(made.body["type"])
    query = {"type": token_type} if by_type is not None and token_type != by_type.default else {}
    return Belonging(made.module, made.kind, made.path, query, made.body)


def _whole(connection: Connection, module: str, kind: str, ids: Mapping[str, str]) -> Belonging:
    (object_id,) = ids.values()
    body = own_objects(connection.partner, module).get(object_id, connection.version)
    if body is None:
        raise ImpossibleError(f"this party has no object {object_id} in {module}")
    party = connection.partner.config.party
    path = {"country_code": party.country_code, "party_id": party.party_id, **ids}
    return Belonging(module, kind, path, {}, body)
