"""Bodies made readable without changing what was sent, and findings pinned to the line they are about.

JSON is re-indented token by token, not parsed and written again: numbers keep their digits, escapes and repeated names
stay as they came. Where a body is cut, the lines around the pins survive.
"""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ocpi_reports.text import clip, cost
from ocpi_schemas.exchange import Body
from ocpi_schemas.json_text import NotJson

_TOKEN = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|[{}\[\],:]|[^\s{}\[\],:"]+', re.DOTALL)
_INDENT = "  "
_LONGEST_LINE = 2_000
"""Of a JSON text: a value that is longer, such as an image in Base64, would push out all else."""
_LONGEST_INDENTED = 1_000_000
"""Bytes beyond which a body is not re-indented: it is going to be cut to a fiftieth of that."""
_MOST_SEARCHED = 4_000_000
"""Characters of re-indented text in which a pin is looked for: deep nesting makes a small body endless."""
_AROUND_PIN = 4
"""Lines kept on each side of a pinned line when a body is cut."""


@dataclass(frozen=True, slots=True)
class Pin:
    """A finding, as it is shown beside the line it is about."""

    pointer: str
    requirement: str
    message: str
    anchor: str = ""
    """What a link to it names."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some lines of a text; with pins exactly one line, with `left_out` the place of lines that were cut."""

    text: str
    pins: tuple[Pin, ...] = ()
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class Cut:
    """What is shown of a text, and whether that is all."""

    chunks: tuple[Chunk, ...]
    complete: bool

    @property
    def size(self) -> int:
        return sum(cost(chunk.text) for chunk in self.chunks)


def _below(container: str, name: str) -> str:
    return f"{container}/{name.replace('~', '~0').replace('/', '~1')}"


def _name(part: str) -> str:
    if "\\" not in part:
        return part[1:-1]
    try:
        return str(json.loads(part))
    except ValueError:
        return part


def indented(text: str) -> Iterator[tuple[str, str]]:
    """The lines of a JSON text, each with the JSON Pointer of the value that begins or ends on it."""
    containers: list[str] = []
    """The pointers of the open objects and lists, outermost first."""
    items: list[int] = []
    """How many items of each open list are done; -1 for an object."""
    line, here, fresh, name_follows = "", "", False, False
    for match in _TOKEN.finditer(text):
        part = match[0]
        if part in ("}", "]") and containers:
            items.pop()
            if not fresh:
                yield here, line
                line = _INDENT * len(items)
            here = containers.pop()
            line, fresh, name_follows = line + part, False, False
            continue
        if fresh:
            yield here, line
            line, fresh = _INDENT * len(items), False
            here = containers[-1] if items[-1] < 0 else f"{containers[-1]}/0"
        if part == "," and containers:
            yield here, line + ","
            line = _INDENT * len(items)
            name_follows = items[-1] < 0
            if not name_follows:
                items[-1] += 1
                here = f"{containers[-1]}/{items[-1]}"
        elif part == ":":
            line += ": "
        elif part in ("{", "["):
            line += part
            containers.append(here)
            items.append(-1 if part == "{" else 0)
            fresh, name_follows = True, part == "{"
        else:
            line += part
            if name_follows:
                here, name_follows = _below(containers[-1], _name(part)), False
    if line:
        yield here, line


def _plain_lines(text: str) -> Iterator[tuple[str, str]]:
    for line in text.split("\n"):
        yield "", line.removesuffix("\r")


def decoded(body: Body) -> str:
    """A body as text; bytes that are no UTF-8 are spelled out, such as `\\xff`."""
    return body.raw.decode("utf-8", "backslashreplace")


def _beginning(raw: bytes, limit: int) -> bytes:
    """No more than `limit` bytes, and no half of a character at the end."""
    if len(raw) <= limit:
        return raw
    end = limit
    while end > limit - 4 and end > 0 and raw[end] & 0xC0 == 0x80:
        end -= 1
    return raw[:end]


def _nearest(pointer: str, lines: dict[str, int]) -> int:
    while pointer and pointer not in lines:
        pointer = pointer.rpartition("/")[0]
    return lines.get(pointer, 0)


def _pinned(places: dict[str, int], pins: Iterable[Pin]) -> dict[int, list[Pin]]:
    pinned: dict[int, list[Pin]] = {}
    for pin in pins:
        # A property that is missing has no line: the nearest container that is there stands for it.
        pinned.setdefault(_nearest(pin.pointer, places), []).append(pin)
    return pinned


def _shown(lines: Sequence[str], pinned: Iterable[int], limit: int) -> set[int]:
    """The lines to show when not all can be: the surroundings of the pins, within half of the limit, and the top."""
    shown: set[int] = set()
    spent = 0
    around = [
        number + offset
        for number in sorted(pinned)
        for offset in sorted(range(-_AROUND_PIN, _AROUND_PIN + 1), key=abs)
        if 0 <= number + offset < len(lines)
    ]
    for numbers, share in ((around, limit // 2), (range(len(lines)), limit)):
        for number in numbers:
            if number in shown:
                continue
            spent += cost(lines[number]) + 1
            if spent > share:
                break
            shown.add(number)
    return shown


def _chunks(lines: Sequence[str], shown: set[int] | None, pinned: dict[int, list[Pin]]) -> Iterator[Chunk]:
    together: list[str] = []
    left_out = 0
    for number, line in enumerate(lines):
        if shown is not None and number not in shown:
            if together:
                yield Chunk("\n".join(together))
                together = []
            left_out += 1
            continue
        if left_out:
            yield Chunk("", left_out=left_out)
            left_out = 0
        if number in pinned:
            if together:
                yield Chunk("\n".join(together))
                together = []
            yield Chunk(line, tuple(pinned[number]))
        else:
            together.append(line)
    if together:
        yield Chunk("\n".join(together))
    if left_out:
        yield Chunk("", left_out=left_out)


def shown_body(body: Body, limit: int, pins: Sequence[Pin] = ()) -> Cut:
    """What is shown of a body within a number of bytes: all of it, or its beginning and what the pins are about."""
    if not body:
        return Cut((), complete=True)
    if len(body.raw) <= _LONGEST_INDENTED and not isinstance(body.json, NotJson):
        source, complete, longest = indented(decoded(body)), True, _LONGEST_LINE
    else:
        source = _plain_lines(decoded(Body(_beginning(body.raw, limit))))
        complete, longest = len(body.raw) <= limit, limit
    lines: list[str] = []
    places: dict[str, int] = {}
    spent, ceiling = 0, _MOST_SEARCHED if pins else limit
    for pointer, line in source:
        text = line if len(line) <= longest else clip(line, longest) + " …"
        spent += cost(text) + 1
        if spent > ceiling:
            complete = False
            if not lines:
                lines.append(clip(text, limit))
            break
        complete = complete and text is line
        places.setdefault(pointer, len(lines))
        lines.append(text)
    pinned = _pinned(places, pins)
    if spent <= limit or not pins:
        return Cut(tuple(_chunks(lines, None, pinned)), complete)
    return Cut(tuple(_chunks(lines, _shown(lines, pinned, limit), pinned)), complete=False)
