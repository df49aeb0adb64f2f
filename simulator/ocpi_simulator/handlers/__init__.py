"""What the Partner does with each operation, by operation id; the same handlers serve every version."""

from ocpi_simulator.call import Handler
from ocpi_simulator.handlers import credentials, locations, tariffs, tokens, versions

HANDLERS: dict[str, Handler] = {
    **versions.HANDLERS,
    **credentials.HANDLERS,
    **locations.HANDLERS,
    **tariffs.HANDLERS,
    **tokens.HANDLERS,
}
