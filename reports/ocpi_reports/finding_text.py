"""A finding in plain text, for reports that have no layout of their own."""

from collections.abc import Iterable

from ocpi_reports.model import ReportedFinding
from ocpi_reports.overview import FindingGroup, similar_findings
from ocpi_reports.text import count, one_line


def finding_lines(group: FindingGroup) -> list[str]:
    """What is wrong, then Expected / or / Found, then where."""
    finding = group.first
    known = ", known" if finding.known else ""
    lines = [f"{finding.requirement} ({finding.level}{known}): {one_line(finding.message)}"]
    for number, alternative in enumerate(finding.expected):
        lines.append(f"  {'      or' if number else 'expected'}: {one_line(alternative)}")
    if finding.found:
        lines.append(f"     found: {one_line(finding.found)}")
    more = f"{count(group.count - 1, 'more time')}" if group.count > 1 else ""
    if place := ", and ".join(filter(None, [where(finding), more])):
        lines.append(f"        at: {place}")
    return lines


def where(finding: ReportedFinding) -> str:
    """`/data/0/id in exchange 17`."""
    parts = [one_line(finding.pointer)] if finding.pointer else []
    if finding.exchange is not None:
        parts.append(f"{'in ' if parts else ''}exchange {finding.exchange}")
    return " ".join(parts)


def findings_text(findings: Iterable[ReportedFinding], limit: int = 50) -> str:
    """Findings below one another, those alike together, no more than a reader takes in."""
    groups = similar_findings(findings)
    lines = [line for group in groups[:limit] for line in finding_lines(group)]
    if len(groups) > limit:
        lines.append(f"and {len(groups) - limit} more: results.json has all")
    return "\n".join(lines)
