"""A finding in plain text, for reports that have no layout of their own."""

from collections.abc import Iterable

from ocpi_reports.model import ReportedFinding
from ocpi_reports.text import one_line


def finding_lines(finding: ReportedFinding) -> list[str]:
    """What is wrong, then Expected / or / Found, then where."""
    known = ", known" if finding.known else ""
    lines = [f"{finding.requirement} ({finding.level}{known}): {one_line(finding.message)}"]
    for number, alternative in enumerate(finding.expected):
        lines.append(f"  {'      or' if number else 'expected'}: {one_line(alternative)}")
    if finding.found:
        lines.append(f"     found: {one_line(finding.found)}")
    if place := where(finding):
        lines.append(f"        at: {place}")
    return lines


def where(finding: ReportedFinding) -> str:
    """`/data/0/id in exchange 17`."""
    parts = [one_line(finding.pointer)] if finding.pointer else []
    if finding.exchange is not None:
        parts.append(f"{'in ' if parts else ''}exchange {finding.exchange}")
    return " ".join(parts)


def findings_text(findings: Iterable[ReportedFinding], limit: int = 50) -> str:
    """Findings below one another, no more than a reader takes in."""
    found = list(findings)
    lines = [line for finding in found[:limit] for line in finding_lines(finding)]
    if len(found) > limit:
        lines.append(f"and {len(found) - limit} more: results.json has all")
    return "\n".join(lines)
