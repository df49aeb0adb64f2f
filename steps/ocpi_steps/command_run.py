"""`ocpi-conformance run`: test a target."""

import json
import sys
from pathlib import Path
from typing import Any, NoReturn

import click
from rich.console import Console

from ocpi_reports.model import Results
from ocpi_reports.terminal import print_summary
from ocpi_reports.write import write_reports
from ocpi_schemas.verdict import Verdict
from ocpi_steps.exit_status import ExitStatus
from ocpi_steps.expectations import Expectations, ExpectationsError, read_expectations
from ocpi_steps.profile import Profile, ProfileError, make_profile, read_config
from ocpi_steps.progress import shown_progress
from ocpi_steps.run import NoAnswer, OutputError, run_suite
from ocpi_steps.selection import Selection, SelectionError
from ocpi_steps.triggers import TriggerError


def stop(message: str, status: ExitStatus = ExitStatus.USAGE) -> NoReturn:
    """End the command with one clear message."""
    click.echo(f"Error: {message}", err=True)
    sys.exit(status)


@click.command()
@click.option(
    "--config", type=click.Path(path_type=Path), help="The target's profile: TOML with these names; flags win."
)
@click.option("--target-url", metavar="URL", help="The target's versions endpoint.")
@click.option("--target-role", metavar="ROLE", help="Role under test, CPO or EMSP; we play the other.")
@click.option("--version", metavar="V", help="OCPI version under test. Default: the highest that both sides have.")
@click.option("--token", metavar="T", help="Credentials token that the target issued to us: CREDENTIALS_TOKEN_A.")
@click.option("--registered", is_flag=True, default=None, help="Skip registration; --token is the token in use.")
@click.option("--inbound-token", metavar="T", help="With --registered: the token that the target uses towards us.")
@click.option("--module", "module", multiple=True, metavar="M", help="Only this module (repeatable).")
@click.option("--select", metavar="EXPR", help="Only scenarios whose tags fit, such as 'LOC-012 or sender'.")
@click.option("--listen", metavar="HOST:PORT", help="Where our partner listens. Default: a free loopback port.")
@click.option("--public-url", metavar="URL", help="How the target reaches our partner, if not there.")
@click.option(
    "--trigger",
    metavar="DRIVER",
    help="How to make the target act as a client where OCPI cannot: none, prompt, http:URL or command:CMD.",
)
@click.option("--expectations", type=click.Path(path_type=Path), help="Findings known to occur, each with a reason.")
@click.option("--strict", is_flag=True, default=None, help="SHOULD counts as MUST.")
@click.option("--complete", is_flag=True, default=None, help="What is blocked counts as failed.")
@click.option("--timeout", type=float, metavar="SECONDS", help="For one exchange. Default: 10.")
@click.option("--out", type=click.Path(path_type=Path), help="Results folder. Default: conformance-results/")
@click.option("--party", metavar="CC-PID", help="The party that we play. Default: DE-TST.")
@click.option("--seed", type=int, metavar="N", help="Makes our objects the same again. Default: new ones each run.")
@click.option("--allow-host", multiple=True, metavar="HOST", help="Another host that the target may send us to.")
@click.option("--verbose", "-v", is_flag=True, help="Show findings as they come.")
@click.option("--json", "as_json", is_flag=True, help="Print the path and the summary as JSON at the end.")
def run(config: Path | None, *, verbose: bool, as_json: bool, **flags: Any) -> None:
    """Test a target and write a report.

    \b
    A CPO in test, with a token for registration:
        ocpi-conformance run --target-url http://127.0.0.1:9000/ocpi/versions --target-role CPO --token abc
    The same, driven by a test hook so that its pushes are tested too:
        ocpi-conformance run --config cpo.toml --trigger http:http://127.0.0.1:9001/trigger
    """
    try:
        values = read_config(config) if config else {}
        profile = make_profile(values | {name: value for name, value in flags.items() if value not in (None, ())})
        selection = Selection(profile.select)
        expectations = read_expectations(profile.expectations)
    except (ProfileError, ExpectationsError, SelectionError) as error:
        stop(str(error))
    results = run_one(profile, expectations, selection, verbose=verbose, quiet=as_json)
    if as_json:
        click.echo(_as_json(results, profile.out))
    sys.exit(status_of(results))


def run_one(
    profile: Profile, expectations: Expectations, selection: Selection, *, verbose: bool, quiet: bool
) -> Results:
    """One run with its progress and summary on the terminal; ends the command when there is no run to be had."""
    console = Console(stderr=True)
    title = f"OCPI {profile.version or ''} {profile.target_role}".replace("  ", " ")
    try:
        with shown_progress(console, title, verbose=verbose) as progress:
            outcome = run_suite(profile, expectations, selection, progress)
    except (ProfileError, TriggerError, OutputError) as error:
        stop(str(error))
    except OSError as error:
        stop(f"--listen {profile.listen}: {error.strerror or error}")
    if isinstance(outcome, NoAnswer):
        stop(outcome.reason, ExitStatus.NO_ANSWER)
    write_reports(profile.out)
    if not quiet:
        print_summary(outcome.results, profile.out / "report.html", Console())
    return outcome.results


def status_of(results: Results) -> ExitStatus:
    """The exit status that results call for."""
    if results.conformant:
        return ExitStatus.CONFORMANT
    failed = (
        results.summary[Verdict.FAIL.value]
        or results.summary[Verdict.BLOCKED.value]
        or any(entry.matched == 0 for entry in results.expectations)
    )
    return ExitStatus.OUR_ERROR if results.summary[Verdict.ERROR.value] and not failed else ExitStatus.NOT_CONFORMANT


def _as_json(results: Results, out: Path) -> str:
    return json.dumps(
        {"conformant": results.conformant, "complete": results.complete, "summary": results.summary, "out": str(out)}
    )
