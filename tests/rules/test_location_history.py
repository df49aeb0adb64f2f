"""Locations as they were, and as they are."""

import pytest

from ocpi_schemas.exchange import Exchange
from ocpi_schemas.judge import Judge

from .build import (
    CONNECTOR_PATH,
    EARLIER,
    EVSE_PATH,
    LATER,
    LOCATION_PATH,
    TARGET,
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
    owned,
    platform_judge,
)

VERSIONS = [EARLIER, LATER]
OLDER = "2026-01-31T10:00:00Z"
NEWER = "2026-02-02T10:00:00Z"
NEWEST = "2026-02-03T10:00:00Z"


def cpo(version: str = LATER) -> Judge:
    return judge(version, target_role="CPO")


def pulled(*locations: object, at: float = 0, version: str = LATER, **given: object) -> Exchange:
    return by_partner("locations.sender.get_list", version=version, data=list(locations), started=later(at), **given)


def put(body: object, at: float = 0, version: str = LATER, **given: object) -> Exchange:
    operation, path = "locations.receiver.put_location", LOCATION_PATH
    if isinstance(body, dict) and "connectors" in body:
        operation, path = "locations.receiver.put_evse", EVSE_PATH
    elif isinstance(body, dict) and "standard" in body:
        operation, path = "locations.receiver.put_connector", CONNECTOR_PATH
    return by_target(operation, version=version, path=path, body=body, started=later(at), **given)


def patch_evse(at: float = 0, **body: object) -> Exchange:
    return by_target("locations.receiver.patch_evse", path=EVSE_PATH, body=body, started=later(at))


def patch_location(at: float = 0, **body: object) -> Exchange:
    return by_target("locations.receiver.patch_location", path=LOCATION_PATH, body=body, started=later(at))


# LOC-086


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("way", [pulled, put])
def test_changed_location_has_a_later_time(version: str, way: object) -> None:
    before = pulled(location(version), version=version)
    same, still = location(version), location(version, name="Other")
    moved = location(version, name="Other", last_updated=NEWER)
    assert found(before, way(same, at=9, version=version), by=cpo(version)) == set()
    assert "LOC-086" in examined(before, way(same, at=9, version=version), by=cpo(version))
    assert found(before, way(moved, at=9, version=version), by=cpo(version)) == set()
    assert found(before, way(still, at=9, version=version), by=cpo(version)) == {"LOC-086"}


def test_location_seen_for_the_first_time_is_not_judged() -> None:
    assert "LOC-086" not in examined(pulled(location()), by=cpo())


def test_changed_evse_and_connector_have_a_later_time() -> None:
    before = pulled(location())
    of_evse = location(evses=[evse(status="CHARGING")], last_updated=NEWER)
    findings = [found(before, pulled(of_evse, at=9), by=cpo())]
    of_connector = location(
        evses=[evse(connectors=[connector(format="CABLE")], last_updated=NEWER)], last_updated=NEWER
    )
    findings.append(found(before, pulled(of_connector, at=9), by=cpo()))
    assert findings == [{"LOC-086"}] * 2
    by = cpo()
    by.judge(before)
    assert by.judge(pulled(of_connector, at=9)).findings[0].pointer == "/data/0/evses/0/connectors/0/last_updated"


def test_parent_that_stays_behind_is_another_fault() -> None:
    stale = location(evses=[evse(status="CHARGING", last_updated=NEWER)])
    assert found(pulled(location()), pulled(stale, at=9), by=cpo()) == {"LOC-085"}


def test_order_nulls_and_case_are_no_change() -> None:
    images = [
        {"url": f"https://example.com/{n}.png", "category": c, "type": "png"}
        for n, c in enumerate(("NETWORK", "CHARGER"))
    ]
    before = location(images=images, facilities=["HOTEL", "CAFE"], evses=[evse(), evse(uid="EVSE-2")])
    after = location(
        images=[dict(reversed(entry.items())) for entry in images[::-1]],
        facilities=["CAFE", "HOTEL"],
        evses=[evse(uid="evse-2"), evse(directions=[])],
        related_locations=[],
    )
    assert found(pulled(before), pulled(after, at=9), by=cpo()) == set()


def test_earlier_time_counts_unless_the_messages_crossed() -> None:
    before, back = pulled(location()), location(name="Other", last_updated=OLDER, evses=[])
    assert "LOC-086" in found(before, pulled(back, at=9), by=cpo())
    assert "LOC-086" not in found(before, pulled(back), by=cpo())


