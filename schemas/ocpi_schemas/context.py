"""What rules know beside the exchange: who the two sides are, and what went before."""

import hashlib
from collections import OrderedDict
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Generic, TypeVar
from urllib.parse import unquote, urlsplit

from ocpi_schemas.dialect import Dialect
from ocpi_schemas.json_text import Json
from ocpi_schemas.operation import InterfaceRole
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

        Source: transport_and_format.asciidoc#transport_and_format_message_routing: such a link needs none.
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

    def put_all(self, entries: Mapping[K, V]) -> None:
        """Put many at once; those that were there stay as old as they are."""
        self._entries.update(entries)
        while len(self._entries) > self._size:
            self._entries.popitem(last=False)

    def forget(self, key: K) -> None:
        self._entries.pop(key, None)

    def __contains__(self, key: object) -> bool:
        return key in self._entries

    def __len__(self) -> int:
        return len(self._entries)

    def items(self) -> list[tuple[K, V]]:
        return list(self._entries.items())


def digest(text: str) -> bytes:
    """A short stand-in for a text that is kept for comparison only; secrets are kept in no other form."""
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()


_LONGEST_PATH = 30
_LONGEST_SEGMENT = 200
"""Segments of a URL that are looked at."""


@dataclass(frozen=True, slots=True)
class Destination:
    """An endpoint, and what a URL has below it."""

    module: str
    interface: InterfaceRole
    segments: tuple[str, ...]
    """Decoded; without the empty one that a slash at the end makes."""
    glued: bool = False
    """Whether the first of them follows the endpoint's URL without a slash in between."""


def segments_of(url: str) -> list[str]:
    """The segments of a URL's path, as they stand there; none if it is no URL."""
    try:
        segments = urlsplit(url).path.split("/")[1:]
    except ValueError:
        return []
    while segments and not segments[-1]:
        segments.pop()
    return segments


@dataclass(frozen=True, slots=True)
class Ended:
    """By which of its own requests a token stopped being one the target may use, and when the answer was complete."""

    method: str
    """POST and PUT credentials bring a new token, DELETE ends the connection."""
    at: datetime


@dataclass(frozen=True, slots=True)
class Patched:
    """An object as it is after the target's PATCHes."""

    base: Json
    """The whole object that they changed; once the target has sent a newer one, they are history."""
    object: dict[str, Json]
    """Only as far as it is known: after a change that was not accepted, nothing is but what is said later."""


@dataclass(frozen=True, slots=True)
class ActiveSession:
    """A Session in a time in which it was active."""

    id: str
    start: Json
    last_updated: Json


_LONGEST_PULL = 100_000
"""Keys that are kept of one pull; beyond that it does not count as complete."""


@dataclass(slots=True)
class Pull:
    """The pages of one list that were fetched one after another, from the first on."""

    filters: frozenset[tuple[str, str]]
    """The query without the parameters of the pagination."""
    started: datetime
    keys: set[tuple[str, ...]] = field(default_factory=set)
    """Of the objects on the pages so far."""
    position: int = 0
    """The offset of the next page."""
    next_url: str = ""

    @property
    def is_whole(self) -> bool:
        """Whether the pages, if there are no more of them, hold all that there is."""
        return not self.filters and len(self.keys) < _LONGEST_PULL


