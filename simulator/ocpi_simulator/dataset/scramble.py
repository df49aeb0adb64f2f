"""Scramble: numbers that look random, never repeat, and lead back to where they came from."""

from dataclasses import dataclass
from functools import cache
from hashlib import blake2b

_HALF_BITS = 20
_HALF = (1 << _HALF_BITS) - 1

SIZE = 1 << (2 * _HALF_BITS)
"""How many numbers there are: about 1.1e12."""


@dataclass(frozen=True, slots=True)
class Scramble:
    """A permutation of the numbers below SIZE: a Feistel network, so that no table has to be kept to undo it."""

    keys: tuple[int, ...]

    def forward(self, number: int) -> int:
        """The number that stands for this one.

        Raises:
            ValueError: it is negative or not below SIZE.
        """
        if not 0 <= number < SIZE:
            raise ValueError(f"{number} is not from 0 up to {SIZE - 1}")
        left, right = number >> _HALF_BITS, number & _HALF
        for key in self.keys:
            left, right = right, left ^ _mixed(right, key)
        return left << _HALF_BITS | right

    def back(self, number: int) -> int:
        """The number that this one stands for."""
        left, right = number >> _HALF_BITS, number & _HALF
        for key in reversed(self.keys):
            left, right = right ^ _mixed(left, key), left
        return left << _HALF_BITS | right


def _mixed(half: int, key: int) -> int:
    product = (half + key & _HALF) * (key | 1)
    return (product ^ product >> 17) & _HALF


@cache
def scramble_of(seed: int, purpose: str) -> Scramble:
    """The permutation of a seed; a different one for each purpose."""
    digest = blake2b(f"{seed}/{purpose}".encode(), digest_size=40).digest()
    return Scramble(tuple(int.from_bytes(digest[at : at + 5], "big") for at in range(0, 40, 5)))
