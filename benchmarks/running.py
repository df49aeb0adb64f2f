"""A whole run against the simulator in the same process: milliseconds per scenario."""

import tempfile
from pathlib import Path

from ocpi_schemas.dialect import known_versions
from ocpi_schemas.verdict import Verdict
from ocpi_steps.command_demo import demo_runs, run_against_simulator


def measure() -> list[str]:
    """The lines to print."""
    lines = ["a whole run against the simulator in this process, over HTTP"]
    with tempfile.TemporaryDirectory() as folder:
        for demo_run in demo_runs(known_versions()):
            results = run_against_simulator(demo_run, Path(folder) / demo_run.folder, quiet=True)
            ran = [s for s in results.scenarios if s.verdict is not Verdict.NOT_APPLICABLE]
            each = results.duration_s / len(ran) * 1000
            lines.append(
                f"  OCPI {demo_run.version} {demo_run.role:5} {len(ran):4} scenarios, {results.exchanges:5} exchanges,"
                f" {results.duration_s:5.2f} s   {each:5.1f} ms per scenario (15 at most)"
            )
    return lines
