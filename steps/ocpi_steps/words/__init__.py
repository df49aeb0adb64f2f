"""The vocabulary of the scenarios: thin step definitions by topic, each a call on the scene."""

import importlib
import pkgutil
from types import ModuleType


def vocabulary() -> list[ModuleType]:
    """The modules with step definitions; each is a pytest plugin."""
    names = sorted(info.name for info in pkgutil.iter_modules(__path__))
    return [importlib.import_module(f"{__name__}.{name}") for name in names]
