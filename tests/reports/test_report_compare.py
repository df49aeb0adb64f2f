"""What changed between two runs."""

from dataclasses import replace

from report_samples import finding, hostile_run, ordinary_results, requirement, results, scenario

from ocpi_reports.compare import Comparison, VerdictChange, compare, comparison_markdown
from ocpi_reports.model import ReportedFinding, Results, TargetInfo
from ocpi_schemas.verdict import Verdict


def run(*findings: ReportedFinding, verdict: Verdict = Verdict.FAIL) -> Results:
    return results(scenarios=(scenario(id="locations/a/one", verdict=verdict, findings=findings),))


def test_a_run_compared_to_itself_is_unchanged() -> None:
    comparison = compare(ordinary_results(), ordinary_results())
    assert comparison.unchanged
    assert not comparison.regressed
    assert "Nothing." in comparison_markdown(comparison)


def test_new_and_fixed_findings() -> None:
    comparison = compare(run(finding("LOC-001")), run(finding("LOC-002"), finding("LOC-003", level="SHOULD")))
    assert [one.finding.requirement for one in comparison.new_findings] == ["LOC-002", "LOC-003"]
    assert [one.finding.requirement for one in comparison.fixed_findings] == ["LOC-001"]
    assert comparison.regressed


def test_what_differs_from_run_to_run_is_no_difference() -> None:
    old = run(finding(pointer="/data/3/country", found="BE", exchange=4))
    new = run(
        finding(pointer="/data/9/country", found="NL", exchange=40), finding(pointer="/data/2/country", message="other")
    )
    assert compare(old, new).unchanged


def test_the_same_fault_in_another_property_is_another() -> None:
    comparison = compare(run(finding(pointer="/data/0/country")), run(finding(pointer="/data/0/name")))
    assert len(comparison.new_findings) == len(comparison.fixed_findings) == 1


def test_a_finding_that_nobody_looked_for_is_not_fixed() -> None:
    for gone in (run(verdict=Verdict.BLOCKED), run(verdict=Verdict.ERROR), results()):
        comparison = compare(run(finding()), gone)
        assert not comparison.fixed_findings
        assert len(comparison.unseen_findings) == 1
    assert len(compare(run(finding()), run(verdict=Verdict.PASS)).fixed_findings) == 1


def test_findings_without_a_scenario_are_compared_too() -> None:
    comparison = compare(results(), results(ambient=(finding(),)))
    assert [one.scenario for one in comparison.new_findings] == [""]


def test_changed_verdicts_worst_first() -> None:
    def two(first: Verdict, second: Verdict) -> Results:
        return results(
            scenarios=(scenario("A", id="a/a/a", verdict=first), scenario("B", id="a/a/b", verdict=second)),
            requirements=(requirement(verdict=first), requirement("LOC-013")),
        )

    comparison = compare(two(Verdict.FAIL, Verdict.PASS), two(Verdict.PASS, Verdict.BLOCKED))
    assert comparison.scenarios == (
        VerdictChange("a/a/b", "B", Verdict.PASS, Verdict.BLOCKED),
        VerdictChange("a/a/a", "A", Verdict.FAIL, Verdict.PASS),
    )
    assert [change.worse for change in comparison.scenarios] == [True, False]
    assert [change.id for change in comparison.requirements] == ["LOC-012"]
    assert not comparison.regressed, "blocked is lost coverage, not a new fault"


def test_coverage() -> None:
    def one(first: Verdict, second: Verdict) -> Results:
        return results(requirements=(requirement("R-1", verdict=first), requirement("R-2", verdict=second)))

    comparison = compare(one(Verdict.PASS, Verdict.BLOCKED), one(Verdict.NOT_APPLICABLE, Verdict.FAIL))
    assert comparison.coverage_lost == ("R-1",)
    assert comparison.coverage_added == ("R-2",)
    more = compare(results(scenarios=(scenario("A", id="a"),)), results(scenarios=(scenario("B", id="b"),)))
    assert (more.scenarios_removed, more.scenarios_added) == (("a",), ("b",))


def test_an_expected_finding_is_no_regression() -> None:
    comparison = compare(run(verdict=Verdict.WARN), run(finding(known=True), verdict=Verdict.WARN))
    assert len(comparison.new_findings) == 1
    assert not comparison.regressed


def test_runs_that_are_not_alike_are_compared_with_a_caveat() -> None:
    other = results(target=TargetInfo("https://other", "EMSP", "2.1.1", ()), complete=False)
    caveats = compare(results(), other).caveats
    assert any("OCPI version is not the same: 2.2.1, now 2.1.1" in caveat for caveat in caveats)
    assert any("newer run is incomplete" in caveat for caveat in caveats)
    assert len(caveats) == 5


def test_markdown() -> None:
    old, new = run(finding("LOC-001"), verdict=Verdict.WARN), run(finding("LOC-002"))
    text = comparison_markdown(compare(old, new))
    assert "**The newer run is worse.** 1 new finding, 1 fixed." in text
    assert "| **LOC-002** MUST | not a country code" in text
    assert "| `locations/a/one` | warn | **fail** |" in text


def test_hostile_content_is_inert_in_markdown() -> None:
    run_, _ = hostile_run()
    empty: Comparison = compare(replace(run_, scenarios=(), ambient=()), run_)
    text = comparison_markdown(empty)
    assert "\x1b" not in text
    assert all(line.count("|") >= 5 for line in text.splitlines() if line.startswith("|"))
