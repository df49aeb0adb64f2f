"""The response format."""

from datetime import timedelta
from typing import Any

import pytest
from tests.rules.build import (
    EARLIER,
    LATER,
    NOW,
    by_partner,
    envelope,
    examined,
    found,
    judge,
    token,
    version_list,
)

from ocpi_schemas.exchange import Body, Exchange, Failure, Headers, Response
from ocpi_schemas.json_text import Json
from ocpi_schemas.timestamps import write_timestamp

VERSIONS = [EARLIER, LATER]
RECEIVER_PATH = {"country_code": "NL", "party_id": "PAR", "token_uid": "04A1B2C3D4E5F6"}


def listed(**given: Any) -> Exchange:
    return by_partner("tokens.sender.get_list", **({"data": [token(given.get("version", LATER))]} | given))


def one(**given: Any) -> Exchange:
    version = given.get("version", LATER)
    return by_partner("tokens.receiver.get_token", **({"path": RECEIVER_PATH, "data": token(version)} | given))


def put(**given: Any) -> Exchange:
    version = given.get("version", LATER)
    return by_partner("tokens.receiver.put_token", **({"path": RECEIVER_PATH, "body": token(version)} | given))


def cpo(version: str = LATER) -> Any:
    return judge(version, target_role="CPO")


@pytest.mark.parametrize("version", VERSIONS)
def test_right_responses(version: str) -> None:
    assert found(listed(version=version)) == set()
    assert found(one(version=version), by=cpo(version)) == set()
    assert found(put(version=version), by=cpo(version)) == set()
    assert {"TRN-060", "TRN-061", "TRN-064", "TRN-069", "TOK-054"} <= examined(listed(version=version))
    assert {"TRN-061", "TRN-065"} <= examined(one(version=version), by=cpo(version))
    assert not {"TRN-061", "TRN-065"} & examined(put(version=version), by=cpo(version))


class TestBody:
    @pytest.mark.parametrize("status", [200, 204])
    def test_success_without_a_body(self, status: int) -> None:
        assert "TRN-060" in found(put(status=status, answer=b""), by=cpo())

    def test_failure_on_the_way_is_not_judged(self) -> None:
        gone = put(response=Response(200, Headers(), Body()), failure=Failure("reset", "gone"))
        assert "TRN-060" not in examined(gone, by=cpo())

    @pytest.mark.parametrize("answer", [[], 3, "text", {"timestamp": write_timestamp(NOW)}])
    def test_other_json(self, answer: Json) -> None:
        assert found(put(answer=answer), by=cpo()) == {"TRN-060", "STA-010"}

    def test_four_digits(self) -> None:
        assert "TRN-063" in found(put(code=999), by=cpo())


class TestKindOfData:
    @pytest.mark.parametrize("data", [{"uid": "1"}, "text", 3, False])
    def test_no_list_where_there_should_be_one(self, data: Json) -> None:
        assert found(listed(data=data)) == {"TRN-061", "TOK-054"}

    def test_empty_list_may_be_left_out(self) -> None:
        assert found(listed(data=None)) == set()
        assert found(listed(data=[])) == set()
        assert found(listed(answer=envelope() | {"data": None})) <= {"TRN-069"}

    @pytest.mark.parametrize("data", [[], "text", 3, True])
    def test_no_object_where_there_should_be_one(self, data: Json) -> None:
        assert found(one(data=data), by=cpo()) == {"TRN-061"}
        assert "TRN-061" in found(one(data=[token()]), by=cpo())

    def test_a_value_may_be_what_is_asked_for(self) -> None:
        preferences = by_partner(
            "sessions.sender.put_charging_preferences",
            path={"session_id": "1"},
            body={"profile_type": "FAST"},
            data="ACCEPTED",
        )
        assert not found(preferences, by=cpo()) & {"TRN-061", "TRN-065"}
        assert "TRN-061" in examined(preferences, by=cpo())

    def test_versions_are_at_least_one(self) -> None:
        assert "TRN-065" in found(by_partner("versions.both.get_versions", data=None))
        assert "TRN-061" in found(by_partner("versions.both.get_versions", data={"version": LATER}))
        assert not found(by_partner("versions.both.get_versions", data=version_list())) & {"TRN-061", "TRN-065"}


