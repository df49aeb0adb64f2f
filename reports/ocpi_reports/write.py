"""All reports of a run, written again from what its folder holds."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from ocpi_reports.har import HarWriter
from ocpi_reports.html import write_page
from ocpi_reports.junit import write_junit
from ocpi_reports.markdown import write_markdown
from ocpi_reports.model import read_results
from ocpi_reports.spool import ExchangeSpool
from ocpi_reports.text import one_line
from ocpi_schemas.exchange import Exchange
from ocpi_schemas.journal import read_journal


def write_reports(folder: Path) -> list[Path]:
    """Write `report.html`, `junit.xml`, `exchanges.har` and `summary.md` from `results.json` and `journal.jsonl`.

    A journal that is missing, damaged or without its end makes the run incomplete, and the reports say so.

    Raises:
        ResultsError: there is no `results.json`, or it is damaged.
    """
    results = read_results(folder)
    with ExchangeSpool(results) as spool, HarWriter(results, folder) as har:

        def receive(exchange: Exchange) -> None:
            spool.add(exchange)
            har.add(exchange)

        flaw = _read(folder / "journal.jsonl", receive)
        if flaw:
            results = replace(results, complete=False, notes=(*results.notes, flaw))
        page = write_page(results, spool, folder)
    return [page, write_junit(results, folder), har.path, write_markdown(results, folder)]


def _read(journal: Path, receive: Callable[[Exchange], None]) -> str:
    """Hand over the exchanges of a journal; says what is wrong with it, if anything."""
    try:
        content = read_journal(journal, receive)
    except FileNotFoundError:
        return "The folder has no journal.jsonl: no exchange can be shown."
    except (OSError, ValueError) as error:
        return one_line(f"The journal is damaged, and shown as far as it could be read: {error}", 500)
    if content.cut_off:
        return "The last line of the journal is cut off: the run ended in the middle of it."
    return "" if content.complete else "The journal has no footer that says it is complete: the run was cut short."
