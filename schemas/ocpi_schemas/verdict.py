"""Verdicts, and how they follow from findings."""

from collections.abc import Iterable
from enum import StrEnum

from ocpi_schemas.requirement import Level


class Verdict(StrEnum):
    """Worst first."""

    ERROR = "error"
    """We broke; it says nothing about the target."""
    FAIL = "fail"
    """A MUST is broken."""
    BLOCKED = "blocked"
    """The subject was never reached; the reason says what was missing."""
    WARN = "warn"
    """Only SHOULDs are broken."""
    PASS = "pass"
    """Examined, and nothing found."""
    NOT_APPLICABLE = "not_applicable"
    """Left out before the run, by role, version or module."""


_ORDER = {verdict: place for place, verdict in enumerate(Verdict)}


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """The worst of some verdicts; NOT_APPLICABLE of none."""
    return min(verdicts, key=_ORDER.__getitem__, default=Verdict.NOT_APPLICABLE)


def verdict_of(levels: Iterable[Level], *, strict: bool = False) -> Verdict:
    """What findings of these levels amount to: a MAY is only noted; `strict` counts a SHOULD as a MUST."""
    found = set(levels)
    if Level.MUST in found or (strict and Level.SHOULD in found):
        return Verdict.FAIL
    return Verdict.WARN if Level.SHOULD in found else Verdict.PASS
