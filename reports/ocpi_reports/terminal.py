"""The end of a run on the terminal: the result, the five most important findings, and where the report is."""

from pathlib import Path

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from ocpi_reports import overview
from ocpi_reports.finding_text import where
from ocpi_reports.harmless import harmless
from ocpi_reports.model import Results
from ocpi_reports.overview import FindingGroup
from ocpi_reports.text import count, one_line, times
from ocpi_schemas.verdict import Verdict

MOST_IMPORTANT = 5

_COLOURS = {
    Verdict.ERROR: "magenta",
    Verdict.FAIL: "red",
    Verdict.BLOCKED: "cyan",
    Verdict.WARN: "yellow",
    Verdict.PASS: "green",
    Verdict.NOT_APPLICABLE: "dim",
}
_LEVELS = {"MUST": Verdict.FAIL, "SHOULD": Verdict.WARN}


def print_summary(results: Results, report: Path, console: Console) -> None:
    """Print the end of a run: with colour on a terminal, else as plain lines that are not wrapped."""
    if console.is_terminal:
        console.print(summary_renderable(results, report))
        return
    for line in summary_lines(results, report):
        console.print(line, markup=False, highlight=False, emoji=False, soft_wrap=True)


def summary_lines(results: Results, report: Path) -> list[str]:
    """The end of a run in plain text."""
    results = harmless(results)
    headline = overview.headline(results)
    lines = [f"{headline.word}: {headline.sentence}"]
    for banner in overview.banners(results):
        lines += [f"{banner.title}:", *(f"  {one_line(text, 600)}" for text in banner.text)]
    lines.append(f"{count(len(results.scenarios), 'scenario')}: {_counts(results)}")
    groups = overview.ranked_findings(results)
    for group in groups[:MOST_IMPORTANT]:
        lines.append(f"  {group.first.level:<6} {group.first.requirement}  {one_line(group.first.message, 160)}")
        if details := _details(group):
            lines.append(f"         {details}")
    if len(groups) > MOST_IMPORTANT:
        lines.append(f"  and {count(len(groups) - MOST_IMPORTANT, 'more fault')}")
    lines.append(f"Report: {report}")
    return lines


def summary_renderable(results: Results, report: Path) -> RenderableType:
    """The end of a run for a terminal with colour. Nothing of the target is read as mark-up."""
    results = harmless(results)
    headline = overview.headline(results)
    parts: list[RenderableType] = [
        Text.assemble((headline.word, f"bold {_COLOURS[headline.tone]}"), "  ", headline.sentence),
    ]
    for banner in overview.banners(results):
        parts.append(Text(banner.title, style="bold magenta"))
        parts.extend(Padding(Text(one_line(text, 600)), (0, 0, 0, 2)) for text in banner.text)
    numbers = [Text(f"{results.summary[verdict]} {_word(verdict)}", _COLOURS[verdict]) for verdict in _seen(results)]
    parts.append(Text("  ").join(numbers))
    groups = overview.ranked_findings(results)
    if groups:
        table = Table.grid(padding=(0, 2))
        table.add_column(no_wrap=True)
        table.add_column(no_wrap=True, style="bold")
        table.add_column()
        for group in groups[:MOST_IMPORTANT]:
            colour = _COLOURS[_LEVELS.get(group.first.level, Verdict.NOT_APPLICABLE)]
            message = Text(one_line(group.first.message, 160))
            if details := _details(group):
                message.append(f"\n{details}", style="dim")
            table.add_row(Text(group.first.level, colour), Text(group.first.requirement), message)
        parts += ["", Padding(table, (0, 0, 0, 2))]
        if len(groups) > MOST_IMPORTANT:
            parts.append(Text(f"  and {count(len(groups) - MOST_IMPORTANT, 'more fault')}", style="dim"))
        parts.append("")
    parts.append(Text.assemble("Report: ", (str(report), "underline")))
    return Group(*parts)


def _word(verdict: Verdict) -> str:
    return overview.TITLES[verdict].lower()


def _seen(results: Results) -> list[Verdict]:
    return [verdict for verdict in Verdict if results.summary[verdict]]


def _counts(results: Results) -> str:
    return ", ".join(f"{results.summary[verdict]} {_word(verdict)}" for verdict in _seen(results)) or "none"


def _details(group: FindingGroup) -> str:
    first = group.first
    parts = []
    if first.expected:
        alternatives = " or ".join(one_line(text, 60) for text in first.expected[:3])
        parts.append(f"expected {alternatives}{', …' if first.expected[3:] else ''}")
    if first.found:
        parts.append(f"found {one_line(first.found, 80)}")
    places = [one_line(where(first), 120)] if where(first) else []
    if group.count > 1:
        places.append(times(group.count))
    if first.known:
        places.append("known")
    return "; ".join(filter(None, [", ".join(parts), ", ".join(places)]))
