"""Dice: choices that depend on a key alone, in every process and on every platform."""

from collections.abc import Sequence
from hashlib import blake2b
from random import Random
from typing import TypeVar

T = TypeVar("T")

FULL, BARE = 0, 1
"""The index of an object with every optional field, and of one with none."""


class Dice:
    """A stream of choices, the same for the same key.

    Only `Random.random` is used: it is the one method whose sequence Python promises to keep. `hash()` would differ
    from process to process.
    """

    __slots__ = ("_optional", "_random")

    def __init__(self, *key: int | str, optional: bool | None = None) -> None:
        """Start the stream of a key; `optional` overrules what `has` answers, for the full and the bare object."""
        digest = blake2b("/".join(map(str, key)).encode(), digest_size=8).digest()
        self._random = Random(int.from_bytes(digest, "big")).random
        self._optional = optional

    def below(self, limit: int) -> int:
        """A number from 0 up to, but not including, the limit."""
        return int(self._random() * limit)

    def between(self, low: float, high: float) -> float:
        """A number from low up to high."""
        return low + self._random() * (high - low)

    def chance(self, percent: float) -> bool:
        """Yes in so many of a hundred cases."""
        return self._random() * 100 < percent

    def has(self, percent: float) -> bool:
        """Whether an optional field is there, which it is in so many of a hundred objects."""
        roll = self._random() * 100 < percent
        return roll if self._optional is None else self._optional

    def pick(self, choices: Sequence[T]) -> T:
        """One of these, all equally likely; to make one likelier, list it twice."""
        return choices[int(self._random() * len(choices))]

    def some(self, choices: Sequence[T], at_most: int) -> list[T]:
        """One or more different ones of these, in their order."""
        wanted = 1 + self.below(min(at_most, len(choices)))
        left = len(choices)
        chosen: list[T] = []
        for choice in choices:
            if self._random() * left < wanted - len(chosen):
                chosen.append(choice)
            left -= 1
        return chosen


def dice_for(seed: int, purpose: str, index: int) -> Dice:
    """The stream that an object is made with: the one at FULL has every optional field, the one at BARE none."""
    return Dice(seed, purpose, index, optional={FULL: True, BARE: False}.get(index))
