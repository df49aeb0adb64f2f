"""Call: an incoming request that was admitted and understood, as handlers see it."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from ocpi_schemas.dialect import Dialect
from ocpi_schemas.json_text import Json
from ocpi_schemas.operation import Operation
from ocpi_schemas.party import PartyId
from ocpi_simulator.answer import Answer
from ocpi_simulator.draft import Absent
from ocpi_simulator.peers import Admission

if TYPE_CHECKING:
    from ocpi_simulator.partner import Partner


@dataclass(frozen=True, slots=True)
class Call:
    operation: Operation
    dialect: Dialect
    admission: Admission
    path: Mapping[str, str]
    query: Mapping[str, str]
    body: Json | Absent
    """Valid by the operation's schema, unless the operation takes no body."""
    url: str
    addressed: PartyId | None = None
    """The party that the routing headers name as the receiver."""
    exact_ids: bool = False
    """Whether ids that differ in the case of letters are different ids."""

    @property
    def version(self) -> str:
        return self.operation.version

    @property
    def object(self) -> dict[str, Json]:
        """The body as an object; the server lets nothing else pass where the operation takes one."""
        return self.body if isinstance(self.body, dict) else {}


Handler: TypeAlias = "Callable[[Partner, Call], Awaitable[Answer]]"
