"""Starting with a million Locations: seconds and memory more than with ten."""

import re
import subprocess
import sys
import time

_CODE = """
import asyncio, resource, sys
from ocpi_simulator.config import PartnerConfig
from ocpi_simulator.partner import Partner

async def main():
    partner = Partner(PartnerConfig(locations=int(sys.argv[1])))
    await partner.start()
    last = partner.stores.own["locations"].page(partner.config.versions[-1], None, None, int(sys.argv[1]) - 5, 5)
    assert len(last.items) == 5
    await partner.stop()

asyncio.run(main())
print("peak", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def _start(count: int) -> tuple[float, float]:
    begun = time.perf_counter()
    done = subprocess.run([sys.executable, "-c", _CODE, str(count)], capture_output=True, text=True, check=True)
    peak = re.search(r"peak (\d+)", done.stdout)
    assert peak is not None
    return time.perf_counter() - begun, int(peak[1]) / 1024


def measure() -> list[str]:
    """The lines to print."""
    rounds = [(_start(10), _start(1_000_000)) for _ in range(3)]
    few = min(rounds, key=lambda pair: pair[0][0])[0]
    many = min(rounds, key=lambda pair: pair[1][0])[1]
    seconds, megabytes = many[0] - few[0], many[1] - few[1]
    return [
        "starting a Partner (whole process), and reading its last five Locations",
        f"  10 Locations                 {few[0]:7.2f} s  {few[1]:6.0f} MB",
        f"  1,000,000 Locations          {many[0]:7.2f} s  {many[1]:6.0f} MB",
        f"  more                        {seconds:+8.2f} s (1 at most)  {megabytes:+.0f} MB (50 at most)",
    ]
