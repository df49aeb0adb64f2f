"""`junit.xml` as a CI server reads it."""

from pathlib import Path

import pytest
from junitparser.xunit2 import JUnitXml, TestCase, TestSuite
from report_samples import finding, hostile_run, ordinary_results, results, scenario

from ocpi_reports.junit import write_junit
from ocpi_reports.model import Results
from ocpi_schemas.verdict import Verdict


def read(run: Results, folder: Path) -> dict[str, TestSuite]:
    document = JUnitXml.fromfile(str(write_junit(run, folder)))
    return {suite.name: suite for suite in document}


def case_of(suites: dict[str, TestSuite], name: str) -> TestCase:
    return next(case for suite in suites.values() for case in suite if case.name == name)


@pytest.fixture
def ordinary(tmp_path: Path) -> dict[str, TestSuite]:
    return read(ordinary_results(), tmp_path)


def test_a_suite_is_a_chapter_in_the_order_of_the_specification(ordinary: dict[str, TestSuite]) -> None:
    assert list(ordinary) == ["versions", "locations", "sessions", "tokens", "charging_profiles", "run"]
    locations = ordinary["locations"]
    assert (locations.tests, locations.failures, locations.errors, locations.skipped) == (3, 1, 1, 0)
    properties = {one.name: one.value for one in locations.properties()}
    assert properties["target"] == "https://cpo.example.com/ocpi/versions"
    assert properties["complete"] == "true"


def test_the_counts_of_the_document_are_those_of_its_cases(ordinary: dict[str, TestSuite], tmp_path: Path) -> None:
    document = JUnitXml.fromfile(str(tmp_path / "junit.xml"))
    assert (document.tests, document.failures, document.errors) == (10, 2, 1)


def test_a_failure_says_what_was_expected_and_found(ordinary: dict[str, TestSuite]) -> None:
    case = case_of(ordinary, "Every location in the list is complete and well-formed")
    assert case.is_failure
    (failure,) = case.result
    assert failure.message == "LOC-012: not a country code of three letters (ISO 3166-1 alpha-3)"
    assert failure.type == "LOC-012"
    assert (
        'expected: BEL\n     found: "BE"\n        at: /data/0/country in exchange 1, and 2 more times' in failure.text
    )
    assert "expected: 3\n        or: no header\n     found: 1" in failure.text
    assert case.classname == "locations.sender_get"
    assert case.time == pytest.approx(1.42)
    assert [one.value for one in case.properties() if one.name == "requirement"][:2] == ["LOC-012", "LOC-031"]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("A session that ends is pushed", "blocked: no trigger for start_session: the run has --trigger none"),
        ("A charging profile is set", "not applicable: module chargingprofiles is not under test"),
        ("A session that starts is pushed", "expected: every finding is in the expectations file"),
    ],
)
def test_what_was_not_examined_or_is_expected_is_skipped(
    ordinary: dict[str, TestSuite], name: str, message: str
) -> None:
    case = case_of(ordinary, name)
    assert case.is_skipped
    assert case.result[0].message == message


def test_an_error_of_ours_is_an_error(ordinary: dict[str, TestSuite]) -> None:
    case = case_of(ordinary, "A location that is asked for by id is served")
    assert case.is_error
    assert case.result[0].message == "KeyError: 'evses' in steps/ocpi_steps/locations.py"


def test_a_warning_passes_with_its_findings_as_output(ordinary: dict[str, TestSuite]) -> None:
    case = case_of(ordinary, "A body that is no JSON is refused")
    assert case.is_passed
    assert "TRF-009 (SHOULD): the answer to a body that is no JSON is HTTP 200" in case.system_out


def test_what_fails_the_run_without_a_scenario_is_a_case_too(tmp_path: Path) -> None:
    suites = read(ordinary_results(complete=False, notes=("gone",), ambient=(finding(),)), tmp_path)
    cases = {case.name: case for case in suites["run"]}
    assert cases["The run is complete"].is_error
    assert cases["Every expectation comes true"].is_failure
    assert "LOC-050" in cases["Every expectation comes true"].result[0].text
    assert cases["Traffic that no scenario caused keeps to the specification"].is_failure


def test_a_conformant_run_has_no_failure(tmp_path: Path) -> None:
    known = scenario(verdict=Verdict.FAIL, findings=(finding(known=True), finding(level="SHOULD")))
    suites = read(results(scenarios=(known, scenario("Another"))), tmp_path)
    assert [case.is_failure for case in suites["locations"]] == [False, False]
    assert "run" not in suites


def test_examples_of_an_outline_have_names_of_their_own(tmp_path: Path) -> None:
    examples = [scenario("A bad value is refused", id=f"locations/put/bad-value/{name}") for name in ("null", "text")]
    same = [scenario("Same", id="locations/put/same"), scenario("Same", id="locations/put/same-2")]
    names = [case.name for case in read(results(scenarios=(*examples, *same)), tmp_path)["locations"]]
    assert names == [
        "A bad value is refused [null]",
        "A bad value is refused [text]",
        "Same",
        "Same (locations/put/same-2)",
    ]


def test_hostile_text_survives_the_way_through_xml(tmp_path: Path) -> None:
    run, _ = hostile_run()
    suites = read(run, tmp_path)
    failed = next(case for suite in suites.values() for case in suite if case.is_failure and suite.name != "run")
    assert "<script>alert(1)</script>" in failed.result[0].text
    assert "\\x00\\x1b[31m\\u202e\\ud800" in failed.result[0].text
