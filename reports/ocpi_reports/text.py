"""Text that a target may have written, made fit to be shown: nothing invisible, nothing endless."""

import re
from html import escape

_INVISIBLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufffe\uffff\ud800-\udfff]"
)
"""Control characters, zero-width and direction-changing characters (which make text look like what it is not), halves
of surrogate pairs (which no encoding carries), and what XML forbids. Tab and line feed stay."""


def _spell_out(match: re.Match[str]) -> str:
    code = ord(match[0])
    # A byte that was no UTF-8 in a header arrives as one of these (PEP 383).
    if 0xDC80 <= code <= 0xDCFF:
        return f"\\x{code - 0xDC00:02x}"
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


def visible(text: str) -> str:
    """The text with every invisible or forbidden character spelled out, such as `\\x1b` or `\\u202e`."""
    return text if text.isascii() and text.isprintable() else _INVISIBLE.sub(_spell_out, text)


def one_line(text: str, limit: int = 300) -> str:
    """The text on one line, cut to a number of characters."""
    line = visible(" ".join(text[: limit * 4].split()))
    return line if len(line) <= limit and len(text) <= limit * 4 else line[: limit - 1] + "…"


def compact(text: str, limit: int = 300) -> str:
    """`one_line` for an HTML file: text that grows when it is escaped is cut earlier, so that the file stays small."""
    line = one_line(text, limit)
    return line if cost(line) <= limit * 3 // 2 else clip(line, limit) + "…"


def cost(text: str) -> int:
    """The number of bytes that a text takes in an HTML file."""
    return len(escape(visible(text), quote=False).encode())


def clip(text: str, limit: int) -> str:
    """The beginning of a text, as much as takes no more than `limit` bytes in an HTML file."""
    kept = text[:limit]
    while kept and (size := cost(kept)) > limit:
        kept = kept[: min(len(kept) - 1, len(kept) * limit // size)]
    return kept


def count(number: int, noun: str, plural: str = "") -> str:
    """`1 finding`, `2 findings`, `12,000 findings`."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def times(number: int) -> str:
    """`once`, `2 times`."""
    return "once" if number == 1 else f"{number:,} times"


def listed(words: list[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return " and ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)


def duration(seconds: float) -> str:
    """A duration a person reads: `340 ms`, `2.1 s`, `3 min 20 s`, `1 h 05 min`."""
    if seconds < 1:
        return f"{round(seconds * 1000)} ms"
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02} min" if hours else f"{minutes} min {rest:02} s"
