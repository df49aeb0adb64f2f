"""Schemas of one OCPI version: a fast yes, and a slow and thorough no.

jsonschema-rs answers whether a value is beyond reproach (strict, no unknown properties, no nulls, all advice
followed). Only when it is not does `jsonschema` explain why, item by item.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache, cached_property
from itertools import islice
from typing import Any

import jsonschema_rs
from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import ValidationError
from jsonschema.validators import extend
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from ocpi_schemas.codes import FORMAT_NAMES, FORMATS
from ocpi_schemas.data import version_folders
from ocpi_schemas.finding import shorten
from ocpi_schemas.json_text import Json

MAX_VIOLATIONS = 100
SAME_VIOLATIONS = 20
EXPLAINED_ITEMS = 100
"""Explaining stops here; a page on which each object is wrong is not worth more. So many violations of one kind are
shown, that one kind in each object does not hide another in the last."""

SURVEYED_ITEMS = 3
"""So many items of a list are walked to say which requirements they put to the test."""

NOT_AVAILABLE = "#NA"

GENERAL = {"null": "TRN-069", "unknown": "TRN-072", "placeholder": "TRN-122", "case": "TYP-062"}
"""The requirements of what no single document says: an explicit null in an optional property, a property that the table
does not have, the placeholder `#NA`, and an enumeration value in the wrong case."""

Schema = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Violation:
    """One place where a value is not as its schema says."""

    pointer: str
    keyword: str
    requirement: str
    message: str
    expected: tuple[str, ...]
    found: str


@dataclass(frozen=True, slots=True)
class Assessment:
    """What a value was examined for and what is wrong with it."""

    examined: frozenset[str]
    violations: tuple[Violation, ...] = ()
    """At most MAX_VIOLATIONS."""


class UnknownObjectError(LookupError):
    """A name that is no object of the version."""


def pointer_of(path: Iterator[object] | list[Any]) -> str:
    """A JSON Pointer (RFC 6901)."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in path)


def _format_checker() -> FormatChecker:
    checker = FormatChecker(formats=())
    for name, function in FORMATS.items():
        checker.checks(name)(lambda value, function=function: not isinstance(value, str) or function(value))
    return checker


def _is_integer(_checker: object, value: object) -> bool:
    if isinstance(value, Decimal):
        return value.is_finite() and value == value.to_integral_value()
    return isinstance(value, int) and not isinstance(value, bool)


_CHECKER = _format_checker()
_Explainer: Any = extend(  # type: ignore[no-untyped-call]
    Draft202012Validator, type_checker=Draft202012Validator.TYPE_CHECKER.redefine("integer", _is_integer)
)


