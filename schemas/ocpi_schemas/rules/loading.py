"""Imports every module of rules, so that the registry is full."""

import importlib
import pkgutil
from functools import cache

from ocpi_schemas import rules
from ocpi_schemas.rules.rule import RULES, Rule

_FRAMEWORK = frozenset({"rule", "loading"})


@cache
def all_rules() -> tuple[Rule, ...]:
    """Every rule, in a stable order."""
    for module in sorted(info.name for info in pkgutil.iter_modules(rules.__path__)):
        if module not in _FRAMEWORK:
            importlib.import_module(f"{rules.__name__}.{module}")
    return tuple(RULES)
