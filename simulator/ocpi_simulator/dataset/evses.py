"""EVSEs and their Connectors."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from ocpi_schemas.party import PartyId
from ocpi_schemas.timestamps import write_timestamp
from ocpi_simulator.dataset.dice import Dice
from ocpi_simulator.dataset.directions import directions
from ocpi_simulator.dataset.images import BASE, photo
from ocpi_simulator.dataset.opening_times import announced
from ocpi_simulator.dataset.places import NEARBY_KM, geo_location, scattered
from ocpi_simulator.dataset.sites import Site

AC_TARIFFS = ("TRF-AC-REGULAR", "TRF-AC-ADHOC")
DC_TARIFFS = ("TRF-DC-REGULAR", "TRF-DC-ADHOC")
FREE_TARIFF = "TRF-FREE"

TARIFF_IDS = (*AC_TARIFFS, *DC_TARIFFS, FREE_TARIFF)
"""The ids that Connectors refer to. Those for AC and DC name two tariffs of different types, regular and ad hoc."""

REMOVED_PERCENT = 3
"""Of the EVSEs that are not the first of their Location: so every Location has one that is still there."""


@dataclass(frozen=True, slots=True)
class Outlet:
    """What a Connector is made of."""

    standard: str
    format: str
    power_type: str
    voltage: int
    """Line to neutral for three phases, V."""
    amperage: int
    watts: int | None = None
    """Where the station gives less than voltage, amperage and phases would."""


_SOCKET_11 = Outlet("IEC_62196_T2", "SOCKET", "AC_3_PHASE", 230, 16)
_SOCKET_22 = Outlet("IEC_62196_T2", "SOCKET", "AC_3_PHASE", 230, 32)
_CABLE_22 = Outlet("IEC_62196_T2", "CABLE", "AC_3_PHASE", 230, 32)
_SOCKET_7 = Outlet("IEC_62196_T2", "SOCKET", "AC_1_PHASE", 230, 32)
_DOMESTIC = Outlet("DOMESTIC", "SOCKET", "AC_1_PHASE", 230, 10)  # the standard is that of the country

_AC: tuple[tuple[Outlet, ...], ...] = (
    (_SOCKET_11, _SOCKET_11),
    (_SOCKET_22, _SOCKET_22),
    (_SOCKET_22, _DOMESTIC),
    (_CABLE_22, _SOCKET_22),
    (_SOCKET_7, _DOMESTIC),
    (Outlet("IEC_62196_T2", "SOCKET", "AC_2_PHASE", 230, 16), _DOMESTIC),
    (Outlet("IEC_62196_T3C", "SOCKET", "AC_3_PHASE", 230, 32), _DOMESTIC),
    (_SOCKET_22, Outlet("IEC_60309_2_three_32", "SOCKET", "AC_3_PHASE", 230, 32)),
)
_DC: tuple[tuple[Outlet, ...], ...] = (
    (
        Outlet("IEC_62196_T2_COMBO", "CABLE", "DC", 500, 125, 50_000),
        Outlet("CHADEMO", "CABLE", "DC", 500, 125, 50_000),
        Outlet("IEC_62196_T2", "CABLE", "AC_3_PHASE", 230, 63, 43_000),
    ),
    (
        Outlet("IEC_62196_T2_COMBO", "CABLE", "DC", 920, 400, 150_000),
        Outlet("CHADEMO", "CABLE", "DC", 500, 200, 100_000),
    ),
    (Outlet("IEC_62196_T2_COMBO", "CABLE", "DC", 1000, 500, 350_000),) * 2,
)
_STATIONS = _AC * 2 + _DC * 2

_STATUSES = (
    *["AVAILABLE"] * 11,
    *["CHARGING"] * 5,
    *["BLOCKED", "INOPERATIVE", "OUTOFORDER", "PLANNED", "RESERVED", "UNKNOWN"],
)

_READER = ("RFID_READER", "REMOTE_START_STOP_CAPABLE")
_EXTRAS = (
    "CHARGING_PROFILE_CAPABLE",
    "CHARGING_PREFERENCES_CAPABLE",
    "RESERVABLE",
    "TOKEN_GROUP_CAPABLE",
    "UNLOCK_CAPABLE",
)
_TERMINAL = (
    "CHIP_CARD_SUPPORT",
    "CONTACTLESS_CARD_SUPPORT",
    "CREDIT_CARD_PAYABLE",
    "DEBIT_CARD_PAYABLE",
    "PED_TERMINAL",
)
_RESTRICTIONS = ("EV_ONLY", "PLUGGED", "DISABLED", "CUSTOMERS", "MOTORCYCLES")
_FLOORS = ("-2", "-1", "0", "1", "2", "P3")


def evse_uid(location_id: str, number: int) -> str:
    """The uid of EVSE `number` (from 1) of a Location."""
    return f"{location_id}-{number}"


def _earlier(dice: Dice, moment: datetime) -> datetime:
    """This moment, or up to thirty days before it."""
    return moment if dice.chance(50) else moment - timedelta(seconds=dice.below(30 * 86_400))


def _tariff_ids(dice: Dice, outlet: Outlet) -> list[str]:
    if dice.chance(5):
        return [FREE_TARIFF]
    return list((DC_TARIFFS if outlet.power_type == "DC" else AC_TARIFFS)[: 1 + dice.below(2)])


def _connector(dice: Dice, number: int, outlet: Outlet, site: Site, updated: datetime) -> dict[str, Any]:
    made: dict[str, Any] = {
        "id": str(number),
        "standard": site.country.domestic if outlet is _DOMESTIC else outlet.standard,
        "format": outlet.format,
        "power_type": outlet.power_type,
        "max_voltage": outlet.voltage,
        "max_amperage": outlet.amperage,
        "voltage": outlet.voltage,
        "amperage": outlet.amperage,
        "last_updated": write_timestamp(updated),
    }
    if outlet.watts is not None:
        made["max_electric_power"] = outlet.watts
    if dice.has(90):
        made["tariff_ids"] = _tariff_ids(dice, outlet)
        made["tariff_id"] = made["tariff_ids"][0]
    if dice.has(40):
        made["terms_and_conditions"] = f"{BASE}/terms"
    return made


def _capabilities(dice: Dice, outlets: Sequence[Outlet]) -> list[str]:
    found = [*_READER, *(extra for extra in _EXTRAS if dice.has(45))]
    if outlets[0].power_type == "DC" and dice.has(60):
        found += dice.some(_TERMINAL, len(_TERMINAL))
    if len(outlets) > 1 and dice.chance(30):
        found.append("START_SESSION_CONNECTOR_REQUIRED")
    return found


def _schedule(dice: Dice, status: str, updated: datetime) -> list[dict[str, Any]]:
    begin = announced(dice, updated)
    if status == "PLANNED":
        return [{"period_begin": write_timestamp(begin), "status": "AVAILABLE"}]
    end = begin + timedelta(hours=2 + dice.below(70))
    return [{"period_begin": write_timestamp(begin), "period_end": write_timestamp(end), "status": "INOPERATIVE"}]


def _status(dice: Dice, number: int) -> str:
    if number > 1 and dice.chance(REMOVED_PERCENT):
        return "REMOVED"
    return dice.pick(_STATUSES)


def evse(
    dice: Dice,
    number: int,
    *,
    location_id: str,
    party: PartyId,
    site: Site,
    point: tuple[float, float],
    updated: datetime,
    connectors: int,
    status: str | None = None,
) -> dict[str, Any]:
    """EVSE `number` (from 1) of a Location, with the fields of all versions.

    `point` is where the Location is; `updated` its `last_updated`, which those of the EVSE and its Connectors do not
    exceed; `connectors` how many it has at most; `status` is drawn if it is not given.
    """
    moment = _earlier(dice, updated)
    status = status or _status(dice, number)
    station = dice.pick(_STATIONS)
    outlets = [station[place % len(station)] for place in range(1 + dice.below(connectors))]
    uid = evse_uid(location_id, number)
    made: dict[str, Any] = {"uid": uid, "status": status}
    # The id of a removed EVSE may be in use elsewhere already.
    if status != "REMOVED" and dice.has(92):
        outlet_id = location_id.removeprefix("LOC").replace("-", "")
        made["evse_id"] = f"{party.country_code}*{party.party_id}*E{outlet_id}*{number}"
    if status == "PLANNED" or dice.has(8):
        made["status_schedule"] = _schedule(dice, status, updated)
    if dice.has(90):
        made["capabilities"] = _capabilities(dice, outlets)
    made["connectors"] = [
        _connector(dice, place, outlet, site, _earlier(dice, moment)) for place, outlet in enumerate(outlets, 1)
    ]
    if dice.has(25):
        made["floor_level"] = dice.pick(_FLOORS)
    if dice.has(40):
        made["coordinates"] = geo_location(dice, scattered(dice, *point, NEARBY_KM))
    if dice.has(60):
        made["physical_reference"] = str(number)
    if dice.has(15):
        made["directions"] = directions(dice, site.language)
    if dice.has(35):
        made["parking_restrictions"] = dice.some(_RESTRICTIONS, 2)
    if dice.has(15):
        made["images"] = [photo(dice, uid.lower())]
    made["last_updated"] = write_timestamp(moment)
    return made