def _fold_advice(schema: Any) -> Any:
    """The schema with each `x-should` added to `allOf`."""
    if isinstance(schema, list):
        return [_fold_advice(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    folded = {key: _fold_advice(value) for key, value in schema.items() if key != "x-should"}
    if "x-should" in schema:
        folded["allOf"] = [*folded.get("allOf", []), *_fold_advice(schema["x-should"])]
    return folded


def _closed(schema: Schema) -> Schema:
    """The form for the fast yes: nothing unknown, no placeholder; or what the document gives for it (`x-fast`)."""
    if "x-fast" in schema:
        return {"$id": schema["$id"], **schema["x-fast"]}
    if "properties" in schema:
        return schema | {"additionalProperties": False}
    return schema


def _urn(version: str, name: str, *, partial: bool) -> str:
    return f"urn:ocpi{'-partial' if partial else ''}:{version}:{name}"


def _partial(schema: Schema, version: str, objects: frozenset[str]) -> Schema:
    """The form of a PATCH body: nothing required, in the object and in objects directly inside it, not in lists."""

    def inner(prop: Schema) -> Schema:
        name = str(prop.get("$ref", "")).rpartition(":")[2]
        return prop | {"$ref": _urn(version, name, partial=True)} if name in objects else prop

    made = {
        key: value for key, value in schema.items() if key not in ("required", "allOf", "anyOf", "if", "then", "else")
    }
    made["$id"] = _urn(version, schema["title"], partial=True)
    made["properties"] = {key: inner(value) for key, value in schema["properties"].items()}
    return made


@dataclass(slots=True)
class _Survey:
    """What a walk over a value beside its schema brings to light."""

    examined: set[str] = field(default_factory=lambda: set(GENERAL.values()))
    nulls: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    placeholders: set[str] = field(default_factory=set)

    def violations(self, prefix: str) -> Iterator[Violation]:
        """What no single document says of the value."""
        for kind, pointers, message in (
            ("null", self.nulls, "an optional property is sent as null instead of being left out"),
            ("unknown", self.unknown, "not a property of this object in this version"),
            ("placeholder", sorted(self.placeholders), "the placeholder #NA instead of a value"),
        ):
            for pointer in pointers:
                yield Violation(prefix + pointer, kind, GENERAL[kind], message, (), pointer.rpartition("/")[2])


class Schemas:
    """The schema documents of one version."""

    def __init__(self, version: str, documents: Mapping[str, Schema]) -> None:
        self.version = version
        self.documents = dict(documents)
        self._fast: dict[tuple[tuple[str, ...], bool, bool], Any] = {}
        self._slow: dict[tuple[tuple[str, ...], bool], Any] = {}

    @cached_property
    def _names(self) -> dict[str, str]:
        return {name.lower(): name for name in self.documents}

    def name_of(self, name: str) -> str:
        """The document of this name, in any case.

        Raises:
            UnknownObjectError: there is none.
        """
        found = self._names.get(name.lower())
        if found is None:
            known = ", ".join(sorted(n for n, doc in self.documents.items() if doc.get("x-kind") == "object"))
            raise UnknownObjectError(f"{name} is no object of OCPI {self.version}; its objects: {known}")
        return found

    @cached_property
    def caseless(self) -> frozenset[str]:
        """The names of the properties whose values have no case: CiStrings, and lists of them."""
        urn = f"urn:ocpi:{self.version}:CiString"
        return frozenset(
            name
            for document in self.documents.values()
            for name, schema in document.get("properties", {}).items()
            if urn in (schema.get("$ref"), schema.get("items", {}).get("$ref"))
        )

    @cached_property
    def _explaining(self) -> dict[str, Schema]:
        """Documents by URN, with advice folded in, whole and partial."""
        whole = {name: _fold_advice(document) for name, document in self.documents.items()}
        objects = frozenset(name for name, document in whole.items() if "properties" in document)
        forms = {document["$id"]: document for document in whole.values()}
        for name in objects:
            partial = _partial(whole[name], self.version, objects)
            forms[partial["$id"]] = partial
        return forms

    @cached_property
    def _fast_registry(self) -> jsonschema_rs.Registry:
        return jsonschema_rs.Registry([(urn, _closed(schema)) for urn, schema in self._explaining.items()])

    @cached_property
    def _slow_registry(self) -> Registry[Any]:
        resources = [(urn, DRAFT202012.create_resource(schema)) for urn, schema in self._explaining.items()]
        return Registry().with_resources(resources)

    def _root(self, names: tuple[str, ...], *, partial: bool) -> Schema:
        refs = [{"$ref": _urn(self.version, name, partial=partial)} for name in names]
        return refs[0] if len(refs) == 1 else {"anyOf": refs}

    def describes(self, names: tuple[str, ...]) -> bool:
        """Whether there are documents of these names; not every module of a version has to be described."""
        return bool(names) and all(name in self.documents for name in names)

    def is_flawless(self, names: tuple[str, ...], value: Json, *, partial: bool = False, is_list: bool = False) -> bool:
        """The fast yes: strict, nothing unknown, no null, all advice followed."""
        key = (names, partial, is_list)
        validator = self._fast.get(key)
        if validator is None:
            root = self._root(names, partial=partial)
            schema = {"type": "array", "items": root} if is_list else root
            validator = self._fast[key] = jsonschema_rs.Draft202012Validator(
                schema, registry=self._fast_registry, formats=FORMATS, validate_formats=True
            )
        try:
            return bool(validator.is_valid(value))
        except ValueError:  # nested beyond what the library walks
            return False

    def assess(
        self, names: tuple[str, ...], value: Json, *, partial: bool = False, is_list: bool = False
    ) -> Assessment:
        """Judge one value, or a list item by item, by the documents of these names (alternatives)."""
        survey = _Survey()
        items = value if is_list and isinstance(value, list) else [value]
        for item in items[:SURVEYED_ITEMS]:
            self._tell(item, self._root(names[:1], partial=partial), survey.examined)
        if self.is_flawless(names, value, partial=partial, is_list=is_list):
            return Assessment(frozenset(survey.examined))
        if is_list and not isinstance(value, list):
            requirement = self.documents[names[0]].get("x-requirement", "")
            violation = Violation("", "type", requirement, "not a list", (f"a list of {names[0]}",), shorten(value))
            return Assessment(frozenset(survey.examined | {requirement}), (violation,))
        found = _varied(self._explain(names, items, partial=partial, is_list=is_list))
        violations = list(islice(found, MAX_VIOLATIONS))
        examined = survey.examined | {violation.requirement for violation in violations}
        return Assessment(frozenset(examined), tuple(violations))

    def _explain(
        self, names: tuple[str, ...], items: list[Any], *, partial: bool, is_list: bool
    ) -> Iterator[Violation]:
        explained = 0
        for index, item in enumerate(items):
            if is_list and self.is_flawless(names, item, partial=partial):
                continue
            name, survey = self._best(names, item), _Survey()
            cleaned = self._walk(item, self._root((name,), partial=partial), "", survey)
            prefix = f"/{index}" if is_list else ""
            if not self.is_flawless((name,), cleaned, partial=partial):
                if explained >= EXPLAINED_ITEMS:
                    return
                explained += 1
                yield from self._explain_one(name, cleaned, survey, prefix, partial=partial)
            yield from survey.violations(prefix)

    def _best(self, names: tuple[str, ...], item: Json) -> str:
        """Of alternatives the one that shares most property names with the value."""
        keys = set(item) if isinstance(item, dict) else set()
        return max(names, key=lambda name: len(keys & set(self.documents[name].get("properties", ()))))

    def _explain_one(
        self, name: str, cleaned: Json, survey: "_Survey", prefix: str, *, partial: bool
    ) -> Iterator[Violation]:
        validator = self._slow.get(((name,), partial))
        root = self._root((name,), partial=partial)
        if validator is None:
            validator = self._slow[((name,), partial)] = _Explainer(
                root, registry=self._slow_registry, format_checker=_CHECKER
            )
        for error in validator.iter_errors(cleaned):
            violation = self._violation(error, root)
            if violation.pointer not in survey.placeholders:
                yield _prefixed(violation, prefix)

    def _violation(self, error: ValidationError, root: Schema) -> Violation:
        schema_path, path = list(error.absolute_schema_path), list(error.absolute_path)
        # A required property that is null is missing: a fault of the object, not of the type.
        objects_only = error.validator == "type" and error.instance is None
        requirement = self._requirement(root, schema_path, error.schema, "", objects_only=objects_only) or ""
        if error.validator in ("required", "dependentRequired"):
            missing = error.message.split("'")[1]
            return Violation(
                pointer_of([*path, missing]),
                error.validator,
                requirement,
                f"`{missing}` is missing",
                (missing,),
                "absent",
            )
        values: Any = error.validator_value
        if error.validator == "enum" and str(error.instance).upper() in {str(value).upper() for value in values}:
            requirement = GENERAL["case"]
        message, expected = _words(error)
        # A token that breaks its form is a secret all the same.
        found = "a token, not shown here" if path[-1:] == ["token"] else shorten(json_text(error.instance))
        return Violation(pointer_of(path), str(error.validator), requirement, message, expected, found)

    def _requirement(
        self, schema: Any, path: list[Any], failed: Any, current: str, *, objects_only: bool
    ) -> str | None:
        """The innermost `x-requirement` around the failed keyword; None if this is not the way to it.

        `jsonschema` leaves `$ref` out of its paths, so where a step does not lead on, or leads elsewhere than to the
        schema that failed, the reference is followed.
        """
        if isinstance(schema, dict):
            if not (objects_only and schema.get("x-kind") == "type"):
                current = schema.get("x-requirement", current)
            if len(path) == 1 and schema is failed:
                return current
        if path and isinstance(schema, dict | list):
            step = path[0]
            inside = _step_into(schema, step)
            if inside is not None and len(path) > 1:
                found = self._requirement(inside, path[1:], failed, current, objects_only=objects_only)
                if found is not None:
                    return found
        if isinstance(schema, dict) and "$ref" in schema:
            target = self._explaining.get(schema["$ref"])
            return self._requirement(target, path, failed, current, objects_only=objects_only)
        return None

    def _tell(self, value: Json, schema: Any, examined: set[str]) -> None:
        """Collect the requirements that a value puts to the test; of a list its first entry speaks for all."""
        node, properties, items = schema, None, None
        while isinstance(node, dict):
            examined.update(_requirements_in(node))
            properties = node.get("properties", properties)
            items = node.get("items", items)
            node = self._explaining.get(node["$ref"]) if "$ref" in node else None
        if isinstance(value, dict) and properties is not None:
            for name, member in value.items():
                if name in properties and member is not None:
                    self._tell(member, properties[name], examined)
        elif isinstance(value, list) and items is not None and value:
            self._tell(value[0], items, examined)

    def _walk(self, value: Json, schema: Any, pointer: str, survey: _Survey) -> Json:
        """Note what the value puts to the test, and give it back without the nulls that are tolerated."""
        required: set[str] = set()
        properties: dict[str, Any] | None = None
        items: Any = None
        node = schema
        while isinstance(node, dict):
            survey.examined.update(_requirements_in(node))
            required.update(node.get("required", ()))
            if "properties" in node:
                properties = node["properties"]
            items = node.get("items", items)
            node = self._explaining.get(node["$ref"]) if "$ref" in node else None
        if isinstance(value, dict) and properties is not None:
            cleaned: dict[str, Json] = {}
            for key, member in value.items():
                here = f"{pointer}{pointer_of([key])}"
                if key not in properties:
                    survey.unknown.append(here)
                elif member is None and key not in required:
                    survey.nulls.append(here)
                    continue
                cleaned[key] = self._walk(member, properties[key], here, survey) if key in properties else member
            return cleaned
        if isinstance(value, list) and items is not None:
            return [self._walk(member, items, f"{pointer}/{index}", survey) for index, member in enumerate(value)]
        if value == NOT_AVAILABLE:
            survey.placeholders.add(pointer)
        return value

    def without_nulls(self, names: tuple[str, ...], value: Json) -> Json:
        """The value without explicit nulls in optional properties, which mean the same as leaving them out."""
        return self._walk(value, self._root((self._best(names, value),), partial=False), "", _Survey())

    def requirements_of(self, name: str) -> frozenset[str]:
        """Every requirement that judging an object of this name can put to the test."""
        found: set[str] = set()
        seen: set[str] = set()
        queue: list[Any] = [self._explaining[_urn(self.version, name, partial=False)]]
        while queue:
            node = queue.pop()
            if isinstance(node, list):
                queue.extend(node)
            elif isinstance(node, dict):
                if isinstance(node.get("x-requirement"), str):
                    found.add(node["x-requirement"])
                reference = node.get("$ref")
                if isinstance(reference, str) and reference not in seen:
                    seen.add(reference)
                    queue.append(self._explaining[reference])
                queue.extend(value for value in node.values() if isinstance(value, dict | list))
        return frozenset(found)


def _step_into(schema: dict[str, Any] | list[Any], step: Any) -> Any:
    if isinstance(schema, list):
        return schema[step] if isinstance(step, int) and step < len(schema) else None
    return schema.get(step)


def _requirements_in(node: Schema) -> list[str]:
    own = [node["x-requirement"]] if "x-requirement" in node else []
    return own + [part["x-requirement"] for part in node.get("allOf", ()) if "x-requirement" in part]


def _varied(violations: Iterator[Violation]) -> Iterator[Violation]:
    """The violations without the many of one kind."""
    counts: Counter[tuple[str, str, str]] = Counter()
    for violation in violations:
        kind = (violation.keyword, violation.requirement, violation.message)
        counts[kind] += 1
        if counts[kind] <= SAME_VIOLATIONS:
            yield violation


def _prefixed(violation: Violation, prefix: str) -> Violation:
    if not prefix:
        return violation
    return Violation(
        prefix + violation.pointer,
        violation.keyword,
        violation.requirement,
        violation.message,
        violation.expected,
        violation.found,
    )


def json_text(value: Any) -> str:
    """A value as JSON, for a message."""
    return json.dumps(value, ensure_ascii=False, default=str)


def _words(error: ValidationError) -> tuple[str, tuple[str, ...]]:
    """What is wrong and what would be right, in words."""
    limit: Any = error.validator_value
    schema: Schema = error.schema if isinstance(error.schema, dict) else {}
    title: str = schema.get("title", "")
    match error.validator:
        case "type":
            return "the wrong JSON type", (f"{limit}" + (f" ({title})" if title else ""),)
        case "enum":
            return f"not a value of {title or 'the enumeration'}", tuple(str(value) for value in limit)
        case "format":
            return f"not {FORMAT_NAMES.get(limit, limit)}", (FORMAT_NAMES.get(limit, limit),)
        case "pattern":
            kind = title or "the required form"
            return f"not {'a ' if title else ''}{kind}", (schema.get("description", "") or f"the form {limit}",)
        case "maxLength":
            return "too long", (f"at most {limit} characters",)
        case "minLength":
            return "too short", (f"at least {limit} characters",)
        case "minItems":
            return "too few entries", (f"at least {limit}",)
        case "maxItems":
            return "too many entries", (f"at most {limit}",)
        case "minimum" | "exclusiveMinimum":
            return "too small", (f"{'more than' if error.validator == 'exclusiveMinimum' else 'at least'} {limit}",)
        case "maximum":
            return "too large", (f"at most {limit}",)
        case "const":
            return "the wrong value", (json_text(limit),)
        case _:
            description: str = schema.get("description", "")
            return "not as required", (description,) if description else ()


@cache
def load_schemas(version: str) -> Schemas:
    """Read the schema documents of a version."""
    documents = {}
    for file in sorted(version_folders()[version].glob("*.schema.json")):
        document = json.loads(file.read_text(encoding="utf-8"))
        documents[document["title"]] = document
    return Schemas(version, documents)
