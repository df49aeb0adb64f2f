"""Real-time authorisation: what an eMSP answers when it is asked whether a Token may charge.

Source: mod_tokens.asciidoc#mod_tokens_real-time_authorization
"""

from dataclasses import dataclass
from typing import Any, Literal

from ocpi_schemas.dialect import Dialect
from ocpi_simulator.dataset.shape import shape_of
from ocpi_simulator.dataset.tokens import allowed_of
from ocpi_simulator.store import OwnObjects

_WHY = {
    "BLOCKED": "This card is blocked. Please contact our service desk.",
    "EXPIRED": "This card has expired.",
    "NO_CREDIT": "Your account has not enough credit.",
    "NOT_ALLOWED": "Your contract does not cover this location.",
}


@dataclass(frozen=True, slots=True)
class Known:
    """The Token is known; what an answer says of it."""

    info: dict[str, Any]


def authorize_token(
    tokens: OwnObjects, seed: int, uid: str, token_type: str, references: dict[str, Any] | None, dialect: Dialect
) -> Known | Literal["needs_location", "unknown"]:
    """The AuthorizationInfo for a Token at a location, or why there is none.

    Opening hours and EVSE status play no part: the text forbids it. A Token whose outcome depends on the location
    cannot be judged without one.
    """
    index = tokens.index_of(uid)
    token = tokens.superset(uid)
    if index is None or token is None:
        return "unknown"
    if dialect.forms.get("token.identity") == "uid_and_type" and token["type"] != token_type:
        return "unknown"
    outcome = allowed_of(seed, index)
    if outcome == "ALLOWED" and not token["valid"]:
        outcome = "BLOCKED"
    if outcome == "NOT_ALLOWED" and references is None:
        return "needs_location"
    shape = shape_of(dialect.version)
    made: dict[str, Any] = {"allowed": outcome, "token": token}
    if outcome == "ALLOWED":
        made["authorization_reference"] = f"AUTH-{index:07}"
        if references is not None:
            # Connectors are not to be used (ruling R42): they do not say to which EVSE they belong.
            made["location"] = {name: value for name, value in references.items() if name != "connector_ids"}
    else:
        made["info"] = {"language": "en", "text": _WHY[outcome]}
    return Known(shape.project("AuthorizationInfo", made))
