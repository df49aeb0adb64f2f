"""The schema documents and what is made of them: the fast yes and the slow no agree, and the blame is right."""

import copy
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from ocpi_schemas.dialect import known_versions, load_dialect
from ocpi_schemas.party import PartyId
from ocpi_schemas.requirement import Level, load_catalogue
from ocpi_schemas.schema import GENERAL, MAX_VIOLATIONS, UnknownObjectError, load_schemas
from ocpi_simulator.dataset.locations import Locations
from ocpi_simulator.dataset.shape import shape_of
from ocpi_simulator.dataset.tokens import Tokens

VERSIONS = known_versions()
DOCUMENTS = [(version, name) for version in VERSIONS for name in load_schemas(version).documents]
PARTY = PartyId("NL", "ABC")
UPDATED = datetime(2026, 5, 1, 12, tzinfo=UTC)
KEYWORDS = {
    "$schema",
    "$id",
    "title",
    "description",
    "type",
    "properties",
    "required",
    "items",
    "minItems",
    "maxItems",
    "enum",
    "const",
    "pattern",
    "format",
    "minLength",
    "maxLength",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "$ref",
    "allOf",
    "anyOf",
    "not",
    "if",
    "then",
    "else",
    "dependentRequired",
    "contains",
}


def sample(version: str, name: str, index: int = 0) -> dict[str, Any]:
    recipe = Locations(1, PARTY) if name == "Location" else Tokens(1, PARTY)
    return shape_of(version).project(name, recipe.make(index, UPDATED))


def subschemas(schema: Any) -> list[dict[str, Any]]:
    found = []
    if isinstance(schema, dict):
        found.append(schema)
        for key, value in schema.items():
            inner = value.values() if key == "properties" else value if isinstance(value, list) else [value]
            if key not in ("enum", "const", "required", "dependentRequired", "x-known-values"):
                found += [sub for item in inner for sub in subschemas(item)]
    return found


@pytest.mark.parametrize(("version", "name"), DOCUMENTS)
def test_a_document_is_a_schema_of_the_agreed_kind(version: str, name: str) -> None:
    document = load_schemas(version).documents[name]
    Draft202012Validator.check_schema(document)
    assert document["$id"] == f"urn:ocpi:{version}:{name}"
    assert document["x-kind"] in ("object", "class", "enum", "type")
    assert {key for sub in subschemas(document) for key in sub if not key.startswith("x-")} <= KEYWORDS
    known = load_schemas(version).documents
    refs = {sub["$ref"] for sub in subschemas(document) if "$ref" in sub}
    assert {ref for ref in refs if ref.rpartition(":")[2] not in known} == set()


@pytest.mark.parametrize(("version", "name"), DOCUMENTS)
def test_every_requirement_of_a_document_is_in_the_catalogue_of_its_version(version: str, name: str) -> None:
    catalogue = load_catalogue()
    ids = {sub["x-requirement"] for sub in subschemas(load_schemas(version).documents[name]) if "x-requirement" in sub}
    assert {requirement for requirement in ids if not catalogue.applies(requirement, version)} == set()


@pytest.mark.parametrize(("version", "name"), DOCUMENTS)
def test_advice_names_requirements_of_a_lower_level(version: str, name: str) -> None:
    catalogue = load_catalogue()
    advice = [part for sub in subschemas(load_schemas(version).documents[name]) for part in sub.get("x-should", [])]
    assert [part for part in advice if catalogue[part["x-requirement"]].level_in(version) is Level.MUST] == []


