"""`ocpi-conformance report`: write the reports of a run again, or compare two runs."""

import sys
from pathlib import Path

import click

from ocpi_reports.compare import compare, comparison_markdown
from ocpi_reports.model import ResultsError, read_results
from ocpi_reports.write import write_reports
from ocpi_schemas.journal import JournalError
from ocpi_steps.exit_status import ExitStatus


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option(
    "--compare", "other", metavar="OTHER_DIR", type=click.Path(path_type=Path), help="What changed since that run."
)
def report(folder: Path, other: Path | None) -> None:
    """Write the reports of a results folder again, or (--compare) say what changed since another run."""
    try:
        if other is not None:
            click.echo(comparison_markdown(compare(read_results(other), read_results(folder))))
            return
        for path in write_reports(folder):
            click.echo(str(path))
    except (ResultsError, JournalError) as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(ExitStatus.USAGE)
    except OSError as error:
        click.echo(f"Error: {error.filename or folder}: {error.strerror or error}", err=True)
        sys.exit(ExitStatus.USAGE)
