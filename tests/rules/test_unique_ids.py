"""Ids that stand for one object only."""

import pytest

from ocpi_schemas.exchange import Exchange
from ocpi_schemas.judge import Judge
from ocpi_schemas.party import PartyId

from .build import (
    EARLIER,
    EVSE_PATH,
    LATER,
    LOCATION_PATH,
    TARGET_URL,
    by_partner,
    by_target,
    connector,
    evse,
    examined,
    found,
    judge,
    later,
    location,
    next_page,
    token,
)

VERSIONS = [EARLIER, LATER]
NEWER = "2026-02-02T10:00:00Z"


def cpo(version: str = LATER) -> Judge:
    return judge(version, target_role="CPO")


def listed(*locations: object, version: str = LATER) -> Exchange:
    return by_partner("locations.sender.get_list", version=version, data=list(locations))


def put(body: object, **given: object) -> Exchange:
    return by_target("locations.receiver.put_location", path=LOCATION_PATH, body=body, **given)


def pages(module: str, *data: list[object], seconds: float = 0, version: str = LATER) -> list[Exchange]:
    """One pull in as many pages, each with a link to the next."""
    made, offset, total = [], 0, sum(len(objects) for objects in data)
    for number, objects in enumerate(data):
        url = f"{TARGET_URL}/{version}/sender/{module}"
        following = next_page(f"{url}?offset={offset + len(objects)}") if number < len(data) - 1 else {}
        made.append(
            by_partner(
                f"{module}.sender.get_list",
                version=version,
                query={"offset": str(offset)} if offset else None,
                data=objects,
                answer_headers=following | {"X-Total-Count": str(total)},
                started=later(seconds + number),
            )
        )
        offset += len(objects)
    return made


# LOC-075


@pytest.mark.parametrize("version", VERSIONS)
def test_location_ids_in_a_list(version: str) -> None:
    parts = {"evses": [evse(version, uid="EVSE-2")]}
    fine = listed(location(version), location(version, id="LOC-2", **parts), version=version)
    assert found(fine, by=cpo(version)) == set()
    assert "LOC-075" in examined(fine, by=cpo(version))
    twice = listed(location(version), location(version, name="Other", **parts), version=version)
    assert found(twice, by=cpo(version)) == {"LOC-075"}


def test_case_of_ids_counts_only_where_they_are_no_cistrings() -> None:
    for version, expected in ((EARLIER, set()), (LATER, {"LOC-075"})):
        other = location(version, id="loc-1", evses=[evse(version, uid="EVSE-2")])
        assert found(listed(location(version), other, version=version), by=cpo(version)) == expected


def test_other_owners_may_have_the_same_ids() -> None:
    sub = PartyId("NL", "SUB")
    assert found(listed(location(), location(owner=sub), location(owner=sub, id="LOC-2", evses=[])), by=cpo()) == set()
    assert found(listed(location(), location(owner=sub, id="LOC-2")), by=cpo()) == set()


def test_location_that_is_listed_twice_has_no_other_fault() -> None:
    assert found(listed(location(), location()), by=cpo()) == {"LOC-075"}


def test_locations_without_id_are_not_the_same() -> None:
    assert "LOC-075" not in found(listed(location(id=None), location(id=None)), by=cpo())


def test_ids_across_pages() -> None:
    other = location(name="Other", evses=[evse(uid="EVSE-2")])
    assert found(*pages("locations", [location()], [other]), by=cpo()) == {"LOC-075"}


def test_same_location_on_two_pages_is_drift() -> None:
    assert found(*pages("locations", [location()], [location()]), by=cpo()) == set()
    changed = location(name="Other", last_updated="2026-03-01T12:00:00Z")
    assert found(*pages("locations", [location()], [changed]), by=cpo()) == set()


def test_same_location_in_two_pulls_is_no_second_one() -> None:
    changed = location(name="Other", last_updated=NEWER)
    assert found(listed(location()), listed(changed), by=cpo()) == set()


# TOK-088


def test_uids_of_tokens_in_a_list() -> None:
    for version in VERSIONS:
        fine = [token(version), token(version, uid="2"), token(version, type="OTHER")]
        exchange = by_partner("tokens.sender.get_list", version=version, data=fine)
        assert found(exchange) == set()
        assert "TOK-088" in examined(exchange)
        twice = by_partner(
            "tokens.sender.get_list", version=version, data=[token(version), token(version, valid=False)]
        )
        assert found(twice) == {"TOK-088"}


def test_uids_of_tokens_across_pages() -> None:
    assert found(*pages("tokens", [token()], [token(valid=False)])) == {"TOK-088"}
    assert found(*pages("tokens", [token()], [token()])) == set()
    assert found(*pages("tokens", [token()], [token(valid=False, last_updated="2026-03-01T12:00:00Z")])) == set()
    assert found(*pages("tokens", [token()], [token(type="OTHER")])) == set()
    assert found(*pages("tokens", [token(EARLIER)], [token(EARLIER, type="OTHER")], version=EARLIER)) == set()


# LOC-094, LOC-095


