"""Timestamps, codes, JSON texts and redaction: what every judgement rests on."""

import base64
import json
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocpi_schemas.codes import FORMATS
from ocpi_schemas.json_text import NotJson, dump, parse
from ocpi_schemas.party import PartyId
from ocpi_schemas.redaction import Redactor, decode_token, encode_token
from ocpi_schemas.timestamps import is_later, is_plainly_before, read_timestamp, write_timestamp

MOMENTS = st.datetimes(min_value=datetime(1970, 1, 1), max_value=datetime(2100, 1, 1)).map(
    lambda moment: moment.replace(microsecond=moment.microsecond // 1000 * 1000, tzinfo=UTC)
)


@given(MOMENTS)
def test_what_is_written_is_read_back(moment: datetime) -> None:
    assert read_timestamp(write_timestamp(moment)) == moment


@given(MOMENTS, st.integers(-14 * 60, 14 * 60))
def test_an_offset_is_read_as_the_moment_it_names(moment: datetime, minutes: int) -> None:
    local = moment.astimezone(timezone(timedelta(minutes=minutes)))
    assert read_timestamp(local.isoformat()) == moment


@pytest.mark.parametrize(
    "text",
    ["2015-06-29T20:39:09Z", "2015-06-29T20:39:09", "2015-06-29t20:39:09z", "2015-06-29T22:39:09+02:00"],
)
def test_every_spelling_of_a_moment_is_the_same_moment(text: str) -> None:
    assert read_timestamp(text) == datetime(2015, 6, 29, 20, 39, 9, tzinfo=UTC)


@given(st.one_of(st.text(max_size=40), st.none(), st.integers(), st.booleans(), st.lists(st.text())))
def test_nonsense_is_no_timestamp_and_no_error(value: object) -> None:
    assert read_timestamp(value) is None or isinstance(value, str)


def spellings(moment: datetime) -> list[str]:
    """A moment in the forms in which it is read."""
    utc = moment.strftime("%Y-%m-%dT%H:%M:%S") + f".{moment.microsecond // 1000:03}"
    away = moment.astimezone(timezone(timedelta(hours=-9, minutes=-30)))
    return [write_timestamp(moment), utc, f"{utc}Z", away.isoformat()]


@given(MOMENTS, MOMENTS | st.none(), st.timedeltas(timedelta(seconds=-2), timedelta(seconds=2)))
def test_order_of_timestamps_is_that_of_their_moments(one: datetime, other: datetime | None, step: timedelta) -> None:
    other = other or one + step
    other = other.replace(microsecond=other.microsecond // 1000 * 1000)
    for first in spellings(one):
        for second in spellings(other):
            assert is_later(first, second) == (one > other)
            assert not is_plainly_before(first, second) or one < other


@given(st.text() | st.none() | st.integers() | st.lists(st.text()))
def test_what_is_no_timestamp_is_not_later(value: object) -> None:
    if read_timestamp(value) is None:
        assert not is_later(value, "2026-01-01T00:00:00Z")
        assert not is_later("2026-01-01T00:00:00Z", value)


@pytest.mark.parametrize(
    ("name", "right", "wrong"),
    [
        ("iso-3166-1-alpha-2", ["NL", "de", "XK"], ["NLD", "ZZ", ""]),
        ("iso-3166-1-alpha-3", ["NLD", "DEU"], ["NL", "nld", "ZZZ"]),
        ("iso-639-1", ["en", "nl"], ["EN", "eng", "xx"]),
        ("iso-4217", ["EUR", "NOK"], ["eur", "EURO", "ZZZ"]),
        ("iana-time-zone", ["Europe/Amsterdam", "UTC"], ["CEST", "Europe/Atlantis", "../etc/passwd"]),
    ],
)
def test_codes_are_looked_up_in_real_lists(name: str, right: list[str], wrong: list[str]) -> None:
    assert [text for text in right if not FORMATS[name](text)] == []
    assert [text for text in wrong if FORMATS[name](text)] == []


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (b"", "Expecting"),
        (b"{", "Expecting"),
        (b'{"a": 1, "a": 2}', "twice"),
        (b"[NaN]", "NaN"),
        (b"[-Infinity]", "Infinity"),
        (b"\xff\xfe", "UTF-8"),
        (b"\xef\xbb\xbf{}", "BOM"),
        (b'["\\ud800"]', "surrogate"),
        (b"[" * 200 + b"]" * 200, "levels"),
        (b"[" * 100_000 + b"]" * 100_000, "deep"),
        (b"[1] trailing", "Extra data"),
        (b"[" + b"9" * 5000 + b"]", "digits"),
    ],
)
def test_what_is_not_json_is_said_to_be_so(text: bytes, reason: str) -> None:
    found = parse(text)
    assert isinstance(found, NotJson)
    assert reason in found.reason


def test_decimals_are_exact() -> None:
    assert parse(b"[0.1, 1e400]") == [Decimal("0.1"), Decimal("1e400")]


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**12), 10**12)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)


@given(JSON)
def test_dump_and_parse_are_each_others_opposite(value: object) -> None:
    text = json.dumps(value).encode()
    if not isinstance(parse(text), NotJson):
        assert parse(dump(parse(text))) == value


@pytest.mark.parametrize("text", ["NL-ABC", "nl-abc", "NL*ABC"])
def test_a_party_is_read_without_case(text: str) -> None:
    assert PartyId.parse(text).is_same("nl", "Abc")


@pytest.mark.parametrize("text", ["NLABC", "NL-AB", "NLD-ABC", "", "NL-AB€"])
def test_what_is_no_party_is_refused_with_the_form(text: str) -> None:
    with pytest.raises(ValueError, match="NL-ABC"):
        PartyId.parse(text)


TOKENS = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), min_size=8, max_size=64).filter(
    lambda token: token not in "redacted-0123456789abcdef"  # a mark is no token
)


@given(TOKENS)
def test_no_spelling_of_a_token_survives_redaction(token: str) -> None:
    redactor = Redactor()
    redactor.learn(token)
    encoded = base64.b64encode(token.encode()).decode()
    text = redactor.text(f"before {token} between {encoded} after")
    assert token not in text
    assert encoded not in text


@given(TOKENS)
def test_a_token_survives_its_encoding(token: str) -> None:
    assert decode_token(encode_token(token, "base64")) == token


def test_the_same_token_has_the_same_fingerprint_whatever_its_encoding() -> None:
    redactor = Redactor()
    raw = redactor.header("Authorization", "Token some-secret-token")
    encoded = redactor.header("authorization", f"Token {encode_token('some-secret-token', 'base64')}")
    assert raw == encoded
    assert "some-secret" not in raw


def test_a_token_that_is_a_uuid_is_taken_out_too() -> None:
    redactor = Redactor()
    redactor.learn("3f2a9c1d-0000-4000-8000-0123456789ab")
    assert redactor.text("3f2a9c1d-0000-4000-8000-0123456789ab") == redactor.fingerprint(
        "3f2a9c1d-0000-4000-8000-0123456789ab"
    )


def test_a_short_token_inside_a_message_id_is_taken_out() -> None:
    redactor = Redactor()
    redactor.learn("0123456789ab")
    assert "0123456789ab" not in redactor.text("3f2a9c1d-0000-4000-8000-0123456789ab")
