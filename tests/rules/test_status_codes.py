"""Rules of the status code chapter."""

from typing import Any

import pytest
from tests.rules.build import (
    EARLIER,
    EVSE_PATH,
    LATER,
    LOCATION_PATH,
    PARTNER,
    by_partner,
    by_target,
    credentials,
    envelope,
    evse,
    examined,
    found,
    judge,
    location,
    version_list,
)

from ocpi_schemas.exchange import Exchange, Failure

PATH = LOCATION_PATH | {"country_code": PARTNER.country_code, "party_id": PARTNER.party_id}
LIST = "locations.sender.get_list"
PUT = "locations.receiver.put_location"
PATCH = "locations.receiver.patch_location"
GET_CREDENTIALS = "credentials.both.get_credentials"
POST_CREDENTIALS = "credentials.both.post_credentials"
PUT_CREDENTIALS = "credentials.both.put_credentials"
CHAPTER = frozenset({"STA-002", "STA-007", "STA-010", "STA-011", "STA-012", "STA-013"})


def put(**given: Any) -> Exchange:
    """The Partner, a CPO, puts a Location."""
    version = given.get("version", LATER)
    return by_partner(PUT, **{"path": PATH, "body": location(version, owner=PARTNER)} | given)


def get_list(**given: Any) -> Exchange:
    """The Partner, an eMSP, gets a page of Locations."""
    return by_partner(LIST, **{"data": []} | given)


def refused(status: int, **given: Any) -> Exchange:
    """A Location that is put and refused with this HTTP status, with an OCPI body."""
    return put(status=status, code=2000, **given)


def of_chapter(exchange: Exchange) -> set[str]:
    return found(exchange) & CHAPTER


def judges(requirement: str, exchange: Exchange) -> bool:
    return requirement in examined(exchange)


# STA-002


def test_a_request_that_is_taken_or_refused_on_the_ocpi_layer_is_fine() -> None:
    for version in (EARLIER, LATER):
        for exchange in (
            put(status=201, version=version),
            put(code=2001, version=version),
            put(code=3000, version=version),
            put(code=2001, deliberate=True, version=version),
        ):
            assert found(exchange) == set()
            assert judges("STA-002", exchange)


@pytest.mark.parametrize("status", [400, 405, 409, 415, 422, 429, 500, 501, 503])
def test_a_right_request_is_never_answered_with_an_http_error(status: int) -> None:
    for version in (EARLIER, LATER):
        assert found(refused(status, version=version)) == {"STA-002"}
    assert found(get_list(status=status, code=2000, data=None), by=judge(target_role="CPO")) == {"STA-002"}


@pytest.mark.parametrize("status", [401, 403, 404])
def test_whether_these_are_right_one_exchange_does_not_show(status: int) -> None:
    for deliberate in (False, True):
        exchange = refused(status, deliberate=deliberate)
        assert of_chapter(exchange) == set()
        assert not judges("STA-002", exchange)


@pytest.mark.parametrize("status", [400, 409, 422, 500])
def test_wrong_content_is_no_reason_for_an_http_error(status: int) -> None:
    broken = location(owner=PARTNER, city=None)
    assert of_chapter(refused(status, body=broken, deliberate=True)) == {"STA-002"}
    assert of_chapter(refused(status, body=broken, behaviours=("changed_field",))) == {"STA-002"}


@pytest.mark.parametrize("status", [405, 406, 413, 415, 429, 431])
def test_a_request_that_is_wrong_may_be_refused_on_the_http_layer(status: int) -> None:
    assert of_chapter(refused(status, deliberate=True)) == set()


@pytest.mark.parametrize(
    "given",
    [
        {"body": b'{"id": '},
        {"body": b""},
        {"headers": {"Content-Type": "text/plain"}},
        {"headers": {"Content-Type": None}},
        {"headers": {"Authorization": None}},
        {"token_kind": ""},
        {"token_kind": "none"},
        {"token_kind": "unknown"},
        {"token_kind": "replaced"},
        {"token_kind": "A"},
        {"path": LOCATION_PATH},
    ],
)
def test_a_request_that_may_be_wrong_elsewhere_than_in_its_content_is_not_judged(given: dict[str, Any]) -> None:
    exchange = refused(400, deliberate=True, **given)
    assert of_chapter(exchange) == set()
    assert not judges("STA-002", exchange)


def test_what_may_not_be_there_is_not_judged() -> None:
    unknown = {"status": 400, "code": 2003, "deliberate": True}
    for exchange in (
        by_partner("locations.receiver.get_location", path=PATH, **unknown),
        by_partner(PATCH, path=PATH, body={"name": "x"}, **unknown),
        by_partner("locations.receiver.put_evse", path=PATH | EVSE_PATH, body=evse(), **unknown),
        by_partner("tokens.sender.authorize", path={"token_uid": "X"}, body={"location_id": "L"}, **unknown),
        by_partner("sessions.sender.put_charging_preferences", path={"session_id": "X"}, body={}, **unknown),
        by_partner("commands.sender.post_result", body={"result": "ACCEPTED"}, **unknown),
        by_partner("no.such.operation", method="OPTIONS", **unknown),
    ):
        assert of_chapter(exchange) == set()
        assert not judges("STA-002", exchange)


def test_an_unknown_token_is_refused_at_authorize_with_404() -> None:
    exchange = by_partner("tokens.sender.authorize", path={"token_uid": "X"}, status=404, code=2004)
    assert found(exchange) == set()


