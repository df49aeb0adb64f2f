"""The wheel: built from the checkout, installed where nothing else is, and at work there."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def run(*command: object, cwd: Path) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "VIRTUAL_ENV")}
    done = subprocess.run(
        [str(part) for part in command], cwd=cwd, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{' '.join(map(str, command))}\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}"
    return done


@pytest.mark.slow
def test_a_wheel_in_an_empty_environment_runs_the_demonstration(tmp_path: Path) -> None:
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", tmp_path / "dist", ROOT, cwd=tmp_path)
    [wheel] = (tmp_path / "dist").glob("*.whl")
    run(sys.executable, "-m", "venv", tmp_path / "env", cwd=tmp_path)
    binaries = tmp_path / "env" / "bin"
    run(binaries / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", wheel, cwd=tmp_path)
    place = tmp_path / "elsewhere"
    place.mkdir()
    shown = run(binaries / "ocpi-conformance", "demo", cwd=place)
    assert "report.html" in shown.stdout
    for role in ("cpo", "emsp"):
        results = json.loads((place / "conformance-results" / f"demo-{role}" / "results.json").read_text())
        assert results["complete"]
        assert results["conformant"]
        assert results["summary"]["pass"] > 0
    where = run(binaries / "python", "-c", "import ocpi_schemas; print(ocpi_schemas.__file__)", cwd=place).stdout
    assert str(tmp_path) in where