@pytest.mark.parametrize("version", VERSIONS)
def test_uids_of_evses_in_one_location(version: str) -> None:
    twice = location(version, evses=[evse(version), evse(version, evse_id="DE*TGT*E2")])
    assert found(listed(twice, version=version), by=cpo(version)) == {"LOC-094"}
    assert found(put(twice, version=version), by=cpo(version)) == {"LOC-094"}
    fine = location(version, evses=[evse(version), evse(version, uid="EVSE-2")])
    assert found(listed(fine, version=version), by=cpo(version)) == set()
    assert "LOC-094" in examined(listed(fine, version=version), by=cpo(version))


def test_uids_of_evses_in_two_locations() -> None:
    assert found(listed(location(), location(id="LOC-2")), by=cpo()) == {"LOC-094"}
    assert found(listed(location(), location(id="LOC-2", evses=[evse(uid="evse-1")])), by=cpo()) == {"LOC-094"}


def test_uids_of_evses_on_two_pages() -> None:
    assert found(*pages("locations", [location()], [location(id="LOC-2")]), by=cpo()) == {"LOC-094"}


def test_evse_that_moved_between_two_pulls() -> None:
    moved = [location(id="LOC-2", last_updated=NEWER), location(evses=[evse(uid="NEW")], last_updated=NEWER)]
    first, second = pages("locations", [location()]), pages("locations", *[[entry] for entry in moved], seconds=60)
    assert "LOC-094" not in found(*first, second[0], by=cpo())
    assert "LOC-094" not in found(*first, *second, by=cpo())
    late = pages("locations", [location(id="LOC-0", evses=[])], [moved[0]], [moved[1]], seconds=60)
    assert "LOC-094" not in found(*first, *late[:2], by=cpo())


def test_evse_that_is_removed_during_a_pull() -> None:
    first, second = pages("locations", [location()], [location(id="LOC-2")])
    removal = by_target("locations.receiver.put_evse", path=EVSE_PATH, body=evse(status="REMOVED", last_updated=NEWER))
    assert found(first, removal, second, by=cpo()) == {"LOC-095"}


def test_removed_evse_leaves_its_uid_to_nobody() -> None:
    removed = location(evses=[evse(status="REMOVED")])
    assert found(listed(removed, location(id="LOC-2")), by=cpo()) == {"LOC-095"}
    assert found(listed(location(id="LOC-2"), removed), by=cpo()) == {"LOC-095"}
    assert found(listed(location(evses=[evse(status="REMOVED"), evse()])), by=cpo()) == {"LOC-095"}
    assert found(listed(removed, location(id="LOC-2", evses=[evse(status="REMOVED")])), by=cpo()) == set()


def test_uid_of_an_evse_that_was_removed_before() -> None:
    removed = listed(location(evses=[evse(status="REMOVED")], last_updated=NEWER))
    other = put(location(id="LOC-2"))
    assert "LOC-095" in found(removed, other, by=cpo())
    patch = by_target(
        "locations.receiver.patch_evse", path=EVSE_PATH, body={"status": "REMOVED", "last_updated": NEWER}
    )
    path = LOCATION_PATH | {"location_id": "LOC-2", "evse_uid": "EVSE-1"}
    elsewhere = by_target("locations.receiver.put_evse", path=path, body=evse())
    assert found(patch, elsewhere, by=cpo()) == {"LOC-095"}


def test_evse_in_use_after_the_removal_on_another_page() -> None:
    removed = location(evses=[evse(status="REMOVED")])
    assert found(*pages("locations", [location(id="LOC-2")], [removed]), by=cpo()) == {"LOC-095"}


def test_evse_that_comes_back_to_its_location_may_be_the_same() -> None:
    removed = listed(location(evses=[evse(status="REMOVED")]))
    back = listed(location(evses=[evse(last_updated=NEWER)], last_updated=NEWER))
    assert found(removed, back, by=cpo()) == set()
    assert "LOC-095" in examined(removed, back, by=cpo())


def test_removed_evses_are_not_looked_for_where_there_are_none() -> None:
    assert "LOC-095" not in examined(listed(location()), by=cpo())


# LOC-103


@pytest.mark.parametrize("version", VERSIONS)
def test_ids_of_connectors(version: str) -> None:
    fine = location(version, evses=[evse(version, connectors=[connector(version), connector(version, id="2")])])
    assert found(listed(fine, version=version), by=cpo(version)) == set()
    assert "LOC-103" in examined(listed(fine, version=version), by=cpo(version))
    twice = evse(version, connectors=[connector(version), connector(version, format="CABLE")])
    assert found(listed(location(version, evses=[twice]), version=version), by=cpo(version)) == {"LOC-103"}
    alone = by_target("locations.receiver.put_evse", version=version, path=EVSE_PATH, body=twice)
    assert found(alone, by=cpo(version)) == {"LOC-103"}


def test_case_of_connector_ids() -> None:
    for version, expected in ((EARLIER, set()), (LATER, {"LOC-103"})):
        both = evse(version, connectors=[connector(version, id="a"), connector(version, id="A")])
        assert found(listed(location(version, evses=[both]), version=version), by=cpo(version)) == expected


def test_connectors_without_id_are_not_the_same() -> None:
    both = evse(connectors=[connector(id=None), connector(id=None)])
    assert "LOC-103" not in found(listed(location(evses=[both])), by=cpo())
