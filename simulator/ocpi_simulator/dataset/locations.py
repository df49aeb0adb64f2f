"""Locations: object i of the module, computed from a seed and i."""

import re
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from hashlib import blake2b
from typing import Any

from ocpi_schemas.party import PartyId
from ocpi_schemas.timestamps import write_timestamp
from ocpi_simulator.dataset.dice import Dice, dice_for
from ocpi_simulator.dataset.directions import directions
from ocpi_simulator.dataset.energy_mix import energy_mix
from ocpi_simulator.dataset.evses import evse
from ocpi_simulator.dataset.images import BASE, logo, photo
from ocpi_simulator.dataset.opening_times import opening_times
from ocpi_simulator.dataset.places import NEARBY_KM, RADIUS_KM, geo_location, postal_code, scattered
from ocpi_simulator.dataset.shape import IfRequired
from ocpi_simulator.dataset.sites import SITES, Site, sites_of
from ocpi_simulator.dataset.words import Words, words_of

READY = 10
"""The first EVSE of so many Locations is AVAILABLE, for scenarios that need one."""

_OPERATORS = ("Laadlicht", "Voltweg", "Elektra Mobil", "Borne & Route", "Kilowatt Kompanie", "Sparkpoint", "Ampera Sud")
_PARKING_TYPES = (
    *["ON_STREET"] * 4,
    *["PARKING_LOT"] * 3,
    *["PARKING_GARAGE"] * 2,
    *["UNDERGROUND_GARAGE", "ALONG_MOTORWAY", "ON_DRIVEWAY"],
)
_FACILITIES = (
    "HOTEL",
    "RESTAURANT",
    "CAFE",
    "MALL",
    "SUPERMARKET",
    "SPORT",
    "RECREATION_AREA",
    "NATURE",
    "MUSEUM",
    "BIKE_SHARING",
    "BUS_STOP",
    "TAXI_STAND",
    "TRAM_STOP",
    "METRO_STATION",
    "TRAIN_STATION",
    "AIRPORT",
    "PARKING_LOT",
    "CARPOOL_PARKING",
    "FUEL_STATION",
    "WIFI",
)
_AT_HOME_PERCENT = 60
_ID = re.compile(r"LOC-[0-9A-F]{4}-([0-9]{7,12})", re.ASCII | re.IGNORECASE)


@cache
def _mark(seed: int) -> str:
    """Four characters that set the ids of one seed apart from those of another."""
    return blake2b(str(seed).encode(), digest_size=2).hexdigest().upper()


def location_id(seed: int, index: int) -> str:
    """Such as `LOC-3F2A-0000042`; those of another seed differ, so that runs do not meet each other's objects."""
    return f"LOC-{_mark(seed)}-{index:07}"


def location_index(seed: int, object_id: str) -> int | None:
    """The index that an id was made of, in any case; None if it is not one of this seed."""
    match = _ID.fullmatch(object_id)
    if match is None:
        return None
    index = int(match[1])
    return index if location_id(seed, index) == object_id.upper() else None


def operator_of(party: PartyId) -> str:
    """The name a charge point operator trades under: the same for all it owns."""
    return Dice("operator", party.country_code.upper(), party.party_id.upper()).pick(_OPERATORS)


def _business(dice: Dice, name: str, category: str) -> dict[str, Any]:
    made: dict[str, Any] = {"name": name}
    slug = f"{category.lower()}-{dice.below(40)}"
    if dice.has(60):
        made["website"] = f"{BASE}/{slug}"
    if dice.has(40):
        made["logo"] = logo(slug, category)
    return made


def _operator(dice: Dice, party: PartyId) -> dict[str, Any]:
    slug = str(party).lower()
    made: dict[str, Any] = {"name": operator_of(party)}
    if dice.has(80):
        made["website"] = f"{BASE}/{slug}"
    if dice.has(60):
        made["logo"] = logo(slug)
    return made


def _address(dice: Dice, site: Site, words: Words) -> str:
    number = str(1 + dice.below(180)) + (dice.pick(("a", "b", "-2")) if dice.chance(10) else "")
    return site.country.address.format(street=dice.pick(words.streets), number=number)


def _name(dice: Dice, site: Site, words: Words, operator: str) -> str:
    kind = dice.below(4)
    if kind == 0:
        return f"P+R {site.city} {1 + dice.below(9)}"
    if kind == 1:
        return dice.pick(words.companies)
    return f"{operator} {dice.pick(words.streets)}"


def _allowed_token(dice: Dice) -> dict[str, Any]:
    """A PublishTokenType: identified by uid, by what is printed on it, or by its group."""
    number = dice.below(10**8)
    return dice.pick(
        (
            {"uid": f"04{number:012X}", "type": "RFID"},
            {"visual_number": f"NL-ABC-{number:08}", "issuer": "Residents' Association"},
            {"group_id": f"GRP-{number % 10_000:04}"},
        )
    )


def _related(dice: Dice, site: Site, words: Words, point: tuple[float, float]) -> list[dict[str, Any]]:
    made = []
    for _ in range(1 + dice.below(2)):
        entrance: dict[str, Any] = geo_location(dice, scattered(dice, *point, NEARBY_KM))
        if dice.has(70):
            entrance["name"] = {"language": site.language, "text": dice.pick(words.streets)}
        made.append(entrance)
    return made


