"""Results in which every text can be seen: for reports whose format has no escape for control characters."""

from dataclasses import fields, is_dataclass, replace
from enum import Enum
from typing import Any

from ocpi_reports.model import Results
from ocpi_reports.text import visible


def harmless(results: Results) -> Results:
    """The same results, with every invisible or forbidden character spelled out, wherever it stands."""
    made: Results = _harmless(results)
    return made


def _harmless(value: Any) -> Any:
    if isinstance(value, Enum):
        return value
    if isinstance(value, str):
        return visible(value)
    if isinstance(value, tuple):
        return tuple(map(_harmless, value))
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{one.name: _harmless(getattr(value, one.name)) for one in fields(value)})
    return value
