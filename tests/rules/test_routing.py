"""Message routing."""

from typing import Any

import pytest
from tests.rules.build import (
    EARLIER,
    HUB,
    LATER,
    LOCATION_PATH,
    PARTNER,
    PARTNER_URL,
    TARGET,
    TOKEN_PATH,
    by_partner,
    by_target,
    envelope,
    examined,
    found,
    hub_judge,
    judge,
    location,
    platform_judge,
    routing,
    token,
    version_list,
)

from ocpi_schemas.context import PartyRole
from ocpi_schemas.dialect import load_dialect
from ocpi_schemas.exchange import Exchange
from ocpi_schemas.judge import Judge
from ocpi_schemas.party import PartyId

NAMES = load_dialect(LATER).routing_headers
IN_REQUEST = dict(zip(NAMES, ("TRN-090", "TRN-091", "TRN-092", "TRN-093"), strict=True))
IN_RESPONSE = dict(zip(NAMES, ("TRN-094", "TRN-095", "TRN-096", "TRN-097"), strict=True))
NONE = dict.fromkeys(NAMES)


def put(**given: Any) -> Exchange:
    return by_target("tokens.receiver.put_token", **({"path": TOKEN_PATH, "body": token()} | given))


def listed(**given: Any) -> Exchange:
    return by_partner("tokens.sender.get_list", **({"data": [token()]} | given))


@pytest.mark.parametrize("by", [judge, platform_judge])
def test_right_headers(by: Any) -> None:
    assert found(put(), by=by()) == set()
    assert found(listed(), by=by()) == set()
    assert {"TRN-098", "TRN-099"} <= examined(put(), by=by())
    assert {"TRN-098", "TRN-100"} <= examined(listed(), by=by())


def test_needed_where_there_is_more_than_one_party() -> None:
    assert set(IN_REQUEST.values()) <= examined(put(), by=platform_judge())
    assert set(IN_RESPONSE.values()) <= examined(listed(), by=platform_judge())
    assert not set(IN_REQUEST.values()) & examined(put())
    assert found(put(headers=NONE)) == set()
    assert found(listed(answer_headers=NONE)) == set()


def test_version_without_them() -> None:
    exchange = by_target("tokens.receiver.put_token", version=EARLIER, path=TOKEN_PATH, body=token(EARLIER))
    assert found(exchange, by=platform_judge(EARLIER)) == set()


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("value", [None, ""])
def test_missing(name: str, value: str | None) -> None:
    assert found(put(headers={name: value}), by=platform_judge()) == {IN_REQUEST[name]}
    assert found(listed(answer_headers={name: value}), by=platform_judge()) == {IN_RESPONSE[name]}


def test_error_answers() -> None:
    bare = listed(status=404, answer=b"", answer_headers=NONE)
    assert found(bare, by=platform_judge()) == set()
    in_format = listed(status=404, data=None, code=2000, answer_headers=NONE)
    assert found(in_format, by=platform_judge()) == set(IN_RESPONSE.values())
    unknown = listed(status=401, data=None, code=2000, answer_headers=NONE)
    assert found(unknown, by=platform_judge()) == set()


def test_request_that_did_not_say_from_whom() -> None:
    anonymous = listed(headers={NAMES[2]: None, NAMES[3]: None}, deliberate=True)
    assert found(anonymous, by=platform_judge()) == set()


class TestForm:
    @pytest.mark.parametrize("place", range(4))
    @pytest.mark.parametrize("value", ["ABCD", "É"])
    def test_too_long_or_no_cistring(self, place: int, value: str) -> None:
        for by in (judge(), platform_judge()):
            assert found(put(headers={NAMES[place]: value}), by=by) == {"TRN-098"}
        assert found(listed(answer_headers={NAMES[place]: value})) == {"TRN-098"}

    def test_any_case(self) -> None:
        lower = {name: value.lower() for name, value in routing(to=PARTNER, sent_by=TARGET).items()}
        assert found(put(headers=lower), by=platform_judge()) == set()
        turned = {name: value.lower() for name, value in routing(to=PARTNER, sent_by=TARGET).items()}
        assert found(listed(answer_headers=turned), by=platform_judge()) == set()


class TestParties:
    @pytest.mark.parametrize("place", range(4))
    def test_request_that_names_another_party(self, place: int) -> None:
        other = "XX" if "country" in NAMES[place] else "XXX"
        assert found(put(headers={NAMES[place]: other}), by=platform_judge()) == {"TRN-099"}

    def test_both_wrong(self) -> None:
        turned = routing(to=TARGET, sent_by=PARTNER)
        assert found(put(headers=turned), by=platform_judge()) == {"TRN-099"}

    def test_parties_that_are_not_known_yet(self) -> None:
        by = judge(partner=[], target=[])
        assert "TRN-099" not in examined(put(), by=by)

    @pytest.mark.parametrize("place", range(4))
    def test_response_that_names_another_party(self, place: int) -> None:
        other = "XX" if "country" in NAMES[place] else "XXX"
        assert found(listed(answer_headers={NAMES[place]: other}), by=platform_judge()) == {"TRN-100"}

    def test_response_that_copies_the_request(self) -> None:
        copied = routing(to=TARGET, sent_by=PARTNER)
        assert found(listed(answer_headers=copied)) == {"TRN-100"}

    def test_receiver_that_does_not_exist(self) -> None:
        wrong = routing(to=PartyId("XX", "XXX"), sent_by=PARTNER)
        own = routing(to=PARTNER, sent_by=TARGET)
        asked = {"headers": wrong, "code": 2001, "data": None, "deliberate": True}
        assert found(listed(answer_headers=own, **asked)) == set()
        assert (
            found(listed(answer_headers={**NONE, **dict(list(own.items())[:2])}, **asked), by=platform_judge()) == set()
        )

    def test_open_routing_request_to_the_target(self) -> None:
        opened = listed(headers={NAMES[0]: None, NAMES[1]: None}, answer_headers=routing(to=PARTNER, sent_by=TARGET))
        assert found(opened, by=hub_judge()) == set()


