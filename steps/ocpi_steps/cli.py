"""The `ocpi-conformance` command."""

import sys
import traceback
from pathlib import Path

import click

from ocpi_steps.command_demo import demo
from ocpi_steps.command_grade import grade
from ocpi_steps.command_list import list_command
from ocpi_steps.command_report import report
from ocpi_steps.command_run import run
from ocpi_steps.command_validate import validate
from ocpi_steps.exit_status import ExitStatus


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="ocpi-conformance", prog_name="ocpi-conformance")
def commands() -> None:
    """Test OCPI implementations against the specification.

    \b
    See it work on the built-in simulator:
        ocpi-conformance demo
    Test a system of your own, a CPO that gave you the token abc:
        ocpi-conformance run --target-url https://cpo.example.com/ocpi/versions --target-role CPO --token abc
    Check one JSON document:
        ocpi-conformance validate --version 2.2.1 --object Location location.json

    \b
    Exit status: 0 conformant, 1 not conformant, 2 usage or configuration,
    3 the target gave no HTTP answer at all, 4 an error of our own.
    """


for command in (run, demo, list_command, validate, grade, report):
    commands.add_command(command)


def main() -> None:
    """Entry point: one line instead of a traceback, and exit status 4, when we break ourselves."""
    try:
        commands(prog_name="ocpi-conformance")
    except Exception as error:
        file = Path("ocpi-conformance-error.txt")
        try:
            file.write_text(traceback.format_exc(), encoding="utf-8")
            where = f"; details are in {file}, please send them to us"
        except OSError:
            where = ""
        click.echo(f"Error of our own: {type(error).__name__}: {error}{where}", err=True)
        sys.exit(ExitStatus.OUR_ERROR)