def test_parts_that_were_pushed_are_remembered_in_their_location() -> None:
    pushed = put(evse(status="CHARGING", last_updated=NEWER), at=2)
    same_time = location(evses=[evse(status="RESERVED", last_updated=NEWER)], last_updated=NEWER)
    assert found(pulled(location()), pushed, pulled(same_time, at=9), by=cpo()) == {"LOC-086"}
    connector_put = put(connector(format="CABLE", last_updated=NEWER), at=2)
    part = evse(connectors=[connector(last_updated=NEWER)], last_updated=NEWER)
    back = location(evses=[part], last_updated=NEWER)
    assert found(pulled(location()), connector_put, pulled(back, at=9), by=cpo()) == {"LOC-086"}
    alone = put(evse(status="RESERVED", last_updated=NEWER), at=9)
    assert found(put(evse(last_updated=NEWER)), alone, by=cpo()) == {"LOC-086"}


def test_patch_does_not_vouch_for_the_rest_of_the_object() -> None:
    patch = patch_location(2, name="Other", last_updated=NEWER)
    after = location(name="Other", address="Elsewhere 1", last_updated=NEWER)
    assert found(pulled(location()), patch, pulled(after, at=9), by=cpo()) == set()


def test_single_objects_of_a_sender_are_compared() -> None:
    path = {"location_id": "LOC-1", "evse_uid": "EVSE-1"}
    of_evse = by_partner("locations.sender.get_evse", path=path, data=evse(status="CHARGING"), started=later(9))
    assert found(pulled(location()), of_evse, by=cpo()) == {"LOC-086"}
    path = path | {"connector_id": "1"}
    data = connector(format="CABLE")
    of_connector = by_partner("locations.sender.get_connector", path=path, data=data, started=later(9))
    assert found(pulled(location()), of_connector, by=cpo()) == {"LOC-086"}


def test_two_locations_of_one_id_are_compared_with_nothing() -> None:
    twice = [location(), location(name="Other", evses=[evse(uid="EVSE-2")])]
    by = cpo()
    by.judge(pulled(location(name="Before")))
    assert {f.requirement for f in by.judge(pulled(*twice, at=9)).findings} == {"LOC-075"}
    assert {f.requirement for f in by.judge(pulled(*twice, at=19)).findings} == {"LOC-075"}
    assert not by.judge(pulled(location(name="Third", evses=[]), at=29)).findings


def test_two_evses_of_one_uid_are_compared_with_nothing() -> None:
    twice = [evse(), evse(evse_id="DE*TGT*E2")]
    before = pulled(location(evses=twice))
    after = pulled(location(evses=twice[::-1], name="Other", last_updated=NEWER), at=9)
    assert found(before, after, by=cpo()) == {"LOC-094"}


# LOC-007


def test_patch_contains_only_what_has_changed() -> None:
    fine = patch_evse(9, status="CHARGING", last_updated=NEWER)
    assert found(pulled(location()), fine, by=cpo()) == set()
    assert "LOC-007" in examined(pulled(location()), fine, by=cpo())
    nothing = patch_evse(9, status="AVAILABLE", last_updated=NEWER)
    assert found(pulled(location()), nothing, by=cpo()) == {"LOC-007"}
    too_much = patch_location(9, name="Other", city="Bremen", last_updated=NEWER)
    assert found(pulled(location()), too_much, by=cpo()) == {"LOC-007"}
    path = CONNECTOR_PATH
    body = {"format": "SOCKET", "last_updated": NEWER}
    of_connector = by_target("locations.receiver.patch_connector", path=path, body=body)
    assert found(pulled(location()), of_connector, by=cpo()) == {"LOC-007"}


def test_patch_of_an_unknown_object_is_not_judged() -> None:
    patch = patch_evse(9, status="AVAILABLE", last_updated=NEWER)
    assert "LOC-007" not in examined(patch, by=cpo())
    assert found(put(evse()), patch, by=cpo()) == {"LOC-007"}


