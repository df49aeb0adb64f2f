"""`report.html`: complete, linked, and harmless whatever a target sent."""

import base64
import hashlib
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from report_samples import (
    URL,
    envelope,
    exchange,
    finding,
    hostile_run,
    large_run,
    location,
    ordinary_exchanges,
    ordinary_results,
    requirement,
    results,
    scenario,
)

from ocpi_reports import evidence
from ocpi_reports.html import write_html
from ocpi_reports.model import Results, StepResult
from ocpi_schemas.exchange import Body, Exchange, Headers, Request, Response, Side
from ocpi_schemas.verdict import Verdict

VOID = {"meta", "link", "br", "input", "img", "hr"}
OPTIONAL_END = {"td", "tr", "p", "li", "option"}


def flat(text: str) -> str:
    """On one line, with no space before a comma or colon, as elements leave it."""
    return re.sub(r" (?=[,:])", "", " ".join(text.split()))


class Page(HTMLParser):
    """What a browser would make of a page, as far as the tests care."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.source = text
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.raw: dict[str, str] = {}
        self.words: list[str] = []
        self.by_id: dict[str, str] = {}
        self._open: list[tuple[str, str | None]] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        self.tags.append((tag, attributes))
        if tag not in VOID:
            self._open.append((tag, attributes.get("id")))

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open[-1][0] != tag:
            assert self._open[-1][0] in OPTIONAL_END, f"{self._open[-1][0]} is not closed before {tag}"
            self._open.pop()
        assert self._open, f"{tag} is closed but not open"
        self._open.pop()

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1][0] in ("script", "style"):
            self.raw[self._open[-1][0]] = self.raw.get(self._open[-1][0], "") + data
            return
        self.words.append(data)
        for _, name in self._open:
            if name:
                self.by_id[name] = self.by_id.get(name, "") + " " + data

    @property
    def text(self) -> str:
        return flat(" ".join(self.words))

    def of(self, name: str) -> str:
        """The text below the element with this id."""
        return flat(self.by_id[name])

    @property
    def ids(self) -> list[str]:
        return [attributes["id"] for _, attributes in self.tags if "id" in attributes]

    @property
    def links(self) -> set[str]:
        return {attributes["href"] for tag, attributes in self.tags if tag == "a"}

    def with_class(self, name: str) -> list[dict[str, str]]:
        return [attributes for _, attributes in self.tags if name in attributes.get("class", "").split()]


def page_of(run: Results, exchanges: list[Exchange], folder: Path) -> Page:
    return Page(write_html(run, exchanges, folder).read_text(encoding="utf-8"))


@pytest.fixture
def ordinary(tmp_path: Path) -> Page:
    return page_of(ordinary_results(), ordinary_exchanges(), tmp_path)


@pytest.fixture
def hostile(tmp_path: Path) -> Page:
    return page_of(*hostile_run(), tmp_path)


def policy_of(page: Page) -> str:
    return next(a["content"] for tag, a in page.tags if a.get("http-equiv") == "Content-Security-Policy")


def assert_inert(page: Page) -> None:
    """Nothing in the page runs, loads or leads anywhere, but our own script and style."""
    tags = [tag for tag, _ in page.tags]
    assert tags.count("script") == 1
    assert tags.count("style") == 1
    assert not {"img", "iframe", "object", "embed", "link", "svg", "base", "video", "audio"} & set(tags)
    for _, attributes in page.tags:
        assert not [
            name for name in attributes if name.startswith("on") or name in ("style", "src", "srcdoc", "action")
        ]
    assert all(link.startswith("#") for link in page.links)
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f\u202e]", page.source)


def test_the_policy_allows_our_script_and_style_and_nothing_else(ordinary: Page) -> None:
    policy = policy_of(ordinary)
    for kind in ("script", "style"):
        digest = base64.b64encode(hashlib.sha256(ordinary.raw[kind].encode()).digest()).decode()
        assert f"{kind}-src 'sha256-{digest}'" in policy
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


def test_hostile_content_is_inert(hostile: Page) -> None:
    assert_inert(hostile)
    assert hostile.text.count("<script>alert(1)</script>") > 30
    assert "\\x1b[31m\\u202e\\ud800" in hostile.text
    assert "\\xff\\xfe</pre><script>alert(3)</script>\\x00" in hostile.text
    assert "{{7*7}}" in hostile.text


def test_the_ordinary_page_is_inert_too(ordinary: Page) -> None:
    assert_inert(ordinary)


@pytest.mark.parametrize("run", ["ordinary", "hostile"])
def test_every_link_leads_somewhere_and_no_id_stands_twice(run: str, request: pytest.FixtureRequest) -> None:
    page: Page = request.getfixturevalue(run)
    assert {link[1:] for link in page.links} <= set(page.ids)
    assert len(page.ids) == len(set(page.ids))


def test_the_cover_says_what_was_tested_and_how_it_went(ordinary: Page) -> None:
    cover = ordinary.of("top")
    for part in (
        "CPO OCPI 2.2.1",
        "https://cpo.example.com/ocpi/versions",
        "22 November 2025, 12:00:00 UTC",
        "credentials, locations, sessions, tokens",
        "ocpi-conformance 0.1.0",
        "Not conformant",
        "2 of 8 requirements examined are broken",
        "The suite itself had errors",
        "Blocked Blocked 1 scenario 1 requirement",
        "Not applicable Not applicable 1 scenario 1 requirement",
    ):
        assert part in cover, part


def test_a_run_that_did_not_finish_says_so_loudly(tmp_path: Path) -> None:
    page = page_of(ordinary_results(complete=False, notes=("the target went away",)), [], tmp_path)
    banner = page.of("top")
    assert "This run is incomplete" in banner
    assert "the target went away" in banner
    assert any(attributes.get("role") == "alert" for attributes in page.with_class("banner"))


def test_a_requirement_has_all_that_is_cited(ordinary: Page) -> None:
    text = ordinary.of("LOC-012")
    for part in (
        "MUST",
        "The country of a Location is a code of three letters",
        "mod_locations.asciidoc#mod_locations_location_object",
        "not a country code of three letters",
        "3 times",
        "Expected BEL",
        'Found "BE"',
        "Every location in the list",
        "F Fail",
    ):
        assert part in text
    assert "so this is a recommendation" in ordinary.of("TRF-009")


def test_a_scenario_has_its_steps_findings_and_exchanges(ordinary: Page) -> None:
    anchor = "scenario-locations-sender_get-every-location-in-the-list-is-complete-and-well-formed"
    text = ordinary.of(anchor)
    for part in (
        "✗ failed: Then every page keeps to the specification",
        "· not run: And no location comes twice",
        "Expected 3 or no header Found 1",
        "at /data/0/country in exchange 1, and 2 more times",
        "GET https://cpo.example.com/ocpi/cpo/2.2.1/locations?offset=0&limit=50",
        "Authorization: Token redacted-3f2a9c1d",
        "curl --globoff --include",
    ):
        assert part in text, part
    assert "exchange-1" in ordinary.ids


def test_findings_are_pinned_to_what_the_target_sent(ordinary: Page) -> None:
    marked = re.findall(r"<mark>(.*?)</mark>", ordinary.source)
    assert "X-Total-Count: 1" in marked
    assert [line.strip() for line in marked].count('"country": "BE",') == 3
    assert any('"currency": "eur"' in line for line in marked)  # in the request, since there the target is the client


def test_a_finding_leads_to_its_pin(ordinary: Page) -> None:
    pins = [name for name in ordinary.ids if re.fullmatch(r"at-1-\d", name)]
    assert len(pins) == 5
    assert {f"#{name}" for name in pins} <= ordinary.links
    assert "uid is missing" in ordinary.of("at-1-3")


def test_nothing_leads_to_an_exchange_that_the_journal_lacks(tmp_path: Path) -> None:
    page = page_of(ordinary_results(), ordinary_exchanges()[3:], tmp_path)
    assert {link[1:] for link in page.links} <= set(page.ids)
    assert "Exchange 1 is not in the journal." in page.text


def test_a_passed_scenario_does_not_repeat_its_requirements_as_broken(ordinary: Page) -> None:
    scenarios = ordinary.with_class("scenario")
    assert [one["data-v"] for one in scenarios].count("pass") == 3
    assert [("open" in one) for one in scenarios if one["data-v"] == "fail"] == [True, True]


def test_exchanges_without_an_answer_say_why(ordinary: Page) -> None:
    assert "no answer: timeout" in ordinary.of("traffic")
    assert "timeout: no answer within 30 s" in ordinary.of("exchange-6")


def test_exchanges_outside_scenarios_are_shown_too(ordinary: Page) -> None:
    assert "Outside any scenario" in ordinary.of("exchanges")
    assert "exchange-7" in ordinary.ids


def test_expectations_are_shown_with_what_became_of_them(ordinary: Page) -> None:
    text = ordinary.of("expectations")
    assert "1 finding SES-008 A session that starts is pushed any Mended in release 4.2, ticket OCPI-118" in text
    assert "not seen LOC-050 any" in text


def test_a_token_is_a_placeholder_in_the_curl_line(tmp_path: Path) -> None:
    put = exchange(
        0,
        request=Request(
            "PUT",
            f"{URL}/tokens/NL/TST/it's[1]",
            Headers.of([("Authorization", "Token redacted-1"), ("Host", "x"), ("Content-Length", "9")]),
            Body(b'{"a":"$b\'"}'),
        ),
    )
    page = page_of(results(exchanges=1), [put], tmp_path)
    text = page.of("exchange-0")
    assert "'Authorization: Token '\"$OCPI_TOKEN\"" in text
    assert '--data-raw \'{"a":"$b\'"\'"\'"}\'' in text
    assert "Content-Length:" not in text.partition("curl")[2]


def test_what_the_target_sent_is_not_ours_to_send_again(tmp_path: Path) -> None:
    page = page_of(results(exchanges=1), [exchange(0, client=Side.TARGET)], tmp_path)
    assert "curl" not in page.of("exchange-0")


def test_a_long_body_is_cut_with_a_note(tmp_path: Path) -> None:
    long = exchange(0, response=Response(200, Headers(), Body(envelope([location(number) for number in range(200)]))))
    text = page_of(results(exchanges=1), [long], tmp_path).of("exchange-0")
    assert re.search(r"The body of [\d,]+ bytes is cut here. journal.jsonl has all of it, as exchange 0.", text)
    stopped = exchange(0, response=Response(200, Headers(), Body(b"[1,", cut_at=3)))
    text = page_of(results(exchanges=1), [stopped], tmp_path).of("exchange-0")
    assert "The sender went on; the suite stopped reading after 3 bytes." in text


def test_an_exchange_of_two_scenarios_is_shown_once(tmp_path: Path) -> None:
    steps = (StepResult("When", "it is asked", "passed", (0,)),)
    run = results(
        scenarios=(
            scenario("One", id="locations/a/one", steps=steps),
            scenario("Two", id="locations/a/two", steps=steps),
        ),
        exchanges=1,
    )
    page = page_of(run, [exchange(0)], tmp_path)
    assert page.ids.count("exchange-0") == 1
    assert "0 GET /ocpi/cpo/2.2.1/locations" in page.of("scenario-locations-a-two")


def test_names_that_give_one_anchor_are_told_apart(tmp_path: Path) -> None:
    run = results(scenarios=(scenario("A", id="a/b/c d"), scenario("B", id="a/b/c-d")))
    page = page_of(run, [], tmp_path)
    assert {"scenario-a-b-c-d", "scenario-a-b-c-d-2"} <= set(page.ids)


def test_many_findings_that_say_the_same_are_one(tmp_path: Path) -> None:
    many = tuple(finding(pointer=f"/data/{number}/country", exchange=number) for number in range(500))
    run = results(scenarios=(scenario(verdict=Verdict.FAIL, findings=many),), requirements=(requirement(),))
    page = page_of(run, [], tmp_path)
    assert "and 499 more times" in page.of("scenarios")
    assert len(page.source) < 60_000


def test_rules_that_look_at_everything_do_not_make_the_page_endless(tmp_path: Path) -> None:
    ids = tuple(f"locations/a/{number}" for number in range(3000))
    run = results(
        scenarios=tuple(scenario("S", id=name, requirements=()) for name in ids),
        requirements=tuple(requirement(f"R-{number}", scenarios=ids) for number in range(100)),
    )
    page = page_of(run, [], tmp_path)
    assert "and 2,990 more" in page.of("R-7")
    assert len(page.source) < 3_000_000


def test_a_run_without_anything_still_has_a_page(tmp_path: Path) -> None:
    page = page_of(results(conformant=True), [], tmp_path)
    assert "No result" in page.of("top")
    assert "nothing was examined" in page.text.lower()


def test_a_failed_attempt_leaves_the_old_report_alone(tmp_path: Path) -> None:
    path = write_html(results(), [], tmp_path)
    before = path.read_text()

    class Broken(list[Exchange]):
        def __iter__(self):  # type: ignore[no-untyped-def]
            raise OSError("the disk is full")

    with pytest.raises(OSError, match="full"):
        write_html(ordinary_results(), Broken(), tmp_path)
    assert path.read_text() == before
    assert [one.name for one in tmp_path.iterdir()] == ["report.html"]


def test_when_there_is_no_room_for_all_it_says_so_and_shows_examples(tmp_path: Path) -> None:
    run, exchanges = large_run(40, 200)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(evidence, "_ALL", 300_000)
        patch.setattr(evidence, "_FOR_EVIDENCE", 200_000)
        patch.setattr(evidence, "_FOR_CONTEXT", 90_000)
        page = page_of(run, list(exchanges), tmp_path)
    assert {link[1:] for link in page.links} <= set(page.ids)
    shown = [name for name in page.ids if re.fullmatch(r"exchange-\d+", name)]
    assert 20 < len(shown) < 60
    assert f"Of {200 - len(shown)} exchanges the report has no room for the messages" in page.text
