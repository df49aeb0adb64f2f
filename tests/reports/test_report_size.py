"""The report of a very large run is bounded in size and memory."""

import subprocess
import sys
import tracemalloc
from pathlib import Path

import pytest
from report_samples import large_run

from ocpi_reports.html import write_html

MEASURE = """
import resource, sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from report_samples import large_run, overwhelming_run
from ocpi_reports.html import write_html
path = write_html(*{run}, Path(sys.argv[2]))
print(path.stat().st_size, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def peak_memory(scenarios: int, exchanges: int, folder: Path) -> int:
    run, traffic = large_run(scenarios, exchanges)
    tracemalloc.start()
    write_html(run, traffic, folder)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak


def test_exchanges_are_not_kept_in_memory(tmp_path: Path) -> None:
    """A body here is 13 kB, so 300 more of them would show."""
    peak_memory(10, 20, tmp_path)  # what is loaded once does not count
    few, many = peak_memory(20, 100, tmp_path), peak_memory(80, 400, tmp_path)
    assert many - few < 300 * 3_000


@pytest.mark.slow
@pytest.mark.parametrize("run", ["large_run(2000, 10000)", "overwhelming_run(2000, 10000)"])
def test_the_largest_report_is_within_its_bounds(run: str, tmp_path: Path) -> None:
    process = subprocess.run(
        [sys.executable, "-c", MEASURE.format(run=run), str(Path(__file__).parent), str(tmp_path)],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    size, memory_kb = map(int, process.stdout.split())
    assert size <= 20_000_000
    assert memory_kb <= 300_000
