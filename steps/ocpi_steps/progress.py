"""Progress of a run: a live line per chapter on a terminal, plain lines elsewhere."""

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeRemainingColumn

from ocpi_reports.model import ScenarioResult
from ocpi_schemas.verdict import Verdict
from ocpi_steps.run import Progress as Report

_NOTABLE = (Verdict.FAIL, Verdict.ERROR, Verdict.WARN)


@contextmanager
def shown_progress(console: Console, title: str, *, verbose: bool) -> Iterator[Report]:
    """A function to be told of each scenario, and its display while the run lasts."""

    def tell(result: ScenarioResult) -> None:
        if verbose and result.verdict in _NOTABLE:
            for finding in result.findings[:3]:
                console.print(
                    f"  {finding.requirement} {finding.message}  [{result.id}]", markup=False, highlight=False
                )

    if not console.is_terminal:

        def plain(result: ScenarioResult, _done: int, _total: int) -> None:
            tell(result)

        yield plain
        return
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, transient=True) as display:
        task = display.add_task(title, total=None)

        def live(result: ScenarioResult, done: int, total: int) -> None:
            display.update(
                task, completed=done, total=total, description=f"{title}: {result.chapter.replace('_', ' ')}"
            )
            tell(result)

        yield live
