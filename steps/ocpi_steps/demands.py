"""Demands: what a `Then` without parameters asks for, by its words, so that one step definition serves many of them."""

from collections.abc import Callable, Iterable, Mapping
from typing import TypeAlias

from ocpi_steps.scene import Scene

Demand: TypeAlias = Callable[[Scene, tuple[str, ...]], object]
"""Looks at something under requirements."""

Demands: TypeAlias = Mapping[str, Demand]
"""Words of a step -> the demand."""


def any_of(words: Iterable[str]) -> str:
    """Words as alternatives of a regular expression, longer ones first."""
    return "|".join(sorted(words, key=len, reverse=True))