def _placed(dice: Dice, site: Site, words: Words, point: tuple[float, float]) -> dict[str, Any]:
    """Where it is."""
    parking = dice.pick(_PARKING_TYPES)
    has_parking = dice.has(85)
    code = postal_code(dice, site)
    made: dict[str, Any] = {
        "type": parking if has_parking else dice.pick(("OTHER", "UNKNOWN")),
        "address": _address(dice, site, words),
        "city": site.city,
        # Along motorways there may be no postal code.
        "postal_code": code if dice.has(97 if parking != "ALONG_MOTORWAY" else 40) else IfRequired(code),
        "country": site.country.alpha_3,
        "coordinates": geo_location(dice, point),
        "time_zone": site.country.time_zone if dice.has(85) else IfRequired(site.country.time_zone),
    }
    if has_parking:
        made["parking_type"] = parking
    if site.state and dice.has(70):
        made["state"] = site.state
    if dice.has(15):
        made["related_locations"] = _related(dice, site, words, point)
    if dice.has(30):
        made["directions"] = directions(dice, site.language)
    return made


def _described(dice: Dice, site: Site, words: Words, party: PartyId, updated: datetime, slug: str) -> dict[str, Any]:
    """What is good to know about it; each of these fields may be missing. `slug` names it in URLs."""
    made: dict[str, Any] = {}
    if dice.has(85):
        made["name"] = _name(dice, site, words, operator_of(party))
    if dice.has(80):
        made["operator"] = _operator(dice, party)
    if dice.has(20):
        made["suboperator"] = _business(dice, dice.pick(words.companies), "OPERATOR")
    if dice.has(30):
        made["owner"] = _business(dice, dice.pick(words.companies), "OWNER")
    if dice.has(50):
        made["facilities"] = dice.some(_FACILITIES, 4)
    if dice.has(70):
        made["opening_times"] = opening_times(dice, updated)
        if not made["opening_times"]["twentyfourseven"] and dice.has(50):
            made["charging_when_closed"] = dice.chance(60)
    if dice.has(30):
        made["images"] = _pictures(dice, party, slug)
    if dice.has(40):
        made["energy_mix"] = energy_mix(dice)
    return made


def _pictures(dice: Dice, party: PartyId, slug: str) -> list[dict[str, Any]]:
    """A logo and a photo: where there are images at all, there have to be both."""
    return [logo(str(party).lower()), photo(dice, slug)]


def _has_pictures(location: dict[str, Any]) -> bool:
    """Whether an EVSE or a business of a Location brings images."""
    businesses = (location.get(name, {}) for name in ("operator", "suboperator", "owner"))
    return any("logo" in entry for entry in businesses) or any("images" in evse for evse in location.get("evses", ()))


def _published(dice: Dice, *, always: bool) -> dict[str, Any]:
    if always or dice.chance(92):
        return {"publish": True}
    if dice.chance(40):
        return {"publish": False}
    return {"publish": False, "publish_allowed_to": [_allowed_token(dice) for _ in range(1 + dice.below(3))]}


def location(
    seed: int, index: int, party: PartyId, updated: datetime, *, evses: int = 2, connectors: int = 2
) -> dict[str, Any]:
    """Location `index` of a charge point operator, with the fields of all versions; a new object each time.

    `updated` is its `last_updated`; `evses` how many EVSEs it has; `connectors` how many Connectors each has at most.
    More than half are in the operator's country, if cities of it are known here. The one at FULL has every optional
    field, the one at BARE none but `evses`.
    """
    dice = dice_for(seed, "location", index)
    site = dice.pick(sites_of(party.country_code) if dice.chance(_AT_HOME_PERCENT) else SITES)
    words = words_of(site.locale)
    point = scattered(dice, site.latitude, site.longitude, RADIUS_KM)
    object_id = location_id(seed, index)
    made: dict[str, Any] = {
        "country_code": party.country_code,
        "party_id": party.party_id,
        "id": object_id,
        **_published(dice, always=index < READY),
        **_placed(dice, site, words, point),
        **_described(dice, site, words, party, updated, object_id.lower()),
    }
    if evses:
        made["evses"] = [
            evse(
                dice,
                number,
                location_id=object_id,
                party=party,
                site=site,
                point=point,
                updated=updated,
                connectors=connectors,
                status="AVAILABLE" if number == 1 and index < READY else None,
            )
            for number in range(1, evses + 1)
        ]
    if "images" not in made and _has_pictures(made):
        made["images"] = _pictures(dice, party, object_id.lower())
    made["last_updated"] = write_timestamp(updated)
    return made


@dataclass(frozen=True, slots=True)
class Locations:
    """The recipe of a charge point operator's Locations."""

    seed: int
    party: PartyId
    evses: int = 2
    """Of each Location."""
    connectors: int = 2
    """Of each EVSE, at most; at least 1."""

    def __post_init__(self) -> None:
        if self.evses < 0 or self.connectors < 1:
            raise ValueError(f"a Location cannot have {self.evses} EVSEs with up to {self.connectors} Connectors")

    @property
    def object_name(self) -> str:
        return "Location"

    def make(self, index: int, updated: datetime) -> dict[str, Any]:
        return location(self.seed, index, self.party, updated, evses=self.evses, connectors=self.connectors)

    def id_of(self, index: int) -> str:
        return location_id(self.seed, index)

    def index_of(self, object_id: str) -> int | None:
        return location_index(self.seed, object_id)
