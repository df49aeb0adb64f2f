"""Changes of our own objects, as they happen in the life of a party: changed copies, with the fields of all versions.

A change moves `last_updated` of what was changed and of all that it is part of, to a moment after any before.
Source: mod_locations.asciidoc#mod_locations_get_list_request_parameters
"""

import re
from copy import deepcopy
from datetime import datetime, timedelta
from typing import Any

from ocpi_schemas.timestamps import now, read_timestamp, write_timestamp
from ocpi_simulator.dataset.evses import AC_TARIFFS, DC_TARIFFS, FREE_TARIFF
from ocpi_simulator.handlers.locations import find_connector, find_evse

Object = dict[str, Any]

REMOVED = "REMOVED"
"""The status of an EVSE that is gone for ever. Source: mod_locations.asciidoc#mod_locations_status_enum"""

_NUMBERED = re.compile(r"(.*) #([0-9]{1,6})", re.DOTALL)
_NAME_LENGTH = 255
_TICK = timedelta(milliseconds=1)


def renamed(location: Object) -> Object:
    """A Location with another name."""
    made = deepcopy(location)
    old = str(made.get("name") or made["city"])
    match = _NUMBERED.fullmatch(old)
    stem, number = (match[1], int(match[2]) + 1) if match else (old, 2)
    made["name"] = f"{stem[: _NAME_LENGTH - 8]} #{number}"
    return _moved(made, made)


def with_status(location: Object, uid: str, status: str) -> Object:
    """A Location one of whose EVSEs has another status."""
    made = deepcopy(location)
    evse = _part(find_evse(made, uid))
    evse["status"] = status
    return _moved(made, made, evse)


def with_other_tariff(location: Object, uid: str, connector_id: str) -> Object:
    """A Location one of whose Connectors has another tariff: free, or if it was free the ordinary ones."""
    made = deepcopy(location)
    evse = _part(find_evse(made, uid))
    connector = _part(find_connector(evse, connector_id))
    priced = list(DC_TARIFFS if connector["power_type"] == "DC" else AC_TARIFFS)
    connector["tariff_ids"] = priced if connector.get("tariff_id") == FREE_TARIFF else [FREE_TARIFF]
    connector["tariff_id"] = connector["tariff_ids"][0]
    return _moved(made, made, evse, connector)


def invalidated(token: Object) -> Object:
    """A Token that is no longer valid."""
    made = deepcopy(token)
    made["valid"] = False
    return _moved(made, made)


def _part(found: Object | None) -> Object:
    if found is None:
        raise LookupError("no such part")
    return found


def _moved(whole: Object, *touched: Object) -> Object:
    """The whole, what was touched in it being updated now; later than anything in it was before."""
    moment = max(now(), *(before + _TICK for before in _moments(whole)))
    for part in touched:
        part["last_updated"] = write_timestamp(moment)
    return whole


def _moments(part: Object) -> list[datetime]:
    own = read_timestamp(part.get("last_updated"))
    inside = [member for name in ("evses", "connectors") for member in part.get(name, ())]
    return ([own] if own else []) + [moment for member in inside for moment in _moments(member)]