@pytest.mark.parametrize("version", VERSIONS)
def test_every_object_of_the_interfaces_has_a_document(version: str) -> None:
    documents = load_schemas(version).documents
    for operation in load_dialect(version).operations.values():
        names = [
            *(operation.request.any_of if operation.request else ()),
            *(operation.response.any_of if operation.response else ()),
        ]
        missing = [name for name in names if name not in documents]
        functional_here = {"versions", "credentials", "locations", "tariffs", "tokens"}
        if version == VERSIONS[-1] or operation.module in functional_here:
            assert missing == [], operation.id


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place inside a JSON value."""
    found = [path] if path else []
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in entries:
        found += places(inner, (*path, key))
    return found


JUNK = st.sampled_from(
    [
        None,
        True,
        0,
        -1,
        3.5,
        Decimal("0.123456"),
        10**30,
        "",
        "x" * 300,
        "a\nb",
        "é",
        "#NA",
        "2026-02-30T00:00:00Z",
        [],
        {},
        [[]],
        ["x"],
    ]
)


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_the_fast_yes_and_the_slow_no_agree(data: st.DataObject) -> None:
    version = data.draw(st.sampled_from(VERSIONS))
    name = data.draw(st.sampled_from(["Location", "Token"]))
    value = sample(version, name, data.draw(st.integers(0, 5)))
    path = data.draw(st.sampled_from(places(value)))
    inside: Any = value
    for step in path[:-1]:
        inside = inside[step]
    if data.draw(st.booleans()) or isinstance(inside, list):
        inside[path[-1]] = data.draw(JUNK)
    elif data.draw(st.booleans()):
        del inside[path[-1]]
    else:
        inside["an_unknown_property"] = data.draw(JUNK)
    schemas = load_schemas(version)
    for partial in (False, True):
        flawless = schemas.is_flawless((name,), value, partial=partial)
        assessment = schemas.assess((name,), value, partial=partial)
        assert flawless == (not assessment.violations)
        assert all(violation.requirement in load_catalogue() for violation in assessment.violations)


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("name", ["Location", "Token"])
def test_what_the_simulator_makes_is_flawless(version: str, name: str) -> None:
    schemas = load_schemas(version)
    assert all(schemas.is_flawless((name,), sample(version, name, index)) for index in range(40))


def changed(version: str, name: str, *path: Any, value: Any) -> dict[str, Any]:
    made = copy.deepcopy(sample(version, name))
    inside: Any = made
    for step in path[:-1]:
        inside = inside[step]
    if value is ...:
        del inside[path[-1]]
    else:
        inside[path[-1]] = value
    return made


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize(
    ("path", "value", "requirement", "pointer"),
    [
        (("id",), ..., "LOC-069", "/id"),
        (("id",), None, "LOC-069", "/id"),
        (("city",), "x" * 46, "LOC-069", "/city"),
        (("evses", 0, "status"), "BROKEN", "LOC-091", "/evses/0/status"),
        (("evses", 0, "status"), "available", GENERAL["case"], "/evses/0/status"),
        (("evses", 0, "connectors"), [], "LOC-091", "/evses/0/connectors"),
        (("last_updated",), "2026-13-01T00:00:00Z", "TYP-010", "/last_updated"),
        (("last_updated",), "2026-01-01T00:00:00+01:00", "TYP-012", "/last_updated"),
        (("name",), "two\nlines", "TYP-060", "/name"),
        (("name",), None, GENERAL["null"], "/name"),
        (("surprise",), 1, GENERAL["unknown"], "/surprise"),
        (("address",), "#NA", GENERAL["placeholder"], "/address"),
        (("operator", "website"), "/relative", "TYP-071", "/operator/website"),
    ],
)
def test_a_violation_belongs_to_the_requirement_it_breaks(
    version: str, path: tuple[Any, ...], value: Any, requirement: str, pointer: str
) -> None:
    found = load_schemas(version).assess(("Location",), changed(version, "Location", *path, value=value)).violations
    assert [(violation.requirement, violation.pointer) for violation in found] == [(requirement, pointer)]


@pytest.mark.parametrize("version", VERSIONS)
def test_a_patch_body_needs_no_field_but_each_it_has_is_right(version: str) -> None:
    schemas = load_schemas(version)
    assert schemas.assess(("Location",), {"name": "New name"}, partial=True).violations == ()
    assert [v.pointer for v in schemas.assess(("Location",), {"name": 7}, partial=True).violations] == ["/name"]


def test_explaining_stops_when_everything_is_wrong() -> None:
    schemas = load_schemas(VERSIONS[-1])
    assert len(schemas.assess(("Location",), [{}] * 500, is_list=True).violations) == MAX_VIOLATIONS


@pytest.mark.parametrize("version", VERSIONS)
def test_many_violations_of_one_kind_do_not_hide_another(version: str) -> None:
    with_nulls = changed(version, "Location", "name", value=None) | dict.fromkeys(
        ("operator", "owner", "directions", "images", "energy_mix", "opening_times")
    )
    wrong = with_nulls | {"country": "Germany"}
    found = load_schemas(version).assess(("Location",), [with_nulls] * 150 + [wrong], is_list=True).violations
    assert {v.pointer for v in found if v.keyword != "null"} == {"/150/country"}
    assert 0 < len([v for v in found if v.keyword == "null"]) < 50


def test_an_unknown_object_is_refused_with_the_names_that_exist() -> None:
    with pytest.raises(UnknownObjectError, match="Location"):
        load_schemas(VERSIONS[-1]).name_of("Lokation")
