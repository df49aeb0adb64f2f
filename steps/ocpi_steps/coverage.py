"""Coverage: what checks each requirement of the catalogue."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from ocpi_schemas.dialect import known_versions
from ocpi_schemas.requirement import Requirement
from ocpi_schemas.rules.loading import all_rules
from ocpi_schemas.schema import GENERAL, load_schemas
from ocpi_steps.cases import all_cases


@dataclass(frozen=True, slots=True)
class Coverage:
    """A requirement with everything that checks it."""

    requirement: Requirement
    rules: tuple[str, ...]
    """Names of rules; `schema` when a schema document expresses it."""
    scenarios: tuple[str, ...]
    mutants: tuple[str, ...] = ()

    @property
    def how(self) -> str:
        """In words."""
        parts = [f"rule {name}" for name in self.rules] + [f"scenario {name}" for name in self.scenarios]
        return ", ".join(parts) or "not checked yet"

    def to_json(self) -> dict[str, Any]:
        """As `list --requirements --json` prints it."""
        entry = self.requirement
        return {
            "id": entry.id,
            "chapter": entry.chapter,
            "level": entry.level.value,
            "binds": list(entry.binds),
            "statement": entry.statement,
            "sources": dict(entry.sources),
            "check": entry.check.value,
            "reason": entry.reason,
            "interpretation": entry.interpretation,
            "rules": list(self.rules),
            "scenarios": list(self.scenarios),
            "mutants": list(self.mutants),
        }


@cache
def _rules_by_requirement() -> dict[str, tuple[str, ...]]:
    found: dict[str, dict[str, None]] = defaultdict(dict)
    for entry in all_rules():
        for requirement in (*entry.requirements, *(i for ids in entry.by_module.values() for i in ids)):
            found[requirement][entry.name] = None
    for version in known_versions():
        schemas = load_schemas(version)
        for name in schemas.documents:
            for requirement in schemas.requirements_of(name):
                found[requirement]["schema"] = None
    for requirement in GENERAL.values():
        found[requirement]["schema"] = None
    return {requirement: tuple(names) for requirement, names in found.items()}


@cache
def _scenarios_by_requirement() -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = defaultdict(list)
    for case in all_cases():
        for requirement in case.requirements:
            found[requirement].append(case.id)
    return {requirement: tuple(ids) for requirement, ids in found.items()}


def coverage_of(requirements: Iterable[Requirement]) -> list[Coverage]:
    """The coverage of some requirements, in their order."""
    rules, scenarios = _rules_by_requirement(), _scenarios_by_requirement()
    return [Coverage(entry, rules.get(entry.id, ()), scenarios.get(entry.id, ())) for entry in requirements]
