"""The pytest plugin that binds a run to its target: picks the cases, frames scenarios, makes verdicts of outcomes."""

import traceback
from collections.abc import Callable, Generator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from pytest_bdd.scenario import scenario_wrapper_template_registry

from ocpi_reports.model import ScenarioResult
from ocpi_schemas.verdict import Verdict
from ocpi_steps.cases import Case, all_cases, features_folder, why_not_applicable
from ocpi_steps.outcome import Blocked, Nonconformity, Stopped
from ocpi_steps.scene import Scene
from ocpi_steps.selection import Selection
from ocpi_steps.session import RunSession


class SuitePlugin:
    """One instance for one pytest run."""

    def __init__(
        self, session: RunSession, selection: Selection, progress: Callable[[ScenarioResult, int, int], None]
    ) -> None:
        self._session = session
        self._selection = selection
        self._progress = progress
        self._cases: dict[tuple[str, str, str], Case] = {}
        self._of_items: dict[str, Case] = {}
        self._scene: Scene | None = None
        self._stopped: tuple[Verdict, str] | None = None
        self._total = 0
        self._before = 0
        self._done = 0
        for case in all_cases():
            self._cases[_key(case.feature, case.name, dict(case.example))] = case

    def pytest_configure(self, config: pytest.Config) -> None:
        """Python's own tracebacks: nobody reads pytest's here, and they take long to make."""
        config.option.tbstyle = "native"

    # Choosing

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(self, config: pytest.Config, items: list[pytest.Item]) -> None:
        """Keep what applies to the target, in the order of a run."""
        place = {case.id: number for number, case in enumerate(all_cases())}
        chosen: list[tuple[int, pytest.Item]] = []
        left_out: list[pytest.Item] = []
        for item in items:
            case = self._case_of(item)
            reason = self._why_not(case)
            if reason:
                self._session.collector.left_out(case, Verdict.NOT_APPLICABLE, reason)
                left_out.append(item)
            else:
                chosen.append((place[case.id], item))
        items[:] = [item for _, item in sorted(chosen, key=lambda entry: entry[0])]
        self._total = len(items)
        config.hook.pytest_deselected(items=left_out)

    def _why_not(self, case: Case) -> str | None:
        profile = self._session.profile
        reason = why_not_applicable(case, self._session.dialect, profile.target_role, profile.module)
        if "https" in case.tags and not profile.target_url.lower().startswith("https:"):
            reason = reason or "the target is reached over plain HTTP"
        return reason or (None if self._selection.takes(case) else "not selected by --select")

    def _case_of(self, item: pytest.Item) -> Case:
        found = self._of_items.get(item.nodeid)
        if found is None:
            template = scenario_wrapper_template_registry[item.obj]  # type: ignore[attr-defined]
            params = getattr(getattr(item, "callspec", None), "params", {})
            feature = _below_features(template.feature.filename)
            example = dict(params.get("_pytest_bdd_example", {}))
            found = self._of_items[item.nodeid] = self._cases[_key(feature, template.name, example)]
        return found

    # Framing

    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """Once the target is gone, what is left is blocked and not tried."""
        if self._session.silence.tripped:
            case = self._case_of(item)
            self._session.collector.left_out(case, Verdict.BLOCKED, f"not tried: {self._session.silence.tripped}")
            self._count()
            pytest.skip(self._session.silence.tripped)

    @pytest.fixture
    def scene(self) -> Scene:
        """The scenario that is running."""
        if self._scene is None:
            raise LookupError("no scenario is running")
        return self._scene

    def pytest_bdd_before_scenario(self, request: pytest.FixtureRequest) -> None:
        self._stopped = None
        self._scene = Scene(self._session, self._case_of(request.node))

    def pytest_bdd_before_step(self, step: Any) -> None:
        self._running.step_begins(f"{step.keyword.strip()} {step.name}")
        self._before = self._running.findings_so_far

    def pytest_bdd_after_step(self, step: Any) -> None:
        status = "failed" if self._running.findings_so_far > self._before else "passed"
        self._running.step_ends(step.keyword.strip(), step.name, status)

    def pytest_bdd_step_error(self, step: Any, exception: BaseException) -> None:
        match exception:
            case Blocked():
                self._stopped, status = (Verdict.BLOCKED, str(exception)), "blocked"
            case Stopped():
                status = "failed"
            case _:
                last = traceback.extract_tb(exception.__traceback__)[-1]
                where = f"{last.filename.rpartition('/')[2]}:{last.lineno}"
                reason = f"our own error in {step.name!r}: {type(exception).__name__}: {exception} ({where})"
                self._stopped, status = (Verdict.ERROR, reason), "error"
        self._running.step_ends(step.keyword.strip(), step.name, status)

    def pytest_bdd_step_func_lookup_error(self, step: Any, exception: BaseException) -> None:
        self._stopped = (Verdict.ERROR, f"our own error: {exception}")
        self._running.step_ends(step.keyword.strip(), step.name, "error")

    @property
    def _running(self) -> Scene:
        if self._scene is None:
            raise LookupError("no scenario is running")
        return self._scene

    def pytest_bdd_after_scenario(self) -> None:
        result = self._running.end(self._stopped)
        self._scene = None
        self._count(result)
        match result.verdict:
            case Verdict.FAIL:
                raise Nonconformity(_summary(result)) from None
            case Verdict.BLOCKED:
                raise Blocked(result.reason) from None
            case _:
                return

    def _count(self, result: ScenarioResult | None = None) -> None:
        self._done += 1
        if result is not None:
            self._progress(result, self._done, self._total)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo[None]) -> Generator[None, Any, Any]:
        """A blocked scenario is a skipped test to pytest and its other plugins."""
        report = yield
        if call.excinfo is not None and call.excinfo.errisinstance((Blocked, Stopped)):
            case = self._case_of(item)
            if call.excinfo.errisinstance(Blocked):
                report.outcome = "skipped"
                report.longrepr = (case.feature, case.line, f"blocked: {call.excinfo.value}")
        return report


@cache
def _below_features(filename: str) -> str:
    return Path(filename).resolve().relative_to(features_folder().resolve()).as_posix()


def _summary(result: ScenarioResult) -> str:
    first = next((finding for finding in result.findings if finding.level == "MUST"), result.findings[0])
    more = f" (and {len(result.findings) - 1} more)" if len(result.findings) > 1 else ""
    return f"{first.requirement}: {first.message}{more}"


def _row(example: dict[str, str]) -> str:
    return "|".join(f"{name}={value}" for name, value in sorted(example.items()))


def _key(feature: str, name: str, example: dict[str, str]) -> tuple[str, str, str]:
    return (feature, name, _row(example))
