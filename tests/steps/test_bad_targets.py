"""Whatever a target does, a run ends in time with a verdict, never with an error of ours, and its results are whole."""

import asyncio
import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from tests.steps import bad_targets
from tests.steps.bad_targets import Answer, served

from ocpi_reports.model import read_results
from ocpi_schemas.dialect import known_versions
from ocpi_schemas.journal import read_journal
from ocpi_schemas.verdict import Verdict
from ocpi_steps.cli import commands
from ocpi_steps.exit_status import ExitStatus

VERSION = known_versions()[-1]


@contextmanager
def running(answer: Answer) -> Iterator[str]:
    """A bad target in a thread of its own; gives its versions URL."""
    ready: dict[str, Any] = {}
    started = threading.Event()

    async def main() -> None:
        ready["stop"], ready["loop"] = asyncio.Event(), asyncio.get_running_loop()
        async with served(answer) as url:
            ready["url"] = url
            started.set()
            await ready["stop"].wait()

    thread = threading.Thread(target=lambda: asyncio.run(main()), daemon=True)
    thread.start()
    assert started.wait(10)
    try:
        yield ready["url"]
    finally:
        ready["loop"].call_soon_threadsafe(ready["stop"].set)
        thread.join(10)


def run_command(url: str, out: Path, *more: str) -> Result:
    arguments = ["run", "--target-url", url, "--target-role", "CPO", "--token", "abcdefgh", "--version", VERSION]
    return CliRunner().invoke(commands, [*arguments, "--out", str(out), "--timeout", "0.4", *more])


SILENT = [bad_targets.closes, bad_targets.is_not_http, bad_targets.hangs, bad_targets.has_wild_headers]
SPEAKING = [
    bad_targets.answers_html,
    bad_targets.is_truncated,
    bad_targets.drips,
    bad_targets.is_endless,
    bad_targets.is_a_bomb,
    bad_targets.redirects_in_circles,
    bad_targets.answers_versions("2.0", "99.9"),
]


COSTLY = {bad_targets.drips, bad_targets.is_endless, bad_targets.is_a_bomb}
"""Each of their answers takes long to refuse: a few scenarios are enough."""


@pytest.mark.parametrize("answer", SILENT, ids=lambda answer: answer.__name__)
def test_no_http_answer_is_said_in_one_line(answer: Answer, tmp_path: Path) -> None:
    with running(answer) as url:
        result = run_command(url, tmp_path)
    assert result.exit_code == ExitStatus.NO_ANSWER
    assert "gave no HTTP answer" in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1


def test_nobody_listens(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        result = run_command(f"http://127.0.0.1:{taken.getsockname()[1]}/versions", tmp_path)
    assert result.exit_code == ExitStatus.NO_ANSWER
    assert "refused" in result.stderr


def test_a_redirect_to_another_host_is_not_followed(tmp_path: Path) -> None:
    with running(bad_targets.redirects_elsewhere) as url:
        result = run_command(url, tmp_path)
    assert result.exit_code in (ExitStatus.NO_ANSWER, ExitStatus.NOT_CONFORMANT)
    assert "elsewhere.invalid" in result.stderr or "redirect" in (tmp_path / "journal.jsonl").read_text()


@pytest.mark.parametrize("answer", SPEAKING, ids=lambda answer: getattr(answer, "__name__", "versions"))
def test_a_bad_target_fails_and_the_results_are_whole(answer: Answer, tmp_path: Path) -> None:
    with running(answer) as url:
        few = ["--select", "version_list or date_time"] if answer in COSTLY else []
        result = run_command(url, tmp_path, *few)
    assert result.exit_code in (ExitStatus.NOT_CONFORMANT, ExitStatus.NO_ANSWER), result.output
    if result.exit_code == ExitStatus.NO_ANSWER:
        return
    results = read_results(tmp_path)
    assert results.summary[Verdict.ERROR.value] == 0, [
        s.reason for s in results.scenarios if s.verdict is Verdict.ERROR
    ]
    assert results.summary[Verdict.FAIL.value] > 0
    assert results.summary[Verdict.PASS.value] == 0
    exchanges: list[object] = []
    assert read_journal(tmp_path / "journal.jsonl", exchanges.append).cut_off is False
    assert len(exchanges) == results.exchanges
    for name in ("report.html", "junit.xml", "exchanges.har", "summary.md"):
        assert (tmp_path / name).stat().st_size > 0
    json.loads((tmp_path / "exchanges.har").read_text())


def test_the_token_is_in_no_file(tmp_path: Path) -> None:
    with running(bad_targets.answers_html) as url:
        run_command(f"{url}?token=abcdefgh", tmp_path)
    for path in tmp_path.rglob("*"):
        if path.is_file():
            assert "abcdefgh" not in path.read_text(encoding="utf-8", errors="replace"), path
