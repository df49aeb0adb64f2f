"""Operation: what one request is, in the words of `interfaces.toml`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType


class InterfaceRole(StrEnum):
    """The side of a module that an endpoint serves; BOTH for modules that are the same for all roles."""

    SENDER = "SENDER"
    RECEIVER = "RECEIVER"
    BOTH = "BOTH"


class EndpointKind(StrEnum):
    """Where the URL of a request comes from."""

    VERSIONS = "versions_url"
    """Given offline, and the `url` of Credentials."""
    VERSION = "version_url"
    """The `url` of a Version."""
    MODULE = "module"
    """From the version details."""
    CALLBACK = "callback"
    """From a `response_url` that the other side gave earlier."""
    HEADER = "header"
    """From a `Location` header of an earlier response."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """A path segment or query parameter."""

    name: str
    type: str
    max_length: int | None = None
    required: bool = False
    default: str | None = None
    aliases: tuple[str, ...] = ()
    """Other names that the same text gives it."""

    def value_in(self, query: Mapping[str, str]) -> str | None:
        """What a query gives it under any of its names; None if it is left out."""
        return next((query[name] for name in (self.name, *self.aliases) if name in query), None)


@dataclass(frozen=True, slots=True)
class Payload:
    """What a request or response carries: one of some objects, single or a list, whole or partial."""

    any_of: tuple[str, ...]
    cardinality: str
    partial: bool = False

    @property
    def is_list(self) -> bool:
        return self.cardinality in ("*", "+")

    @property
    def optional(self) -> bool:
        return self.cardinality in ("?", "*")

    @property
    def absent(self) -> bool:
        """Whether there has to be none."""
        return self.cardinality == "0"


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of one interface of a module, in one version."""

    version: str
    module: str
    interface: InterfaceRole
    name: str
    method: str
    path: tuple[str, ...] = ()
    """Segments below the endpoint's URL; a segment in braces is a parameter."""
    endpoint: EndpointKind = EndpointKind.MODULE
    path_parameters: Mapping[str, Parameter] = field(default_factory=lambda: MappingProxyType({}))
    query: Mapping[str, Parameter] = field(default_factory=lambda: MappingProxyType({}))
    request: Payload | None = None
    response: Payload | None = None
    response_headers: tuple[str, ...] = ()
    paginated: bool = False
    functional: bool = True
    """False for configuration modules, whose messages are not routed."""
    source: str = ""

    @property
    def id(self) -> str:
        """The same in every version: `locations.sender.get_list`."""
        return f"{self.module}.{self.interface.value.lower()}.{self.name}"

    def match(self, segments: tuple[str, ...]) -> dict[str, str] | None:
        """The path parameters if these (decoded) segments fit this operation's path, else None."""
        if len(segments) != len(self.path):
            return None
        values: dict[str, str] = {}
        for pattern, segment in zip(self.path, segments, strict=True):
            if pattern.startswith("{"):
                if not segment:
                    return None
                values[pattern[1:-1]] = segment
            elif pattern != segment:
                return None
        return values
