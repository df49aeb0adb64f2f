"""`ocpi-conformance list`: the scenarios, or the requirement catalogue with what checks each entry."""

import json
import sys

import click

from ocpi_schemas.dialect import known_versions, load_dialect
from ocpi_schemas.requirement import load_catalogue
from ocpi_steps.cases import all_cases, why_not_applicable
from ocpi_steps.coverage import coverage_of
from ocpi_steps.profile import ROLES


@click.command("list")
@click.option("--version", metavar="V", help="Only what this OCPI version says.")
@click.option("--requirements", is_flag=True, help="The requirements instead of the scenarios.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_command(version: str | None, *, requirements: bool, as_json: bool) -> None:
    """List the scenarios, or (--requirements) the catalogue with what checks each requirement.

    \b
        ocpi-conformance list --version 2.2.1
        ocpi-conformance list --requirements --json
    """
    if version is not None and version not in known_versions():
        click.echo(f"Error: --version {version} is not known; known are {', '.join(known_versions())}", err=True)
        sys.exit(2)
    (_requirements if requirements else _scenarios)(version, as_json)


def _scenarios(version: str | None, as_json: bool) -> None:
    versions = [version] if version else known_versions()
    rows = []
    for case in all_cases():
        where = {
            known: [role for role in ROLES if why_not_applicable(case, load_dialect(known), role) is None]
            for known in versions
        }
        if any(where.values()):
            rows.append((case, where))
    if as_json:
        content = [
            {
                "id": case.id,
                "name": case.name,
                "chapter": case.chapter,
                "tags": sorted(case.tags),
                "requirements": list(case.requirements),
                "targets": where,
            }
            for case, where in rows
        ]
        click.echo(json.dumps(content, indent=1))
        return
    for case, where in rows:
        roles = "/".join(sorted({role for found in where.values() for role in found}))
        click.echo(f"{case.id}  [{roles}]")
    click.echo(f"{len(rows)} scenarios", err=True)


def _requirements(version: str | None, as_json: bool) -> None:
    catalogue = load_catalogue()
    entries = catalogue.of_version(version) if version else list(catalogue.requirements.values())
    coverage = coverage_of(entries)
    if as_json:
        click.echo(json.dumps([row.to_json() for row in coverage], indent=1))
        return
    for row in coverage:
        checked = row.requirement.reason if row.requirement.check == "untestable" else row.how
        click.echo(f"{row.requirement.id}  {row.requirement.level:6}  {row.requirement.statement}")
        click.echo(f"          {checked}")
    click.echo(f"{len(coverage)} requirements", err=True)
