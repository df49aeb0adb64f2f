"""All reports, written again from a results folder."""

import json
from pathlib import Path

import pytest
from report_samples import hostile_run, ordinary_exchanges, ordinary_results

from ocpi_reports.model import Results, ResultsError, results_to_json
from ocpi_reports.write import write_reports
from ocpi_schemas.exchange import Exchange
from ocpi_schemas.journal import JournalWriter
from ocpi_schemas.redaction import Redactor

NAMES = ["report.html", "junit.xml", "exchanges.har", "summary.md"]


def folder_of(run: Results, exchanges: list[Exchange], folder: Path, *, complete: bool = True) -> Path:
    # With ASCII only, so that halves of surrogate pairs can be in it.
    (folder / "results.json").write_text(json.dumps(results_to_json(run)))
    writer = JournalWriter(folder / "journal.jsonl", Redactor(), {"tool": "test"})
    for exchange in exchanges:
        writer.append(exchange)
    writer.close(complete=complete)
    return folder


@pytest.fixture
def ordinary(tmp_path: Path) -> Path:
    return folder_of(ordinary_results(conformant=True), ordinary_exchanges(), tmp_path)


def report(folder: Path) -> str:
    return (folder / "report.html").read_text(encoding="utf-8")


def entries(folder: Path) -> int:
    return len(json.loads((folder / "exchanges.har").read_text())["log"]["entries"])


def test_every_report_is_written(ordinary: Path) -> None:
    written = write_reports(ordinary)
    assert [path.name for path in written] == NAMES
    assert all(path.stat().st_size for path in written)
    assert sorted(path.name for path in ordinary.iterdir()) == sorted([*NAMES, "results.json", "journal.jsonl"])
    assert "This run is incomplete" not in report(ordinary)
    assert entries(ordinary) == 8


def test_writing_again_gives_the_same(ordinary: Path) -> None:
    first = {path.name: path.read_bytes() for path in write_reports(ordinary)}
    assert {path.name: path.read_bytes() for path in write_reports(ordinary)} == first


def test_no_token_is_in_any_report(ordinary: Path) -> None:
    for path in write_reports(ordinary):
        assert "redacted-3f2a9c1d" not in path.read_text(), "the sample's token is a token to the journal"


@pytest.mark.parametrize(
    ("keep", "left", "says"),
    [
        (-1, 8, "has no footer"),
        (-2, 7, "has no footer"),
        (1, 0, "has no footer"),
    ],
)
def test_a_journal_without_its_footer(ordinary: Path, keep: int, left: int, says: str) -> None:
    journal = ordinary / "journal.jsonl"
    journal.write_text("".join(journal.read_text().splitlines(keepends=True)[:keep]))
    write_reports(ordinary)
    assert "This run is incomplete" in report(ordinary)
    assert says in report(ordinary)
    assert "This run is incomplete" in (ordinary / "summary.md").read_text()
    assert "The run is complete" in (ordinary / "junit.xml").read_text()
    assert entries(ordinary) == left


def test_a_journal_whose_last_line_is_cut_off(ordinary: Path) -> None:
    journal = ordinary / "journal.jsonl"
    lines = journal.read_text().splitlines(keepends=True)
    journal.write_text("".join(lines[:4]) + lines[4][:100])
    write_reports(ordinary)
    assert "The last line of the journal is cut off" in report(ordinary)
    assert entries(ordinary) == 3
    assert "Exchange 5 is not in the journal." in report(ordinary)


def test_a_journal_that_is_damaged_in_the_middle(ordinary: Path) -> None:
    journal = ordinary / "journal.jsonl"
    lines = journal.read_text().splitlines(keepends=True)
    lines[3] = "</script>\n"
    journal.write_text("".join(lines))
    write_reports(ordinary)
    assert "The journal is damaged" in report(ordinary)
    assert entries(ordinary) == 2


def test_a_folder_without_a_journal(ordinary: Path) -> None:
    (ordinary / "journal.jsonl").unlink()
    write_reports(ordinary)
    assert "The folder has no journal.jsonl" in report(ordinary)
    assert entries(ordinary) == 0


def test_a_folder_without_results_is_an_error_of_the_caller(tmp_path: Path) -> None:
    with pytest.raises(ResultsError, match=r"results\.json"):
        write_reports(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_hostile_run_is_reported(tmp_path: Path) -> None:
    run, exchanges = hostile_run()
    written = write_reports(folder_of(run, exchanges, tmp_path))
    assert [path.name for path in written] == NAMES
    assert report(tmp_path).count("<script>") == 1
