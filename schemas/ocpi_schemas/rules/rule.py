"""Rule: what one looks like, and the registry of all of them.

A rule is a function from what is seen (an exchange, its context, what went before) to the flaws in it. It gives None
when the exchange has nothing that it could examine: such a rule has not passed.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import TypeAlias

from ocpi_schemas.context import Context, Destination, History
from ocpi_schemas.exchange import Exchange, Headers, Response, Side
from ocpi_schemas.json_text import Json
from ocpi_schemas.object_memory import object_key, part_of, pull_before
from ocpi_schemas.operation import InterfaceRole, Operation


class Judged(StrEnum):
    """Which message of the target a rule looks at."""

    REQUEST = "request"
    """The target was the client."""
    RESPONSE = "response"
    """The target was the server, and answered."""


@dataclass(frozen=True, slots=True)
class Flaw:
    """What is wrong; the rule's registration says which requirement it breaks."""

    message: str
    expected: tuple[str, ...] = ()
    found: str = ""
    pointer: str = ""


@dataclass(frozen=True)
class Seen:
    """What a rule sees."""

    exchange: Exchange
    context: Context
    history: History

    @property
    def operation(self) -> Operation | None:
        return self.exchange.operation

    @cached_property
    def stray(self) -> Destination | None:
        """Where a request of the target went that fits no operation: an endpoint it was told, and what it put below."""
        if self.operation is not None or self.judged is Judged.RESPONSE:
            return None
        return self.history.destination(self.exchange.request.url)

    @property
    def module(self) -> str:
        """The module of the exchange, also when it fits no operation; empty if nothing of OCPI is there."""
        if self.operation is not None:
            return self.operation.module
        return self.stray.module if self.stray else ""

    @property
    def interface(self) -> InterfaceRole | None:
        """The interface, in the same way."""
        if self.operation is not None:
            return self.operation.interface
        return self.stray.interface if self.stray else None

    @property
    def response(self) -> Response:
        """The response; rules that judge responses are only asked when there is one."""
        response = self.exchange.response
        if response is None:
            raise LookupError("this exchange has no response")
        return response

    @property
    def judged(self) -> Judged:
        return Judged.REQUEST if self.exchange.client is Side.TARGET else Judged.RESPONSE

    @property
    def headers(self) -> Headers:
        """Headers of the target's message."""
        return self.exchange.request.headers if self.judged is Judged.REQUEST else self.response.headers

    @cached_property
    def items(self) -> list[dict[str, Json]]:
        """The objects in the target's message: the list items, or the one object, of the request body or `data`."""
        value: object
        if self.judged is Judged.REQUEST:
            value = self.exchange.request.body.json if self.exchange.request.body else None
        else:
            value = self.response.data if self.response.succeeded else None
        values = value if isinstance(value, list) else [value]
        return [item for item in values if isinstance(item, dict)]

    @cached_property
    def keys(self) -> list[tuple[str, ...]]:
        """What each of the items is remembered by."""
        return [object_key(self.context, self.exchange, item) for item in self.items]

    @cached_property
    def before(self) -> list[dict[str, Json] | None]:
        """Each of the items as the target last sent it.

        None where it did not, and where an id stands for two objects: twice in this list, or on a page before.
        """
        counts, pull = Counter(self.keys), pull_before(self.exchange, self.history)
        ambiguous = pull.keys if pull else set()
        return [
            part_of(self.history.objects, key, self.context) if counts[key] == 1 and key not in ambiguous else None
            for key in self.keys
        ]

    @cached_property
    def changed(self) -> list[tuple[int, dict[str, Json], dict[str, Json]]]:
        """Index, last and present form of the items that are not as the target last sent them."""
        pairs = zip(self.before, self.items, strict=True)
        return [(index, old, new) for index, (old, new) in enumerate(pairs) if old is not None and old != new]

    @cached_property
    def evses(self) -> list[tuple[int, int, dict[str, Json]]]:
        """Each EVSE in the items: index of the item, place in it (-1 if the item is the EVSE), and the EVSE."""
        if self.operation is not None and "evse_uid" in self.operation.path_parameters:
            return [(index, -1, item) for index, item in enumerate(self.items)]
        return [
            (index, place, evse)
            for index, item in enumerate(self.items)
            if isinstance(evses := item.get("evses"), list)
            for place, evse in enumerate(evses)
            if isinstance(evse, dict)
        ]

    @property
    def is_list(self) -> bool:
        """Whether `items` stand in a list."""
        return self.judged is Judged.RESPONSE and isinstance(self.response.data, list)

    def pointer(self, index: int, rest: str = "") -> str:
        """The JSON Pointer of something inside item `index`."""
        base = "/data" if self.judged is Judged.RESPONSE else ""
        return f"{base}/{index}{rest}" if self.is_list else f"{base}{rest}"


