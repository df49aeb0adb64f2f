"""How a Partner is set up."""

from dataclasses import dataclass, field

from ocpi_schemas.dialect import known_versions
from ocpi_schemas.exchange import Side
from ocpi_schemas.party import PartyId
from ocpi_simulator.client import Limits


@dataclass(frozen=True, slots=True)
class PartnerConfig:
    """Everything a Partner needs to know before it starts."""

    role: str = "CPO"
    """Its market role: CPO or EMSP."""
    party: PartyId = field(default_factory=lambda: PartyId("NL", "ABC"))
    other_parties: tuple[PartyId, ...] = ()
    """More parties in the same role that share its platform; they own nothing."""
    name: str = "Example Charging"
    versions: tuple[str, ...] = field(default_factory=lambda: tuple(known_versions()))
    host: str = "127.0.0.1"
    port: int = 0
    """0: any free port."""
    public_url: str | None = None
    """How others reach it, if not by host and port; without a trailing slash."""
    token_a: str | None = None
    """CREDENTIALS_TOKEN_A that it has handed out; None: it waits for nobody to register."""
    behaviours: tuple[str, ...] = ()
    """Deviations that are switched on from the start, in the words of `parse_behaviour`."""
    seed: int = 1
    locations: int = 120
    tokens: int = 120
    page_limit: int = 50
    """The largest page it serves: X-Limit."""
    side: Side = Side.PARTNER
    """Which side of a run it plays: recorded in its exchanges."""
    limits: Limits = field(default_factory=Limits)
    allowed_hosts: frozenset[str] | None = None
    """Hosts that it calls; None: any."""
    request_bytes: int = 4_000_000
    """Request bodies beyond this are refused with HTTP 413."""
