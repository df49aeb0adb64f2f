"""Running the suite against a simulated target that deviates, and seeing what it finds."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import pytest

from ocpi_reports.model import ReportedFinding, Results, ScenarioResult
from ocpi_schemas.exchange import Side
from ocpi_schemas.party import PartyId
from ocpi_schemas.verdict import Verdict
from ocpi_simulator.config import PartnerConfig
from ocpi_simulator.loop import BackgroundLoop
from ocpi_simulator.partner import Partner
from ocpi_simulator.peers import Peer
from ocpi_steps.expectations import Expectations
from ocpi_steps.profile import make_profile
from ocpi_steps.run import Finished, run_suite
from ocpi_steps.selection import Selection

TOKEN_A = "the-token-a-of-the-tests"


@dataclass(frozen=True)
class Run:
    """What a run of the suite found."""

    results: Results

    @property
    def findings(self) -> list[ReportedFinding]:
        """Every finding, of scenarios and of what no scenario caused."""
        return [f for scenario in self.results.scenarios for f in scenario.findings] + list(self.results.ambient)

    def _found(self, level: str) -> set[str]:
        return {finding.requirement for finding in self.findings if finding.level == level}

    @property
    def failing(self) -> set[str]:
        """The requirements of level MUST with a finding."""
        return self._found("MUST")

    @property
    def warned(self) -> set[str]:
        """The requirements of level SHOULD with a finding."""
        return self._found("SHOULD")

    def ended(self, verdict: Verdict) -> dict[str, str]:
        """The scenarios that ended so, and why."""
        return {s.id: s.reason for s in self.results.scenarios if s.verdict is verdict}

    @property
    def tried(self) -> list[ScenarioResult]:
        """The scenarios that applied to the target and were selected."""
        return [s for s in self.results.scenarios if s.verdict is not Verdict.NOT_APPLICABLE]

    @property
    def unfinished(self) -> dict[str, str]:
        """Scenarios that ended in our own error or were blocked, and why."""
        return self.ended(Verdict.ERROR) | self.ended(Verdict.BLOCKED)


class Suite(Protocol):
    """Runs the suite against a simulator; see the fixture."""

    def __call__(
        self,
        role: str,
        version: str,
        select: str = "",
        *behaviours: str,
        trigger: bool = True,
        config: dict[str, Any] | None = None,
        peer: Peer | None = None,
        **profile: Any,
    ) -> Run: ...


def _control(target: Partner, loop: BackgroundLoop) -> tuple[str, Callable[[], None]]:
    """Open the target's control plane: its trigger, and how it is closed."""
    from ocpi_simulator.control import Control

    control = Control(target)
    url = loop.call(control.start())
    return f"http:{url}", lambda: loop.call(control.stop())


@pytest.fixture
def suite(tmp_path: Path) -> Suite:
    """The suite against a simulator in this process: role and version of the target, which scenarios, its behaviours.

    `trigger=False` leaves the target without a trigger; `config` is for the target, and `peer` a connection that it has
    already; the rest is for the run's profile.
    """

    def run(
        role: str,
        version: str,
        select: str = "",
        *behaviours: str,
        trigger: bool = True,
        config: dict[str, Any] | None = None,
        peer: Peer | None = None,
        **profile: Any,
    ) -> Run:
        settings: dict[str, Any] = {
            "role": role,
            "party": PartyId("NL", "ABC"),
            "token_a": TOKEN_A,
            "side": Side.TARGET,
            "versions": (version,),
            "seed": 1,
        }
        with BackgroundLoop("target") as loop:
            target = Partner(PartnerConfig(**(settings | (config or {}))))
            loop.call(target.start())
            target.peers.all += [peer] if peer is not None else []
            close = None
            try:
                options: dict[str, Any] = {
                    "target_url": target.versions_url,
                    "target_role": role,
                    "version": version,
                    "token": TOKEN_A,
                    "timeout": 5.0,
                    "seed": 2,
                    "out": str(tmp_path / "out"),
                }
                if trigger:
                    options["trigger"], close = _control(target, loop)
                for words in behaviours:
                    target.behaviours.switch_on(words)
                finished = run_suite(make_profile(options | profile), Expectations(), Selection(select))
            finally:
                if close is not None:
                    close()
                loop.call(target.stop())
        assert isinstance(finished, Finished)
        return Run(finished.results)

    return run


SAMPLE = 4
"""Of the mutants, each a run of the suite of its own, every fourth runs always; all of them run in `make test-all`."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave most mutants to the slow tests."""
    mutants = [item for item in items if "deviat" in item.name]
    for place, item in enumerate(mutants):
        if place % SAMPLE:
            item.add_marker(pytest.mark.slow)