Outcome: TypeAlias = list[Flaw] | None
Function: TypeAlias = Callable[[Seen], Outcome]


@dataclass(frozen=True, slots=True)
class Rule:
    """A function under the requirements it judges."""

    name: str
    function: Function
    requirements: tuple[str, ...]
    """Each flaw breaks all of these."""
    judges: Judged
    modules: frozenset[str] = frozenset()
    """Only exchanges of these modules; empty: all."""
    operations: frozenset[str] = frozenset()
    """Only these operations, by id; empty: all."""
    by_module: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """More requirements, for exchanges of a module: chapters restate what the transport chapter says. In a version
    that has none of `requirements`, there is nothing to restate; a rule may also have only these."""

    def fits(self, operation: Operation | None) -> bool:
        """Whether it is asked about exchanges of this operation."""
        if self.operations:
            return operation is not None and operation.id in self.operations
        return not self.modules or (operation is not None and operation.module in self.modules)

    def ids(self, module: str) -> tuple[str, ...]:
        """The requirements it judges in exchanges of this module."""
        return self.requirements + self.by_module.get(module, ())


RULES: list[Rule] = []


def rule(
    *requirements: str,
    judges: Judged,
    modules: tuple[str, ...] = (),
    operations: tuple[str, ...] = (),
    by_module: Mapping[str, str | tuple[str, ...]] | None = None,
) -> Callable[[Function], Function]:
    """Register a function as a rule."""

    def register(function: Function) -> Function:
        more = {module: (ids,) if isinstance(ids, str) else tuple(ids) for module, ids in (by_module or {}).items()}
        RULES.append(
            Rule(
                function.__name__,
                function,
                requirements,
                judges,
                frozenset(modules),
                frozenset(operations),
                more,
            )
        )
        return function

    return register


def request_rule(
    *requirements: str,
    modules: tuple[str, ...] = (),
    operations: tuple[str, ...] = (),
    by_module: Mapping[str, str | tuple[str, ...]] | None = None,
) -> Callable[[Function], Function]:
    """Register a rule for what the target sends as a client."""
    return rule(*requirements, judges=Judged.REQUEST, modules=modules, operations=operations, by_module=by_module)


def response_rule(
    *requirements: str,
    modules: tuple[str, ...] = (),
    operations: tuple[str, ...] = (),
    by_module: Mapping[str, str | tuple[str, ...]] | None = None,
) -> Callable[[Function], Function]:
    """Register a rule for what the target answers as a server."""
    return rule(*requirements, judges=Judged.RESPONSE, modules=modules, operations=operations, by_module=by_module)


def message_rule(
    *requirements: str,
    modules: tuple[str, ...] = (),
    operations: tuple[str, ...] = (),
    by_module: Mapping[str, str | tuple[str, ...]] | None = None,
) -> Callable[[Function], Function]:
    """Register a rule for both."""

    def register(function: Function) -> Function:
        for judged in Judged:
            rule(*requirements, judges=judged, modules=modules, operations=operations, by_module=by_module)(function)
        return function

    return register
