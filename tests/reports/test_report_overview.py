"""What all reports say alike."""

from typing import Any

import pytest
from report_samples import finding, ordinary_results, requirement, results, scenario

from ocpi_reports.model import ExpectationResult, Results
from ocpi_reports.overview import (
    any_index,
    banners,
    chapters,
    failed_as_expected,
    headline,
    ranked_findings,
    similar_findings,
)
from ocpi_schemas.verdict import Verdict


def run(*verdicts: Verdict, **changes: Any) -> Results:
    return results(
        requirements=tuple(requirement(f"R-{number}", verdict=verdict) for number, verdict in enumerate(verdicts)),
        scenarios=tuple(scenario(f"S {number}", verdict=verdict) for number, verdict in enumerate(verdicts)),
        **changes,
    )


@pytest.mark.parametrize(
    ("results_", "word", "sentence"),
    [
        (run(Verdict.PASS, Verdict.PASS), "Conformant", "No breach in 2 requirements examined."),
        (
            run(Verdict.WARN, Verdict.WARN, Verdict.NOT_APPLICABLE),
            "Conformant",
            "No breach in 2 requirements examined; 2 recommendations are not followed.",
        ),
        (
            run(Verdict.PASS, Verdict.FAIL, conformant=False),
            "Not conformant",
            "1 of 2 requirements examined is broken.",
        ),
        (
            run(Verdict.PASS, Verdict.ERROR, conformant=False),
            "Not conformant",
            "1 scenario ended in an error of the suite itself.",
        ),
        (
            run(Verdict.PASS, complete=False),
            "Incomplete",
            "The run did not finish; nothing broken in 1 requirement examined so far.",
        ),
        (run(complete=False, conformant=False), "Not conformant", "The run did not finish."),
        (run(Verdict.BLOCKED), "No result", "Nothing was examined; 1 requirement could not be examined."),
        (
            run(Verdict.BLOCKED, conformant=False),
            "Not conformant",
            "What the options of the run demand was not met; 1 requirement could not be examined.",
        ),
        (
            run(Verdict.PASS, conformant=False, expectations=(ExpectationResult("R", "", "", "", 0),)),
            "Not conformant",
            "1 expectation did not come true.",
        ),
        (
            run(Verdict.PASS, conformant=False, ambient=(finding(),)),
            "Not conformant",
            "Traffic that no scenario caused breaks a requirement.",
        ),
    ],
)
def test_the_sentence(results_: Results, word: str, sentence: str) -> None:
    made = headline(results_)
    assert (made.word, made.sentence) == (word, sentence)


def test_what_is_expected_does_not_count_as_broken_but_is_said() -> None:
    known = scenario(verdict=Verdict.FAIL, findings=(finding(known=True),))
    made = headline(results(scenarios=(known,), requirements=(requirement(verdict=Verdict.FAIL),)))
    assert made.word == "Conformant"
    assert made.sentence == (
        "No unexpected breach in 1 requirement examined; 1 broken requirement is known (see the expectations)."
    )


def test_a_failure_is_expected_only_when_all_of_it_is() -> None:
    known, unknown = finding(known=True), finding("LOC-013")
    both = scenario(verdict=Verdict.FAIL, findings=(known, unknown))
    assert not failed_as_expected(both, results(conformant=False))
    assert failed_as_expected(scenario(verdict=Verdict.FAIL, findings=(known,)), results(conformant=False))
    assert not failed_as_expected(scenario(verdict=Verdict.FAIL), results(conformant=False))
    assert not failed_as_expected(scenario(findings=(known,)), results())


def test_banners() -> None:
    assert banners(run(Verdict.PASS)) == []
    both = banners(run(Verdict.ERROR, complete=False, notes=("why",)))
    assert [banner.title for banner in both] == ["This run is incomplete", "The suite itself had errors"]
    assert both[0].text[-1] == "why"
    assert banners(run(notes=("mind this",)))[0].text == ("mind this",)


def test_findings_that_say_the_same_are_one_group() -> None:
    same = [finding(pointer=f"/data/{number}/country") for number in (4, 5)]
    groups = similar_findings([finding(level="SHOULD"), *same, finding(pointer="/data/0/name"), finding(known=True)])
    assert [(group.first.level, group.count, group.first.known) for group in groups] == [
        ("MUST", 2, False),
        ("MUST", 1, False),
        ("SHOULD", 1, False),
        ("MUST", 1, True),
    ]


def test_ranking_is_by_level_then_by_count() -> None:
    ranked = ranked_findings(ordinary_results())
    assert [(group.first.requirement, group.count) for group in ranked] == [
        ("LOC-012", 3),
        ("LOC-031", 1),
        ("TRF-021", 1),
        ("TRF-009", 1),
        ("SES-008", 1),
    ]


def test_indexes_of_lists_are_alike_but_names_are_not() -> None:
    assert any_index("/data/12/evses/0/uid") == "/data/*/evses/*/uid"
    assert any_index("/data/a1/2b") == "/data/a1/2b"
    assert any_index("header X-Limit/2") == "header X-Limit/2"


def test_chapters_are_in_the_order_of_the_specification() -> None:
    rows = chapters(ordinary_results())
    assert [row.chapter for row in rows] == [
        "transport_and_format",
        "versions",
        "locations",
        "sessions",
        "tokens",
        "charging_profiles",
    ]
    locations = rows[2]
    assert locations.verdict is Verdict.ERROR
    assert locations.requirements == {Verdict.FAIL: 2, Verdict.ERROR: 1}
    assert locations.scenarios == {Verdict.FAIL: 1, Verdict.PASS: 1, Verdict.ERROR: 1}
