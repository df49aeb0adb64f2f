"""Requests to the Locations interfaces, and what an eMSP does with what it knows of Locations."""

import pytest

from ocpi_schemas.context import PartyRole
from ocpi_schemas.judge import Judge
from ocpi_schemas.party import PartyId

from .build import (
    CONNECTOR_PATH,
    EARLIER,
    EVSE_PATH,
    LATER,
    LOCATION_PATH,
    PARTNER,
    TARGET,
    by_partner,
    by_target,
    evse,
    examined,
    found,
    judge,
    location,
    token,
    version_details,
)

PARTNER_PATH = {"country_code": "NL", "party_id": "PAR", "location_id": "LOC-1"}
NEWER = "2026-02-02T10:00:00Z"


def cpo(version: str = LATER) -> Judge:
    return judge(version, target_role="CPO")


# LOC-001


def details_of(version: str, *modules: tuple[str, str]) -> object:
    return by_partner("versions.both.get_version_details", version=version, data=version_details(version, *modules))


@pytest.mark.parametrize("version", [EARLIER, LATER])
def test_receiver_of_locations_receives_tariffs(version: str) -> None:
    both = details_of(version, ("locations", "RECEIVER"), ("tariffs", "RECEIVER"))
    assert found(both) == set()
    assert "LOC-001" in examined(both)
    assert found(details_of(version, ("locations", "RECEIVER"))) == {"LOC-001"}


def test_sender_of_locations_needs_no_tariffs() -> None:
    for version in (EARLIER, LATER):
        exchange = details_of(version, ("locations", "SENDER"))
        assert found(exchange, by=cpo(version)) == set()
        assert "LOC-001" not in examined(exchange, by=cpo(version))


def test_tariffs_of_a_sender_do_not_help_a_receiver_of_locations() -> None:
    assert found(details_of(LATER, ("locations", "RECEIVER"), ("tariffs", "SENDER"))) == {"LOC-001"}


def test_broken_version_details_are_not_judged() -> None:
    for data in (None, [], {"version": LATER}, {"version": LATER, "endpoints": [1, None, {"identifier": []}]}):
        assert "LOC-001" not in found(by_partner("versions.both.get_version_details", data=data))


# LOC-035


def test_url_of_a_sender_names_no_owner() -> None:
    fine = by_target("locations.sender.get_location", path={"location_id": "LOC-1"}, data=location(owner=PARTNER))
    assert found(fine) == set()
    assert "LOC-035" in examined(fine)
    as_receiver = by_target(
        "locations.sender.get_connector",
        path={"location_id": "nl", "evse_uid": "PAR", "connector_id": "LOC-1"},
        status=404,
    )
    assert found(as_receiver) == {"LOC-035"}


# Patches


def patched(body: object, operation: str = "locations.receiver.patch_location", **given: object) -> object:
    path = {"patch_location": LOCATION_PATH, "patch_evse": EVSE_PATH, "patch_connector": CONNECTOR_PATH}
    return by_target(operation, path=path[operation.rpartition(".")[2]], body=body, **given)


def test_conforming_patch() -> None:
    exchange = patched({"name": "Market", "last_updated": NEWER})
    assert found(exchange, by=cpo()) == set()
    assert {"LOC-061", "LOC-062", "LOC-063"} <= examined(exchange, by=cpo())


def test_patch_with_null_removes() -> None:
    assert found(patched({"name": None, "last_updated": NEWER}), by=cpo()) == {"LOC-061", "TRN-069"}


def test_patch_with_nested_objects() -> None:
    whole = patched({"evses": [evse()], "last_updated": NEWER})
    assert found(whole, by=cpo()) == {"LOC-062"}
    of_evse = patched({"connectors": [], "last_updated": NEWER}, "locations.receiver.patch_evse")
    assert "LOC-062" in found(of_evse, by=cpo())


@pytest.mark.parametrize("kind", ["location", "evse", "connector"])
def test_patch_without_last_updated(kind: str) -> None:
    body = {"location": {"name": "Market"}, "evse": {"status": "CHARGING"}, "connector": {"format": "CABLE"}}[kind]
    operation = f"locations.receiver.patch_{kind}"
    assert found(patched(body, operation), by=cpo()) == {"LOC-063"}
    assert found(patched(body | {"last_updated": NEWER}, operation), by=cpo()) == set()
    assert found(patched(body, operation, version=EARLIER), by=cpo(EARLIER)) == set()


