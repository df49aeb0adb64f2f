"""Acceptance: whether an object of another party is good enough to be kept. Liberal in what is taken."""

from dataclasses import dataclass

from ocpi_schemas.dialect import Dialect
from ocpi_schemas.json_text import Json
from ocpi_schemas.requirement import Level, load_catalogue
from ocpi_schemas.schema import load_schemas


@dataclass(frozen=True, slots=True)
class Refused:
    """The first MUST that an object breaks."""

    reason: str


def accept(dialect: Dialect, names: tuple[str, ...], value: Json, *, partial: bool = False) -> Json | Refused:
    """The value as it is kept, without nulls that say nothing; or why it is not taken.

    `names` are the schema documents that it may fit; what breaks no more than a SHOULD is taken.
    """
    schemas, catalogue = load_schemas(dialect.version), load_catalogue()
    if schemas.is_flawless(names, value, partial=partial):
        return value
    for violation in schemas.assess(names, value, partial=partial).violations:
        known = violation.requirement in catalogue
        if not known or catalogue[violation.requirement].level_in(dialect.version) is Level.MUST:
            return Refused(f"{violation.pointer or 'body'}: {violation.message}")
    return schemas.without_nulls(names, value)
