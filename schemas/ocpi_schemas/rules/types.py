"""Rules of the types chapter. What one value can show is in the schema documents; here is the rest."""

import re
from collections.abc import Iterator
from decimal import Context, Decimal, InvalidOperation
from functools import cache

from ocpi_schemas.finding import shorten
from ocpi_schemas.json_text import Json
from ocpi_schemas.rules.rule import Flaw, Judged, Outcome, Seen, message_rule
from ocpi_schemas.schema import SURVEYED_ITEMS, load_schemas, pointer_of

MAX_FLAWS = 20
"""Numbers reported per message; a sender that does not round does so everywhere."""

_LONG_FRACTION = re.compile(rb"\.(?:[0-9]{5,}[\s,}\]eE]|[0-9]+[eE]-)")
"""A fraction with five digits or with a negative exponent that no quotation mark ends, as it does after coordinates."""

_FOUR_DECIMALS = Decimal("0.0001")
_EXACT = Context(prec=100)


@message_rule("TYP-031")
def number_has_four_decimals(seen: Seen) -> Outcome:
    """The fields of type number in the objects of a message; zeros at the end do not count.

    Source: types.asciidoc#types_number_type
    """
    operation = seen.operation
    if operation is None:
        return None
    if seen.judged is Judged.REQUEST:
        payload, body = operation.request, seen.exchange.request.body
    else:
        payload, body = operation.response, seen.response.body
    if payload is None or not payload.any_of or not seen.items:
        return None
    names = _number_fields(seen.context.dialect.version)
    if _LONG_FRACTION.search(body.raw) is None:
        surveyed = next(_numbers(seen, seen.items[:SURVEYED_ITEMS], names), None)
        return None if surveyed is None else []
    numbers = list(_numbers(seen, seen.items, names))
    if not numbers:
        return None
    long = [(pointer, value) for pointer, value in numbers if not _fits_four_decimals(value)]
    return [
        Flaw("a number with more than four decimals", ("at most 4 decimals",), shorten(value), pointer)
        for pointer, value in long[:MAX_FLAWS]
    ]


@cache
def _number_fields(version: str) -> frozenset[str]:
    """The names of the fields of type number, but for those whose table says how many decimals they have."""
    return frozenset(
        name
        for document in load_schemas(version).documents.values()
        for name, field in document.get("properties", {}).items()
        if str(field.get("$ref", "")).endswith(":number") and "x-decimals" not in field
    )


def _numbers(seen: Seen, items: list[dict[str, Json]], names: frozenset[str]) -> Iterator[tuple[str, int | Decimal]]:
    """Pointers and values of the number fields in these items, level by level."""
    queue: list[tuple[str, Json]] = [(seen.pointer(index), item) for index, item in enumerate(items)]
    for base, container in queue:
        members = container.items() if isinstance(container, dict) else enumerate(_entries(container))
        for key, value in members:
            if isinstance(value, dict | list):
                queue.append((base + pointer_of([key]), value))
            elif key in names and isinstance(value, int | Decimal) and not isinstance(value, bool):
                yield base + pointer_of([key]), value


def _entries(value: Json) -> list[Json]:
    return value if isinstance(value, list) else []


def _fits_four_decimals(value: int | Decimal) -> bool:
    if isinstance(value, int):
        return True
    try:
        return value.quantize(_FOUR_DECIMALS, context=_EXACT) == value
    except InvalidOperation:  # more digits before the point than any measure has
        return True
