"""What has to fit together inside one Location."""

import pytest

from ocpi_schemas.exchange import Exchange
from ocpi_schemas.judge import Judge

from .build import (
    EARLIER,
    EVSE_PATH,
    LATER,
    LOCATION_PATH,
    PARTNER,
    UPDATED,
    by_partner,
    by_target,
    connector,
    evse,
    examined,
    found,
    judge,
    location,
)

VERSIONS = [EARLIER, LATER]
NEWER = "2026-02-01T10:00:01Z"


def cpo(version: str = LATER) -> Judge:
    return judge(version, target_role="CPO")


def listed(*locations: object, version: str = LATER) -> Exchange:
    return by_partner("locations.sender.get_list", version=version, data=list(locations))


def put(body: object, version: str = LATER) -> Exchange:
    return by_target("locations.receiver.put_location", version=version, path=LOCATION_PATH, body=body)


def of_list(location_: object, version: str = LATER) -> set[str]:
    """What is wrong with a Location in a list; a PUT of it has the same faults."""
    in_list = found(listed(location_, version=version), by=cpo(version))
    assert found(put(location_, version), by=cpo(version)) == in_list
    return in_list


# LOC-085, LOC-100


@pytest.mark.parametrize("version", VERSIONS)
def test_parents_are_as_young_as_their_parts(version: str) -> None:
    fine = listed(location(version), version=version)
    assert found(fine, by=cpo(version)) == set()
    assert {"LOC-085", "LOC-100"} <= examined(fine, by=cpo(version))


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("newer", [NEWER, "2026-02-01T10:00:00.001Z", "2026-02-01T10:00:01"])
def test_location_older_than_an_evse(version: str, newer: str) -> None:
    assert of_list(location(version, evses=[evse(version, last_updated=newer)]), version) == {"LOC-085"}


def test_location_older_than_a_connector() -> None:
    parts = [evse(last_updated=NEWER, connectors=[connector(last_updated=NEWER)])]
    assert of_list(location(evses=parts)) == {"LOC-085"}


def test_evse_older_than_a_connector() -> None:
    parts = [evse(uid="EVSE-0"), evse(connectors=[connector(last_updated=NEWER)])]
    assert of_list(location(evses=parts, last_updated=NEWER)) == {"LOC-100"}
    by_itself = by_partner(
        "locations.sender.get_evse", path={"location_id": "LOC-1", "evse_uid": "EVSE-1"}, data=parts[1]
    )
    assert found(by_itself, by=cpo()) == {"LOC-100"}


@pytest.mark.parametrize("same", ["2026-02-01T10:00:00", "2026-02-01T10:00:00.000Z", "2026-02-01T10:00:00.0"])
def test_another_spelling_of_one_moment_is_no_later(same: str) -> None:
    assert of_list(location(evses=[evse(last_updated=same, connectors=[connector(last_updated=same)])])) == set()


def test_what_a_receiver_gives_back_is_not_the_sender_s() -> None:
    path = LOCATION_PATH | {"country_code": "NL", "party_id": "PAR"}
    kept = location(owner=PARTNER, evses=[evse(last_updated=NEWER)])
    answer = by_partner("locations.receiver.get_location", path=path, data=kept)
    assert "LOC-085" not in examined(answer)


def test_echo_in_the_answer_to_a_put_is_not_judged() -> None:
    echo = by_partner(
        "locations.receiver.put_location",
        path=LOCATION_PATH | {"country_code": "NL", "party_id": "PAR"},
        body=location(owner=PARTNER),
        data=location(owner=PARTNER, evses=[evse(last_updated=NEWER)]),
    )
    assert not {"LOC-085", "LOC-151", "LOC-120"} & examined(echo)


# LOC-151, LOC-130


def open_at(*periods: tuple[str, str], version: str = LATER, **more: object) -> dict[str, object]:
    hours = [{"weekday": 1, "period_begin": begin, "period_end": end} for begin, end in periods]
    return location(version, opening_times={"twentyfourseven": False, "regular_hours": hours} | more)


@pytest.mark.parametrize("version", VERSIONS)
def test_regular_hours(version: str) -> None:
    fine = open_at(("08:00", "20:00"), ("00:00", "00:00"), ("00:00", "23:59"), ("22:00", "06:00"), version=version)
    assert of_list(fine, version) == set()
    assert "LOC-151" in examined(listed(fine, version=version), by=cpo(version))
    assert of_list(open_at(("08:00", "20:00"), ("08:00", "08:00"), version=version), version) == {"LOC-151"}
    assert "LOC-151" not in examined(listed(location(version), version=version), by=cpo(version))


def periods(*days: tuple[int, int]) -> list[dict[str, str]]:
    return [
        {"period_begin": f"2026-06-{begin:02}T00:00:00Z", "period_end": f"2026-06-{end:02}T00:00:00Z"}
        for begin, end in days
    ]


