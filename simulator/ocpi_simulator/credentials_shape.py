"""The two shapes of a Credentials object, as named strategies: `roles` lists roles, `flat` names one party."""

from typing import TYPE_CHECKING

from ocpi_schemas.context import PartyRole
from ocpi_schemas.dialect import Dialect
from ocpi_schemas.json_text import Json
from ocpi_schemas.party import PartyId

if TYPE_CHECKING:
    from ocpi_simulator.partner import Partner


def write_credentials(partner: "Partner", dialect: Dialect, token: str) -> dict[str, Json]:
    """Our Credentials object, with the token the other side is to use with us."""
    made: dict[str, Json] = {"token": token, "url": partner.versions_url}
    own = _identity(partner, partner.config.party)
    match dialect.credentials_shape:
        case "roles":
            parties = [own, *(_identity(partner, party) for party in partner.other_parties)]
            made["roles"] = [{"role": partner.config.role, **party} for party in parties]
            return made
        case "flat":
            return made | own


def _identity(partner: "Partner", party: PartyId) -> dict[str, Json]:
    return {
        "business_details": {"name": partner.config.name},
        "party_id": party.party_id,
        "country_code": party.country_code,
    }


def _party(content: dict[str, Json]) -> PartyId:
    return PartyId(str(content.get("country_code", "")), str(content.get("party_id", "")))


def read_roles(credentials: dict[str, Json], dialect: Dialect, partner: "Partner") -> tuple[PartyRole, ...]:
    """The roles and parties a Credentials object names; in the flat shape the role is the counterpart of ours."""
    from ocpi_simulator.partner import counterpart

    match dialect.credentials_shape:
        case "roles":
            roles = credentials.get("roles")
            entries = [entry for entry in roles if isinstance(entry, dict)] if isinstance(roles, list) else []
            return tuple(PartyRole(str(entry.get("role", "")), _party(entry)) for entry in entries)
        case "flat":
            return (PartyRole(counterpart(partner.config.role), _party(credentials)),)
