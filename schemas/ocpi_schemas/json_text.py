"""JSON as a peer sent it: exact decimals, no duplicate names, no NaN, and an explanation when it is not JSON."""

import json
import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, NoReturn, TypeAlias

Json: TypeAlias = bool | int | Decimal | float | str | list["Json"] | dict[str, "Json"] | None
"""A parsed JSON value; numbers with a fraction are `Decimal`, never rounded."""

MAX_DEPTH = 100
"""Nesting beyond this is refused: no OCPI object comes near it, and recursion on hostile data must end."""


@dataclass(frozen=True, slots=True)
class NotJson:
    """Why a text is not a JSON document that OCPI can carry."""

    reason: str


class _RefusedError(ValueError):
    pass


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise _RefusedError(f"the name {twice[:60]!r} stands twice in one object")
    return made


def _constant(name: str) -> NoReturn:
    raise _RefusedError(f"{name} is not a JSON number")


_DECODER = json.JSONDecoder(object_pairs_hook=_object, parse_float=Decimal, parse_constant=_constant)


def parse(text: bytes) -> Json | NotJson:
    """Parse UTF-8 JSON. RFC 8259: a byte order mark is not part of a JSON text, so it is refused too."""
    if text.startswith(b"\xef\xbb\xbf"):
        return NotJson("begins with a byte order mark (BOM)")
    try:
        value = _DECODER.decode(text.decode("utf-8"))
    except UnicodeDecodeError as error:
        return NotJson(f"not UTF-8 at byte {error.start}")
    except json.JSONDecodeError as error:
        return NotJson(f"{error.msg} at line {error.lineno}, column {error.colno}")
    except RecursionError:
        return NotJson("nested too deeply")
    except InvalidOperation:
        return NotJson("a number with an exponent beyond all measure")
    except ValueError as error:
        return NotJson(str(error)[:200])
    if _SURROGATE.search(text) and _has_lone_surrogate(value):
        return NotJson("half of a surrogate pair, which is no character")
    if not _is_plainly_shallow(text) and _deeper_than(value, MAX_DEPTH):
        return NotJson(f"nested more than {MAX_DEPTH} levels deep")
    return value  # type: ignore[no-any-return]


_NO_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))


def _is_plainly_shallow(text: bytes) -> bool:
    """Whether the brackets alone show it: each round takes away the innermost. Those inside strings may hide it."""
    brackets = text.translate(None, _NO_BRACKETS)
    for _ in range(MAX_DEPTH):
        fewer = brackets.replace(b"[]", b"").replace(b"{}", b"")
        if not fewer:
            return True
        if len(fewer) == len(brackets):
            return False
        brackets = fewer
    return False


def _deeper_than(value: Json, limit: int) -> bool:
    level: list[Json] = [value]
    for _ in range(limit):
        level = [
            child
            for container in level
            for child in (
                container.values() if isinstance(container, dict) else container if isinstance(container, list) else ()
            )
            if isinstance(child, dict | list)
        ]
        if not level:
            return False
    return True


_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")


def _has_lone_surrogate(value: Json) -> bool:
    try:
        json.dumps(value, ensure_ascii=False, default=str).encode()
    except UnicodeEncodeError:
        return True
    return False


def _plain(value: object) -> object:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() and abs(value) < 10**15 else float(value)
    raise TypeError(f"{type(value).__name__} is not JSON")


def dump(value: Json) -> bytes:
    """Compact JSON in UTF-8. Decimals are written with the digits they have, as far as a double carries them."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=_plain).encode()