class TestConfiguration:
    @pytest.mark.parametrize(("by", "requirement"), [(judge, "TRN-103"), (hub_judge, "TRN-102")])
    def test_not_routed(self, by: Any, requirement: str) -> None:
        right = by_target("versions.both.get_versions", data=version_list())
        assert found(right, by=by()) == set()
        assert requirement in examined(right, by=by())
        headers = routing(to=PARTNER, sent_by=TARGET)
        assert found(by_target("versions.both.get_versions", data=version_list(), headers=headers), by=by()) == {
            requirement
        }
        answered = by_partner("versions.both.get_versions", data=version_list(), answer_headers=headers)
        assert found(answered, by=by()) == {requirement}

    def test_provoked_by_the_partner(self) -> None:
        headers = routing(to=TARGET, sent_by=PARTNER)
        provoked = by_partner(
            "versions.both.get_versions", data=version_list(), headers=headers, answer_headers=headers
        )
        assert found(provoked) == set()

    def test_version_without_routing(self) -> None:
        earlier = by_target("versions.both.get_versions", version=EARLIER, data=version_list(EARLIER))
        assert not {"TRN-102", "TRN-103"} & examined(earlier)


class TestHub:
    def put_location(self, **headers: str | None) -> Exchange:
        return by_target("locations.receiver.put_location", path=LOCATION_PATH, body=location(), headers=headers)

    def by(self) -> Judge:
        return hub_judge(target_role="CPO")

    def to(self, party: PartyId | None) -> dict[str, str | None]:
        if party is None:
            return {NAMES[0]: None, NAMES[1]: None}
        return dict(routing(to=party, sent_by=TARGET))

    def test_any_receiver_behind_the_hub(self) -> None:
        for party in (PARTNER, PartyId("FR", "ABC"), HUB, None):
            assert found(self.put_location(**self.to(party)), by=self.by()) == set()
        assert {"TRN-092", "TRN-114"} <= examined(self.put_location(**self.to(None)), by=self.by())
        assert "TRN-112" in examined(self.put_location(**self.to(HUB)), by=self.by())

    @pytest.mark.parametrize("name", NAMES[:2])
    def test_half_a_receiver(self, name: str) -> None:
        assert found(self.put_location(**{name: None}), by=self.by()) == {"TRN-114"}

    def test_broadcast_of_what_is_for_one_party(self) -> None:
        for operation, path in (
            ("sessions.receiver.put_session", {"country_code": "DE", "party_id": "TGT", "session_id": "1"}),
            ("cdrs.receiver.post_cdr", {}),
        ):
            exchange = by_target(operation, path=path, body={}, headers=self.to(HUB))
            assert "TRN-112" in found(exchange, by=self.by())
            addressed = by_target(operation, path=path, body={}, headers=self.to(PARTNER))
            assert "TRN-112" not in examined(addressed, by=self.by())

    def test_get_of_one_object_is_no_broadcast(self) -> None:
        get = by_target("tokens.receiver.get_token", path=TOKEN_PATH, data=token(), headers=self.to(HUB))
        assert found(get, by=hub_judge()) == {"TRN-110"}
        single = by_target("locations.sender.get_location", path={"location_id": "1"}, data=location(owner=PARTNER))
        assert found(single, by=hub_judge()) == set()

    def test_get_all(self) -> None:
        def get(**headers: str | None) -> Exchange:
            return by_target("tokens.sender.get_list", data=[], headers=headers)

        assert found(get(**self.to(HUB)), by=self.by()) == set()
        assert {"TRN-110", "TRN-115"} <= examined(get(**self.to(HUB)), by=self.by())
        assert found(get(**self.to(PARTNER)), by=self.by()) == set()
        assert found(get(**self.to(None)), by=self.by()) == {"TRN-115"}

    def test_a_hub_is_no_peer(self) -> None:
        by = judge(target_role="CPO", partner=[PartyRole("HUB", HUB)])
        assert found(self.put_location(**{NAMES[2]: None}), by=by) == {"TRN-092"}

    def test_rules_for_hubs_leave_other_links_alone(self) -> None:
        assert not {"TRN-102", "TRN-110", "TRN-112", "TRN-114", "TRN-115"} & examined(put(), by=platform_judge())


def test_request_that_fits_no_operation_is_routed_too() -> None:
    stray = by_target(
        "",
        method="PUT",
        url=f"{PARTNER_URL}/{LATER}/receiver/tokens/DE",
        status=404,
        answer=envelope(code=2000),
        body={},
    )
    assert set(IN_REQUEST.values()) <= found(put(), stray, by=platform_judge())


def test_target_of_several_parties() -> None:
    by = judge(target=[PartyRole("EMSP", TARGET), PartyRole("EMSP", PartyId("AT", "TGT"))])
    assert set(IN_REQUEST.values()) <= examined(put(), by=by)
    assert found(put(headers=routing(to=PARTNER, sent_by=PartyId("AT", "TGT"))), by=by) == set()
