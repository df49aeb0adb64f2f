"""What the scenarios of the versions chapter find at targets that deviate from it in one way each."""

import pytest

from ocpi_schemas.dialect import known_versions
from ocpi_schemas.verdict import Verdict

from .conftest import Suite

CHAPTER = "module:versions"
VERSION = known_versions()[-1]
VERSIONS = pytest.mark.parametrize("version", known_versions())
ROLES = pytest.mark.parametrize("role", ["CPO", "EMSP"])
BOTH = {"versions": tuple(known_versions())}


@VERSIONS
@ROLES
def test_a_target_that_does_what_the_chapter_says_passes(suite: Suite, role: str, version: str) -> None:
    run = suite(role, version, CHAPTER, config=BOTH)
    assert (run.failing, run.warned, run.unfinished) == (set(), set(), {})
    assert all(entry.verdict is Verdict.PASS for entry in run.results.requirements if entry.chapter == "versions")


# Each row: role, version, the deviation of the target; the requirements that fail, and those that warn.

DEVIATIONS = [
    ("CPO", VERSION, "chokes_on_unknown_version", "", "VER-009"),
    ("EMSP", "2.1.1", "assumes_details_url", "VER-014", ""),
    ("CPO", VERSION, "assumes_details_url", "VER-014", ""),
    ("CPO", VERSION, "trusts_credentials_role", "", "VER-017"),
    ("CPO", VERSION, "ignores_interface_role", "LOC-018 VER-015", ""),
    ("EMSP", VERSION, "ignores_interface_role", "TOK-041 VER-015", ""),
    ("CPO", VERSION, 'changed_field=version:"2.1.1"@versions.both.get_version_details', "VER-006 VER-013", ""),
]


@pytest.mark.parametrize(
    ("role", "version", "behaviour", "failing", "warned"), DEVIATIONS, ids=lambda value: str(value).partition("@")[0]
)
def test_a_deviation_is_found(suite: Suite, role: str, version: str, behaviour: str, failing: str, warned: str) -> None:
    run = suite(role, version, CHAPTER, behaviour, config=BOTH, timeout=1.5)
    assert (run.failing, run.warned, run.ended(Verdict.ERROR)) == (set(failing.split()), set(warned.split()), {})


def test_a_version_that_is_not_in_the_list_is_missed(suite: Suite) -> None:
    run = suite("CPO", VERSION, "VER-005", "other_version=2.0@versions.both.get_versions", trigger=False)
    assert (run.failing, run.ended(Verdict.ERROR)) == ({"VER-005"}, {})
    assert all("does not offer" in reason for reason in run.ended(Verdict.BLOCKED).values())
