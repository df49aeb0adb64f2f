"""What comes of an action, and how the functions inside an action say that it cannot be."""

import functools
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from ocpi_schemas.exchange import Exchange
from ocpi_simulator.partner import NoEndpointError, Partner
from ocpi_simulator.store import StoreFullError


@dataclass(frozen=True, slots=True)
class Done:
    """The party did what the intent asks for. Whether the other side liked it shows in the exchanges."""

    note: str = ""
    """What is worth knowing, such as that the other side refused; empty when all went well."""


@dataclass(frozen=True, slots=True)
class Unsupported:
    """A party of this role does not do such a thing."""

    reason: str


@dataclass(frozen=True, slots=True)
class Impossible:
    """A party of this role does this, but not now: something is missing, or the parameters make no sense."""

    reason: str


ActionResult: TypeAlias = Done | Unsupported | Impossible

Action: TypeAlias = Callable[[Partner, str, Mapping[str, str]], Awaitable[ActionResult]]
"""Takes the party, the intent's subject and its parameters."""


class UnsupportedError(Exception):
    """The role of the party does not do this; the message says who does."""


class ImpossibleError(Exception):
    """It cannot be done now; the message says what is missing."""


def action(work: Action) -> Action:
    """An action whose refusals, which the functions inside raise, are results."""

    @functools.wraps(work)
    async def perform(partner: Partner, subject: str, parameters: Mapping[str, str]) -> ActionResult:
        try:
            return await work(partner, subject, parameters)
        except UnsupportedError as error:
            return Unsupported(str(error))
        except (ImpossibleError, NoEndpointError) as error:
            return Impossible(str(error))
        except StoreFullError:
            return Done("the store of received objects is full; not all were kept")

    return perform


def note_of(exchange: Exchange) -> str:
    """Nothing if the other side answered with success, else what it answered."""
    return "" if exchange.response is not None and exchange.response.succeeded else str(exchange)
