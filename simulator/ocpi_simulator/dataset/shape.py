"""Shape: an object with the fields of all versions, cut to what one version's schema documents know."""

import re
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from ocpi_schemas.schema import Schema, load_schemas
from ocpi_simulator.dataset.latin import to_ascii

Object = dict[str, Any]
"""A JSON object of OCPI."""

NEAREST: Mapping[str, tuple[str, ...]] = {
    "AC_2_PHASE": ("AC_1_PHASE",),
    "AC_2_PHASE_SPLIT": ("AC_1_PHASE",),
    "RESERVATION": ("PENDING",),
}
"""Enum values that not every version has, and what stands for them there: the first one that the version knows."""

FALLBACKS = ("OTHER", "UNKNOWN")
"""What any other value becomes, in enums that have one of these."""


class ShapeError(LookupError):
    """A version has no object of this name, or no value that a required field could carry."""


class IfRequired(str):
    """A text that is carried only by versions that require its field; others go without the optional field."""

    __slots__ = ()


_ABSENT: Any = object()
_Projector = Callable[[Any], Any]


@dataclass(slots=True)
class _Constraints:
    """What a schema and the documents it refers to say together, as far as projecting goes."""

    properties: Mapping[str, Schema] | None = None
    required: frozenset[str] = frozenset()
    items: Schema | None = None
    min_items: int = 0
    values: frozenset[str] | None = None
    must_match: list[str] = field(default_factory=list)
    must_not_match: list[str] = field(default_factory=list)


def _decimals(text: str) -> Iterator[str]:
    """A decimal number with other counts of decimals, for coordinates: some versions fix the count."""
    if re.fullmatch(r"-?\d+\.\d+", text, re.ASCII):
        for digits in (6, 7, 5):
            yield f"{float(text):.{digits}f}"


def _unchanged(value: Any) -> Any:
    return deepcopy(value) if isinstance(value, dict | list) else value


def _fitting(constraints: _Constraints) -> _Projector:
    must = tuple(re.compile(pattern).search for pattern in constraints.must_match)
    # One expression for all: this runs for each text of each object.
    must_not = re.compile("|".join(f"(?:{pattern})" for pattern in constraints.must_not_match) or r"(?!)").search

    def fits(text: str) -> bool:
        for matches in must:
            if not matches(text):
                return False
        return not must_not(text)

    def project(value: Any) -> Any:
        if not isinstance(value, str):
            return _unchanged(value)
        text = str(value)
        if fits(text):
            return text
        return next((form for form in (to_ascii(text), *_decimals(text)) if fits(form)), text)

    return project


def _enumerated(values: frozenset[str]) -> _Projector:
    def project(value: Any) -> Any:
        if not isinstance(value, str) or value in values:
            return _unchanged(value)
        return next((other for other in (*NEAREST.get(value, ()), *FALLBACKS) if other in values), _ABSENT)

    return project


def _listed(item: _Projector, *, is_enum: bool, values: frozenset[str], min_items: int) -> _Projector:
    def project(value: Any) -> Any:
        if not isinstance(value, list):
            return _unchanged(value)
        # In a list an unknown value is left out: a fallback would say something that was not meant.
        kept = [entry for entry in value if not is_enum or not isinstance(entry, str) or entry in values]
        projected = [made for made in map(item, kept) if made is not _ABSENT]
        return _ABSENT if len(projected) < min(min_items, len(value)) or (value and not projected) else projected

    return project


def _composed(members: Mapping[str, tuple[_Projector, bool]]) -> _Projector:
    def project(value: Any) -> Any:
        if not isinstance(value, dict):
            return _unchanged(value)
        made = {}
        for name, (projector, is_required) in members.items():
            if name not in value:
                continue
            member = value[name]
            if type(member) is IfRequired and not is_required:
                continue
            projected = projector(member)
            if projected is not _ABSENT:
                made[name] = projected
            elif is_required:
                return _ABSENT
        return made

    return project


@dataclass(slots=True)
class Shape:
    """The objects of one version, each compiled from its documents when it is first asked for.

    An unknown property is dropped. An unknown enum value is dropped from a list; elsewhere it becomes its `NEAREST` or
    one of `FALLBACKS`, or an optional field goes without. What cannot carry a required field is dropped itself. A text
    that breaks a pattern is tried without accents, and with other counts of decimals. Values of a wrong type stay.
    """

    documents: Mapping[str, Schema]
    _projectors: dict[str, _Projector] = field(default_factory=dict)

    def knows(self, name: str) -> bool:
        """Whether the version has a document of this name."""
        return name in self.documents

    def project(self, name: str, superset: Object) -> Object:
        """The object as this version knows it, its fields in the order of the table; shares nothing with the superset.

        Raises:
            ShapeError: the version has no object of this name, or it cannot carry a required field of this one.
        """
        projected = self._named(name)(superset)
        if projected is _ABSENT:
            raise ShapeError(f"this {name} has a value that the version does not know, in a field that it requires")
        return projected  # type: ignore[no-any-return]

    def _named(self, name: str) -> _Projector:
        projector = self._projectors.get(name)
        if projector is None:
            projector = self._projectors[name] = self._compiled(self._document(name))
        return projector

    def _document(self, name: str) -> Schema:
        document = self.documents.get(name)
        if document is None:
            raise ShapeError(f"the version has no {name}")
        return document

    def _compiled(self, schema: Schema) -> _Projector:
        constraints = _Constraints()
        self._gather(schema, constraints)
        if constraints.properties is not None:
            return _composed(
                {
                    name: (self._compiled(member), name in constraints.required)
                    for name, member in constraints.properties.items()
                }
            )
        if constraints.items is not None:
            inner = _Constraints()
            self._gather(constraints.items, inner)
            return _listed(
                self._compiled(constraints.items),
                is_enum=inner.values is not None,
                values=inner.values or frozenset(),
                min_items=constraints.min_items,
            )
        if constraints.values is not None:
            return _enumerated(constraints.values)
        return _fitting(constraints) if constraints.must_match or constraints.must_not_match else _unchanged

    def _gather(self, schema: Schema, found: _Constraints) -> None:
        """Note what the schema, its advice and what it refers to demand; conditions (`if`) are left to the object."""
        if "properties" in schema:
            found.properties = schema["properties"]
        found.required |= frozenset(schema.get("required", ()))
        found.items = schema.get("items", found.items)
        found.min_items = max(found.min_items, schema.get("minItems", 0))
        if "enum" in schema:
            found.values = frozenset(schema["enum"])
        if "pattern" in schema:
            found.must_match.append(schema["pattern"])
        if "pattern" in schema.get("not", {}):
            found.must_not_match.append(schema["not"]["pattern"])
        for part in (*schema.get("allOf", ()), *schema.get("x-should", ())):
            # Their `properties` and `items` restate rules about the object and would hide its table.
            self._gather({key: part[key] for key in ("pattern", "not", "$ref") if key in part}, found)
        if "$ref" in schema:
            self._gather(self._document(schema["$ref"].rpartition(":")[2]), found)


@cache
def shape_of(version: str) -> Shape:
    """The shape of an OCPI version, from its schema documents.

    Raises:
        KeyError: the version is not known.
    """
    return Shape(load_schemas(version).documents)