@pytest.mark.parametrize(
    ("openings", "closings", "expected"),
    [
        ([(1, 2), (5, 6)], [(2, 3), (4, 5), (6, 7)], set()),
        ([(1, 3)], [(2, 4)], {"LOC-130"}),
        ([(2, 4)], [(1, 3)], {"LOC-130"}),
        ([(1, 9)], [(4, 5)], {"LOC-130"}),
        ([(4, 5)], [(1, 9)], {"LOC-130"}),
        ([(4, 5)], [(4, 5)], {"LOC-130"}),
        ([(1, 9), (2, 3)], [(5, 6)], {"LOC-130"}),
        ([(3, 3)], [(1, 9)], set()),
    ],
)
def test_exceptional_closings_stay_clear_of_openings(
    openings: list[tuple[int, int]], closings: list[tuple[int, int]], expected: set[str]
) -> None:
    hours = {"exceptional_openings": periods(*openings), "exceptional_closings": periods(*closings)}
    assert of_list(open_at(("08:00", "20:00"), **hours)) == expected


def test_each_overlapping_closing_is_named() -> None:
    hours = {"exceptional_openings": periods((3, 4), (7, 8)), "exceptional_closings": periods((1, 2), (3, 5), (7, 9))}
    findings = cpo().judge(listed(open_at(("08:00", "20:00"), **hours))).findings
    assert [finding.pointer for finding in findings] == [
        "/data/0/opening_times/exceptional_closings/1",
        "/data/0/opening_times/exceptional_closings/2",
    ]


def test_patch_of_the_hours_is_judged() -> None:
    body = {
        "opening_times": {"regular_hours": [{"weekday": 1, "period_begin": "08:00", "period_end": "08:00"}]},
        "last_updated": NEWER,
    }
    exchange = by_target("locations.receiver.patch_location", path=LOCATION_PATH, body=body)
    assert found(exchange, by=cpo()) == {"LOC-151"}


def test_a_receiver_answers_for_the_hours_too() -> None:
    path = LOCATION_PATH | {"country_code": "NL", "party_id": "PAR"}
    kept = open_at(("08:00", "08:00")) | {"country_code": "NL", "party_id": "PAR"}
    assert found(by_partner("locations.receiver.get_location", path=path, data=kept)) == {"LOC-151"}


# LOC-120


def powered_by(*shares: object, version: str = LATER) -> dict[str, object]:
    sources = [{"source": "SOLAR", "percentage": share} for share in shares]
    return location(version, energy_mix={"is_green_energy": True, "energy_sources": sources})


@pytest.mark.parametrize("version", VERSIONS)
def test_energy_sources_add_up(version: str) -> None:
    fine = powered_by(33.3, 33.3, 33, version=version)
    assert of_list(fine, version) == set()
    assert "LOC-120" in examined(listed(fine, version=version), by=cpo(version))
    assert of_list(powered_by(50, 48.9, version=version), version) == {"LOC-120"}
    assert of_list(powered_by(100, 2, version=version), version) == {"LOC-120"}


def test_energy_sources_that_say_nothing_are_not_judged() -> None:
    assert "LOC-120" not in examined(listed(powered_by()), by=cpo())
    assert "LOC-120" not in examined(listed(location(energy_mix={"is_green_energy": True})), by=cpo())
    assert "LOC-120" not in found(listed(powered_by(200, 1)), by=cpo())
    assert "LOC-120" not in found(listed(powered_by("100", True, None)), by=cpo())


# LOC-134


def image(category: str) -> dict[str, object]:
    return {"url": "https://example.com/1.png", "category": category, "type": "png"}


def test_images_are_a_logo_and_a_photo() -> None:
    both = location(images=[image("NETWORK"), image("CHARGER")])
    assert of_list(both) == set()
    assert "LOC-134" in examined(listed(both), by=cpo())
    assert of_list(location(images=[image("NETWORK")])) == {"LOC-134"}
    assert of_list(location(images=[image("LOCATION")])) == {"LOC-134"}
    assert len(cpo().judge(listed(location(images=[image("OTHER")]))).findings) == 2


def test_images_of_evses_and_businesses_count() -> None:
    operator = {"name": "Target", "logo": image("OPERATOR")}
    assert of_list(location(operator=operator, evses=[evse(images=[image("CHARGER")])])) == set()
    assert of_list(location(operator=operator)) == {"LOC-134"}


def test_location_without_images_is_not_judged() -> None:
    assert "LOC-134" not in examined(listed(location(), location(id="LOC-2", images=[], evses=[])), by=cpo())


# Hostile values


HOSTILE: list[object] = [None, 1, "x", [], {}, [None], [1, "x", {}], [[]], True, 10**30, {"x": {"x": []}}]


@pytest.mark.parametrize("value", HOSTILE)
def test_hostile_values_do_not_upset_anything(value: object) -> None:
    broken = [
        location(id=value, evses=value, last_updated=value, images=value, energy_mix=value, opening_times=value),
        location(evses=[evse(uid=value, connectors=value, last_updated=value, images=value, status=value), value]),
        location(evses=[evse(connectors=[connector(id=value, last_updated=value), value])], operator=value),
        location(opening_times={"regular_hours": value, "exceptional_openings": value, "exceptional_closings": value}),
        location(energy_mix={"energy_sources": value}, country_code=value, party_id=value),
        value,
    ]
    by = cpo()
    for _ in range(2):
        by.judge(listed(*broken))
        for entry in broken:
            by.judge(put(entry))
            by.judge(by_target("locations.receiver.put_evse", path=EVSE_PATH, body=entry))


def test_last_updated_of_the_objects_here() -> None:
    assert UPDATED < NEWER