class TestDataIsThere:
    def test_success_without_the_object(self) -> None:
        assert found(one(data=None), by=cpo()) == {"TRN-065"}
        assert "TRN-065" in found(one(answer=envelope() | {"data": None}), by=cpo())

    def test_restated_where_a_module_says_it(self) -> None:
        authorize = by_partner("tokens.sender.authorize", path={"token_uid": "1"}, data=None)
        assert found(authorize) == {"TRN-065", "TOK-069"}
        command = by_partner("commands.receiver.stop_session", body={}, data=None)
        assert found(command, by=cpo()) == {"TRN-065", "CMD-013"}
        profile = by_partner("chargingprofiles.receiver.delete_charging_profile", path={"session_id": "1"}, data=[])
        assert found(profile, by=cpo()) == {"TRN-061", "CHP-025"}

    def test_errors_need_no_data(self) -> None:
        assert not {"TRN-061", "TRN-065"} & examined(one(data=None, code=2003), by=cpo())
        assert not {"TRN-061", "TRN-065"} & examined(one(data=None, status=404, code=2003), by=cpo())

    def test_data_where_none_is_named_is_mentioned(self) -> None:
        assert found(put(data=token()), by=cpo()) == {"TRN-068"}
        assert "TRN-068" in examined(put(), by=cpo())
        assert found(put(version=EARLIER, data="x"), by=cpo(EARLIER)) == set()


class TestTimestamp:
    @pytest.mark.parametrize("seconds", [-299, -1, 0, 1, 299])
    def test_clocks_differ(self, seconds: int) -> None:
        assert found(listed(answer=envelope([token()], at=NOW + timedelta(seconds=seconds)))) == set()

    @pytest.mark.parametrize("seconds", [-400, 400, -86_400 * 30, 10 * 365 * 86_400, 2_000, 15 * 3_600])
    def test_another_time(self, seconds: int) -> None:
        assert found(listed(answer=envelope([token()], at=NOW + timedelta(seconds=seconds)))) == {"TRN-064"}

    @pytest.mark.parametrize("seconds", [3_600, -5 * 3_600, 2 * 3_600 - 30, 5.5 * 3_600, 20_700])
    def test_local_time(self, seconds: float) -> None:
        exchange = listed(answer=envelope([token()], at=NOW + timedelta(seconds=seconds)))
        assert found(exchange) == {"TYP-016"}
        assert "TRN-064" not in examined(exchange)

    def test_slow_answer(self) -> None:
        late = listed(duration_s=600, answer=envelope([token()], at=NOW + timedelta(seconds=600)))
        assert found(late) == set()

    @pytest.mark.parametrize("value", ["now", "", 5, None, []])
    def test_what_is_no_timestamp_is_a_fault_of_its_own(self, value: Json) -> None:
        assert not {"TRN-064", "TYP-016"} & examined(listed(answer=envelope([]) | {"timestamp": value}))


class TestHttpErrors:
    def test_in_the_response_format(self) -> None:
        refused = one(status=401, data=None, code=2000)
        assert found(refused, by=cpo()) == set()
        assert "TRN-066" in examined(refused, by=cpo())

    @pytest.mark.parametrize("answer", [b"", b"Unauthorized", [], {"error": "no"}])
    def test_otherwise(self, answer: Json | bytes) -> None:
        plain = {"Content-Type": "text/plain"}
        assert found(one(status=401, answer=answer, answer_headers=plain), by=cpo()) == {"TRN-066"}

    def test_bare_404(self) -> None:
        assert found(one(status=404, answer=b""), by=cpo()) == set()

    def test_any_object_will_do_in_the_earlier_version(self) -> None:
        assert found(one(version=EARLIER, status=404, answer={"error": "no"}), by=cpo(EARLIER)) == set()
        assert found(one(version=EARLIER, status=404, answer=["no"]), by=cpo(EARLIER)) == {"TRN-066"}
