"""Measuring a piece of work: the best of several rounds, since noise only ever adds."""

import time
from collections.abc import Callable


def best_of(work: Callable[[], object], rounds: int = 7, repeat: int = 3) -> float:
    """Seconds that one call takes at best."""
    best = float("inf")
    for _ in range(rounds):
        begun = time.perf_counter()
        for _ in range(repeat):
            work()
        best = min(best, (time.perf_counter() - begun) / repeat)
    return best