def test_patches_add_up() -> None:
    charging = patch_evse(1, status="CHARGING", last_updated=NEWER)
    again = patch_evse(2, status="AVAILABLE", last_updated=NEWEST)
    assert found(pulled(location()), charging, again, by=cpo()) == set()
    still = patch_evse(2, status="CHARGING", last_updated=NEWEST)
    assert found(pulled(location()), charging, still, by=cpo()) == {"LOC-007"}
    between = patch_evse(2, floor_level="2", last_updated="2026-02-02T11:00:00Z")
    assert found(pulled(location()), charging, between, again, by=cpo()) == set()
    assert found(pulled(location()), charging, between, still, by=cpo()) == {"LOC-007"}


def test_patches_outlive_a_put_of_a_part() -> None:
    renamed = patch_location(1, name="Other", last_updated=NEWER)
    part = put(evse(status="CHARGING", last_updated=NEWER), at=2)
    back = patch_location(3, name="Market square", last_updated=NEWEST)
    assert found(pulled(location()), renamed, part, back, by=cpo()) == set()
    assert "LOC-007" in examined(pulled(location()), renamed, part, back, by=cpo())


def test_patches_of_an_evse_outlive_a_put_of_its_connector() -> None:
    charging = patch_evse(1, status="CHARGING", last_updated=NEWER)
    part = put(connector(format="CABLE", last_updated=NEWER), at=2)
    back = patch_evse(3, status="AVAILABLE", last_updated=NEWEST)
    assert found(pulled(location()), charging, part, back, by=cpo()) == set()
    assert "LOC-007" in examined(pulled(location()), charging, part, back, by=cpo())


def test_patches_do_not_outlive_the_whole_object() -> None:
    charging = patch_evse(1, status="CHARGING", last_updated=NEWER)
    done = pulled(location(evses=[evse(last_updated=NEWER)], last_updated=NEWER), at=2)
    again = patch_evse(3, status="CHARGING", last_updated=NEWEST)
    assert found(pulled(location()), charging, done, again, by=cpo()) == set()
    assert "LOC-007" in examined(pulled(location()), charging, done, again, by=cpo())
    between = patch_evse(2, floor_level="2", last_updated="2026-02-02T11:00:00Z")
    assert found(pulled(location()), charging, done, between, again, by=cpo()) == set()


def test_patch_that_is_sent_again_is_not_judged() -> None:
    patch = patch_evse(1, status="CHARGING", last_updated=NEWER)
    assert "LOC-007" not in examined(pulled(location()), patch, patch, by=cpo())
    known = location(evses=[evse(status="CHARGING", last_updated=NEWER)], last_updated=NEWER)
    assert "LOC-007" not in examined(pulled(known), patch, by=cpo())


def test_patch_after_one_that_failed_is_not_judged() -> None:
    refused = by_target(
        "locations.receiver.patch_evse",
        path=EVSE_PATH,
        body={"status": "CHARGING", "last_updated": NEWER},
        code=2000,
    )
    back = patch_evse(9, status="AVAILABLE", last_updated=NEWEST)
    assert found(pulled(location()), refused, back, by=cpo()) == set()
    repeated = patch_evse(10, status="AVAILABLE", last_updated="2026-02-04T10:00:00Z")
    assert found(pulled(location()), refused, back, repeated, by=cpo()) == {"LOC-007"}


# LOC-011


@pytest.mark.parametrize("version", VERSIONS)
def test_location_is_missing_from_a_complete_pull(version: str) -> None:
    other = location(version, id="LOC-2", evses=[evse(version, uid="EVSE-2")])
    before = pulled(location(version), other, version=version)
    assert found(before, pulled(location(version), other, at=9, version=version), by=cpo(version)) == set()
    assert found(before, pulled(location(version), at=9, version=version), by=cpo(version)) == {"LOC-011"}
    assert found(before, pulled(at=9, version=version), by=cpo(version)) == {"LOC-011"}


def test_pushed_location_is_missing_from_a_complete_pull() -> None:
    assert found(put(location()), pulled(at=9), by=cpo()) == {"LOC-011"}


def test_missing_location_is_reported_once() -> None:
    by = cpo()
    by.judge(pulled(location()))
    assert by.judge(pulled(at=9)).findings
    assert not by.judge(pulled(at=19)).findings


