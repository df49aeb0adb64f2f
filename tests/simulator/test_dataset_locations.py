"""Locations: plausible, different from each other, and flawless in every version."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from hashlib import sha256
from itertools import pairwise
from math import asin, cos, radians, sin, sqrt
from typing import Any

import pytest

from ocpi_schemas.dialect import known_versions
from ocpi_schemas.party import PartyId
from ocpi_schemas.schema import load_schemas
from ocpi_schemas.timestamps import read_timestamp
from ocpi_simulator.dataset.dice import BARE, FULL
from ocpi_simulator.dataset.evses import TARIFF_IDS
from ocpi_simulator.dataset.locations import READY, Locations, location
from ocpi_simulator.dataset.series import Series
from ocpi_simulator.dataset.shape import shape_of
from ocpi_simulator.dataset.sites import SITES
from ocpi_simulator.dataset.tokens import token

REFERENCE = datetime(2026, 6, 1, 12, tzinfo=UTC)
PARTY = PartyId("NL", "ABC")
COUNT = 300
SERIES = Series(Locations(7, PARTY), COUNT, REFERENCE)
SUPERSETS = [SERIES.object(index) for index in range(COUNT)]

versions = pytest.mark.parametrize("version", known_versions())


def in_version(version: str) -> list[dict[str, Any]]:
    return [shape_of(version).project("Location", superset) for superset in SUPERSETS]


def evses() -> Iterator[dict[str, Any]]:
    for made in SUPERSETS:
        yield from made["evses"]


def connectors() -> Iterator[dict[str, Any]]:
    for made in evses():
        yield from made["connectors"]


@versions
def test_every_location_is_flawless(version: str) -> None:
    schemas = load_schemas(version)
    for index, made in enumerate(in_version(version)):
        assert schemas.is_flawless(("Location",), made), (index, schemas.assess(("Location",), made).violations)


@versions
@pytest.mark.parametrize("party", ["DE-8AA", "FR-S01", "GR-X1Z", "BG-ABC", "US-ABC"])
def test_so_are_those_of_parties_elsewhere_and_of_other_sizes(version: str, party: str) -> None:
    schemas, shape = load_schemas(version), shape_of(version)
    for sizes in (0, 1), (1, 1), (5, 4):
        series = Series(Locations(3, PartyId.parse(party), *sizes), 40, REFERENCE)
        for index in range(40):
            made = shape.project("Location", series.object(index))
            assert schemas.is_flawless(("Location",), made), schemas.assess(("Location",), made).violations
            assert len(made.get("evses", ())) == sizes[0]
            assert all(1 <= len(evse["connectors"]) <= sizes[1] for evse in made.get("evses", ()))


@versions
@pytest.mark.parametrize("name", ["Location", "EVSE", "Connector"])
def test_optional_fields_are_in_some_objects_and_missing_in_others(version: str, name: str) -> None:
    locations = in_version(version)
    held = [evse for made in locations for evse in made["evses"]]
    objects = {
        "Location": locations,
        "EVSE": held,
        "Connector": [connector for evse in held for connector in evse["connectors"]],
    }[name]
    document = load_schemas(version).documents[name]
    # How many EVSEs a Location has is the series' choice, so `evses` is in all or none.
    for field in set(document["properties"]) - set(document["required"]) - {"evses"}:
        assert 0 < sum(field in made for made in objects) < len(objects), field


@versions
def test_the_first_has_every_field_and_the_second_none_that_is_optional(version: str) -> None:
    document = load_schemas(version).documents["Location"]
    full, bare = in_version(version)[FULL], in_version(version)[BARE]
    # These depend on others: on `publish` and on the country.
    assert set(document["properties"]) - set(full) <= {"publish_allowed_to", "state"}
    assert set(bare) == {*document["required"], "evses"}
    required = load_schemas(version).documents["EVSE"]["required"]
    assert all(set(evse) == set(required) for evse in bare["evses"])


def nulls(value: Any) -> bool:
    if isinstance(value, dict):
        return any(map(nulls, value.values()))
    return any(map(nulls, value)) if isinstance(value, list) else value is None


def test_nothing_is_null() -> None:
    assert not nulls(SUPERSETS)


def test_the_same_index_gives_the_same_location() -> None:
    again = [SERIES.object(index) for index in range(COUNT)]
    assert again == SUPERSETS
    again[0]["evses"][0]["connectors"].clear()
    again[0]["operator"].clear()
    assert SERIES.object(0) == SUPERSETS[0]


def test_what_a_location_is_does_not_depend_on_how_many_there_are() -> None:
    def lasting(made: dict[str, Any]) -> dict[str, Any]:
        return {name: made[name] for name in ("id", "address", "city", "coordinates", "publish", "type")}

    many = Series(Locations(7, PARTY), 1_000_000, REFERENCE)
    assert [lasting(many.object(index)) for index in range(50)] == [lasting(made) for made in SUPERSETS[:50]]


def test_another_seed_gives_other_ids_and_places() -> None:
    other = Series(Locations(8, PARTY), COUNT, REFERENCE)
    assert not {other.id_of(index) for index in range(COUNT)} & {made["id"] for made in SUPERSETS}
    assert other.index_of(SERIES.id_of(5)) is None
    assert other.object(5)["coordinates"] != SUPERSETS[5]["coordinates"]


PROGRAM = """
import json, sys
from datetime import datetime, timezone
from hashlib import sha256
from ocpi_schemas.party import PartyId
from ocpi_simulator.dataset.locations import location
from ocpi_simulator.dataset.tokens import token
moment = datetime(2026, 6, 1, 12, tzinfo=timezone.utc)
# Backwards: what a process has made before must not matter.
made = [[f(7, i, PartyId("NL", "ABC"), moment) for i in reversed(range(60))][::-1] for f in (location, token)]
print(sha256(json.dumps(made).encode()).hexdigest())
"""


def test_another_process_gives_the_same_objects() -> None:
    made = [[location(7, i, PARTY, REFERENCE) for i in range(60)], [token(7, i, PARTY, REFERENCE) for i in range(60)]]
    here = sha256(json.dumps(made).encode()).hexdigest()
    for hash_seed in ("0", "1"):
        environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path), "PYTHONHASHSEED": hash_seed}
        run = subprocess.run(
            [sys.executable, "-c", PROGRAM], env=environment, capture_output=True, text=True, check=True, timeout=60
        )
        assert run.stdout.strip() == here


def test_timestamps_go_up_from_connector_to_location() -> None:
    for index, made in enumerate(SUPERSETS):
        whole = read_timestamp(made["last_updated"])
        assert whole == SERIES.updated(index)
        for evse in made["evses"]:
            part = read_timestamp(evse["last_updated"])
            assert part is not None
            assert part <= whole
            for connector in evse["connectors"]:
                moment = read_timestamp(connector["last_updated"])
                assert moment is not None
                assert moment <= part


def kilometres(one: tuple[float, float], other: tuple[float, float]) -> float:
    (lat1, lon1), (lat2, lon2) = (tuple(map(radians, point)) for point in (one, other))
    chord = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin((lon2 - lon1) / 2) ** 2
    return 2 * 6_371 * asin(sqrt(chord))


def point(place: dict[str, str]) -> tuple[float, float]:
    return float(place["latitude"]), float(place["longitude"])


def test_locations_are_near_the_city_they_name() -> None:
    cities = {(site.country.alpha_3, site.city): site for site in SITES}
    for made in SUPERSETS:
        site = cities[made["country"], made["city"]]
        assert kilometres(point(made["coordinates"]), (site.latitude, site.longitude)) < 3
        assert made["time_zone"] == site.country.time_zone
        for near in [
            *made.get("related_locations", ()),
            *(e["coordinates"] for e in made["evses"] if "coordinates" in e),
        ]:
            assert kilometres(point(near), point(made["coordinates"])) < 0.1
            assert re.fullmatch(r"-?[0-9]{1,2}\.[0-9]{5,7}", near["latitude"])


def test_many_cities_are_used_and_most_are_at_home() -> None:
    assert len({made["city"] for made in SUPERSETS}) > 40
    assert COUNT / 2 < sum(made["country"] == "NLD" for made in SUPERSETS) < COUNT * 0.8
    assert len({(made["city"], made["address"]) for made in SUPERSETS}) > COUNT * 0.95


def test_texts_fit_the_shorter_fields_of_old_prints() -> None:
    for made in SUPERSETS:
        assert len(made["address"]) <= 45
        assert len(made.get("state", "")) <= 20


def test_uids_and_evse_ids_are_unique_and_of_their_form() -> None:
    uids = [evse["uid"] for evse in evses()]
    evse_ids = [evse["evse_id"] for evse in evses() if "evse_id" in evse]
    assert len({uid.upper() for uid in uids}) == len(uids)
    assert len(set(evse_ids)) == len(evse_ids)
    assert all(re.fullmatch(r"NL\*ABC\*E[A-Z0-9]+\*[0-9]+", evse_id) for evse_id in evse_ids)
    for made in SUPERSETS:
        assert all(evse["uid"].startswith(made["id"]) for evse in made["evses"])


def test_every_status_occurs_and_few_evses_are_removed() -> None:
    many = [SERIES.recipe.make(index, REFERENCE) for index in range(1_500)]
    statuses = [evse["status"] for made in many for evse in made["evses"]]
    for version in known_versions():
        assert set(statuses) == set(load_schemas(version).documents["Status"]["enum"])
    assert 0 < statuses.count("REMOVED") < len(statuses) * 0.05
    assert all(any(evse["status"] != "REMOVED" for evse in made["evses"]) for made in many)


def test_the_first_locations_are_public_and_ready_to_charge() -> None:
    for made in SUPERSETS[:READY]:
        assert made["publish"] is True
        assert made["evses"][0]["status"] == "AVAILABLE"


def test_limited_visibility_is_consistent() -> None:
    hidden = [made for made in SUPERSETS if not made["publish"]]
    assert hidden
    assert any("publish_allowed_to" not in made for made in hidden)
    for made in SUPERSETS:
        for allowed in made.get("publish_allowed_to", ()):
            assert made["publish"] is False
            assert ("uid" in allowed) == ("type" in allowed)
            assert ("visual_number" in allowed) == ("issuer" in allowed)


def test_connectors_are_those_of_the_real_world() -> None:
    seen = set()
    for connector in connectors():
        seen.add(connector["power_type"])
        assert connector["voltage"] == connector["max_voltage"]
        assert connector["amperage"] == connector["max_amperage"]
        if connector["power_type"] == "DC":
            assert connector["format"] == "CABLE"
            assert connector["max_electric_power"] <= connector["voltage"] * connector["amperage"]
        else:
            assert connector["voltage"] == 230
        if "tariff_ids" in connector:
            assert connector["tariff_id"] == connector["tariff_ids"][0]
            assert set(connector["tariff_ids"]) <= set(TARIFF_IDS)
            assert len(set(connector["tariff_ids"])) == len(connector["tariff_ids"])
    assert seen == {"AC_1_PHASE", "AC_2_PHASE", "AC_3_PHASE", "DC"}


def test_energy_adds_up() -> None:
    mixes = [made["energy_mix"] for made in SUPERSETS if "energy_mix" in made]
    assert {mix["is_green_energy"] for mix in mixes} == {True, False}
    for mix in mixes:
        if "energy_sources" in mix:
            assert sum(Decimal(str(part["percentage"])) for part in mix["energy_sources"]) == 100


def test_opening_times_make_sense() -> None:
    every = [made["opening_times"] for made in SUPERSETS if "opening_times" in made]
    assert {hours["twentyfourseven"] for hours in every} == {True, False}
    for hours in every:
        assert hours["twentyfourseven"] != bool(hours.get("regular_hours"))
        week = [(day["weekday"], day["period_begin"], day["period_end"]) for day in hours.get("regular_hours", ())]
        assert week == sorted(week)
        assert all(begin < end for _, begin, end in week)
        assert all(one[0] != two[0] or one[2] < two[1] for one, two in pairwise(week))
        openings, closings = hours.get("exceptional_openings", []), hours.get("exceptional_closings", [])
        for period in [*openings, *closings]:
            assert REFERENCE.isoformat() < period["period_begin"] < period["period_end"]
        assert all(
            shut["period_begin"] >= opened["period_end"] or shut["period_end"] <= opened["period_begin"]
            for opened in openings
            for shut in closings
        )


def test_schedules_lie_in_the_future() -> None:
    oldest = Series(Locations(7, PARTY), 1_000_000, REFERENCE)
    for index in range(500):
        for evse in oldest.object(index)["evses"]:
            for entry in evse.get("status_schedule", ()):
                assert entry["period_begin"] > REFERENCE.isoformat()


def images_of(location: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """All images of a Location: its own, those of its EVSEs, and the logos of its businesses."""
    for holder in (location, *location["evses"]):
        yield from holder.get("images", ())
    businesses = (location.get(name, {}) for name in ("operator", "suboperator", "owner"))
    yield from (business["logo"] for business in businesses if "logo" in business)


def test_where_there_are_images_there_is_a_photo_and_a_logo() -> None:
    pictured = [made for made in SUPERSETS if any(images_of(made))]
    assert 0 < len(pictured) < len(SUPERSETS)
    for made in pictured:
        categories = {image["category"] for image in made["images"]}
        assert categories & {"CHARGER", "ENTRANCE", "LOCATION"}
        assert categories & {"NETWORK", "OPERATOR", "OWNER"}


def test_pictures_lie_at_example_com() -> None:
    text = json.dumps(SUPERSETS)
    assert set(re.findall(r"https?://[^/\"]*", text)) == {"https://example.com"}


def test_impossible_sizes_are_refused() -> None:
    with pytest.raises(ValueError, match="-1 EVSEs"):
        Locations(1, PARTY, evses=-1)
    with pytest.raises(ValueError, match="0 Connectors"):
        Locations(1, PARTY, connectors=0)
