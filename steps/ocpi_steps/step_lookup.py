"""Finding step definitions fast.

pytest-bdd asks pytest for each fixture's visibility anew at every step, because definitions may be local to a module.
Ours never are, so they are gathered once a run: on the whole suite that is a third of the time spent outside HTTP.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

from pytest_bdd.steps import StepFunctionContext, step_function_context_registry

bdd: Any = import_module("pytest_bdd.scenario")
"""The module; `pytest_bdd.scenario` as an attribute is the function of that name."""


class _Definitions:
    """The step definitions of one pytest session."""

    def __init__(self) -> None:
        self._manager: Any = None
        self._known: list[tuple[Any, StepFunctionContext]] = []

    def find(self, step: Any, fixturemanager: Any, node: Any) -> Iterator[Any]:
        """As `pytest_bdd.scenario.find_fixturedefs_for_step`: the definitions that fit a step."""
        if self._manager is not fixturemanager:
            self._manager = fixturemanager
            self._known = [
                (definition, context)
                for name in bdd.get_fixture_names(fixturemanager=fixturemanager)
                for definition in bdd.getfixturedefs(fixturemanager, name, node) or ()
                if (context := step_function_context_registry.get(definition.func)) is not None
            ]
        for definition, context in self._known:
            if context.type in (None, step.type) and context.parser.is_matching(step.name):
                yield definition


@contextmanager
def fast_step_lookup() -> Iterator[None]:
    """While this lasts, step definitions are looked up in a list that is made once."""
    usual = bdd.find_fixturedefs_for_step
    bdd.find_fixturedefs_for_step = _Definitions().find
    try:
        yield
    finally:
        bdd.find_fixturedefs_for_step = usual
