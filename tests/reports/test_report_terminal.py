"""The end of a run on the terminal."""

import io
from pathlib import Path

import pytest
from report_samples import finding, hostile_run, ordinary_results, results, scenario
from rich.console import Console

from ocpi_reports.terminal import print_summary, summary_lines
from ocpi_schemas.verdict import Verdict

REPORT = Path("conformance-results/report.html")


def test_plain_lines() -> None:
    lines = summary_lines(ordinary_results(), REPORT)
    text = "\n".join(lines)
    assert lines[0].startswith("Not conformant: 2 of 8 requirements examined are broken")
    assert "9 scenarios: 1 error, 2 fail, 1 blocked, 1 warn, 3 pass, 1 not applicable" in lines
    assert "The suite itself had errors:" in lines
    assert '         expected BEL, found "BE"; /data/0/country in exchange 1, 3 times' in lines
    assert text.index("LOC-012") < text.index("LOC-031") < text.index("TRF-021") < text.index("SES-008")
    assert lines[-1] == "Report: conformance-results/report.html"


def test_the_five_most_important_findings() -> None:
    found = [finding(f"R-{number}", message=f"fault {number}") for number in range(7)]
    often = [finding("R-9", message="often", pointer=f"/data/{number}") for number in range(4)]
    advice = [finding("S-1", level="SHOULD", message="advice")] * 9
    run = results(scenarios=(scenario(verdict=Verdict.FAIL, findings=(*advice, *found, *often)),), conformant=False)
    lines = summary_lines(run, REPORT)
    shown = [line.split()[1] for line in lines if line.startswith(("  MUST", "  SHOULD"))]
    assert shown == ["R-9", "R-0", "R-1", "R-2", "R-3"]
    assert "  and 4 more faults" in lines


@pytest.mark.parametrize("terminal", [True, False])
def test_nothing_of_the_target_reaches_the_terminal_as_a_command(terminal: bool) -> None:
    run, _ = hostile_run()
    out = io.StringIO()
    print_summary(run, REPORT, Console(file=out, force_terminal=terminal, width=120, color_system=None))
    text = out.getvalue()
    assert "\\x1b[31m" in text.replace("\n", "")
    assert "\x1b[31m" not in text
    assert "This run is incomplete" in text
    assert "report.html" in text


def test_markup_in_a_message_is_text() -> None:
    run = results(scenarios=(scenario(verdict=Verdict.FAIL, findings=(finding(message="[red]x[/red] :smile: [/]"),)),))
    for terminal in (True, False):
        out = io.StringIO()
        print_summary(run, REPORT, Console(file=out, force_terminal=terminal, width=120, color_system=None))
        assert "[red]x[/red] :smile: [/]" in out.getvalue()


def test_a_terminal_gets_colour_and_a_pipe_does_not() -> None:
    for terminal in (True, False):
        out = io.StringIO()
        print_summary(ordinary_results(), REPORT, Console(file=out, force_terminal=terminal, width=60))
        assert ("\x1b[" in out.getvalue()) is terminal
    assert max(map(len, out.getvalue().splitlines())) > 200, "lines of a log are not wrapped"
