"""Comparing what was sent with what comes back: values, not spellings."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from ocpi_schemas.dialect import Dialect
from ocpi_schemas.json_text import Json
from ocpi_schemas.schema import load_schemas
from ocpi_schemas.timestamps import read_timestamp


def _same_leaf(sent: Json, back: Json) -> bool:
    if sent == back:
        return True
    if isinstance(sent, str) and isinstance(back, str):
        first, second = read_timestamp(sent), read_timestamp(back)
        return first is not None and first == second
    numbers = (int, float, Decimal)
    if (
        isinstance(sent, numbers)
        and isinstance(back, numbers)
        and not isinstance(sent, bool)
        and not isinstance(back, bool)
    ):
        return Decimal(str(sent)) == Decimal(str(back))
    return False


def differences(
    sent: Any, back: Any, pointer: str = "", *, caseless: frozenset[str] = frozenset()
) -> Iterator[tuple[str, Any, Any]]:
    """Where two JSON values differ in meaning: pointer, what was sent, what came back.

    Null, absent and an empty list say the same; lists of objects with an id or uid compare in any order; properties
    that come back beside those sent are no difference; nor is the case of letters in those that are named `caseless`.
    """
    if isinstance(sent, dict) and isinstance(back, dict):
        for name, value in sent.items():
            if value in (None, []) and back.get(name) in (None, []):
                continue
            yield from differences(value, back.get(name), f"{pointer}/{name}", caseless=caseless)
    elif isinstance(sent, list) and isinstance(back, list):
        yield from _list_differences(sent, back, pointer, caseless)
    elif not _same_leaf(sent, back) and not (_name(pointer) in caseless and _same_letters(sent, back)):
        yield pointer, sent, back


def differences_in(dialect: Dialect, sent: Any, back: Any) -> list[tuple[str, Any, Any]]:
    """The differences by the types of a version: CiStrings have no case."""
    return list(differences(sent, back, caseless=load_schemas(dialect.version).caseless))


def _name(pointer: str) -> str:
    """The property that a pointer leads to, be it to an entry of its list."""
    return next((part for part in reversed(pointer.split("/")) if not part.isdigit()), "")


def _same_letters(sent: Json, back: Json) -> bool:
    return isinstance(sent, str) and isinstance(back, str) and sent.upper() == back.upper()


def _list_differences(
    sent: list[Any], back: list[Any], pointer: str, caseless: frozenset[str]
) -> Iterator[tuple[str, Any, Any]]:
    if len(sent) != len(back):
        yield pointer, f"{len(sent)} entries", f"{len(back)} entries"
        return
    key = next((name for name in ("uid", "id") if sent and all(isinstance(i, dict) and name in i for i in sent)), None)
    if key is not None and all(isinstance(entry, dict) for entry in back):
        by_key = {str(entry.get(key)).upper(): entry for entry in back}
        pairs = [(entry, by_key.get(str(entry[key]).upper())) for entry in sent]
    elif all(isinstance(entry, str) for entry in sent):
        in_order: list[list[str]] = [sorted(map(str, side), key=str.upper) for side in (sent, back)]
        pairs = list(zip(*in_order, strict=True))
    else:
        pairs = list(zip(sent, back, strict=True))
    for place, (one, other) in enumerate(pairs):
        yield from differences(one, other, f"{pointer}/{place}", caseless=caseless)
