"""The suite against `extrawest-ocpi`, which other people wrote: each finding is one that we looked up in the text.

`extrawest/target.py` runs in an environment of its own; `extrawest/<role>-<version>.toml` says what is found, and why.
"""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from tests.interop.environment import NotInstallableError, Target, python_with, running

pytestmark = pytest.mark.slow

HERE = Path(__file__).parent / "extrawest"
REQUIREMENTS = ("extrawest-ocpi==2025.7.16", "uvicorn>=0.30,<1")
SEED = "11"


@pytest.fixture(scope="module")
def python() -> Path:
    try:
        return python_with("extrawest", *REQUIREMENTS, module="py_ocpi, uvicorn")
    except NotInstallableError as error:
        pytest.skip(str(error))


def conformance(target: Target, role: str, version: str, out: Path) -> subprocess.CompletedProcess[str]:
    """The command as a user gives it."""
    command = shutil.which("ocpi-conformance", path=str(Path(sys.executable).parent))
    assert command is not None, "the project is not installed beside this Python"
    arguments = {
        "--config": HERE / f"{role.lower()}.toml",
        "--target-url": f"{target.url}/ocpi/versions",
        "--target-role": role,
        "--version": version,
        "--token": target.token_a,
        "--trigger": f"http:{target.url}/trigger",
        "--expectations": HERE / f"{role.lower()}-{version}.toml",
        "--seed": SEED,
        "--timeout": "3",
        "--out": out,
    }
    given = [str(word) for pair in arguments.items() for word in pair]
    return subprocess.run([command, "run", *given], capture_output=True, text=True, check=False, cwd=out.parent)


def findings(results: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """Every finding with the scenario that it belongs to, or none."""
    found = [(scenario["id"], finding) for scenario in results["scenarios"] for finding in scenario["findings"]]
    return found + [("", finding) for finding in results["ambient"]]


@pytest.mark.parametrize("version", ["2.2.1", "2.1.1"])
@pytest.mark.parametrize("role", ["CPO", "EMSP"])
def test_every_finding_is_known(role: str, version: str, python: Path, tmp_path: Path) -> None:
    out, log = tmp_path / "results", tmp_path / "target.log"
    with running(python, HERE / "target.py", "--role", role, "--version", version, log=log) as target:
        done = conformance(target, role, version, out)
    assert (out / "results.json").is_file(), done.stderr
    results = json.loads((out / "results.json").read_text())
    new = {
        f"{entry['requirement']} {entry['message']} ({place})"
        for place, entry in findings(results)
        if not entry["known"]
    }
    assert sorted(new) == []
    assert [
        f"{entry['requirement']}: {entry['reason']}" for entry in results["expectations"] if not entry["matched"]
    ] == []
    assert {entry["id"]: entry["reason"] for entry in results["scenarios"] if entry["verdict"] == "error"} == {}
    assert results["complete"]
    assert done.returncode == 0, done.stdout + done.stderr
