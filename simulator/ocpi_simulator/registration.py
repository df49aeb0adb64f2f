"""Registration: learning the other side's endpoints, and registering with it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from ocpi_schemas.dialect import Dialect, known_versions, load_dialect
from ocpi_schemas.exchange import Exchange
from ocpi_schemas.json_text import Json
from ocpi_schemas.operation import InterfaceRole
from ocpi_simulator.behaviours import state_behaviour
from ocpi_simulator.credentials_shape import read_roles, write_credentials
from ocpi_simulator.peers import Peer, PeerEndpoint, new_token
from ocpi_simulator.wish import Wish

if TYPE_CHECKING:
    from ocpi_simulator.partner import Partner


for _name, _description in {
    "chokes_on_unknown_version": "A list of versions with one that is not known here cannot be read.",
    "assumes_details_url": "Version details are fetched beside the version list, whatever URL the list gives.",
    "assumes_endpoints": "The credentials endpoint is taken to be beside the version list, without asking.",
    "trusts_credentials_role": "The credentials endpoint is looked for under the role SENDER.",
}.items():
    state_behaviour(_name, _description)


@dataclass(frozen=True, slots=True)
class Unusable:
    """Why the other side's API cannot be used."""

    kind: Literal["api", "version", "endpoints"]
    message: str
    exchange: Exchange | None = None


def read_endpoints(details: Json, dialect: Dialect) -> tuple[PeerEndpoint, ...]:
    """The endpoints that version details name; entries that cannot be read are left out."""
    entries = details.get("endpoints") if isinstance(details, dict) else None
    made = []
    for entry in entries if isinstance(entries, list) else []:
        if not isinstance(entry, dict) or not isinstance(entry.get("url"), str):
            continue
        role = entry.get("role") if dialect.interface_roles else None
        interface = InterfaceRole(str(role)) if role in ("SENDER", "RECEIVER") else InterfaceRole.BOTH
        made.append(PeerEndpoint(str(entry.get("identifier")), interface, str(entry["url"])))
    return tuple(made)


def version_url(versions: Json, version: str) -> str | None:
    """Where a list of versions says that the details of a version are."""
    for entry in versions if isinstance(versions, list) else []:
        if isinstance(entry, dict) and entry.get("version") == version and isinstance(entry.get("url"), str):
            return str(entry["url"])
    return None


async def fetch_endpoints(
    partner: "Partner", peer: Peer, dialect: Dialect, wish: Wish | None = None
) -> tuple[PeerEndpoint, ...] | Unusable:
    """GET the other side's versions and the details of one, with the token of the connection."""
    wish = wish or Wish()
    get_versions = dialect.operations["versions.both.get_versions"]
    get_details = dialect.operations["versions.both.get_version_details"]
    versions = await partner.call(get_versions, peer, wish=wish)
    if versions.response is None or not versions.response.succeeded:
        return Unusable("api", f"GET {peer.versions_url} gave {_outcome(versions)}", versions)
    url = version_url(versions.response.data, dialect.version)
    if partner.behaviours.takes_hold("chokes_on_unknown_version") and _has_unknown(versions.response.data):
        return Unusable("api", "the list of versions has one that is not known", versions)
    if partner.behaviours.takes_hold("assumes_details_url"):
        url = _beside(peer, dialect.version)
    if url is None:
        return Unusable("version", f"the versions endpoint does not offer {dialect.version}", versions)
    details = await partner.call(get_details, peer, url=url, wish=wish)
    if details.response is None or not details.response.succeeded:
        return Unusable("api", f"GET {url} gave {_outcome(details)}", details)
    endpoints = read_endpoints(details.response.data, dialect)
    if partner.behaviours.takes_hold("trusts_credentials_role"):
        endpoints = tuple(
            e for e in endpoints if e.module != "credentials" or e.interface is not InterfaceRole.RECEIVER
        )
    if not any(endpoint.module == "credentials" for endpoint in endpoints):
        return Unusable("endpoints", "the version details name no credentials endpoint", details)
    if not any(endpoint.module != "credentials" for endpoint in endpoints):
        return Unusable("endpoints", "the version details name no functional module", details)
    return endpoints


def _has_unknown(versions: Json) -> bool:
    entries = versions if isinstance(versions, list) else []
    return any(isinstance(entry, dict) and entry.get("version") not in known_versions() for entry in entries)


def _beside(peer: Peer, last: str) -> str:
    return f"{(peer.versions_url or '').rpartition('/')[0]}/{last}"


def _outcome(exchange: Exchange) -> str:
    if exchange.response is None:
        return exchange.failure.message if exchange.failure else "no answer"
    return f"HTTP {exchange.response.status} with OCPI status {exchange.response.status_code}"


@dataclass(frozen=True, slots=True)
class Registered:
    """The other side took our credentials and gave us its own."""

    exchange: Exchange


async def register(partner: "Partner", peer: Peer, version: str, token_a: str) -> Registered | Unusable:
    """Register with a peer: fetch its endpoints with its CREDENTIALS_TOKEN_A, POST our credentials, take its own.

    Source: credentials.asciidoc#credentials_registration
    """
    dialect = load_dialect(version)
    fetched: tuple[PeerEndpoint, ...] | Unusable
    if partner.behaviours.takes_hold("assumes_endpoints"):
        fetched = (PeerEndpoint("credentials", InterfaceRole.BOTH, _beside(peer, f"{version}/credentials")),)
    else:
        fetched = await fetch_endpoints(partner, peer, dialect, Wish(token=token_a, token_kind="A"))
    if isinstance(fetched, Unusable):
        return fetched
    peer.version, peer.endpoints = version, fetched
    return await offer_credentials(partner, peer, dialect, "post_credentials", Wish(token=token_a, token_kind="A"))


async def offer_credentials(
    partner: "Partner", peer: Peer, dialect: Dialect, name: str, wish: Wish | None = None
) -> Registered | Unusable:
    """POST or PUT our credentials with a fresh token; it counts once the other side has accepted it.

    While the request is under way the other side may call us with the new token; a PUT leaves the old one good as
    well until then, and for ever if it fails.
    """
    operation = dialect.operations[f"credentials.both.{name}"]
    offered = new_token()
    peer.pending = offered
    exchange = await partner.call(
        operation, peer, body=write_credentials(partner, dialect, offered), wish=wish or Wish()
    )
    peer.pending = None
    response = exchange.response
    theirs = response.data if response is not None and response.succeeded else None
    if not isinstance(theirs, dict) or not isinstance(theirs.get("token"), str):
        return Unusable("api", f"{operation.method} credentials gave {_outcome(exchange)}", exchange)
    peer.inbound, peer.outbound, peer.token_a = offered, str(theirs["token"]), None
    partner.peers.make_newest(peer)
    peer.roles = read_roles(theirs, dialect, partner)
    url = theirs.get("url")
    if isinstance(url, str) and partner.why_not_called(url) is None:
        peer.versions_url = url
    return Registered(exchange)
