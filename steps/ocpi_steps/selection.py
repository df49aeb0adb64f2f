"""Selection: a tag expression such as `LOC-012 or (sender and not slow)`."""

from dataclasses import dataclass

from _pytest.mark.expression import Expression

from ocpi_steps.cases import Case


class SelectionError(ValueError):
    """A `--select` expression that cannot be read; the message says where."""


@dataclass(frozen=True, slots=True)
class Selection:
    """Which cases a run takes; an empty text takes all."""

    text: str = ""

    def __post_init__(self) -> None:
        if self.text:
            try:
                Expression.compile(self.text)
            except SyntaxError as error:
                raise SelectionError(f"--select {self.text!r}: {error}") from error

    def takes(self, case: Case) -> bool:
        """Whether a case is selected: by its tags, requirements, chapter, module, or part of its id."""
        if not self.text:
            return True
        words = {*case.tags, *case.requirements, case.chapter, case.module} - {""}

        def known(name: str, /, **_: object) -> bool:
            return name in words or (("/" in name or name.islower()) and name in case.id)

        return Expression.compile(self.text).evaluate(known)
