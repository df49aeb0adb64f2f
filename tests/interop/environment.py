"""An environment of its own for another implementation, and the implementation running in it."""

import base64
import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
CACHE = ROOT / ".venv-interop"
"""Made once and kept; git ignores it."""

START_S = 30.0
STOP_S = 10.0


class NotInstallableError(Exception):
    """pip cannot install the implementation here; the message says what pip said."""


def python_with(name: str, *requirements: str, module: str) -> Path:
    """The interpreter of an environment that has these packages, made when it is not there yet.

    Raises:
        NotInstallableError: they cannot be installed, or the module cannot be imported afterwards.
    """
    folder = CACHE / name
    python = folder / ("Scripts" if os.name == "nt" else "bin") / "python"
    done, wanted = folder / ".ready", "\n".join(requirements)
    if done.is_file() and done.read_text() == wanted:
        return python
    shutil.rmtree(folder, ignore_errors=True)
    for command in (
        [sys.executable, "-m", "venv", str(folder)],
        [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *requirements],
        [str(python), "-c", f"import {module}"],
    ):
        made = subprocess.run(command, capture_output=True, text=True, check=False)
        if made.returncode != 0:
            said = (made.stderr.strip().splitlines() or ["no error message"])[-1]
            raise NotInstallableError(f"{' '.join(requirements)} cannot be installed here: {said}")
    done.write_text(wanted)
    return python


@dataclass(frozen=True)
class Target:
    """An implementation that is running."""

    port: int
    token_a: str

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


def new_token() -> str:
    """A token that can be read as Base64, but not as Base64 of a text."""
    while True:
        token = secrets.token_hex(16)
        try:
            base64.b64decode(token).decode()
        except UnicodeDecodeError:
            return token


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(python: Path, script: Path, *arguments: str, log: Path) -> Iterator[Target]:
    """The script as a process of its own, from when it listens until the end of the block."""
    target = Target(free_port(), new_token())
    settings = {
        "OCPI_HOST": f"127.0.0.1:{target.port}",
        "PROTOCOL": "http",
        "COUNTRY_CODE": "NL",
        "PARTY_ID": "EXW",
        # Identifiers come back in capitals or in small letters, whatever they were; capitals suit country codes.
        "CI_STRING_LOWERCASE_PREFERENCE": "false",
    }
    with log.open("w") as output:
        process = subprocess.Popen(
            [str(python), str(script), *arguments, "--port", str(target.port), "--token-a", target.token_a],
            env={name: os.environ[name] for name in ("PATH", "SYSTEMROOT") if name in os.environ} | settings,
            cwd=log.parent,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            _await_listening(process, target.port, log)
            yield target
        finally:
            process.terminate()
            try:
                process.wait(STOP_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _await_listening(process: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            try:
                process.wait(0.05)
            except subprocess.TimeoutExpired:
                continue
            break
        else:
            return
    raise AssertionError(f"the target does not listen:\n{log.read_text()[-2000:]}")
