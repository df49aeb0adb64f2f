"""What rules know beside the exchange: who the two sides are, and what went before."""

import hashlib
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass, field, replace
from typing import Generic, TypeVar

from ocpi_schemas.dialect import Dialect
from ocpi_schemas.json_text import Json
from ocpi_schemas.party import PartyId

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class PartyRole:
    """A role and party that a platform gave in its credentials."""

    role: str
    party: PartyId


@dataclass(frozen=True, slots=True)
class Context:
    """The two sides, as far as they are known when an exchange is judged."""

    dialect: Dialect
    target_role: str
    """The market role under test: CPO, EMSP."""
    partner: tuple[PartyRole, ...] = ()
    target: tuple[PartyRole, ...] = ()
    """Empty until the target has given its credentials."""
    closed_network: bool = True
    """Whether the target is reached on a loopback or private address, where plain HTTP is no fault."""

    @property
    def exempt_from_routing(self) -> bool:
        """Whether both sides have one party in one role.

        Source: transport_and_format.asciidoc#transport_and_format_message_routing: such a link needs no routing headers.
        """
        return len(self.partner) <= 1 and len(self.target) <= 1

    def with_target(self, roles: tuple[PartyRole, ...]) -> "Context":
        """The same, now that the target has named its parties."""
        return replace(self, target=roles)


class Recent(Generic[K, V]):
    """A mapping that forgets its oldest entries, so that a long run stays small."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._entries: OrderedDict[K, V] = OrderedDict()

    def get(self, key: K) -> V | None:
        return self._entries.get(key)

    def put(self, key: K, value: V) -> None:
        self._entries[key] = value
        self._entries.move_to_end(key)
        if len(self._entries) > self._size:
            self._entries.popitem(last=False)

    def __contains__(self, key: object) -> bool:
        return key in self._entries

    def items(self) -> list[tuple[K, V]]:
        return list(self._entries.items())


def digest(text: str) -> bytes:
    """A short stand-in for a text that is kept for comparison only; secrets are kept in no other form."""
    return hashlib.blake2b(text.encode(), digest_size=8).digest()


@dataclass(slots=True)
class History:
    """What the exchanges before this one showed. The Judge keeps it; rules only read."""

    request_ids: Recent[bytes, int] = field(default_factory=lambda: Recent(200_000))
    """Digests of the X-Request-IDs the target used as a client -> exchange."""
    correlation_ids: Recent[bytes, int] = field(default_factory=lambda: Recent(200_000))
    tokens: Recent[bytes, str] = field(default_factory=lambda: Recent(10_000))
    """Digests of credentials tokens that were in use or given -> who gave them (`partner`, `target`)."""
    given_to_target: Recent[bytes, str] = field(default_factory=lambda: Recent(1_000))
    """Digests of the tokens that the target is to use with us -> the raw token is never kept."""
    objects: Recent[tuple[str, ...], dict[str, Json]] = field(default_factory=lambda: Recent(20_000))
    """(module, owner country, owner party, id in capitals, …) -> the object as the target last sent it."""
    pushed: Recent[tuple[str, ...], dict[str, Json]] = field(default_factory=lambda: Recent(20_000))
    """The same for what the Partner sent to the target."""
    target_unregistered: bool = False
    """Whether the target has ended the registration by DELETE credentials."""
