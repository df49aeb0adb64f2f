"""Expectations: findings that are known to occur, each with a reason. They belong to the target, not to the suite."""

import tomllib
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from ocpi_reports.model import ExpectationResult
from ocpi_schemas.finding import Finding
from ocpi_schemas.requirement import load_catalogue


class ExpectationsError(ValueError):
    """An expectations file that breaks its format; the message names the entry."""


@dataclass(slots=True)
class Expectation:
    """One `[[expect]]` entry."""

    requirement: str
    reason: str
    scenario: str = "*"
    """Pattern over scenario ids; `*` matches any characters."""
    message: str = ""
    """A part of the finding's message: it is to fail in this way and no other."""
    matched: int = 0

    def fits(self, finding: Finding, scenario: str) -> bool:
        return (
            finding.requirement == self.requirement
            and fnmatchcase(scenario, self.scenario)
            and self.message in finding.message
        )


@dataclass(slots=True)
class Expectations:
    """The entries of a file; none without a file."""

    entries: list[Expectation] = field(default_factory=list)

    def names(self, finding: Finding, scenario: str) -> bool:
        """Whether some entry expects this finding; each that does counts it."""
        fitting = [entry for entry in self.entries if entry.fits(finding, scenario)]
        for entry in fitting:
            entry.matched += 1
        return bool(fitting)

    @property
    def stale(self) -> list[Expectation]:
        """Entries that named nothing that occurred."""
        return [entry for entry in self.entries if entry.matched == 0]

    def results(self) -> tuple[ExpectationResult, ...]:
        return tuple(
            ExpectationResult(entry.requirement, entry.scenario, entry.message, entry.reason, entry.matched)
            for entry in self.entries
        )


_FIELDS = frozenset({"requirement", "reason", "scenario", "message"})


def _entry(content: dict[str, Any], place: str) -> Expectation:
    unknown = set(content) - _FIELDS
    if unknown:
        raise ExpectationsError(f"{place}: no field {sorted(unknown)[0]!r}; there are {', '.join(sorted(_FIELDS))}")
    for name, value in content.items():
        if not isinstance(value, str):
            raise ExpectationsError(f"{place}: {name} must be a text")
    requirement, reason = content.get("requirement", ""), content.get("reason", "").strip()
    if requirement not in load_catalogue():
        raise ExpectationsError(f"{place}: {requirement!r} is no requirement; see ocpi-conformance list --requirements")
    if not reason:
        raise ExpectationsError(f"{place}: an expected finding needs a reason")
    return Expectation(requirement, reason, content.get("scenario", "*"), content.get("message", ""))


def read_expectations(path: Path | None) -> Expectations:
    """Read an expectations file: TOML with `[[expect]]` entries of requirement, reason, and maybe scenario and message.

    Raises:
        ExpectationsError: the file cannot be read or breaks the format.
    """
    if path is None:
        return Expectations()
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ExpectationsError(f"--expectations {path}: {error.strerror or error}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ExpectationsError(f"--expectations {path}: not TOML: {error}") from error
    entries = content.get("expect", [])
    if set(content) - {"expect"} or not isinstance(entries, list):
        raise ExpectationsError(f"{path}: only [[expect]] entries may stand in it")
    return Expectations([_entry(entry, f"{path}, entry {number}") for number, entry in enumerate(entries, 1)])
