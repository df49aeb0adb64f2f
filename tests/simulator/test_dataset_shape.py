"""Projecting an object with the fields of all versions onto the documents of one."""

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocpi_schemas.dialect import known_versions
from ocpi_schemas.schema import load_schemas
from ocpi_simulator.dataset.shape import IfRequired, Shape, ShapeError, shape_of


def ref(name: str, **more: Any) -> dict[str, Any]:
    return {"$ref": f"urn:ocpi:test:{name}"} | more


SHAPE = Shape(
    {
        "Thing": {
            "type": "object",
            "required": ["id", "place", "power"],
            "properties": {
                "id": ref("text", maxLength=36),
                "place": ref("Place"),
                "power": ref("Power"),
                "kind": ref("Kind"),
                "tone": ref("Tone"),
                "flags": {"type": "array", "items": ref("Tone")},
                "parts": {"type": "array", "items": ref("Part"), "minItems": 1},
                "code": ref("text"),
                "count": {"type": "integer"},
            },
            "allOf": [{"properties": {"kind": {"const": "OTHER"}}}],
        },
        "Place": {
            "type": "object",
            "required": ["latitude"],
            "properties": {
                "latitude": {"allOf": [ref("text"), {"pattern": r"^-?[0-9]{1,2}\.[0-9]{6}$"}]},
                "note": ref("text"),
            },
        },
        "Part": {"type": "object", "required": ["tone"], "properties": {"tone": ref("Tone"), "id": ref("text")}},
        "Kind": {"type": "string", "enum": ["GOOD", "OTHER"]},
        "Power": {"type": "string", "enum": ["AC_1_PHASE", "DC"]},
        "Tone": {"type": "string", "enum": ["HIGH", "LOW"]},
        "text": {"type": "string", "x-should": [{"not": {"type": "string", "pattern": "[^\\x20-\\x7E]"}}]},
    }
)

THING: dict[str, Any] = {"id": "1", "place": {"latitude": "51.047599"}, "power": "DC"}


def projected(**more: Any) -> dict[str, Any]:
    return SHAPE.project("Thing", THING | more)


def test_fields_come_in_the_order_of_the_table() -> None:
    assert list(projected(count=1, kind="GOOD")) == ["id", "place", "power", "kind", "count"]


def test_unknown_properties_go_at_every_level() -> None:
    assert projected(new=1, place={"latitude": "51.047599", "new": 1}) == THING


def test_an_unknown_value_becomes_the_nearest_one_or_the_fallback() -> None:
    assert projected(power="AC_2_PHASE")["power"] == "AC_1_PHASE"
    assert projected(kind="BEST")["kind"] == "OTHER"


def test_an_optional_field_whose_value_has_no_fallback_goes() -> None:
    assert "tone" not in projected(tone="MIDDLE")


def test_unknown_values_leave_a_list_and_an_emptied_list_goes() -> None:
    assert projected(flags=["HIGH", "MIDDLE"])["flags"] == ["HIGH"]
    assert "flags" not in projected(flags=["MIDDLE"])
    assert projected(flags=[])["flags"] == []


def test_what_cannot_carry_a_required_field_goes() -> None:
    assert projected(parts=[{"tone": "LOW", "id": "1"}, {"tone": "MIDDLE"}])["parts"] == [{"tone": "LOW", "id": "1"}]
    assert "parts" not in projected(parts=[{"tone": "MIDDLE"}])
    with pytest.raises(ShapeError, match="requires"):
        projected(power="STEAM")


def test_texts_lose_their_accents_only_where_they_must() -> None:
    assert projected(code="Zürich")["code"] == "Zurich"


@pytest.mark.parametrize(
    ("written", "wanted"), [("51.04759", "51.047590"), ("51.0475991", "51.047599"), ("-5.5000049", "-5.500005")]
)
def test_coordinates_get_the_decimals_that_the_version_wants(written: str, wanted: str) -> None:
    assert projected(place={"latitude": written})["place"]["latitude"] == wanted


def test_a_text_that_no_form_makes_right_stays() -> None:
    assert projected(place={"latitude": "north"})["place"]["latitude"] == "north"


def test_a_text_for_those_who_require_it() -> None:
    made = projected(id=IfRequired("1"), code=IfRequired("2"))
    assert made["id"] == "1"
    assert type(made["id"]) is str
    assert "code" not in made


def test_an_unknown_object_is_an_error() -> None:
    with pytest.raises(ShapeError, match="no Else"):
        SHAPE.project("Else", {})
    assert SHAPE.knows("Thing")
    assert not SHAPE.knows("Else")


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.sampled_from(["HIGH", "MIDDLE", "DC"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*THING, "parts", "tone"]), inner),
    max_leaves=10,
)


@given(
    st.dictionaries(st.sampled_from(["parts", "flags", "kind", "tone", "code", "count", "place", "id"]), json_values)
)
def test_hostile_values_neither_break_it_nor_are_shared(values: dict[str, Any]) -> None:
    superset = THING | values
    before = copy.deepcopy(superset)
    first = SHAPE.project("Thing", superset)
    assert superset == before
    wanted = copy.deepcopy(first)
    for value in first.values():
        if isinstance(value, dict | list):
            value.clear()
    assert superset == before
    assert SHAPE.project("Thing", superset) == wanted


@given(st.dictionaries(st.sampled_from(["parts", "flags", "kind", "tone", "code", "count"]), json_values))
def test_projecting_twice_changes_nothing(values: dict[str, Any]) -> None:
    once = projected(**values)
    assert SHAPE.project("Thing", once) == once


@pytest.mark.parametrize("version", known_versions())
def test_every_document_of_a_version_compiles(version: str) -> None:
    shape = shape_of(version)
    for name, document in load_schemas(version).documents.items():
        if "properties" in document:
            assert shape.project(name, {}) == {}
