"""Series: the Partner's own objects of one module, computed when asked for and never stored."""

from bisect import bisect_left
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

FRESHEST = timedelta(minutes=5)
"""How long before the reference moment the newest object was updated: nothing new is in the future of a slow clock."""

LONGEST_STEP = 3_600
"""Seconds between two objects, on average, at most."""

_SPAN = 365 * 86_400
_SHORTEST_STEP = 2

# A prime beyond any step: consecutive indexes get jitters that look unrelated. A stream of dice would make the
# bisection in `between` ten times slower.
_SPREAD = 2_654_435_761


class Recipe(Protocol):
    """How the objects of one module are computed. Objects carry the fields of all versions."""

    @property
    def object_name(self) -> str:
        """The name of the schema document: `Location`."""

    def make(self, index: int, updated: datetime) -> dict[str, Any]:
        """Object `index`, its `last_updated` being `updated`; a new one each time."""

    def id_of(self, index: int) -> str:
        """The id of object `index`; no two are the same without case."""

    def index_of(self, object_id: str) -> int | None:
        """The index that an id was made of, in any case; None if it is no id of this recipe."""


@dataclass(frozen=True, slots=True)
class Series:
    """Objects 0 to `count - 1` of a recipe, oldest first.

    When object i was updated depends on the count and the reference too: the newest is always fresh, and a year is
    enough for a million. Everything else depends on the recipe and i alone.
    """

    recipe: Recipe
    count: int
    reference: datetime
    """The moment that the newest object is a little older than; with a time zone."""

    def __post_init__(self) -> None:
        if self.count < 0:
            raise ValueError(f"a series cannot have {self.count} objects")
        if self.reference.tzinfo is None:
            raise ValueError("the reference moment needs a time zone")

    def __len__(self) -> int:
        return self.count

    def object(self, index: int) -> dict[str, Any]:
        """Object `index`, with the fields of all versions; a new one each time, which the caller may change.

        Raises:
            IndexError: there is no such object.
        """
        return self.recipe.make(index, self.updated(index))

    def id_of(self, index: int) -> str:
        """The id of object `index`.

        Raises:
            IndexError: there is no such object.
        """
        return self.recipe.id_of(self._checked(index))

    def index_of(self, object_id: str) -> int | None:
        """The index of the object with this id, compared without case; None if there is none."""
        index = self.recipe.index_of(object_id)
        return index if index is not None and index < self.count else None

    def updated(self, index: int) -> datetime:
        """When object `index` was last updated: whole seconds, UTC, later for each next object.

        Raises:
            IndexError: there is no such object.
        """
        age = self.count - 1 - self._checked(index)
        newest = self.reference.astimezone(UTC).replace(microsecond=0) - FRESHEST
        step = min(LONGEST_STEP, max(_SHORTEST_STEP, _SPAN // self.count))
        # Less than a step, so that order is kept; the newest has none, so that it is as fresh as promised.
        jitter = (index * _SPREAD >> 5) % step if age else 0
        return newest - timedelta(seconds=age * step + jitter)

    def between(self, date_from: datetime | None, date_to: datetime | None) -> range:
        """The indexes of the objects updated from `date_from` (inclusive) to `date_to` (exclusive); None: no bound."""
        start = 0 if date_from is None else self._first_from(date_from)
        stop = self.count if date_to is None else self._first_from(date_to)
        return range(start, max(start, stop))

    def _first_from(self, moment: datetime) -> int:
        return bisect_left(range(self.count), moment, key=self.updated)

    def _checked(self, index: int) -> int:
        if not 0 <= index < self.count:
            raise IndexError(f"object {index} of {self.count}")
        return index
