"""Peers: the platforms a Partner has a connection with, and the credentials tokens between them."""

import hmac
import secrets
from dataclasses import dataclass, field

from ocpi_schemas.context import PartyRole
from ocpi_schemas.operation import InterfaceRole
from ocpi_schemas.party import PartyId
from ocpi_schemas.redaction import decode_token

TOKEN_LENGTH = 64


def new_token() -> str:
    """A credentials token that nobody can guess, of characters that no peer trips over: digits and small letters.

    It can be read as Base64 but not as Base64 of a text, for peers that try whether a token is encoded.
    """
    return secrets.token_hex(16)


def token_problem(token: str) -> str | None:
    """Why a text cannot be a credentials token; None if it can. It is not repeated in the answer.

    Source: credentials.asciidoc#credentials_credentials_object
    """
    if not 0 < len(token) <= TOKEN_LENGTH:
        return f"a credentials token has 1 to {TOKEN_LENGTH} characters"
    if not all("!" <= character <= "~" for character in token):
        return "a credentials token has printable ASCII characters only, and no space"
    return None


@dataclass(frozen=True, slots=True)
class PeerEndpoint:
    """An endpoint that the peer's version details name."""

    module: str
    interface: InterfaceRole
    url: str


@dataclass(slots=True)
class Peer:
    """One connection. Tokens are compared in constant time and live in memory only."""

    token_a: str | None = None
    """CREDENTIALS_TOKEN_A that we gave them, good for versions and credentials until they are registered."""
    inbound: str | None = None
    """The token that they use with us since they are registered."""
    pending: str | None = None
    """A token that we are just offering them: they may use it to call us back."""
    outbound: str | None = None
    """The token that we use with them."""
    versions_url: str | None = None
    version: str | None = None
    endpoints: tuple[PeerEndpoint, ...] = ()
    roles: tuple[PartyRole, ...] = ()

    @property
    def registered(self) -> bool:
        return self.inbound is not None and self.outbound is not None

    def endpoint(self, module: str, interface: InterfaceRole, *, roles: bool) -> PeerEndpoint | None:
        """The endpoint of a module; without interface roles (or where they say nothing) the module decides alone."""
        return next(
            (
                entry
                for entry in self.endpoints
                if entry.module == module
                and (not roles or interface is InterfaceRole.BOTH or entry.interface is interface)
            ),
            None,
        )

    def party_of(self, role: str) -> PartyId | None:
        """Their party in this role, else any party of theirs."""
        fitting = [entry.party for entry in self.roles if entry.role == role]
        return next(iter(fitting or [entry.party for entry in self.roles]), None)

    def owns(self, country_code: str, party_id: str) -> bool:
        """Whether this is one of their parties."""
        return any(entry.party.is_same(country_code, party_id) for entry in self.roles)

    def forget(self) -> None:
        """End the connection: no token of it is good any more."""
        self.token_a = self.inbound = self.pending = self.outbound = None
        self.version = None
        self.endpoints = ()
        self.roles = ()


@dataclass(frozen=True, slots=True)
class Admission:
    """Who a request comes from, by its token."""

    peer: Peer
    kind: str
    """`A`, `pending` or `current`."""


@dataclass(slots=True)
class Peers:
    """All connections of a Partner."""

    all: list[Peer] = field(default_factory=list)

    def newest(self) -> Peer | None:
        """The connection that was registered, or renewed, last; None if nobody is registered."""
        return next((peer for peer in reversed(self.all) if peer.registered), None)

    def make_newest(self, peer: Peer) -> None:
        """Note that this connection was just registered or renewed."""
        self.drop(peer)
        self.all.append(peer)

    def drop(self, peer: Peer) -> None:
        """Take a connection off the list."""
        self.all = [other for other in self.all if other is not peer]

    def holder(self, token: str) -> Peer | None:
        """Whose connection the other side may open with this token; None if it is not in use."""
        return next((peer for peer in self.all if token in (peer.token_a, peer.pending, peer.inbound)), None)

    def expect(self, token_a: str) -> Peer:
        """Hand out a CREDENTIALS_TOKEN_A: whoever comes with it may register."""
        peer = Peer(token_a=token_a)
        self.all.append(peer)
        return peer

    def admit(self, authorization: str | None, encodings: frozenset[str]) -> Admission | None:
        """Who sent this Authorization header; None if nobody we know.

        Source: transport_and_format.asciidoc#transport_and_format_authorization_header
        """
        scheme, _, credential = (authorization or "").partition(" ")
        if scheme != "Token" or not credential:
            return None
        spellings = [credential] if "plain" in encodings else []
        if (decoded := decode_token(credential)) is not None:
            spellings.append(decoded)
        found: Admission | None = None
        for peer in self.all:
            for kind, token in (("A", peer.token_a), ("pending", peer.pending), ("current", peer.inbound)):
                for spelling in spellings:
                    if token is not None and hmac.compare_digest(token.encode(), spelling.encode()):
                        found = Admission(peer, kind)
        return found
