"""`summary.md`: what fits a CI job summary or a pull-request comment."""

import re
from collections import Counter
from pathlib import Path

from ocpi_reports import overview
from ocpi_reports.files import replacing
from ocpi_reports.finding_text import where
from ocpi_reports.harmless import harmless
from ocpi_reports.model import Results
from ocpi_reports.text import count, duration, one_line
from ocpi_schemas.verdict import Verdict

_MOST_ROWS = 25
_SPECIAL = re.compile(r"([\\`*_\[\]|~!$])")
_REFERENCE = re.compile(r"(?<![\w&])([@#])(?=\w)")
_LINK = re.compile(r"(?i)(:)(?=//)|(?<=\bwww)(\.)|(?<=\bmailto)(:)")


def escaped(text: str, limit: int = 300) -> str:
    """Text for a place inside a paragraph or a table cell: no mark-up, no HTML, no link, nobody is mentioned."""
    return _inert(one_line(text, limit))


def _inert(line: str) -> str:
    """A part of a line, its outer spaces included, made inert."""
    line = line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    line = _SPECIAL.sub(r"\\\1", line)
    line = _LINK.sub(lambda match: f"\\{match[0]}", line)
    # A backslash does not keep GitHub from pinging @somebody; a character of no width between does.
    return _REFERENCE.sub("\\1\u200b", line)


def code(text: str, limit: int = 200) -> str:
    """Text as a code span, also within a table cell."""
    line = one_line(text, limit).replace("|", "\\|")
    longest = max((len(run) for run in re.findall("`+", line)), default=0)
    fence = "`" * (longest + 1)
    space = " " if line.startswith("`") or line.endswith("`") else ""
    return f"{fence}{space}{line}{space}{fence}" if line else ""


def prose(text: str, limit: int = 300) -> str:
    """`escaped`, but what stands between backticks is code, as in our messages."""
    parts = one_line(text, limit).split("`")
    if len(parts) % 2 == 0:  # one of them is alone
        return escaped(text, limit)
    return "".join(code(part) if odd % 2 else _inert(part) for odd, part in enumerate(parts))


def summary_markdown(results: Results) -> str:
    """The content of `summary.md`."""
    results = harmless(results)
    headline = overview.headline(results)
    target = results.target
    lines = [
        f"# {escaped(target.role)}, OCPI {escaped(target.version)}: {headline.word.lower()}",
        "",
        f"{escaped(headline.sentence, 1000)}",
        "",
    ]
    for banner in overview.banners(results):
        lines += ["> [!WARNING]", f"> **{banner.title}.** " + " ".join(escaped(text, 600) for text in banner.text), ""]
    lines += _counts(results)
    lines += _broken(results)
    lines += _blocked(results)
    facts = [
        code(target.url),
        escaped(f"{results.tool_name} {results.tool_version}"),
        escaped(f"{results.started}, {duration(results.duration_s)}"),
        count(results.exchanges, "exchange"),
    ]
    lines += [
        " · ".join(facts),
        "",
        "All findings with their exchanges: `report.html`.",
    ]
    return "\n".join(lines) + "\n"


def write_markdown(results: Results, folder: Path) -> Path:
    """Write `summary.md` into a folder."""
    path = folder / "summary.md"
    with replacing(path) as file:
        file.write(summary_markdown(results))
    return path


def _counts(results: Results) -> list[str]:
    requirements = overview.requirement_counts(results)
    return [
        "| | " + " | ".join(overview.TITLES[verdict] for verdict in Verdict) + " |",
        "| --- |" + " ---: |" * len(Verdict),
        "| Scenarios | " + " | ".join(str(results.summary[verdict]) for verdict in Verdict) + " |",
        "| Requirements | " + " | ".join(str(requirements[verdict]) for verdict in Verdict) + " |",
        "",
    ]


def _broken(results: Results) -> list[str]:
    found = overview.findings_by_requirement(results)
    broken = [entry for entry in results.requirements if entry.verdict is Verdict.FAIL]
    broken.sort(
        key=lambda entry: (
            all(group.first.known for group in found.get(entry.id, ())),
            overview.level_rank(entry.level),
        )
    )
    if not broken:
        return []
    lines = [
        f"## Broken: {count(len(broken), 'requirement')}",
        "",
        "| Requirement | Finding | Expected | Found | Where |",
        "| --- | --- | --- | --- | --- |",
    ]
    for entry in broken[:_MOST_ROWS]:
        groups = found.get(entry.id)
        if not groups:
            lines.append(f"| **{escaped(entry.id)}** | {prose(entry.statement)} | | | |")
            continue
        first, number = groups[0].first, sum(group.count for group in groups)
        known = " (known)" if first.known else ""
        times = f" ({number} times)" if number > 1 else ""
        expected = " or ".join(code(text, 80) for text in first.expected[:4]) + (", …" if first.expected[4:] else "")
        lines.append(
            f"| **{escaped(entry.id)}**{known} | {prose(first.message)}{times} | {expected} | "
            f"{code(first.found, 120)} | {escaped(where(first), 120)} |"
        )
    return [*lines, *_more(len(broken)), ""]


def _blocked(results: Results) -> list[str]:
    reasons = Counter(one.reason for one in results.scenarios if one.verdict is Verdict.BLOCKED)
    if not reasons:
        return []
    lines = [f"## Blocked: {count(sum(reasons.values()), 'scenario')}", ""]
    for reason, number in reasons.most_common(_MOST_ROWS):
        lines.append(f"- {count(number, 'scenario')}: {prose(reason) or 'no reason given'}")
    return [*lines, *_more(len(reasons)), ""]


def _more(number: int) -> list[str]:
    return ["", f"And {number - _MOST_ROWS:,} more."] if number > _MOST_ROWS else []