@dataclass(slots=True)
class History:
    """What the exchanges before this one showed. The Judge keeps it; rules only read."""

    request_ids: Recent[bytes, int] = field(default_factory=lambda: Recent(200_000))
    """Digests of the X-Request-IDs the target used as a client -> exchange."""
    correlation_ids: Recent[bytes, int] = field(default_factory=lambda: Recent(200_000))
    tokens: Recent[bytes, str] = field(default_factory=lambda: Recent(10_000))
    """Digests of credentials tokens that were in use or given -> who gave them (`partner`, `target`)."""
    given_to_target: Recent[bytes, str] = field(default_factory=lambda: Recent(1_000))
    """Digests of the tokens that the target is to use with us -> the method of its request that was answered with one,
    empty where we sent it in a request of ours. The raw token is never kept."""
    first_shown: Recent[bytes, datetime] = field(default_factory=lambda: Recent(10_000))
    """Digests of credentials tokens -> when the exchange that first showed one began. What was offered in vain is not
    among them."""
    registration_tokens: Recent[bytes, int] = field(default_factory=lambda: Recent(1_000))
    """Digests of the CREDENTIALS_TOKEN_A that the target used -> exchange."""
    ended: Recent[bytes, Ended] = field(default_factory=lambda: Recent(1_000))
    """Digests of the tokens that the target may use with us no more, and of its own, which never were for that."""
    version_urls: Recent[str, frozenset[str]] = field(default_factory=lambda: Recent(1_000))
    """URLs in the target's lists of versions -> the versions whose details they lead to."""
    objects: Recent[tuple[str, ...], dict[str, Json]] = field(default_factory=lambda: Recent(2_000))
    """(module, owner country, owner party, id in capitals, …) -> the object as the target last sent it."""
    pushed: Recent[tuple[str, ...], dict[str, Json]] = field(default_factory=lambda: Recent(2_000))
    """The same for what the Partner sent to the target."""
    sent_until: Recent[tuple[str, ...], datetime] = field(default_factory=lambda: Recent(2_000))
    """The keys of `objects` -> when the exchange that carried the object was over."""
    patched: Recent[tuple[str, ...], Patched] = field(default_factory=lambda: Recent(2_000))
    """The same keys -> the object with the target's PATCHes on top."""
    live_evses: Recent[tuple[str, str, str], tuple[str, datetime]] = field(default_factory=lambda: Recent(50_000))
    """(owner country, owner party, uid) of the target's EVSEs -> the Location that has it, and when it was sent."""
    removed_evses: Recent[tuple[str, str, str], str] = field(default_factory=lambda: Recent(2_000))
    """The same for EVSEs with the status REMOVED -> the Location."""
    active_sessions: Recent[tuple[str, ...], ActiveSession] = field(default_factory=lambda: Recent(2_000))
    """(owner country, owner party, Location, EVSE) -> the Session that the target last called active there."""
    pulls: dict[str, Pull] = field(default_factory=dict)
    """Ids of paginated operations -> the pages of the target's list that the Partner has fetched in its latest pull."""
    endpoints: Recent[tuple[str, ...], tuple[str, InterfaceRole]] = field(default_factory=lambda: Recent(500))
    """Path segments of the Partner's endpoints that the target was told or has found -> module and interface."""
    target_unregistered: bool = False
    """Whether the target has ended the registration by DELETE credentials."""

    def destination(self, url: str) -> Destination | None:
        """The Partner's endpoint that a URL leads to, the nearest above it; None if it is not below any."""
        segments = segments_of(url)
        for length in range(min(len(segments), _LONGEST_PATH), 0, -1):
            endpoint = self.endpoints.get(tuple(segments[:length]))
            if endpoint is not None:
                below = tuple(unquote(segment) for segment in segments[length:])
                # Other URLs may well be below those of versions and credentials, which have nothing there themselves.
                return None if below and endpoint[1] is InterfaceRole.BOTH else Destination(*endpoint, below)
            glued = self._glued(segments[: length - 1], segments[length - 1], segments[length:])
            if glued is not None:
                return glued
        return None

    def _glued(self, above: list[str], last: str, below: list[str]) -> Destination | None:
        """The endpoint whose URL goes on in its own last segment, such as `…/locationsNL` for `…/locations/NL`."""
        for end in range(min(len(last), _LONGEST_SEGMENT) - 1, 0, -1):
            endpoint = self.endpoints.get((*above, last[:end]))
            if endpoint is not None and endpoint[1] is not InterfaceRole.BOTH:
                segments = tuple(unquote(segment) for segment in (last[end:], *below))
                return Destination(*endpoint, segments, glued=True)
        return None
