"""`ocpi-conformance validate`: check JSON offline."""

import json
import sys
from pathlib import Path

import click

from ocpi_schemas.dialect import DialectError, load_dialect
from ocpi_schemas.json_text import Json, NotJson, parse
from ocpi_schemas.requirement import Level, load_catalogue
from ocpi_schemas.schema import Schemas, UnknownObjectError, Violation, load_schemas
from ocpi_steps.exit_status import ExitStatus

NOT_JSON = "TRN-001"
"""The requirement that every body is JSON."""

WRONG_DATA = "TRN-061"


@click.command()
@click.option("--version", required=True, metavar="V", help="OCPI version.")
@click.option(
    "--object", "kind", required=True, metavar="TYPE", help="OCPI's name of the object, in any case: Location."
)
@click.option("--partial", is_flag=True, help="The body of a PATCH: fields may be missing.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.argument("file", default="-", metavar="[FILE|-]")
def validate(version: str, kind: str, file: str, *, partial: bool, as_json: bool) -> None:
    """Check an object, a list of objects, or a whole response, against the specification.

    \b
        ocpi-conformance validate --version 2.2.1 --object Location location.json
        curl ... | ocpi-conformance validate --version 2.2.1 --object Token -
    """
    try:
        load_dialect(version)
        schemas = load_schemas(version)
        name = schemas.name_of(kind)
        raw = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    except (DialectError, UnknownObjectError) as error:
        click.echo(f"Error: {error.args[0]}", err=True)
        sys.exit(ExitStatus.USAGE)
    except OSError as error:
        click.echo(f"Error: {file}: {error.strerror or error}", err=True)
        sys.exit(ExitStatus.USAGE)
    violations = find_violations(schemas, name, raw, partial=partial)
    levels = [_level(violation, version) for violation in violations]
    valid = Level.MUST not in levels
    if as_json:
        found = [
            {"requirement": v.requirement, "level": level.value, "message": v.message, "pointer": v.pointer}
            for v, level in zip(violations, levels, strict=True)
        ]
        click.echo(json.dumps({"valid": valid, "findings": found}, indent=1))
    else:
        for violation, level in zip(violations, levels, strict=True):
            click.echo(_line(violation, level))
        click.echo("valid" if valid else "not valid", err=True)
    sys.exit(ExitStatus.CONFORMANT if valid else ExitStatus.NOT_CONFORMANT)


def find_violations(schemas: Schemas, name: str, raw: bytes, *, partial: bool = False) -> list[Violation]:
    """What is wrong with a JSON text that holds an object, a list of them, or a response around either."""
    value = parse(raw)
    if isinstance(value, NotJson):
        return [Violation("", "json", NOT_JSON, f"not JSON: {value.reason}", ("a JSON text",), "")]
    if (
        name != "Response"
        and isinstance(value, dict)
        and "status_code" in value
        and "status_code" not in _own(schemas, name)
    ):
        return _response(schemas, name, value, partial=partial)
    return list(schemas.assess((name,), value, partial=partial, is_list=isinstance(value, list)).violations)


def _own(schemas: Schemas, name: str) -> dict[str, object]:
    properties = schemas.documents[name].get("properties", {})
    return properties if isinstance(properties, dict) else {}


def _response(schemas: Schemas, name: str, value: dict[str, Json], *, partial: bool) -> list[Violation]:
    envelope = {key: entry for key, entry in value.items() if key != "data"}
    found = list(schemas.assess(("Response",), envelope).violations)
    code, data = value.get("status_code"), value.get("data")
    succeeded = isinstance(code, int) and 1000 <= code < 2000
    if not succeeded:
        return found
    if not isinstance(data, dict | list):
        expected = (f"{name}, or a list of {name}",)
        return [
            *found,
            Violation("/data", "type", WRONG_DATA, "no object and no list", expected, json.dumps(data, default=str)),
        ]
    inside = schemas.assess((name,), data, partial=partial, is_list=isinstance(data, list)).violations
    return found + [
        Violation("/data" + v.pointer, v.keyword, v.requirement, v.message, v.expected, v.found) for v in inside
    ]


def _level(violation: Violation, version: str) -> Level:
    catalogue = load_catalogue()
    known = violation.requirement in catalogue
    return catalogue[violation.requirement].level_in(version) if known else Level.MUST


def _line(violation: Violation, level: Level) -> str:
    expected = f"; expected {' or '.join(violation.expected[:3])}" if violation.expected else ""
    found = f"; found {violation.found}" if violation.found else ""
    return (
        f"{level:6} {violation.requirement or '-':8} {violation.pointer or '/'}: {violation.message}{expected}{found}"
    )
