"""`junit.xml`, as the common CI servers read it: a suite a chapter, a test case a scenario.

A warning passes, with its findings as output. Blocked and not applicable are skipped, with the reason; so is a failure
that the expectations file accounts for, because it does not fail the run. What fails a run without being a scenario
(an unfinished run, a stale expectation, traffic of its own accord) is a test case of the suite `run`.
"""

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from junitparser import Error, Failure, Skipped
from junitparser import TestCase as BaseCase
from junitparser.xunit2 import JUnitXml, TestCase, TestSuite

from ocpi_reports.files import replacing
from ocpi_reports.finding_text import findings_text
from ocpi_reports.harmless import harmless
from ocpi_reports.model import Results, ScenarioResult
from ocpi_reports.overview import failed_as_expected, in_chapter_order, level_rank
from ocpi_reports.text import count, one_line
from ocpi_schemas.verdict import Verdict

RUN_SUITE = "run"


def write_junit(results: Results, folder: Path) -> Path:
    """Write `junit.xml` into a folder."""
    results = harmless(results)
    document = JUnitXml(f"{results.tool_name}: {results.target.role}, OCPI {results.target.version}")
    taken: set[tuple[str, str]] = set()
    ordered = in_chapter_order(results.scenarios)
    for chapter, scenarios in groupby(ordered, key=lambda scenario: scenario.chapter):
        cases: list[BaseCase] = [_case(scenario, results, taken) for scenario in scenarios]
        document.add_testsuite(_suite(chapter, cases, results))
    if about_run := list[BaseCase](_run_cases(results)):
        document.add_testsuite(_suite(RUN_SUITE, about_run, results))
    document.update_statistics()  # type: ignore[no-untyped-call]
    path = folder / "junit.xml"
    with replacing(path) as file:
        document.write(file)
    return path


def _suite(name: str, cases: list[BaseCase], results: Results) -> TestSuite:
    suite = TestSuite(name)  # type: ignore[no-untyped-call]
    suite.timestamp = results.started
    for key, value in (
        ("target", results.target.url),
        ("role", results.target.role),
        ("version", results.target.version),
        ("modules", ", ".join(results.target.modules)),
        ("tool", f"{results.tool_name} {results.tool_version}"),
        ("complete", str(results.complete).lower()),
    ):
        suite.add_property(key, value)
    # One by one would count all of them again each time.
    suite.add_testcases(cases)
    return suite


def _names(scenario: ScenarioResult) -> tuple[str, str]:
    """Class and name of a test case. The id tells examples of one outline apart."""
    chapter, _, rest = scenario.id.partition("/")
    feature, _, own = rest.partition("/")
    example = own.partition("/")[2]
    classname = f"{chapter}.{feature}" if feature else scenario.chapter
    name = f"{scenario.name} [{example}]" if example else scenario.name
    return classname, one_line(name)


def _case(scenario: ScenarioResult, results: Results, taken: set[tuple[str, str]]) -> TestCase:
    classname, name = _names(scenario)
    if (classname, name) in taken:
        name = f"{name} ({one_line(scenario.id)})"
    taken.add((classname, name))
    case = TestCase(name, classname, scenario.duration_s)
    case.add_property("scenario", one_line(scenario.id))
    case.add_property("verdict", scenario.verdict.value)
    for requirement in scenario.requirements:
        case.add_property("requirement", requirement)
    outcome = _outcome(scenario, results)
    if outcome is not None:
        case.result = outcome
    elif scenario.findings:
        case.system_out = findings_text(scenario.findings)
    return case


def _outcome(scenario: ScenarioResult, results: Results) -> Failure | Error | Skipped | None:
    reason = one_line(scenario.reason)
    found = findings_text(scenario.findings)
    match scenario.verdict:
        case Verdict.FAIL if failed_as_expected(scenario, results):
            outcome = Skipped("expected: every finding is in the expectations file", "expected")
            outcome.text = found
            return outcome
        case Verdict.FAIL:
            return _failure(scenario, reason, found)
        case Verdict.ERROR:
            error = Error(reason or "the suite itself had an error", "error of the suite")
            error.text = "\n".join(part for part in (scenario.reason, found) if part)
            return error
        case Verdict.BLOCKED:
            return Skipped(f"blocked: {reason or 'never reached'}", "blocked")
        case Verdict.NOT_APPLICABLE:
            return Skipped(f"not applicable: {reason or 'left out before the run'}", "not_applicable")
        case _:
            return None


def _failure(scenario: ScenarioResult, reason: str, found: str) -> Failure:
    first = min(
        (one for one in scenario.findings if not one.known), key=lambda one: level_rank(one.level), default=None
    )
    message = f"{first.requirement}: {one_line(first.message)}" if first else reason or "failed"
    failure = Failure(message, first.requirement if first else "fail")
    failure.text = found or scenario.reason or message
    return failure


def _run_cases(results: Results) -> Iterator[TestCase]:
    if not results.complete:
        case = TestCase("The run is complete", RUN_SUITE, 0.0)
        case.result = Error("the run did not finish", "incomplete")
        case.system_out = "\n".join(results.notes)
        yield case
    stale = [entry for entry in results.expectations if not entry.matched]
    if stale:
        case = TestCase("Every expectation comes true", RUN_SUITE, 0.0)
        failure = Failure(f"{count(len(stale), 'expectation')} did not come true", "expectation")
        failure.text = "\n".join(
            one_line(f"{entry.requirement} {entry.scenario} {entry.message}: {entry.reason}") for entry in stale
        )
        case.result = failure
        yield case
    broken = [finding for finding in results.ambient if level_rank(finding.level) == 0 and not finding.known]
    if broken:
        case = TestCase("Traffic that no scenario caused keeps to the specification", RUN_SUITE, 0.0)
        failure = Failure(f"{broken[0].requirement}: {one_line(broken[0].message)}", broken[0].requirement)
        failure.text = findings_text(results.ambient)
        case.result = failure
        yield case
