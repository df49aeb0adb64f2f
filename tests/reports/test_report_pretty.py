"""Bodies: re-indented without a change, pinned, cut."""

import json
import tracemalloc
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocpi_reports.pretty import Pin, indented, shown_body
from ocpi_reports.text import clip, compact, cost, duration, listed, one_line, visible
from ocpi_schemas.exchange import Body

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


def text_of(body: bytes, limit: int = 20_000, *pins: Pin) -> str:
    return "\n".join(chunk.text for chunk in shown_body(Body(body), limit, pins).chunks)


def walk(value: object, pointer: str = "") -> dict[str, object]:
    found = {pointer: value}
    if isinstance(value, dict):
        for name, inner in value.items():
            found |= walk(inner, f"{pointer}/{name.replace('~', '~0').replace('/', '~1')}")
    if isinstance(value, list):
        for number, inner in enumerate(value):
            found |= walk(inner, f"{pointer}/{number}")
    return found


@given(JSON, st.booleans())
def test_indenting_changes_nothing_but_white_space(value: object, ascii_only: bool) -> None:
    text = json.dumps(value, ensure_ascii=ascii_only)
    assert json.loads("\n".join(line for _, line in indented(text))) == value


@given(JSON)
def test_every_value_has_a_line_with_its_pointer(value: object) -> None:
    pointers = {pointer for pointer, _ in indented(json.dumps(value))}
    assert set(walk(value)) == pointers


def test_it_looks_as_a_reader_expects() -> None:
    text = text_of(b'{"a":[1,{"b":1.50}],"c":{},"d":[],"e":"x, {y}: [z]"}')
    assert text.splitlines() == [
        "{",
        '  "a": [',
        "    1,",
        "    {",
        '      "b": 1.50',
        "    }",
        "  ],",
        '  "c": {},',
        '  "d": [],',
        '  "e": "x, {y}: [z]"',
        "}",
    ]


def test_numbers_keep_their_digits() -> None:
    assert "0.10000000000000000000001" in text_of(b'{"a":0.10000000000000000000001,"b":1e400}')
    assert Decimal("1e400") == Decimal(text_of(b'{"b":1e400}').splitlines()[1].split(": ")[1])


@pytest.mark.parametrize("body", [b'{"a":1,"a":2}', b'{"a":', b"not json", b'{"a": NaN}', b"[" * 5000])
def test_what_is_no_json_is_shown_as_it_came(body: bytes) -> None:
    assert text_of(body) == clip(body.decode(), 20_000)


def test_a_pin_is_on_the_line_of_its_pointer() -> None:
    pin = Pin("/data/1/id", "LOC-001", "too long")
    cut = shown_body(Body(b'{"data":[{"id":"a"},{"id":"b"}]}'), 20_000, [pin])
    assert [(chunk.text.strip(), chunk.pins) for chunk in cut.chunks if chunk.pins] == [('"id": "b"', (pin,))]


def test_a_pin_on_what_is_missing_is_on_the_container() -> None:
    pin = Pin("/data/1/evses/0/uid", "LOC-002", "`uid` is missing")
    cut = shown_body(Body(b'{"data":[{"id":"a"},{"id":"b"}]}'), 20_000, [pin])
    numbers = [number for number, chunk in enumerate(cut.chunks) if chunk.pins]
    assert len(numbers) == 1
    assert cut.chunks[numbers[0] + 1].text.strip().startswith('"id": "b"')


def test_escaped_names_are_found() -> None:
    pin = Pin("/a~1b~0c", "X-1", "")
    cut = shown_body(Body(b'{"z":1,"a/b~c":2}'), 20_000, [pin])
    assert [chunk.text.strip() for chunk in cut.chunks if chunk.pins] == ['"a/b~c": 2']


def test_a_long_body_is_cut_but_keeps_what_is_pinned() -> None:
    body = json.dumps({"data": [{"id": f"LOC{number}", "city": "Gent"} for number in range(5000)]}).encode()
    pins = [Pin("/data/4321/city", "LOC-003", "wrong")]
    cut = shown_body(Body(body), 2_000, pins)
    text = "\n".join(chunk.text for chunk in cut.chunks)
    assert not cut.complete
    assert '"LOC4321"' in text
    assert '"LOC0"' in text
    assert '"LOC2000"' not in text
    assert sum(chunk.left_out for chunk in cut.chunks) > 10_000
    assert cut.size <= 2_000


@given(st.binary(max_size=400), st.integers(min_value=1, max_value=200))
def test_nothing_is_longer_than_its_limit(body: bytes, limit: int) -> None:
    cut = shown_body(Body(body), limit)
    assert cut.size <= limit
    assert cut.complete or body


def test_invalid_utf8_is_spelled_out() -> None:
    assert text_of(b"caf\xe9 \x00") == "caf\\xe9 \x00"
    assert visible(text_of(b"caf\xe9 \x00")) == "caf\\xe9 \\x00"


def test_a_cut_does_not_halve_a_character() -> None:
    assert text_of("€€€".encode(), 4) == "€"


def test_a_deep_and_wide_body_stays_within_bounds_of_memory() -> None:
    body = b"[" * 90 + b"1," * 400_000 + b"1" + b"]" * 90
    tracemalloc.start()
    cut = shown_body(Body(body), 20_000, [Pin("/0/0/0", "X-1", "deep")])
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert not cut.complete
    assert peak < 60_000_000


def test_visible_spells_out_what_cannot_be_seen() -> None:
    assert visible("a\x1b[31m\u202eb\ud800\udcff\u200b") == "a\\x1b[31m\\u202eb\\ud800\\xff\\u200b"
    assert visible("naïve 東京 \t\n") == "naïve 東京 \t\n"
    assert one_line(" a\n b\r\nc ") == "a b c"
    assert one_line("x" * 400, 10) == "x" * 9 + "…"


@given(st.text(), st.integers(min_value=1, max_value=50))
def test_a_clipped_text_keeps_to_its_limit(text: str, limit: int) -> None:
    assert cost(clip(text, limit)) <= limit
    assert text.startswith(clip(text, limit))


def test_what_grows_by_escaping_is_cut_earlier() -> None:
    assert cost(compact("<" * 500, 300)) <= 303
    assert compact("an ordinary sentence", 300) == "an ordinary sentence"


def test_words() -> None:
    assert [duration(seconds) for seconds in (0.0421, 2.14, 200, 3900)] == [
        "42 ms",
        "2.1 s",
        "3 min 20 s",
        "1 h 05 min",
    ]
    assert [listed(words) for words in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == ["", "a", "a and b", "a, b and c"]
