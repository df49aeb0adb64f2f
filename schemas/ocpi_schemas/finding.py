"""Finding: one way in which an exchange does not do what a requirement demands."""

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Finding:
    """Collected, never raised: one exchange can have many."""

    requirement: str
    """Id in the catalogue; how severe the finding is follows from that requirement's level alone."""
    message: str
    """What is wrong, in one line that a vendor can act on."""
    expected: tuple[str, ...] = ()
    """What would have been right; several entries are alternatives."""
    found: str = ""
    pointer: str = ""
    """JSON Pointer into the judged body, or `header Name`, `query name`, `status`."""
    exchange: int | None = None
    """Index in the Journal; None when no single exchange shows it."""

    def at(self, exchange: int) -> "Finding":
        """The same finding, placed in an exchange."""
        return replace(self, exchange=exchange)


def shorten(value: object, limit: int = 120) -> str:
    """A value for a message: its text, cut to one line of at most `limit` characters."""
    text = " ".join(str(value).split())
    return text if len(text) <= limit else text[: limit - 1] + "…"
