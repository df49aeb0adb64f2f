"""Recorder: every Exchange of a Partner, in order; who waits for one is woken when it comes."""

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace

from ocpi_schemas.exchange import Exchange

KEPT = 5_000
"""So many exchanges stay in memory; older ones are only in the Journal."""

KEPT_BYTES = 64_000_000
"""Bodies beyond this many bytes push older exchanges out of memory."""


@dataclass(slots=True)
class Scope:
    """What the Partner is doing when an exchange happens; stamped on it."""

    scenario: str | None = None
    step: str | None = None


def _size(exchange: Exchange) -> int:
    return len(exchange.request.body.raw) + (len(exchange.response.body.raw) if exchange.response else 0) + 500


class Recorder:
    """Numbers exchanges, keeps the latest, and tells everyone who listens. Lives on the Partner's loop."""

    def __init__(self) -> None:
        self.scope = Scope()
        self._kept: deque[Exchange] = deque()
        self._bytes = 0
        self._next = 0
        self._listeners: list[Callable[[Exchange], None]] = []
        self._changed = asyncio.Condition()
        self._waiting = 0

    @property
    def cursor(self) -> int:
        """The index that the next exchange will have."""
        return self._next

    def listen(self, listener: Callable[[Exchange], None]) -> None:
        """Call this function with every exchange from now on, on the Partner's loop."""
        self._listeners.append(listener)

    async def add(self, exchange: Exchange) -> Exchange:
        """Record an exchange; gives it back with its index and scope."""
        placed = replace(exchange, index=self._next, scenario=self.scope.scenario, step=self.scope.step)
        self._next += 1
        self._kept.append(placed)
        self._bytes += _size(placed)
        while len(self._kept) > KEPT or (self._bytes > KEPT_BYTES and len(self._kept) > 1):
            self._bytes -= _size(self._kept.popleft())
        for listener in self._listeners:
            listener(placed)
        if self._waiting:
            async with self._changed:
                self._changed.notify_all()
        return placed

    def since(self, cursor: int) -> list[Exchange]:
        """The exchanges from this index on that are still in memory."""
        if not self._kept:
            return []
        first = self._kept[0].index
        return list(self._kept)[max(0, cursor - first) :]

    async def wait_for(self, wanted: Callable[[Exchange], bool], since: int, seconds: float) -> Exchange | None:
        """The first exchange from `since` on that is wanted, or None when the time is over."""
        looked_at = since

        def search() -> Exchange | None:
            nonlocal looked_at
            for exchange in self.since(looked_at):
                looked_at = exchange.index + 1
                if wanted(exchange):
                    return exchange
            return None

        self._waiting += 1
        try:
            async with asyncio.timeout(seconds), self._changed:
                while (found := search()) is None:
                    await self._changed.wait()
                return found
        except TimeoutError:
            return search()
        finally:
            self._waiting -= 1
