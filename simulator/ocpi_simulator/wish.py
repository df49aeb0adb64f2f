"""Wish: how a request of the Partner is to differ from the usual one."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Wish:
    """What a request is to look like beyond the usual; for negative scenarios."""

    token: str | None = None
    """Another credentials token than the peer's."""
    raw_authorization: str | None = None
    """The whole Authorization header as it is; an empty text leaves it out."""
    headers: tuple[tuple[str, str | None], ...] = ()
    """Headers to set, or (None) to leave out."""
    body: bytes | None = None
    """The body as bytes, instead of JSON."""
    lower_case_headers: bool = False
    upper_case_headers: bool = False
    """Spell all header names so: names have no case."""
    deliberate: bool = False
    """The request is wrong on purpose, or asks for what does not exist."""
    token_kind: str = ""


PLAIN = Wish()
