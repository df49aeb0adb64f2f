"""Draft: a message on its way out, between what the Partner means and the bytes on the wire."""

from dataclasses import dataclass, field
from enum import StrEnum

from ocpi_schemas.json_text import Json, dump
from ocpi_schemas.operation import Operation


class Kind(StrEnum):
    """Which half of an exchange a draft is."""

    REQUEST = "request"
    RESPONSE = "response"


@dataclass(frozen=True, slots=True)
class Encoded:
    """A list whose objects are JSON text already, so that a page of cached objects costs no encoding."""

    items: list[bytes]

    @property
    def text(self) -> bytes:
        """The list as JSON text."""
        return b"[" + b",".join(self.items) + b"]"

    def before(self, rest: bytes) -> bytes:
        """A response body: the list as `data`, and after it the members of an envelope; each byte is copied once."""
        if not self.items:
            return b'{"data":[],' + rest[1:]
        *most, last = self.items
        first = b'{"data":['
        tail = last + b"]," + rest[1:]
        if not most:
            return first + tail
        return b",".join((first + most[0], *most[1:], tail))


class Absent:
    """The mark for a member that is left out."""

    def __repr__(self) -> str:
        return "ABSENT"


ABSENT = Absent()


@dataclass(slots=True)
class Delivery:
    """How the bytes travel: the connection seam."""

    delay_s: float = 0.0
    drop: bool = False
    """Close the connection instead of answering."""
    cut_at: int | None = None
    """Announce all bytes, send only so many, and close."""
    drip_s: float = 0.0
    """Pause between small pieces of the body."""
    repeat: int = 0
    """Send a request so many times more."""


@dataclass(slots=True)
class Draft:
    """Behaviours change this, each at its own seam."""

    kind: Kind
    operation: Operation | None
    payload: Json | Absent = ABSENT
    """The envelope of a response, the body of a request; the object seam."""
    body: bytes | None = None
    """The encoded body; None until encoded."""
    headers: list[tuple[str, str]] = field(default_factory=list)
    status: int = 200
    method: str = ""
    url: str = ""
    delivery: Delivery = field(default_factory=Delivery)

    def encode(self) -> None:
        """Make the body from the payload, unless a behaviour has made one."""
        if self.body is None:
            self.body = b"" if isinstance(self.payload, Absent) else dump(self.payload)

    def header(self, name: str) -> str | None:
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), None)

    def set_header(self, name: str, value: str | None) -> None:
        """Set a header where it stands, or append it; None takes it away."""
        wanted = name.lower()
        kept = [(key, old) for key, old in self.headers if key.lower() != wanted]
        self.headers = kept if value is None else [*kept, (name, value)]