def test_ids_are_never_changed() -> None:
    assert "LOC-076" in examined(patched({"id": "loc-1", "last_updated": NEWER}), by=cpo())
    assert found(patched({"id": "loc-1", "last_updated": NEWER}), by=cpo()) == set()
    assert found(patched({"id": "LOC-2", "last_updated": NEWER}), by=cpo()) == {"LOC-076", "TRN-086"}
    of_evse = "locations.receiver.patch_evse"
    assert found(patched({"uid": "EVSE-1", "last_updated": NEWER}, of_evse), by=cpo()) == set()
    assert found(patched({"uid": "EVSE-2", "last_updated": NEWER}, of_evse), by=cpo()) == {"LOC-096", "TRN-086"}


def test_ids_have_a_case_where_they_are_no_cistrings() -> None:
    assert "LOC-076" in found(patched({"id": "loc-1"}, version=EARLIER), by=cpo(EARLIER))


# START_SESSION


def start_session(**changes: object) -> object:
    body = {
        "response_url": "http://127.0.0.1:9000/answers/1",
        "token": token(),
        "location_id": "LOC-1",
        "evse_uid": "EVSE-1",
    }
    data = {"result": "ACCEPTED", "timeout": 30}
    return by_target("commands.receiver.start_session", body=body | changes, data=data)


def test_session_is_started_with_an_own_token() -> None:
    assert found(start_session(token=token(country_code="de"))) == set()
    assert "LOC-072" in examined(start_session())
    assert "LOC-072" in found(start_session(token=token(owner=PartyId("FR", "OTH"))))


def test_token_of_a_party_in_another_role_is_not_an_own_one() -> None:
    by = judge(target=(PartyRole("EMSP", TARGET), PartyRole("NSP", PartyId("FR", "OTH"))))
    assert "LOC-072" in found(start_session(token=token(owner=PartyId("FR", "OTH"))), by=by)
    unknown = judge(target=())
    assert "LOC-072" not in examined(start_session(), by=unknown)


CAPABLE = ["REMOTE_START_STOP_CAPABLE", "START_SESSION_CONNECTOR_REQUIRED"]


@pytest.mark.parametrize("way", ["pulled", "put", "evse put", "patched"])
def test_connector_is_named_where_the_evse_needs_it(way: str) -> None:
    capable = location(owner=PARTNER, evses=[evse(capabilities=CAPABLE)])
    plain = location(owner=PARTNER)
    put_plain = by_partner("locations.receiver.put_location", path=PARTNER_PATH, body=plain)
    evse_path = PARTNER_PATH | {"evse_uid": "EVSE-1"}
    earlier = {
        "pulled": [by_target("locations.sender.get_list", data=[capable])],
        "put": [by_partner("locations.receiver.put_location", path=PARTNER_PATH, body=capable)],
        "evse put": [
            put_plain,
            by_partner("locations.receiver.put_evse", path=evse_path, body=evse(capabilities=CAPABLE)),
        ],
        "patched": [
            put_plain,
            by_partner(
                "locations.receiver.patch_evse",
                path=evse_path,
                body={"capabilities": CAPABLE, "last_updated": NEWER},
            ),
        ],
    }[way]
    assert found(*earlier, start_session()) == {"LOC-114"}
    assert found(*earlier, start_session(connector_id="1")) == set()


def test_connector_is_not_needed_where_nothing_is_said() -> None:
    told = by_target("locations.sender.get_list", data=[location(owner=PARTNER)])
    assert "LOC-114" not in examined(start_session())
    assert "LOC-114" not in examined(told, start_session())


# Hostile values


@pytest.mark.parametrize("body", [[], 1, "x", {}, {"id": 1, "evses": 1, "last_updated": []}, {"uid": {}, "token": []}])
def test_hostile_bodies_do_not_upset_anything(body: object) -> None:
    for operation in ("patch_location", "patch_evse", "patch_connector"):
        patched_by = cpo()
        found(patched(body, f"locations.receiver.{operation}"), by=patched_by)
    found(by_target("commands.receiver.start_session", body=body))
