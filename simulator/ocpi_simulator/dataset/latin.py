"""Latin: any European text in the 26 letters, for versions whose strings are ASCII."""

import unicodedata

# Pairs of a small letter and its Latin form.
_GREEK = "αa βv γg δd εe ζz ηi θth ιi κk λl μm νn ξx οo πp ρr σs ςs τt υy φf χch ψps ωo"
_CYRILLIC = "аa бb вv гg дd еe жzh зz иi йy кk лl мm нn оo пp рr сs тt уu фf хh цts чch шsh щsht ъa ьy ыy эe юyu яya"
_OTHER = "ßss øo æae œoe đd łl þth ðd ıi"

_MARKS = {"’": "'", "‘": "'", "„": '"', "“": '"', "”": '"', "«": '"', "»": '"', "–": "-", "—": "-"}
_SMALL = {pair[0]: pair[1:] for pair in f"{_GREEK} {_CYRILLIC} {_OTHER}".split()}
_LARGE = {small.upper(): latin.capitalize() for small, latin in _SMALL.items() if len(small.upper()) == 1}
_TABLE = str.maketrans(_MARKS | _LARGE | _SMALL)


def to_ascii(text: str) -> str:
    """The text without accents and in Latin letters; what has no Latin form is left out."""
    if text.isascii():
        return text
    # й decomposes into another letter, so the table goes first; accents hide letters from it, so it goes again.
    decomposed = unicodedata.normalize("NFKD", text.translate(_TABLE))
    bare = "".join(char for char in decomposed if not unicodedata.combining(char))
    return bare.translate(_TABLE).encode("ascii", "ignore").decode()
