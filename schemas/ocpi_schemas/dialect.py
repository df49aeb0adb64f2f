"""Dialect: one OCPI version as data. Code asks the dialect; it never compares version numbers."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

from ocpi_schemas.data import version_folders, version_key
from ocpi_schemas.operation import EndpointKind, InterfaceRole, Operation, Parameter, Payload

TokenEncoding = Literal["base64", "plain"]
CredentialsShape = Literal["roles", "flat"]


class DialectError(ValueError):
    """An `interfaces.toml` breaks its format, or a version is not known."""


@dataclass(frozen=True, slots=True)
class StatusCodes:
    """The OCPI status codes a version defines, and its ranges for custom ones."""

    success: tuple[int, ...]
    client_error: tuple[int, ...]
    server_error: tuple[int, ...]
    hub_error: tuple[int, ...]
    custom: tuple[tuple[int, int], ...]

    def knows(self, code: int) -> bool:
        """Whether the version defines this code or leaves it to custom use."""
        defined = self.success + self.client_error + self.server_error + self.hub_error
        return code in defined or any(low <= code <= high for low, high in self.custom)


@dataclass(frozen=True, slots=True)
class Module:
    """One module and who implements its interfaces."""

    identifier: str
    functional: bool
    owner: str
    object: str
    implemented_by: Mapping[InterfaceRole, tuple[str, ...]]
    called_by: Mapping[InterfaceRole, tuple[str, ...]]
    required: bool = False
    depends_on: tuple[str, ...] = ()
    source: str = ""


@dataclass(frozen=True, slots=True)
class Dialect:
    """Everything in which one OCPI version differs from another, except its schemas and requirements."""

    version: str
    token_encoding: TokenEncoding
    credentials_shape: CredentialsShape
    interface_roles: bool
    message_ids: tuple[str, ...]
    routing_headers: tuple[str, ...]
    ids_ignore_case: bool
    """Whether the ids of objects are CiStrings."""
    status_codes: StatusCodes
    fields: Mapping[str, str]
    """Names that differ between versions: `token.contract` -> `contract_id`."""
    forms: Mapping[str, str]
    """Named strategies for how something is written: `token.identity` -> `uid_and_type`."""
    modules: Mapping[str, Module]
    operations: Mapping[str, Operation]
    """By id, such as `locations.sender.get_list`."""

    def field(self, name: str) -> str:
        """This version's name for a field, or an empty text if it has none."""
        return self.fields.get(name, "")

    def folded(self, identifier: object) -> str:
        """An id in the form in which it compares: a CiString has no case."""
        return str(identifier).upper() if self.ids_ignore_case else str(identifier)

    def has(self, operation: str) -> bool:
        return operation in self.operations

    def interfaces_of(self, role: str) -> list[tuple[str, InterfaceRole]]:
        """The (module, interface) pairs that a party of this role implements."""
        return [
            (module.identifier, interface)
            for module in self.modules.values()
            for interface, roles in module.implemented_by.items()
            if role in roles or interface is InterfaceRole.BOTH
        ]

    def resolve(
        self, method: str, module: str, interface: InterfaceRole, segments: tuple[str, ...]
    ) -> tuple[Operation, dict[str, str]] | None:
        """What a request to an endpoint is: the operation and its path parameters, or None."""
        for operation in _operations_at(self.version, module, interface):
            if operation.method == method:
                values = operation.match(segments)
                if values is not None:
                    return operation, values
        return None

    def methods_at(self, module: str, interface: InterfaceRole, segments: tuple[str, ...]) -> list[str]:
        """The methods that some operation offers at this path; empty when no operation is there."""
        operations = _operations_at(self.version, module, interface)
        return sorted({operation.method for operation in operations if operation.match(segments) is not None})


@cache
def _operations_at(version: str, module: str, interface: InterfaceRole) -> tuple[Operation, ...]:
    return tuple(
        operation
        for operation in load_dialect(version).operations.values()
        if operation.module == module and operation.interface is interface and operation.endpoint is EndpointKind.MODULE
    )


def _parameter(name: str, entry: dict[str, Any]) -> Parameter:
    return Parameter(
        name=name,
        type=entry["type"],
        max_length=entry.get("max_length"),
        required=entry.get("required", False),
        default=str(entry["default"]) if "default" in entry else None,
        aliases=tuple(entry.get("aliases", ())),
    )


