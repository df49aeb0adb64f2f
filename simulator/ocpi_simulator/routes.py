"""Which URL of the Partner is what."""

from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import unquote

from ocpi_schemas.dialect import Dialect, load_dialect
from ocpi_schemas.operation import InterfaceRole

ROOT = "/ocpi"
VEILED = "/r"
"""Below this every URL of ours has a second one: see `veiled`."""


class Place(StrEnum):
    """The kinds of URL below the root."""

    VERSIONS = "versions"
    DETAILS = "details"
    MODULE = "module"


@dataclass(frozen=True, slots=True)
class Route:
    """What a path of ours leads to."""

    place: Place
    dialect: Dialect | None = None
    module: str = ""
    interface: InterfaceRole = InterfaceRole.BOTH
    segments: tuple[str, ...] = ()


def versions_path() -> str:
    """Path of the versions endpoint."""
    return f"{ROOT}/versions"


def details_path(version: str) -> str:
    """Path of a version's details."""
    return f"{ROOT}/{version}"


def module_path(version: str, module: str, interface: InterfaceRole) -> str:
    """Path of a module's endpoint. The version is in it, as transport_and_format recommends."""
    side = "" if interface is InterfaceRole.BOTH else f"/{interface.value.lower()}"
    return f"{ROOT}/{version}{side}/{module}"


def veiled(url: str) -> str:
    """Another URL for one of ours, in which nothing of its structure can be recognised."""
    base, root, rest = url.rpartition(f"{ROOT}/")
    return f"{base}{VEILED}/{rest.encode().hex()}" if root else url


def _parts(path: str) -> list[str]:
    parts = [unquote(part) for part in path.split("/")][1:]
    while parts and parts[-1] == "":
        parts.pop()
    if len(parts) > 1 and f"/{parts[0]}" == VEILED:
        try:
            plain = bytes.fromhex(parts[1]).decode()
        except ValueError:
            return []
        return [ROOT[1:], *plain.split("/"), *parts[2:]]
    return parts


def find_route(path: str, versions: tuple[str, ...]) -> Route | None:
    """What a request path means, or None if nothing of ours is there."""
    parts = _parts(path)
    if len(parts) < 2 or f"/{parts[0]}" != ROOT:
        return None
    if parts[1:] == ["versions"]:
        return Route(Place.VERSIONS)
    if parts[1] not in versions:
        return None
    dialect = load_dialect(parts[1])
    match parts[2:]:
        case []:
            return Route(Place.DETAILS, dialect)
        case [("sender" | "receiver") as side, module, *segments] if module in dialect.modules:
            return Route(Place.MODULE, dialect, module, InterfaceRole(side.upper()), tuple(segments))
        case [module, *segments] if module in dialect.modules:
            return Route(Place.MODULE, dialect, module, InterfaceRole.BOTH, tuple(segments))
        case _:
            return None
