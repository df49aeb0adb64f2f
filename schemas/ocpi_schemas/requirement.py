"""The requirement catalogue: every normative statement, traced to the specification."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from ocpi_schemas.data import data_folder


class Level(StrEnum):
    """What the specification demands; decides how severe a finding is."""

    MUST = "MUST"
    SHOULD = "SHOULD"
    MAY = "MAY"


class Check(StrEnum):
    """How a requirement is checked."""

    RULE = "rule"
    SCENARIO = "scenario"
    UNTESTABLE = "untestable"


BINDS = frozenset({"sender", "receiver", "server", "client", "platform", "hub"})


class CatalogueError(ValueError):
    """A catalogue file breaks its format; the message names file and requirement."""


@dataclass(frozen=True, slots=True)
class Requirement:
    """One normative statement."""

    id: str
    chapter: str
    level: Level
    binds: tuple[str, ...]
    statement: str
    check: Check
    sources: Mapping[str, str]
    """Version -> `file#anchor`. A version that is missing does not say it."""
    levels: Mapping[str, Level]
    """Version -> level, where it is not `level`."""
    reason: str = ""
    interpretation: str = ""
    rulings: tuple[str, ...] = ()

    def level_in(self, version: str) -> Level:
        """The level this version gives it."""
        return self.levels.get(version, self.level)


@dataclass(frozen=True, slots=True)
class Chapter:
    """One chapter of the specification, in the order of the catalogue."""

    name: str
    title: str


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All requirements of all chapters and versions, by id."""

    chapters: tuple[Chapter, ...]
    requirements: Mapping[str, Requirement]

    def __getitem__(self, requirement: str) -> Requirement:
        return self.requirements[requirement]

    def __contains__(self, requirement: object) -> bool:
        return requirement in self.requirements

    def of_version(self, version: str) -> list[Requirement]:
        """The requirements that a version states, in catalogue order."""
        return [entry for entry in self.requirements.values() if version in entry.sources]

    def applies(self, requirement: str, version: str) -> bool:
        entry = self.requirements.get(requirement)
        return entry is not None and version in entry.sources


CHAPTER_ORDER = (
    "types",
    "transport_and_format",
    "status_codes",
    "versions",
    "credentials",
    "locations",
    "sessions",
    "cdrs",
    "tariffs",
    "tokens",
    "commands",
    "charging_profiles",
    "hub_client_info",
)


def _requirement(chapter: str, entry: dict[str, Any], file: Path) -> Requirement:
    try:
        made = Requirement(
            id=entry["id"],
            chapter=chapter,
            level=Level(entry["level"]),
            binds=tuple(entry["binds"]),
            statement=entry["statement"],
            check=Check(entry["check"]),
            sources=MappingProxyType(dict(entry["versions"])),
            levels=MappingProxyType({version: Level(level) for version, level in entry.get("levels", {}).items()}),
            reason=entry.get("reason", ""),
            interpretation=entry.get("interpretation", ""),
            rulings=tuple(entry.get("rulings", ())),
        )
    except (KeyError, ValueError) as error:
        raise CatalogueError(f"{file.name}: {entry.get('id', 'an entry without id')}: {error}") from error
    if not set(made.binds) <= BINDS or not made.binds:
        raise CatalogueError(f"{file.name}: {made.id}: binds must be some of {', '.join(sorted(BINDS))}")
    if made.check is Check.UNTESTABLE and not made.reason:
        raise CatalogueError(f"{file.name}: {made.id}: untestable needs a reason")
    return made


@cache
def load_catalogue() -> Catalogue:
    """Read `requirements/*.toml`.

    Raises:
        CatalogueError: a file breaks the format, or an id stands twice.
    """
    chapters: list[Chapter] = []
    requirements: dict[str, Requirement] = {}
    files = sorted(
        (data_folder() / "requirements").glob("*.toml"),
        key=lambda path: (CHAPTER_ORDER.index(path.stem) if path.stem in CHAPTER_ORDER else 99, path.stem),
    )
    for file in files:
        content = tomllib.loads(file.read_text(encoding="utf-8"))
        chapters.append(Chapter(content["chapter"], content["title"]))
        for entry in content.get("requirement", []):
            requirement = _requirement(content["chapter"], entry, file)
            if requirement.id in requirements:
                raise CatalogueError(f"{file.name}: {requirement.id} stands twice")
            requirements[requirement.id] = requirement
    return Catalogue(tuple(chapters), MappingProxyType(requirements))