def test_credentials_ask_for_405_themselves() -> None:
    for name, kind in ((POST_CREDENTIALS, "current"), (PUT_CREDENTIALS, "A")):
        for status in (405, 400, 401):
            exchange = by_partner(
                name,
                body=credentials(role="CPO", party=PARTNER),
                status=status,
                code=2000,
                token_kind=kind,
                deliberate=True,
            )
            assert of_chapter(exchange) == set()
    assert of_chapter(by_partner("credentials.both.delete_credentials", status=405, code=2000)) == set()
    assert of_chapter(by_partner(GET_CREDENTIALS, status=405, code=2000)) == {"STA-002"}


def test_a_registration_that_fails_is_reported_on_the_ocpi_layer() -> None:
    body = credentials(role="CPO", party=PARTNER)
    for status, expected in ((200, set()), (500, {"STA-002"}), (400, {"STA-002"})):
        exchange = by_partner(POST_CREDENTIALS, body=body, status=status, code=3001, token_kind="A", deliberate=True)
        assert of_chapter(exchange) == expected


def test_a_registration_token_does_not_authorise_for_functional_modules() -> None:
    assert not judges("STA-002", get_list(status=400, code=2000, data=None, token_kind="A"))


def test_only_the_target_is_judged_and_only_when_it_answers() -> None:
    assert of_chapter(by_target("tokens.sender.get_list", status=500, code=3000)) == set()
    assert found(put(failure=Failure("timeout", "no answer"))) == set()


# STA-007


def test_an_object_is_received_with_200_or_201() -> None:
    for version in (EARLIER, LATER):
        for status in (200, 201):
            assert found(put(status=status, version=version)) == set()
            assert judges("STA-007", put(status=status, version=version))
        assert found(put(status=202, version=version)) == {"STA-007"}


def test_a_refused_object_and_a_get_say_nothing_about_it() -> None:
    for exchange in (
        refused(404),
        put(status=202, code=2001, deliberate=True),
        get_list(),
        by_partner("tariffs.receiver.delete_tariff", path=PATH | {"tariff_id": "T"}, status=204, answer=b""),
    ):
        assert not judges("STA-007", exchange)


# STA-010


def test_a_success_has_a_status_code() -> None:
    for version in (EARLIER, LATER):
        assert judges("STA-010", put(version=version))
        assert of_chapter(put(version=version, code=None)) == {"STA-010"}
        assert of_chapter(put(version=version, answer=b"")) == {"STA-010"}
        assert of_chapter(put(version=version, answer={"id": "LOC-1"})) == {"STA-010"}
        assert of_chapter(put(version=version, answer=[])) == {"STA-010"}
        assert of_chapter(put(version=version, status=204, answer=b"")) == {"STA-007", "STA-010"}


def test_other_answers_need_no_status_code_here() -> None:
    for exchange in (
        put(status=404, answer=b""),
        put(status=307, answer=b"", answer_headers={"Location": "/x"}),
        put(answer=b"<html>"),
        put(response=put().response, failure=Failure("reset", "broken off")),
        by_partner("no.such.operation", method="OPTIONS", answer=b""),
    ):
        assert "STA-010" not in of_chapter(exchange)
        assert not judges("STA-010", exchange)


# STA-011, STA-012, STA-013


@pytest.mark.parametrize("version", [EARLIER, LATER])
def test_codes_of_the_tables_are_fine(version: str) -> None:
    for code in (1000, 2000, 2001, 2002, 2003, 3000, 3001, 3002, 3003):
        exchange = put(version=version, code=code)
        assert found(exchange) == set()
        assert examined(exchange) >= {"STA-011", "STA-012"}


def test_codes_of_the_later_version() -> None:
    for code in (2004, 4000, 4001, 4003):
        assert found(put(code=code)) == set()
    assert found(put(version=EARLIER, code=2004)) == {"STA-012"}
    assert found(put(version=EARLIER, code=4001)) == {"STA-011"}


@pytest.mark.parametrize("code", [5000, 9999])
def test_a_code_of_no_range_is_reported_once(code: int) -> None:
    for version in (EARLIER, LATER):
        assert found(put(version=version, code=code)) == {"STA-011"}


def test_a_code_of_too_few_digits_breaks_another_requirement() -> None:
    for code in (0, 200, -1000):
        assert found(put(code=code)) == {"TRN-063"}


@pytest.mark.parametrize("code", [1001, 2005, 2899, 3004, 3500])
def test_a_code_that_no_table_lists_is_reported(code: int) -> None:
    for version in (EARLIER, LATER):
        assert found(put(version=version, code=code)) == {"STA-012"}


def test_custom_codes_are_for_custom_modules() -> None:
    for code in (1900, 2999, 3950):
        assert found(put(code=code)) == {"STA-013"}
        assert found(put(version=EARLIER, code=code)) == {"STA-012"}
    assert found(put(code=4900)) == set()
    custom = by_partner("no.such.operation", method="GET", code=2950)
    assert of_chapter(custom) == set()
    assert not judges("STA-013", custom)


def test_codes_of_http_errors_are_judged_too() -> None:
    assert of_chapter(put(status=404, code=2005)) == {"STA-012"}


def test_hostile_answers_do_no_harm() -> None:
    for code in (None, True, "1000", [], {}, 10**400, 1.5):
        of_chapter(put(answer=envelope(code=None) | {"status_code": code}))
    of_chapter(by_partner("versions.both.get_versions", data=version_list(), headers={"Authorization": None}))
