"""Intents: the closed list of things that a target may have to be made to do."""

from enum import StrEnum


class Intent(StrEnum):
    """What a trigger asks a target for; the comment says what `subject` and `parameters` carry."""

    ACCEPT_TOKEN = "accept_token"  # noqa: S105
    """Take parameters.token as CREDENTIALS_TOKEN_A of a new connection."""
    REGISTER = "register"
    """Register with the partner at parameters.url, with CREDENTIALS_TOKEN_A parameters.token, for parameters.version."""
    UPDATE_CREDENTIALS = "update_credentials"
    """PUT credentials to the partner, with a new token."""
    UNREGISTER = "unregister"
    """DELETE credentials at the partner."""
    PULL_LOCATIONS = "pull_locations"
    """Fetch the whole list of the partner's Locations."""
    PULL_LOCATION = "pull_location"
    """Fetch the partner's Location `subject`."""
    PULL_TOKENS = "pull_tokens"
    """Fetch the whole list of the partner's Tokens."""
    PUSH_LOCATION = "push_location"
    """Push a new Location (PUT)."""
    PUSH_LOCATION_UPDATE = "push_location_update"
    """Change a field of Location `subject` (any if empty) and push the change (PATCH or PUT)."""
    PUSH_EVSE_STATUS = "push_evse_status"
    """Set the status of an EVSE (subject `location/evse`, any if empty) to parameters.status, and push it."""
    PUSH_CONNECTOR_UPDATE = "push_connector_update"
    """Change a Connector (subject `location/evse/connector`, any if empty), and push it."""
    REMOVE_EVSE = "remove_evse"
    """Take an EVSE (subject `location/evse`, any if empty) out of use for ever, and push it."""
    PUSH_TOKEN = "push_token"  # noqa: S105
    """Push a new Token (PUT)."""
    PUSH_TOKEN_UPDATE = "push_token_update"  # noqa: S105
    """Make Token `subject` (any if empty) invalid, and push the change."""
    CHECK_STORED_LOCATION = "check_stored_location"
    """Fetch Location `subject` of its own from the partner, as the partner stores it."""
    CHECK_STORED_TOKEN = "check_stored_token"  # noqa: S105
    """Fetch Token `subject` of its own from the partner, as the partner stores it."""
    AUTHORIZE_TOKEN = "authorize_token"  # noqa: S105
    """A driver presents the partner's Token `subject` (parameters.type) at an EVSE: authorise it in real time."""