def test_incomplete_pull_shows_nothing() -> None:
    before = pulled(location())
    url = f"{TARGET_URL}/{LATER}/sender/locations?offset=1"
    assert found(before, pulled(at=9, query={"date_from": NEWER}), by=cpo()) == set()
    assert found(before, pulled(at=9, query={"offset": "1"}, answer_headers={"X-Total-Count": "1"}), by=cpo()) == set()
    other = location(id="LOC-2", evses=[evse(uid="EVSE-2")])
    first = pulled(other, at=9, answer_headers=next_page(url) | {"X-Total-Count": "2"})
    assert found(before, first, by=cpo()) == set()
    last = pulled(location(), at=10, url=url, answer_headers={"X-Total-Count": "2"})
    assert found(before, first, last, by=cpo()) == set()
    without = pulled(location(id="LOC-3", evses=[]), at=10, url=url, answer_headers={"X-Total-Count": "2"})
    assert found(before, first, without, by=cpo()) == {"LOC-011"}


@pytest.mark.parametrize("count", [None, "2", "many", "9" * 5000])
def test_pull_is_complete_only_by_its_own_count(count: str | None) -> None:
    uncounted = pulled(at=9, answer_headers={"X-Total-Count": count})
    assert "LOC-011" not in found(pulled(location()), uncounted, by=cpo())


def test_page_with_a_link_is_not_the_last() -> None:
    linked = pulled(at=9, answer_headers=next_page(f"{TARGET_URL}/{LATER}/sender/locations?offset=1"))
    assert "LOC-011" not in found(pulled(location()), linked, by=cpo())


def test_error_is_no_empty_list() -> None:
    assert "LOC-011" not in examined(pulled(location()), pulled(at=9, code=3000), by=cpo())


def test_location_that_came_during_the_pull_need_not_be_in_it() -> None:
    url = f"{TARGET_URL}/{LATER}/sender/locations?offset=1"
    other = location(id="LOC-2", evses=[evse(uid="EVSE-2")])
    first = pulled(other, answer_headers=next_page(url) | {"X-Total-Count": "2"})
    last = pulled(location(id="LOC-3", evses=[]), at=10, url=url, answer_headers={"X-Total-Count": "2"})
    assert found(first, put(location(), at=5), last, by=cpo()) == set()


def test_location_without_live_evses_may_go() -> None:
    assert found(pulled(location(evses=[evse(status="REMOVED")])), pulled(at=9), by=cpo()) == set()
    assert found(pulled(location(evses=[])), pulled(at=9), by=cpo()) == set()
    removal = patch_evse(2, status="REMOVED", last_updated=NEWER)
    assert found(pulled(location()), removal, pulled(at=9), by=cpo()) == set()


def test_locations_of_another_party_are_not_asked_for() -> None:
    theirs = location(**owned(LATER, TARGET) | {"party_id": "SUB"})
    assert found(pulled(theirs), pulled(at=9), by=platform_judge(target_role="CPO")) == set()


@pytest.mark.parametrize("way", [pulled, put])
def test_evse_is_missing_from_its_location(way: object) -> None:
    before = pulled(location(evses=[evse(), evse(uid="EVSE-2")]))
    assert found(before, way(location(last_updated=NEWER), at=9), by=cpo()) == {"LOC-011"}
    assert found(before, way(location(evses=None, last_updated=NEWER), at=9), by=cpo()) == {"LOC-011"}
    more = location(evses=[evse(uid="EVSE-3"), evse(uid="evse-2"), evse()], last_updated=NEWER)
    assert found(before, way(more, at=9), by=cpo()) == set()
    assert "LOC-011" in examined(before, way(more, at=9), by=cpo())


def test_removed_evse_may_go() -> None:
    before = pulled(location(evses=[evse(), evse(uid="EVSE-2", status="REMOVED")]))
    assert found(before, pulled(location(last_updated=NEWER), at=9), by=cpo()) == set()
    both = pulled(location(evses=[evse(), evse(uid="EVSE-2")]))
    removal = patch_evse(2, status="REMOVED", last_updated=NEWER)
    rest = location(evses=[evse(uid="EVSE-2")], last_updated=NEWER)
    assert found(both, removal, pulled(rest, at=9), by=cpo()) == set()


def test_connector_is_missing_from_its_evse() -> None:
    before = pulled(location(evses=[evse(connectors=[connector(), connector(id="2")])]))
    part = evse(last_updated=NEWER)
    assert found(before, pulled(location(evses=[part], last_updated=NEWER), at=9), by=cpo()) == {"LOC-011"}
    assert found(before, put(part, at=9), by=cpo()) == {"LOC-011"}
    gone = evse(status="REMOVED", last_updated=NEWER)
    assert found(before, put(gone, at=9), by=cpo()) == set()


