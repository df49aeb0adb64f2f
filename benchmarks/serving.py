"""Serving a page of 50 Locations: the Partner against a bare aiohttp handler that returns the same bytes.

Both are in one process of their own, so that what the load costs does not count as serving.
"""

import asyncio
import subprocess
import sys
import time

import aiohttp

SECONDS = 1.5
CONNECTIONS = 8
ROUNDS = 3


async def _requests_per_second(url: str, headers: dict[str, str]) -> tuple[float, int]:
    """Answers per second over several connections that are kept alive, and the size of one."""
    async with aiohttp.ClientSession(headers=headers) as session:

        async def ask(until: float) -> tuple[int, int]:
            count = size = 0
            while time.perf_counter() < until:
                async with session.get(url) as answer:
                    size = len(await answer.read())
                    assert answer.status == 200
                    count += 1
            return count, size

        await ask(time.perf_counter() + 0.2)  # warm
        begun = time.perf_counter()
        counts = await asyncio.gather(*(ask(begun + SECONDS) for _ in range(CONNECTIONS)))
        return sum(count for count, _ in counts) / (time.perf_counter() - begun), counts[0][1]


async def _measure(partner: str, bare: str, authorization: str) -> list[str]:
    headers = {"Authorization": authorization, "X-Request-ID": "1", "X-Correlation-ID": "2"}
    ours, theirs, size = 0.0, 0.0, 0
    for _ in range(ROUNDS):
        rate, size = await _requests_per_second(partner, headers)
        ours = max(ours, rate)
        theirs = max(theirs, (await _requests_per_second(bare, headers))[0])
    return [
        f"serving GET locations?limit=50 ({size // 1000} kB) over {CONNECTIONS} connections",
        f"  bare aiohttp handler         {theirs:7.0f} requests/s",
        f"  the Partner                  {ours:7.0f} requests/s   {ours / theirs:.2f} of it (0.5 at least)",
    ]


def measure() -> list[str]:
    """The lines to print."""
    with subprocess.Popen(
        [sys.executable, "-m", "benchmarks.serving_target"], stdout=subprocess.PIPE, text=True
    ) as served:
        try:
            assert served.stdout is not None
            partner, bare, authorization = (served.stdout.readline().strip() for _ in range(3))
            return asyncio.run(_measure(partner, bare, authorization))
        finally:
            served.kill()
