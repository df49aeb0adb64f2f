"""Every command in the documents works: each document is one shell session, run from top to bottom."""

import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from ocpi_simulator.intents import Intent
from ocpi_steps.authorising import SUBJECT_KEYS

ROOT = Path(__file__).parents[2]
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
BINARIES = Path(sys.executable).parent

WAIT = "until (exec 3<>/dev/tcp/127.0.0.1/{port}) 2>/dev/null; do :; done"
"""Until a server that the document starts listens; the time limit of the test ends it if it never does."""


def commands(document: Path) -> list[str]:
    blocks = re.findall(r"^```console\n(.*?)^```", document.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    return [line[2:] for block in blocks for line in block.splitlines() if line.startswith("$ ")]


def script(lines: list[str]) -> str:
    made = ["set -euo pipefail"]
    for line in lines:
        made.append(line)
        if line.endswith("&"):
            ports = re.findall(r"--port (\d+)|--control [\d.]+:(\d+)", line)
            made += [WAIT.format(port=one or other) for one, other in ports]
    return "\n".join(made)


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


@pytest.mark.parametrize("document", [d for d in DOCUMENTS if commands(d)], ids=lambda path: path.name)
def test_the_commands_of_a_document_work(document: Path, tmp_path: Path) -> None:
    lines = [line for line in commands(document) if not line.startswith(("make ", "git clone", "cd "))]
    ports = {int(port) for line in lines for port in re.findall(r"--port (\d+)", line)}
    if not all(is_free(port) for port in ports):
        pytest.skip(f"something else listens on one of the ports {sorted(ports)}")
    environment = os.environ | {"PATH": f"{BINARIES}{os.pathsep}{os.environ['PATH']}"}
    said = tmp_path.with_suffix(".txt")
    with said.open("w") as output:
        process = subprocess.Popen(
            ["bash", "-c", script(lines)],
            cwd=tmp_path,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        status = process.wait(timeout=150)
    finally:
        if process.poll() is None or ports:
            os.killpg(process.pid, signal.SIGTERM)
    assert status == 0, said.read_text()[-3000:]


def test_the_makefile_has_every_target_that_the_documents_name() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = {match for path in DOCUMENTS for match in re.findall(r"`make ([a-z-]+)`", path.read_text(encoding="utf-8"))}
    named |= {line.split()[1] for path in DOCUMENTS for line in commands(path) if line.startswith("make ")}
    assert named - targets == set()


def test_every_link_between_documents_leads_somewhere() -> None:
    broken = [
        (path.name, link)
        for path in DOCUMENTS
        for link in re.findall(r"\]\(([^)#]+?)(?:#[^)]*)?\)", path.read_text(encoding="utf-8"))
        if "://" not in link and not (path.parent / link).exists()
    ]
    assert broken == []


def test_no_document_or_source_names_a_path_of_a_machine() -> None:
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False).stdout.split()
    kinds = (".py", ".md", ".toml", ".feature", ".json")
    texts = {name: (ROOT / name) for name in tracked if name.endswith(kinds) and (ROOT / name).is_file()}
    path_of_a_machine = re.compile(r"/(home|root|Users)/\w")
    wrong = [name for name, path in texts.items() if path_of_a_machine.search(path.read_text("utf-8", "replace"))]
    assert wrong == []


def test_the_list_of_triggers_is_whole() -> None:
    text = (ROOT / "docs" / "triggers.md").read_text(encoding="utf-8")
    assert [intent.value for intent in Intent if f"| `{intent.value}` |" not in text] == []
    assert [key for key, meaning in SUBJECT_KEYS if f"| `{key}` | {meaning} |" not in text] == []
