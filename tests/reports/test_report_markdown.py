"""`summary.md`: short, and inert on a page that renders Markdown."""

import re
from dataclasses import replace

import pytest
from report_samples import finding, hostile_run, large_run, ordinary_results, requirement, results, scenario

from ocpi_reports.markdown import code, escaped, prose, summary_markdown
from ocpi_schemas.verdict import Verdict


def test_an_ordinary_run() -> None:
    text = summary_markdown(ordinary_results())
    assert text.startswith("# CPO, OCPI 2.2.1: not conformant\n")
    assert "| Scenarios | 1 | 2 | 1 | 1 | 3 | 1 |" in text
    assert "| Requirements | 1 | 3 | 1 | 2 | 3 | 1 |" in text
    assert (
        '| **LOC-012** | not a country code of three letters (ISO 3166-1 alpha-3) (3 times) | `BEL` | `"BE"` |' in text
    )
    assert "| **LOC-031** | `uid` is missing | `uid` | `absent` | /data/2/evses/0/uid in exchange 1 |" in text
    assert "**SES-008** (known)" in text
    assert "- 1 scenario: no trigger for start\\_session: the run has --trigger none" in text


def test_what_a_reader_must_not_miss_is_at_the_top() -> None:
    text = summary_markdown(ordinary_results(complete=False, notes=("the target went away",)))
    head = text.partition("| |")[0]
    assert "**This run is incomplete.**" in head
    assert "the target went away" in head


def test_a_conformant_run_is_short() -> None:
    run = results(scenarios=(scenario(),), requirements=(requirement(),))
    text = summary_markdown(run)
    assert "Conformant" in text.splitlines()[0].title()
    assert "No breach in 1 requirement examined." in text
    assert "## " not in text


def test_a_terrible_run_is_short_too() -> None:
    run, _ = large_run(500, 500, failing=1)
    run = replace(run, requirements=tuple(replace(one, verdict=Verdict.FAIL) for one in run.requirements))
    blocked = tuple(
        replace(one, verdict=Verdict.BLOCKED, reason=f"reason {number}") for number, one in enumerate(run.scenarios)
    )
    text = summary_markdown(replace(run, scenarios=(*run.scenarios, *blocked)))
    assert len(text) < 20_000
    assert "And 775 more." in text
    assert "And 475 more." in text


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("a|b", "a\\|b"),
        ("<img src=x>", "&lt;img src=x&gt;"),
        ("a\n\n# b", "a # b"),
        ("*b* _i_ ~s~ `c`", "\\*b\\* \\_i\\_ \\~s\\~ \\`c\\`"),
        ("![x](http://evil)", "\\!\\[x\\](http\\://evil)"),
        ("see www.evil.example", "see www\\.evil.example"),
        ("thanks @somebody, #12", "thanks @\u200bsomebody, #\u200b12"),
        ("&lt;", "&amp;lt;"),
        ("\\", "\\\\"),
        ("a\u202eb\x1b", "a\\\\u202eb\\\\x1b".replace("\\\\", "\\\\")),
    ],
)
def test_text_is_escaped(text: str, safe: str) -> None:
    assert escaped(text) == safe


def test_code_spans_cannot_be_left() -> None:
    assert code("a`b") == "``a`b``"
    assert code("`") == "`` ` ``"
    assert code("a|b") == "`a\\|b`"
    assert code("") == ""
    assert prose("`uid` is <b>") == "`uid` is &lt;b&gt;"
    assert prose("one ` alone") == "one \\` alone"


def test_hostile_content_is_inert() -> None:
    run, _ = hostile_run()
    text = summary_markdown(run)
    outside_code = re.sub(r"(`+)(?!`).+?(?<!`)\1(?!`)", "", text)
    assert "<" not in outside_code
    assert "\x1b" not in text
    rows = [line for line in text.splitlines() if line.startswith("|")]
    for row in rows:
        assert len(re.findall(r"(?<!\\)\|", row)) in (6, 8)


def test_a_requirement_that_is_broken_without_a_finding_is_listed() -> None:
    run = results(requirements=(requirement(verdict=Verdict.FAIL),), conformant=False)
    assert "| **LOC-012** | The country of a Location" in summary_markdown(run)


def test_expected_alternatives_are_listed() -> None:
    found = finding(expected=("a", "b", "c", "d", "e"))
    run = results(
        requirements=(requirement(verdict=Verdict.FAIL),),
        scenarios=(scenario(verdict=Verdict.FAIL, findings=(found,)),),
        conformant=False,
    )
    assert "| `a` or `b` or `c` or `d`, … |" in summary_markdown(run)
