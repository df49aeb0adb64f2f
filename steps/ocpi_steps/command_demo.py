"""`ocpi-conformance demo`: the whole suite against the built-in simulator, in both roles and every version."""

import sys
from dataclasses import dataclass
from pathlib import Path

import click

from ocpi_reports.model import Results
from ocpi_schemas.dialect import known_versions, load_dialect
from ocpi_schemas.exchange import Side
from ocpi_schemas.party import PartyId
from ocpi_simulator.config import PartnerConfig
from ocpi_simulator.control import Control
from ocpi_simulator.dataset.tokens import token_uid
from ocpi_simulator.loop import BackgroundLoop
from ocpi_simulator.partner import Partner
from ocpi_simulator.peers import new_token
from ocpi_steps.command_run import run_one, status_of
from ocpi_steps.exit_status import ExitStatus
from ocpi_steps.expectations import Expectations
from ocpi_steps.profile import ROLES, make_profile
from ocpi_steps.selection import Selection

TARGET_SEED = 7

QUIET_S = 0.2
"""The target is in this process: what it does not send at once it does not send."""

OBJECTS, PAGE_LIMIT = 40, 15
"""What the target has, and the most it shows on a page: enough for several pages, little enough to be quick."""

SUBJECTS = {
    "allowed_token": 3,
    "app_user_token": 4,
    "blocked_token": 6,
    "expired_token": 7,
    "no_credit_token": 8,
    "not_allowed_token": 9,
    "token_needing_location": 9,
}
"""Subject of a profile -> index of the simulator's Token that serves as it."""


@dataclass(frozen=True, slots=True)
class DemoRun:
    """One of the runs of the demonstration."""

    role: str
    version: str
    folder: str


def demo_runs(versions: list[str]) -> list[DemoRun]:
    """Both roles in every version; the highest version has the plain folder names."""
    highest = known_versions()[-1]
    return [
        DemoRun(role, version, f"demo-{role.lower()}" + ("" if version == highest else f"-{version}"))
        for version in reversed(versions)
        for role in ROLES
    ]


def run_against_simulator(demo_run: DemoRun, out: Path, *, verbose: bool = False, quiet: bool = False) -> Results:
    """One run against a simulator in this process, over real HTTP, which the control plane drives as a trigger."""
    token = new_token()
    party = PartyId("NL", "ABC")
    dialect = load_dialect(demo_run.version)
    config = PartnerConfig(
        role=demo_run.role,
        party=party,
        other_parties=(PartyId("BE", "ABC"),) if dialect.forms.get("credentials.parties") == "several" else (),
        token_a=token,
        versions=tuple(known_versions()),
        seed=TARGET_SEED,
        locations=OBJECTS,
        tokens=OBJECTS,
        page_limit=PAGE_LIMIT,
        side=Side.TARGET,
    )
    with BackgroundLoop("ocpi-simulator") as loop:
        target = Partner(config)
        control = Control(target)
        loop.call(target.start())
        try:
            trigger = loop.call(control.start())
            profile = make_profile(
                {
                    "target_url": target.versions_url,
                    "target_role": demo_run.role,
                    "version": demo_run.version,
                    "token": token,
                    "trigger": f"http:{trigger}",
                    "quiet": QUIET_S,
                    "out": out,
                    "subjects": {name: token_uid(TARGET_SEED, index) for name, index in SUBJECTS.items()},
                }
            )
            return run_one(profile, Expectations(), Selection(), verbose=verbose, quiet=quiet)
        finally:
            loop.call(control.stop())
            loop.call(target.stop())


@click.command()
@click.option("--version", "versions", multiple=True, metavar="V", help="Only this OCPI version (repeatable).")
@click.option("--out", type=click.Path(path_type=Path), default=Path("conformance-results"), show_default=True)
@click.option("--verbose", "-v", is_flag=True, help="Show findings as they come.")
def demo(versions: tuple[str, ...], out: Path, *, verbose: bool) -> None:
    """Run the whole suite against the built-in simulator, as CPO and as eMSP.

    The simulator is conforming, so nothing fails; the reports show what a run looks like.
    """
    unknown = set(versions) - set(known_versions())
    if unknown:
        raise click.BadParameter(
            f"{sorted(unknown)[0]} is not known; known are {', '.join(known_versions())}", param_hint="--version"
        )
    worst = ExitStatus.CONFORMANT
    reports: list[Path] = []
    for demo_run in demo_runs(list(versions) or known_versions()):
        folder = out / demo_run.folder
        results = run_against_simulator(demo_run, folder, verbose=verbose, quiet=False)
        worst = max(worst, status_of(results))
        reports.append(folder / "report.html")
    click.echo("\nThe reports:")
    for report in reports:
        click.echo(f"  {report}")
    sys.exit(worst)