def test_part_of_a_location_in_a_delta_pull_is_another_fault() -> None:
    before = pulled(location(evses=[evse(), evse(uid="EVSE-2")]))
    delta = pulled(location(last_updated=NEWER), at=9, query={"date_from": NEWER})
    assert "LOC-011" not in examined(before, delta, by=cpo())


# LOC-093


def session(number: str = "1", **changes: object) -> dict[str, object]:
    made: dict[str, object] = owned(LATER, TARGET) | {
        "id": f"SES-{number}",
        "start_date_time": "2026-03-01T10:00:00Z",
        "kwh": 1.5,
        "cdr_token": {
            "country_code": "NL",
            "party_id": "PAR",
            "uid": "012345678",
            "type": "RFID",
            "contract_id": "NL-PAR-C12345678-X",
        },
        "auth_method": "WHITELIST",
        "location_id": "LOC-1",
        "evse_uid": "EVSE-1",
        "connector_id": "1",
        "currency": "EUR",
        "status": "ACTIVE",
        "last_updated": "2026-03-01T11:00:00Z",
    }
    return made | changes


def put_session(body: dict[str, object], at: float = 0) -> Exchange:
    path = {"country_code": "DE", "party_id": "TGT", "session_id": str(body["id"])}
    return by_target("sessions.receiver.put_session", path=path, body=body, started=later(at))


def test_two_active_sessions_in_a_list() -> None:
    both = by_partner("sessions.sender.get_list", data=[session(), session("2", evse_uid="evse-1")])
    assert "LOC-093" in found(both, by=cpo())
    for other in (session("2", evse_uid="EVSE-2"), session("2", status="COMPLETED"), session("2", location_id="LOC-2")):
        exchange = by_partner("sessions.sender.get_list", data=[session(), other])
        assert "LOC-093" not in found(exchange, by=cpo())
        assert "LOC-093" in examined(exchange, by=cpo())


def test_sessions_that_were_active_at_the_same_time() -> None:
    early, at_once = put_session(session()), session("2", start_date_time="2026-03-01T10:30:00Z")
    afterwards = session("2", start_date_time="2026-03-01T11:00:00Z", last_updated="2026-03-01T12:00:00Z")
    assert "LOC-093" in found(early, put_session(at_once, 9), by=cpo())
    assert "LOC-093" not in found(early, put_session(afterwards, 9), by=cpo())
    assert "LOC-093" not in found(put_session(afterwards), put_session(session(), 9), by=cpo())
    assert "LOC-093" not in found(early, put_session(session(last_updated="2026-03-01T11:30:00Z"), 9), by=cpo())


def test_sessions_without_an_evse_are_not_judged() -> None:
    reserved = [session(evse_uid="#NA"), session("2", evse_uid="#NA")]
    assert "LOC-093" not in examined(by_partner("sessions.sender.get_list", data=reserved), by=cpo())


# Hostile values


@pytest.mark.parametrize("value", [None, 1, "x", [], {}, [None], [1, "x", {}], True, 10**30, {"x": []}])
def test_hostile_values_do_not_upset_the_memory(value: object) -> None:
    broken = [
        location(evses=value, last_updated=value, name=value),
        location(id="LOC-2", evses=[evse(uid=value, connectors=value, last_updated=value), value]),
        location(id="LOC-3", evses=[evse(connectors=[connector(id=value, last_updated=value), value])], images=value),
        value,
    ]
    by = cpo()
    for at, exchange in enumerate(
        (
            pulled(location()),
            pulled(*broken, at=1),
            pulled(*broken[:3], at=2),
            put(broken[0], at=3),
            put(broken[1], at=4),
            patch_evse(5, status=value, last_updated=value, uid=value),
            patch_location(6, evses=value, images=value, id=value),
            pulled(location(), at=7, answer_headers={"Link": str(value), "X-Total-Count": str(value)}),
            by_partner("sessions.sender.get_list", data=[session(evse_uid=value, start_date_time=value), value]),
            pulled(location(), at=8, query={"offset": str(value)}),
            by_partner("locations.sender.get_list", answer=value),
        )
    ):
        assert by.judge(exchange) is not None, at
