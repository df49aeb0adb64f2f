"""The Authorization header."""

import base64

import pytest
from tests.rules.build import (
    EARLIER,
    LATER,
    PARTNER_TOKEN,
    TOKEN_PATH,
    authorization,
    by_partner,
    by_target,
    examined,
    found,
    judge,
    judged,
    token,
)

from ocpi_schemas.exchange import Exchange

OF_TOKEN = {"TRN-007", "TRN-008", "TRN-010"}


def with_header(value: str | None, version: str = LATER, *, token_kind: str = "current") -> Exchange:  # noqa: S107
    return by_target(
        "tokens.receiver.get_token",
        version=version,
        path=TOKEN_PATH,
        headers={"Authorization": value},
        data=token(version),
        token_kind=token_kind,
    )


def encoded(text: str) -> str:
    return f"Token {base64.b64encode(text.encode()).decode()}"


def test_right_header() -> None:
    exchange = with_header(authorization(PARTNER_TOKEN))
    assert found(exchange) == set()
    assert {"TRN-004", "TRN-006", "TRN-007", "TRN-008"} <= examined(exchange)
    plain = with_header(authorization(PARTNER_TOKEN, EARLIER), EARLIER)
    assert found(plain) == set()
    assert {"TRN-004", "TRN-006", "TRN-010"} <= examined(plain)
    assert not examined(plain) & {"TRN-007", "TRN-008"}


@pytest.mark.parametrize("version", [EARLIER, LATER])
def test_missing_header(version: str) -> None:
    exchange = with_header(None, version)
    assert found(exchange) == {"TRN-004"}
    assert not examined(exchange) & (OF_TOKEN | {"TRN-006"})


@pytest.mark.parametrize("version", [EARLIER, LATER])
@pytest.mark.parametrize("form", ["", "Token", "Token ", "Token  {}", "token {}", "Bearer {}", "{}", "TOKEN {}"])
def test_wrong_form(form: str, version: str) -> None:
    exchange = with_header(form.format("abcdefgh"), version)
    assert found(exchange) == {"TRN-006"}
    assert not examined(exchange) & OF_TOKEN


@pytest.mark.parametrize(
    "value",
    [
        f"Token {PARTNER_TOKEN}",
        "Token some-token_that.is-not-base64",
        encoded(PARTNER_TOKEN).rstrip("="),
        encoded(base64.b64encode(PARTNER_TOKEN.encode()).decode()),
        "Token " + base64.b64encode(b"\xff\xfe\x00").decode(),
    ],
)
def test_token_that_is_not_encoded_as_it_has_to_be(value: str) -> None:
    assert found(with_header(value)) == {"TRN-007"}


def test_url_safe_alphabet_is_not_the_standard_one() -> None:
    given = "???>>>???>>>~~~"
    safe = base64.urlsafe_b64encode(given.encode()).decode()
    assert "_" in safe or "-" in safe
    assert found(with_header(f"Token {safe}"), by=judge(given=[given])) == {"TRN-007"}


def test_raw_token_that_looks_like_base64_does_not_pass() -> None:
    given = "QUJDREVGR0g="
    assert found(with_header(f"Token {given}"), by=judge(given=[given])) == {"TRN-007"}


@pytest.mark.parametrize("added", ["\n", "\r\n", " ", "\0"])
def test_octets_added_to_the_token(added: str) -> None:
    assert found(with_header(encoded(PARTNER_TOKEN + added))) == {"TRN-008"}
    assert found(with_header(encoded(PARTNER_TOKEN + added)), by=judge(given=[])) == {"TRN-008"}


def test_unknown_token_of_the_right_form_is_not_judged() -> None:
    unknown = with_header(encoded("who-knows"), token_kind="unknown")
    assert found(unknown) == set()
    assert not examined(unknown) & OF_TOKEN
    admitted = with_header(encoded("given-offline"))
    assert found(admitted) == set()
    assert {"TRN-007", "TRN-008"} <= examined(admitted)


@pytest.mark.parametrize("value", ["Token with space", "Token tökén", "Token tab\there"])
def test_unprintable_token_of_the_earlier_version(value: str) -> None:
    assert found(with_header(value, EARLIER)) == {"TRN-010"}


def test_base64_is_fine_in_the_earlier_version() -> None:
    assert found(with_header(encoded(PARTNER_TOKEN), EARLIER)) == set()


@pytest.mark.parametrize("version", [EARLIER, LATER])
def test_recording_shows_no_token(version: str) -> None:
    exchange = with_header("Token redacted-3f2a9c1d", version)
    assert found(exchange) == set()
    assert not examined(exchange) & OF_TOKEN
    assert found(with_header("Bearer redacted-3f2a9c1d", version)) == {"TRN-006"}


def test_token_given_in_credentials_is_known() -> None:
    given = "a-token-given-in-credentials"
    by = judge(given=[])
    exchange = by_target(
        "credentials.both.get_credentials",
        data={"token": given, "url": "https://x.example/v", "roles": []},
    )
    by.judge(exchange)
    assert "TRN-007" in found(with_header(f"Token {given}"), by=by)
    assert "TRN-008" in examined(with_header(encoded(given)), by=by)


def test_token_that_is_no_text_at_all() -> None:
    by = judge()
    by.judge(by_target("credentials.both.post_credentials", body=b'{"token": "\\ud800"}', code=2001))
    assert found(with_header(authorization(PARTNER_TOKEN)), by=by) == set()


def test_no_message_shows_a_token() -> None:
    for value in (f"Bearer {PARTNER_TOKEN}", PARTNER_TOKEN, f"Token  {PARTNER_TOKEN}", f"Token {PARTNER_TOKEN}"):
        assert PARTNER_TOKEN not in repr(judged(with_header(value)).findings)
    assert PARTNER_TOKEN not in repr(judged(with_header(encoded(PARTNER_TOKEN + "\n"))).findings)


def test_what_the_partner_sends_is_not_judged() -> None:
    assert not examined(by_partner("tokens.sender.get_list", data=[], headers={"Authorization": None})) & {"TRN-004"}
