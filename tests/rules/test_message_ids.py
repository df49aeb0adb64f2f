"""X-Request-ID and X-Correlation-ID."""

import uuid

import pytest
from tests.rules.build import (
    EARLIER,
    HUB,
    TARGET_URL,
    TOKEN_PATH,
    by_partner,
    by_target,
    envelope,
    examined,
    found,
    judge,
    token,
    version_list,
)

from ocpi_schemas.context import PartyRole
from ocpi_schemas.exchange import Exchange, Headers, Response

NAMES = ("X-Request-ID", "X-Correlation-ID")
PRESENT = dict(zip(NAMES, ("TRN-125", "TRN-128"), strict=True))
UNIQUE = dict(zip(NAMES, ("TRN-126", "TRN-129"), strict=True))
REPEATED = dict(zip(NAMES, ("TRN-127", "TRN-130"), strict=True))


def request(**headers: str | None) -> Exchange:
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    return by_target("tokens.receiver.put_token", path=TOKEN_PATH, body=token(), headers=given)


def new() -> str:
    return str(uuid.uuid4())


def test_right_request_and_response() -> None:
    assert found(request()) == set()
    assert {*PRESENT.values(), *UNIQUE.values(), "TRN-131"} <= examined(request())
    listed = by_partner("tokens.sender.get_list", data=[])
    assert found(listed) == set()
    assert set(REPEATED.values()) <= examined(listed)


def test_version_without_them() -> None:
    exchange = by_target("tokens.receiver.put_token", version=EARLIER, path=TOKEN_PATH, body=token(EARLIER))
    assert not examined(exchange) & {*PRESENT.values(), *UNIQUE.values(), "TRN-131"}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("value", [None, "", " "])
def test_request_without(name: str, value: str | None) -> None:
    assert found(request(**{name: value})) == {PRESENT[name]}


def test_requests_to_configuration_modules_need_them_too() -> None:
    exchange = by_target("versions.both.get_versions", data=version_list(), headers=dict.fromkeys(NAMES))
    assert found(exchange) == set(PRESENT.values())


@pytest.mark.parametrize("name", NAMES)
def test_used_before(name: str) -> None:
    value = new()
    assert found(request(**{name: value}), request(**{name: value})) == {UNIQUE[name]}
    other = NAMES[1 - NAMES.index(name)]
    assert found(request(**{name: value}), request(**{other: value})) == set()


def test_both_may_be_equal() -> None:
    value = new()
    assert found(request(**dict.fromkeys(NAMES, value))) == set()


def test_id_of_the_other_side_may_be_taken_over() -> None:
    value = new()
    ours = by_partner("tokens.sender.get_list", data=[], headers=dict.fromkeys(NAMES, value))
    assert found(ours, request(**{"X-Correlation-ID": value})) == set()


def test_hub_repeats_correlation_ids() -> None:
    value = new()
    by = judge(target_role="HUB", target=[PartyRole("HUB", HUB)])
    both = [request(**{"X-Correlation-ID": value}) for _ in range(2)]
    assert "TRN-129" not in examined(*both, by=by)


@pytest.mark.parametrize("name", NAMES)
def test_other_values_are_advised_against(name: str) -> None:
    assert found(request(**{name: "12345"})) == {"TRN-131"}
    assert found(request(**{name: uuid.uuid4().hex.upper()})) == set()


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("status", [200, 401, 404])
def test_response_without_or_with_another(name: str, status: int) -> None:
    for value in (None, new(), ""):
        exchange = by_partner(
            "tokens.sender.get_list", status=status, data=[], code=1000 if status == 200 else 2000,
            answer_headers={name: value},
        )  # fmt: skip
        assert found(exchange) == {REPEATED[name]}


def test_nothing_to_repeat() -> None:
    exchange = by_partner("tokens.sender.get_list", data=[], headers=dict.fromkeys(NAMES))
    assert not examined(exchange) & set(REPEATED.values())


def test_redirect_repeats_nothing() -> None:
    moved = Response(307, Headers.of([("Location", f"{TARGET_URL}/there")]))
    assert not examined(by_partner("tokens.sender.get_list", response=moved)) & set(REPEATED.values())


def test_stray_requests_are_not_ours_to_judge() -> None:
    stray = by_target("", url="http://127.0.0.1:8000/health", headers=dict.fromkeys(NAMES), answer=envelope())
    assert examined(request(), stray) == frozenset()
