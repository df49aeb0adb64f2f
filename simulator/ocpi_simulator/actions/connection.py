"""The connection that an action works on: the party, the peer, and the version they speak."""

from collections.abc import Mapping
from dataclasses import dataclass

from ocpi_schemas.dialect import Dialect, load_dialect
from ocpi_schemas.exchange import Exchange
from ocpi_schemas.json_text import Json
from ocpi_schemas.operation import InterfaceRole, Operation
from ocpi_simulator.actions.result import ImpossibleError, UnsupportedError
from ocpi_simulator.draft import ABSENT, Absent
from ocpi_simulator.partner import Partner
from ocpi_simulator.peers import Peer


@dataclass(frozen=True, slots=True)
class Connection:
    """Our party and another one that is registered."""

    partner: Partner
    peer: Peer
    dialect: Dialect

    @property
    def version(self) -> str:
        return self.dialect.version

    def operation(self, name: str) -> Operation:
        """An operation by its id, in the version that is spoken."""
        return self.dialect.operations[name]

    async def send(
        self,
        name: str,
        path: Mapping[str, str] | None = None,
        query: Mapping[str, str] | None = None,
        body: Json | Absent = ABSENT,
    ) -> Exchange:
        """Send a request of an operation.

        Raises:
            NoEndpointError: the peer's version details do not name the endpoint.
        """
        return await self.partner.call(self.operation(name), self.peer, path=path, query=query, body=body)


def connection_of(partner: Partner) -> Connection:
    """The connection that was registered last.

    Raises:
        ImpossibleError: no other party is registered.
    """
    peer = partner.peers.newest()
    if peer is None:
        raise ImpossibleError("no other party is registered; let it register, or trigger register first")
    return Connection(partner, peer, load_dialect(peer.version or partner.config.versions[-1]))


def demand_caller(partner: Partner, module: str, interface: InterfaceRole) -> None:
    """Make sure that a party of this role sends requests to an interface, in some version that it speaks.

    Raises:
        UnsupportedError: it does not.
    """
    role = partner.config.role
    modules = [load_dialect(version).modules.get(module) for version in partner.config.versions]
    callers = {caller for entry in modules if entry is not None for caller in entry.called_by.get(interface, ())}
    if role not in callers:
        who = " and ".join(sorted(callers)) or "nobody"
        raise UnsupportedError(f"only {who} call the {interface} interface of {module}, and this party is {role}")


def parameter(parameters: Mapping[str, str], name: str) -> str:
    """A parameter that has to be there.

    Raises:
        ImpossibleError: it is missing or empty.
    """
    value = parameters.get(name, "")
    if not value:
        raise ImpossibleError(f"parameters.{name} is missing")
    return value
