"""One run of the suite against one target, from the first request to the last report."""

import contextlib
import os
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version as installed_version
from pathlib import Path
from typing import Any

import pytest

from ocpi_reports.model import Results, ScenarioResult, TargetInfo, write_results
from ocpi_schemas.journal import JournalWriter
from ocpi_schemas.timestamps import now, write_timestamp
from ocpi_schemas.verdict import Verdict
from ocpi_simulator.loop import BackgroundLoop
from ocpi_steps.allure_bridge import AllureBridge
from ocpi_steps.cases import Case, all_cases
from ocpi_steps.expectations import Expectations
from ocpi_steps.plugin import SuitePlugin
from ocpi_steps.preflight import Unreachable, preflight
from ocpi_steps.profile import Profile
from ocpi_steps.selection import Selection
from ocpi_steps.session import RunSession
from ocpi_steps.step_lookup import fast_step_lookup
from ocpi_steps.words import vocabulary

TOOL = "ocpi-conformance"

Progress = Callable[[ScenarioResult, int, int], None]

_PYTEST_LOCK = threading.Lock()
"""pytest keeps its plugins in the process: one run at a time."""


class OutputError(OSError):
    """The results folder cannot be written; the message says why."""


class RunBrokenError(RuntimeError):
    """The scenarios could not be run, through a fault of our own."""


@dataclass(frozen=True, slots=True)
class Finished:
    """The run came to its end."""

    results: Results


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """The target gave no HTTP answer at all, so there was no run."""

    reason: str


def _ignore(_result: ScenarioResult, _done: int, _total: int) -> None:
    pass


def run_suite(
    profile: Profile, expectations: Expectations, selection: Selection, progress: Progress = _ignore
) -> Finished | NoAnswer:
    """Test a target and write `results.json` and the journal; reports are made from them afterwards.

    Raises:
        OutputError: the results folder cannot be written.
        OSError: the Partner cannot listen where the profile says.
        TriggerError, PreflightError: the profile's trigger driver is not honest.
    """
    journal_path = _prepare(profile.out)
    started = datetime.now(UTC)
    with BackgroundLoop() as loop:
        reached = preflight(profile, loop)
        if isinstance(reached, Unreachable):
            return NoAnswer(reached.reason)
        session = RunSession(profile, reached.dialect, loop, expectations)
        session.notes += reached.notes
        journal = JournalWriter(journal_path, session.redactor, _about(session))
        complete = False
        try:
            session.open(journal)
            try:
                complete = _run_pytest(session, selection, progress)
            finally:
                session.close()
        finally:
            journal.close(complete=complete)
            results = _results(session, started, complete=complete)
            write_results(results, profile.out)
    return Finished(results)


def _prepare(out: Path) -> Path:
    try:
        out.mkdir(parents=True, exist_ok=True)
        for stale in ("results.json", "journal.jsonl"):
            (out / stale).unlink(missing_ok=True)
        probe = out / "journal.jsonl"
        probe.touch()
    except OSError as error:
        raise OutputError(f"--out {out}: {error.strerror or error}") from error
    return probe


def _about(session: RunSession) -> dict[str, Any]:
    profile = session.profile
    return {
        "tool": {"name": TOOL, "version": installed_version("ocpi-conformance")},
        "target": {"url": profile.target_url, "role": profile.target_role, "version": session.dialect.version},
        "started": write_timestamp(now()),
        "seed": session.seed,
    }


def _arguments(session: RunSession) -> list[str]:
    here = Path(__file__).parent
    return [
        str(here / "test_features.py"),
        "-c",
        str(here / "suite.ini"),
        f"--rootdir={here}",
        f"--confcutdir={here}",
        "--assert=plain",
        "-s",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:terminal",
        "-p",
        "no:logging",
        "-p",
        "no:faulthandler",
        "-p",
        "no:unraisableexception",
        "-p",
        "pytest_bdd.plugin",
        "-p",
        "allure_pytest.plugin",
        f"--alluredir={session.profile.out / 'allure-results'}",
        "--clean-alluredir",
    ]


@contextlib.contextmanager
def _pytest_of_our_own() -> Any:
    """Keep the user's pytest settings and plugins out of the run."""
    kept = {name: os.environ.pop(name, None) for name in ("PYTEST_ADDOPTS", "PYTEST_PLUGINS")}
    before = os.environ.get("PYTEST_DISABLE_PLUGIN_AUTOLOAD")
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    try:
        with _PYTEST_LOCK:
            yield
    finally:
        for name, value in {**kept, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": before}.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _run_pytest(session: RunSession, selection: Selection, progress: Progress) -> bool:
    """Run the scenarios; whether all of them came to an end."""
    plugin = SuitePlugin(session, selection, progress)
    with _pytest_of_our_own(), fast_step_lookup():
        status = pytest.main(_arguments(session), plugins=[plugin, AllureBridge(session), *vocabulary()])
    if status not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED, pytest.ExitCode.NO_TESTS_COLLECTED):
        reason = pytest.ExitCode(status).name.lower().replace("_", " ")
        session.notes.append(f"the run was cut short by an error of our own ({reason})")
        if status == pytest.ExitCode.INTERRUPTED:
            return False
        raise RunBrokenError(f"pytest ended with {reason}")
    if session.silence.tripped:
        session.notes.append(f"the run was cut short: {session.silence.tripped}")
        return False
    return True


def _results(session: RunSession, started: datetime, *, complete: bool) -> Results:
    collector, profile = session.collector, session.profile
    scenarios = collector.scenarios()
    finished = datetime.now(UTC)
    stale = [
        f"the expectation for {entry.requirement} occurred nowhere: {entry.reason}"
        for entry in session.expectations.stale
    ]
    return Results(
        tool_name=TOOL,
        tool_version=installed_version("ocpi-conformance"),
        target=TargetInfo(
            url=session.redactor.text(profile.target_url),
            role=profile.target_role,
            version=session.dialect.version,
            modules=tuple(sorted({case.module for case in _tried(session)} - {""})),
        ),
        started=write_timestamp(started),
        finished=write_timestamp(finished),
        duration_s=round((finished - started).total_seconds(), 3),
        complete=complete,
        conformant=complete and not stale and _conformant(session, scenarios),
        requirements=collector.requirements(),
        scenarios=scenarios,
        exchanges=session.partner.recorder.cursor,
        expectations=session.expectations.results(),
        notes=tuple(session.redactor.text(note) for note in (*session.notes, *stale)),
        ambient=collector.ambient(),
    )


def _tried(session: RunSession) -> list[Case]:
    tried = {s.id for s in session.collector.scenarios() if s.verdict is not Verdict.NOT_APPLICABLE}
    return [case for case in all_cases() if case.id in tried]


def _conformant(session: RunSession, scenarios: tuple[ScenarioResult, ...]) -> bool:
    """Nothing failed that was not expected, and nothing errored; with `--complete`, nothing was blocked either."""
    levels = {"MUST", "SHOULD"} if session.profile.strict else {"MUST"}
    findings = [finding for scenario in scenarios for finding in scenario.findings]
    if any(finding.level in levels and not finding.known for finding in [*findings, *session.collector.ambient()]):
        return False
    bad = {Verdict.ERROR, Verdict.BLOCKED} if session.profile.complete else {Verdict.ERROR}
    return not any(scenario.verdict in bad for scenario in scenarios)
