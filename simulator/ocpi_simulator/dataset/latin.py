"""Latin: any European text in the 26 letters, for versions whose strings are ASCII."""

import unicodedata

_GREEK = dict(
    zip("αβγδεζηθικλμνξοπρσςτυφχψω", "a v g d e z i th i k l m n x o p r s s t y f ch ps o".split(), strict=True)
)
_CYRILLIC = dict(
    zip(
        "абвгдежзийклмнопрстуфхцчшщъьюяыэ",
        "a b v g d e zh z i y k l m n o p r s t u f h ts ch sh sht a y yu ya y e".split(),
        strict=True,
    )
)
_LETTERS = {"ß": "ss", "ø": "o", "æ": "ae", "œ": "oe", "đ": "d", "ł": "l", "þ": "th", "ð": "d", "ı": "i"}
_MARKS = {"’": "'", "‘": "'", "„": '"', "“": '"', "”": '"', "–": "-", "—": "-", "ʼ": "'", "№": "No."}

_SMALL = _GREEK | _CYRILLIC | _LETTERS
_TABLE = str.maketrans(
    _MARKS | _SMALL | {small.upper(): latin.capitalize() for small, latin in _SMALL.items() if small != "ß"}
)


def to_ascii(text: str) -> str:
    """The text without accents and in Latin letters; what has no Latin form is left out."""
    if text.isascii():
        return text
    # й and ё decompose into other letters, so the table goes first; accents hide letters from it, so it goes again.
    decomposed = unicodedata.normalize("NFKD", text.translate(_TABLE))
    bare = "".join(char for char in decomposed if not unicodedata.combining(char))
    return bare.translate(_TABLE).encode("ascii", "ignore").decode()
