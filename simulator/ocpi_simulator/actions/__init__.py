"""Actions: what a simulated party does as a client, one per intent, as a conforming implementation does it."""

from collections.abc import Mapping
from types import MappingProxyType

from ocpi_simulator.actions import pulling, pushing, registering
from ocpi_simulator.actions.result import Action, ActionResult, Done, Impossible, Unsupported
from ocpi_simulator.intents import Intent
from ocpi_simulator.partner import Partner

ACTIONS: Mapping[Intent, Action] = MappingProxyType(
    {
        Intent.ACCEPT_TOKEN: registering.accept_token,
        Intent.REGISTER: registering.register,
        Intent.UPDATE_CREDENTIALS: registering.update_credentials,
        Intent.UNREGISTER: registering.unregister,
        Intent.PULL_LOCATIONS: pulling.pull_locations,
        Intent.PULL_LOCATION: pulling.pull_location,
        Intent.PULL_TOKENS: pulling.pull_tokens,
        Intent.PUSH_LOCATION: pushing.push_location,
        Intent.PUSH_LOCATION_UPDATE: pushing.push_location_update,
        Intent.PUSH_EVSE_STATUS: pushing.push_evse_status,
        Intent.PUSH_CONNECTOR_UPDATE: pushing.push_connector_update,
        Intent.REMOVE_EVSE: pushing.remove_evse,
        Intent.PUSH_TOKEN: pushing.push_token,
        Intent.PUSH_TOKEN_UPDATE: pushing.push_token_update,
        Intent.CHECK_STORED_LOCATION: pushing.check_stored_location,
        Intent.CHECK_STORED_TOKEN: pushing.check_stored_token,
        Intent.AUTHORIZE_TOKEN: pulling.authorize_token,
    }
)
"""Every intent has its action; each result is one of Done, Unsupported and Impossible."""


async def perform(
    partner: Partner, intent: Intent, subject: str = "", parameters: Mapping[str, str] = MappingProxyType({})
) -> ActionResult:
    """Make a party do what an intent asks for; ends when the last request is answered."""
    return await ACTIONS[intent](partner, subject, parameters)


__all__ = ["ACTIONS", "Action", "ActionResult", "Done", "Impossible", "Unsupported", "perform"]