def _payload(entry: dict[str, Any] | None) -> Payload | None:
    if entry is None:
        return None
    names = tuple(entry["any_of"]) if "any_of" in entry else (entry["object"],) if "object" in entry else ()
    return Payload(names, entry.get("cardinality", "1"), entry.get("partial", False))


def _operation(version: str, module: dict[str, Any], interface: dict[str, Any], entry: dict[str, Any]) -> Operation:
    return Operation(
        version=version,
        module=module["identifier"],
        interface=InterfaceRole(interface["role"]),
        name=entry["name"],
        method=entry["method"],
        path=tuple(segment for segment in entry.get("path", "").split("/") if segment),
        endpoint=EndpointKind(entry.get("endpoint", "module")),
        path_parameters=MappingProxyType(
            {name: _parameter(name, value) for name, value in entry.get("path_parameters", {}).items()}
        ),
        query=MappingProxyType({name: _parameter(name, value) for name, value in entry.get("query", {}).items()}),
        request=_payload(entry.get("request")),
        response=_payload(entry.get("response")),
        response_headers=tuple(entry.get("response_headers", ())),
        paginated=entry.get("paginated", False),
        functional=module["type"] == "functional",
        source=entry.get("source", ""),
    )


def _module(entry: dict[str, Any]) -> Module:
    interfaces = entry.get("interface", [])
    return Module(
        identifier=entry["identifier"],
        functional=entry["type"] == "functional",
        owner=entry.get("owner", ""),
        object=entry.get("object", ""),
        implemented_by=MappingProxyType({InterfaceRole(i["role"]): tuple(i["implemented_by"]) for i in interfaces}),
        called_by=MappingProxyType({InterfaceRole(i["role"]): tuple(i["called_by"]) for i in interfaces}),
        required=entry.get("required", False),
        depends_on=tuple(entry.get("depends_on", ())),
        source=entry.get("source", ""),
    )


def _read(file: Path) -> Dialect:
    content = tomllib.loads(file.read_text(encoding="utf-8"))
    transport, codes, version = content["transport"], content["status_codes"], content["version"]
    operations = [
        _operation(version, module, interface, entry)
        for module in content["module"]
        for interface in module.get("interface", [])
        for entry in interface.get("operation", [])
    ]
    return Dialect(
        version=version,
        token_encoding=transport["token_encoding"],
        credentials_shape=transport["credentials_shape"],
        interface_roles=transport["interface_roles"],
        message_ids=tuple(transport["message_ids"]),
        routing_headers=tuple(transport["routing_headers"]),
        ids_ignore_case=any(
            parameter.type == "CiString" for entry in operations for parameter in entry.path_parameters.values()
        ),
        status_codes=StatusCodes(
            success=tuple(codes["success"]),
            client_error=tuple(codes["client_error"]),
            server_error=tuple(codes["server_error"]),
            hub_error=tuple(codes.get("hub_error", ())),
            custom=tuple((low, high) for low, high in codes.get("custom", ())),
        ),
        fields=MappingProxyType(dict(content.get("fields", {}))),
        forms=MappingProxyType(dict(content.get("forms", {}))),
        modules=MappingProxyType({module["identifier"]: _module(module) for module in content["module"]}),
        operations=MappingProxyType({operation.id: operation for operation in operations}),
    )


def known_versions() -> list[str]:
    """The OCPI versions whose data is here, lowest first."""
    return list(version_folders())


def highest_mutual(offered: list[str]) -> str | None:
    """The highest version that both we and the other side have; None if there is none."""
    mutual = set(offered) & set(known_versions())
    return max(mutual, key=version_key) if mutual else None


@cache
def load_dialect(version: str) -> Dialect:
    """Read a version's `interfaces.toml`.

    Raises:
        DialectError: the version is not known, or its file breaks the format.
    """
    folder = version_folders().get(version)
    if folder is None:
        raise DialectError(f"OCPI {version} is not known here; known: {', '.join(known_versions())}")
    try:
        return _read(folder / "interfaces.toml")
    except (KeyError, ValueError, tomllib.TOMLDecodeError) as error:
        raise DialectError(f"{folder.name}/interfaces.toml: {error!r}") from error
