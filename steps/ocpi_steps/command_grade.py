"""`ocpi-conformance grade`: run the rules over recorded traffic."""

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import click

from ocpi_schemas.context import Context
from ocpi_schemas.dialect import known_versions, load_dialect
from ocpi_schemas.exchange import Exchange
from ocpi_schemas.finding import Finding
from ocpi_schemas.judge import Judge
from ocpi_schemas.requirement import Level, load_catalogue
from ocpi_schemas.verdict import Verdict, verdict_of
from ocpi_steps.exit_status import ExitStatus
from ocpi_steps.profile import ROLES
from ocpi_steps.recording import Interpreter, Recording, RecordingError, read_recording, spoken_versions
from ocpi_steps.session import is_closed_network

SHOWN = 50
"""Findings printed of one file; with --json all are."""


@dataclass(slots=True)
class Grade:
    """What the rules say of one file."""

    file: str
    version: str
    exchanges: int = 0
    understood: int = 0
    """Exchanges whose operation could be told."""
    examined: set[str] = field(default_factory=set)
    findings: list[tuple[Finding, str]] = field(default_factory=list)
    """Each with the request it is about."""

    def level(self, requirement: str) -> Level:
        return load_catalogue()[requirement].level_in(self.version)


def grade_file(path: Path, *, version: str | None, role: str | None, target_url: str | None) -> Grade:
    """Judge the traffic in a journal or HAR file.

    Raises:
        RecordingError: the file cannot be read, or does not say what has to be known.
    """
    exchanges: list[Exchange] = []
    about = read_recording(path, exchanges.append)
    return _judge(path, exchanges, about, (version, role, target_url))


def _judge(
    path: Path, exchanges: list[Exchange], about: Recording, given: tuple[str | None, str | None, str | None]
) -> Grade:
    version, role, target_url = (
        one or other for one, other in zip(given, (about.version, about.role, about.target_url), strict=True)
    )
    if version is None:
        raise RecordingError(f"{path} does not say which OCPI version it is; name it with --version")
    if version not in known_versions():
        raise RecordingError(f"--version {version} is not known; known are {', '.join(known_versions())}")
    role = (role or ROLES[0]).upper()
    dialect = load_dialect(version)
    interpreter = Interpreter(dialect, role, urlsplit(target_url).netloc if target_url else None)
    closed = all(is_closed_network(exchange.request.url) for exchange in exchanges[:1])
    judge = Judge(Context(dialect=dialect, target_role=role, closed_network=closed))
    made = Grade(str(path), version)
    for recorded, spoken in zip(exchanges, spoken_versions(exchanges, version), strict=True):
        if spoken != version:
            continue  # what one version demands says nothing of another
        exchange = interpreter.interpret(recorded)
        if interpreter.target_roles:
            judge.context = judge.context.with_target(interpreter.target_roles)
        judgement = judge.judge(exchange)
        made.exchanges += 1
        made.understood += exchange.operation is not None
        made.examined |= judgement.examined
        made.findings += [
            (finding, f"{exchange.request.method} {exchange.request.path}") for finding in judgement.findings
        ]
    return made


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE...")
@click.option("--version", metavar="V", help="OCPI version, if the file does not say it.")
@click.option("--target-role", metavar="ROLE", help="Role of the target, if the file does not say it: CPO or EMSP.")
@click.option("--target-url", metavar="URL", help="Any URL of the target. Default: the host of the first request.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def grade(
    files: tuple[Path, ...], version: str | None, target_role: str | None, target_url: str | None, *, as_json: bool
) -> None:
    """Run the rules over recorded traffic: a journal.jsonl of a run, or a HAR file.

    \b
        ocpi-conformance grade conformance-results/journal.jsonl
        ocpi-conformance grade --version 2.2.1 --target-role CPO traffic.har
    """
    if target_role is not None and target_role.upper() not in ROLES:
        click.echo(f"Error: --target-role {target_role} is not one of {', '.join(ROLES)}", err=True)
        sys.exit(ExitStatus.USAGE)
    try:
        grades = [grade_file(file, version=version, role=target_role, target_url=target_url) for file in files]
    except RecordingError as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(ExitStatus.USAGE)
    click.echo("\n".join(_as_json(grades) if as_json else _as_text(grades)))
    levels = [made.level(finding.requirement) for made in grades for finding, _ in made.findings]
    sys.exit(ExitStatus.NOT_CONFORMANT if verdict_of(levels) is Verdict.FAIL else ExitStatus.CONFORMANT)


def _as_json(grades: list[Grade]) -> Iterator[str]:
    content = [
        {
            "file": made.file,
            "version": made.version,
            "exchanges": made.exchanges,
            "understood": made.understood,
            "examined": sorted(made.examined),
            "findings": [
                {
                    "requirement": finding.requirement,
                    "level": made.level(finding.requirement).value,
                    "message": finding.message,
                    "expected": list(finding.expected),
                    "found": finding.found,
                    "pointer": finding.pointer,
                    "exchange": finding.exchange,
                    "request": request,
                }
                for finding, request in made.findings
            ],
        }
        for made in grades
    ]
    yield json.dumps(content, indent=1)


def _as_text(grades: list[Grade]) -> Iterator[str]:
    for made in grades:
        for finding, request in made.findings[:SHOWN]:
            level = made.level(finding.requirement)
            expected = f"; expected {' or '.join(finding.expected[:3])}" if finding.expected else ""
            found = f"; found {finding.found}" if finding.found else ""
            place = f"#{finding.exchange} {request}  {finding.pointer}"
            yield f"{level:6} {finding.requirement}  {place}: {finding.message}{expected}{found}"
        if len(made.findings) > SHOWN:
            yield f"… and {len(made.findings) - SHOWN} more; --json prints all"
        yield (
            f"{made.file}: OCPI {made.version}, {made.exchanges} exchanges ({made.understood} understood),"
            f" {len(made.examined)} requirements examined, {len(made.findings)} findings"
        )
