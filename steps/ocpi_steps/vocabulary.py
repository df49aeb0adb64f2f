"""How step definitions are written: one regular expression each, and the requirements that a `Then` puts to the test.

A `Then` step ends with the ids of the requirements it judges, in brackets: `the target answers HTTP 401 (TRN-012)`.
"""

from collections.abc import Callable
from typing import Any, Protocol, TypeVar, cast

import pytest_bdd
from pytest_bdd.parsers import re as by_pattern

F = TypeVar("F", bound=Callable[..., Any])


class Decorator(Protocol):
    """Registers a function as a step and gives it back."""

    def __call__(self, function: F, /) -> F: ...


_IDS = r" \((?P<ids>[A-Z]{3}-\d{3}(?:, [A-Z]{3}-\d{3})*)\)"


def _split(ids: str) -> tuple[str, ...]:
    return tuple(ids.split(", "))


def given(pattern: str) -> Decorator:
    """A state that the scenario starts from."""
    return cast(Decorator, pytest_bdd.given(by_pattern(pattern)))


def when(pattern: str) -> Decorator:
    """Something that the partner or the target does."""
    return cast(Decorator, pytest_bdd.when(by_pattern(pattern)))


def then(pattern: str) -> Decorator:
    """A question to the Journal, under the requirements that end the step."""
    return cast(Decorator, pytest_bdd.then(by_pattern(f"{pattern}{_IDS}"), converters={"ids": _split}))
