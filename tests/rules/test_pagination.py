"""Pages of lists."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from tests.rules.build import (
    EARLIER,
    HUB,
    LATER,
    NOW,
    TARGET_URL,
    by_partner,
    by_target,
    endpoint,
    examined,
    found,
    judge,
    location,
    next_page,
    token,
)

from ocpi_schemas.context import PartyRole
from ocpi_schemas.exchange import Exchange, Headers
from ocpi_schemas.json_text import Json
from ocpi_schemas.rules.pagination import next_link
from ocpi_schemas.timestamps import write_timestamp

VERSIONS = [EARLIER, LATER]
MOMENT = datetime.fromisoformat("2026-02-01T10:00:00+00:00")
"""When the objects were updated."""


def tokens(amount: int, version: str = LATER, **changes: Json) -> list[Json]:
    return [token(version, uid=f"04A1B2C3D4E5{number:02}", **changes) for number in range(amount)]


def page(amount: int = 1, **given: Any) -> Exchange:
    version = given.get("version", LATER)
    return by_partner("tokens.sender.get_list", **({"data": tokens(amount, version)} | given))


def link(version: str = LATER, query: str = "offset=2&limit=2") -> dict[str, str]:
    return next_page(f"{endpoint(TARGET_URL, version, 'tokens', 'SENDER')}?{query}")


def more(amount: int = 2, *, total: int = 5, headers: dict[str, str | None] | None = None, **given: Any) -> Exchange:
    """A page that is not the last, with a link unless the headers say otherwise."""
    made: dict[str, str | None] = {**link(given.get("version", LATER)), "X-Total-Count": str(total)}
    return page(amount, answer_headers=made | (headers or {}), **given)


@pytest.mark.parametrize("version", VERSIONS)
def test_right_pages(version: str) -> None:
    last = page(version=version, query={"limit": "10"})
    assert found(last) == set()
    assert {"TRN-034", "TRN-044", "TRN-048", "TRN-050", "TRN-052", "TOK-054"} <= examined(last)
    assert "TRN-043" not in examined(last)
    first = more(version=version)
    assert found(first) == set()
    assert {"TRN-043", "TRN-045", "TRN-047", "TOK-054"} <= examined(first)
    assert not {"TRN-044", "TRN-046"} & examined(first)


class TestFilters:
    @pytest.mark.parametrize("version", VERSIONS)
    @pytest.mark.parametrize(
        ("query", "late", "ids"),
        [
            ({"date_from": 0}, None, set()),
            ({"date_from": 1}, None, {"TRN-028", "TOK-050"}),
            ({"date_from": -10, "date_to": 1}, None, set()),
            ({"date_to": 0}, {"TRN-031"}, set()),
            ({"date_to": -1}, None, {"TRN-030", "TOK-050"}),
            ({"date_to": -86_400}, None, {"TRN-030", "TOK-050"}),
        ],
    )
    def test_bounds(self, query: dict[str, int], late: set[str] | None, ids: set[str], version: str) -> None:
        texts = {name: write_timestamp(MOMENT + timedelta(seconds=seconds)) for name, seconds in query.items()}
        expected = ids | (late or set() if version == LATER else set())
        assert found(page(3, version=version, query=texts)) == expected

    @pytest.mark.parametrize("version", VERSIONS)
    def test_restated_by_modules(self, version: str) -> None:
        for name, seconds, wanted in (
            ("date_from", 1, {"TRN-028", "LOC-020"}),
            ("date_to", -1, {"TRN-030", "LOC-022"}),
            ("date_to", 0, {"TRN-031", "LOC-022"} if version == LATER else set()),
        ):
            exchange = by_partner(
                "locations.sender.get_list",
                version=version,
                query={name: write_timestamp(MOMENT + timedelta(seconds=seconds))},
                data=[location(version)],
            )
            assert found(exchange, by=judge(version, target_role="CPO")) == wanted

    def test_spellings_of_a_moment(self) -> None:
        assert found(page(query={"date_from": "2026-02-01T10:00:00"})) == set()
        assert found(page(query={"date_from": "2026-02-01T11:00:00+01:00"})) == set()
        assert found(page(query={"date_from": "2026-02-01T10:00:00.001Z"})) == {"TRN-028", "TOK-050"}
        offset = page(
            data=tokens(1, last_updated="2026-02-01T12:00:00+02:00"), query={"date_from": write_timestamp(MOMENT)}
        )
        assert not found(offset) & {"TRN-028"}
        early = page(
            data=tokens(1, last_updated="2026-02-01T11:00:00+02:00"), query={"date_from": write_timestamp(MOMENT)}
        )
        assert "TRN-028" in found(early)

    def test_nothing_to_compare(self) -> None:
        for exchange in (
            page(0, query={"date_from": write_timestamp(NOW)}),
            page(query={"date_from": "yesterday"}),
            page(query={"date_from": write_timestamp(NOW)}, data=None),
            page(query={"date_from": write_timestamp(NOW)}, status=404, code=2000),
        ):
            assert "TRN-028" not in examined(exchange)
        nonsense: list[Json] = [None, 3, {}, {"last_updated": 7}, {"last_updated": "x"}, {"last_updated": "1Z"}]
        assert "TRN-028" not in found(page(data=nonsense, query={"date_from": write_timestamp(NOW)}))


class TestLimit:
    def test_more_than_asked_for(self) -> None:
        assert found(page(3, query={"limit": "2"})) == {"TRN-034"}
        exchange = by_partner("locations.sender.get_list", query={"limit": "1"}, data=[location(), location(id="2")])
        assert {"TRN-034", "LOC-028"} <= found(exchange, by=judge(target_role="CPO"))

    @pytest.mark.parametrize("limit", ["0", "-1", "ten", "", "1.5", "9" * 40])
    def test_limits_that_are_none(self, limit: str) -> None:
        assert "TRN-034" not in examined(page(3, query={"limit": limit}))

    def test_more_than_the_own_limit(self) -> None:
        assert found(page(3, answer_headers={"X-Limit": "2"})) == {"TRN-052"}
        assert found(page(3, answer_headers={"X-Limit": "3"})) == set()


class TestLink:
    def test_missing_on_a_page_before_the_last(self) -> None:
        for value in (None, "", f"<{TARGET_URL}/x>; rel=prev"):
            assert found(more(headers={"Link": value})) == {"TRN-043", "TOK-054"}

    def test_offset_counts(self) -> None:
        assert found(more(query={"offset": "2"}, total=5, headers={"Link": None})) == {"TRN-043", "TOK-054"}
        assert found(more(query={"offset": "3"}, total=5, headers={"Link": None})) == set()

    def test_present_on_the_last_page(self) -> None:
        assert found(more(total=2)) == {"TRN-044"}
        assert found(page(0, answer_headers={**link(), "X-Total-Count": "0"})) == {"TRN-044"}

    def test_place_that_is_not_known(self) -> None:
        for given in (
            {"query": {"offset": "x"}},
            {"query": {"cursor": "abc"}},
            {"headers": {"X-Total-Count": "many"}},
            {"headers": {"X-Total-Count": None}},
        ):
            assert not {"TRN-043", "TRN-044"} & examined(more(**given))

    @pytest.mark.parametrize(
        "value",
        [
            f"{TARGET_URL}/x; rel=next",
            f"<{TARGET_URL}/x>",
            f"<{TARGET_URL}/x> rel=next",
            f"<{TARGET_URL}/x>; rel='next'",
            '<>; rel="next"',
            "next",
        ],
    )
    def test_wrong_form(self, value: str) -> None:
        assert found(more(headers={"Link": value})) == {"TRN-045"}
        assert found(more(total=2, headers={"Link": value})) == {"TRN-045"}

    @pytest.mark.parametrize(
        "value",
        [
            "<{}>; rel=next",
            "<{}>;rel=NEXT",
            '<{}>; title="a, b; rel=x"; rel="next"',
            '<http://x/1>; rel="prev", <{}>; rel="next"',
            '<{}>; rel="next last"; foo',
        ],
    )
    def test_forms_that_are_fine(self, value: str) -> None:
        assert found(more(headers={"Link": value.format(f"{TARGET_URL}/x?offset=2")})) == set()

    @pytest.mark.parametrize("url", ["/tokens?offset=2", "?offset=2", "//host/x", "tokens", "http://[bad", "http:///x"])
    def test_relative(self, url: str) -> None:
        assert found(more(headers=dict(next_page(url)))) == {"TRN-047"}

    def test_filters_are_kept(self) -> None:
        wanted = {"date_from": "2026-01-01T00:00:00Z", "date_to": "2026-03-01T00:00:00Z"}
        lost = more(query=wanted)
        assert found(lost) == {"TRN-046"}
        half = more(query=wanted, headers=dict(link(query="offset=2&date_from=2026-01-01T00:00:00Z")))
        assert found(half) == {"TRN-046"}
        other = "offset=2&date_from=2026-01-01T00:00:00Z&date_to=2026-03-02T00:00:00Z"
        assert found(more(query=wanted, headers=dict(link(query=other)))) == {"TRN-046"}

    @pytest.mark.parametrize(
        "spelt",
        [
            "offset=2&date_from=2026-01-01T00%3A00%3A00&date_to=2026-03-01T01:00:00%2B01:00",
            "offset=2&date_from=2026-01-01+00%3A00%3A00%2B00%3A00&date_to=2026-03-01%2001:00:00+01:00",
        ],
    )
    def test_filters_may_be_spelt_otherwise(self, spelt: str) -> None:
        wanted = {"date_from": "2026-01-01T00:00:00Z", "date_to": "2026-03-01T00:00:00Z"}
        kept = more(query=wanted, headers=dict(link(query=spelt)))
        assert found(kept) == set()
        assert "TRN-046" in examined(kept)

    def test_hostile_headers_take_no_time(self) -> None:
        for value in ("<a>" + " " * 60_000, "<a>;" + " " * 60_000, "<a>;x" * 9_000, '<a>;rel="' * 9_000, "<" * 60_000):
            next_link(Headers.of([("Link", value)]))


class TestCounts:
    @pytest.mark.parametrize(("name", "requirement"), [("X-Total-Count", "TRN-048"), ("X-Limit", "TRN-050")])
    @pytest.mark.parametrize("value", [None, "", "many", "-1", "1.0", "٣"])
    def test_missing_or_no_number(self, name: str, requirement: str, value: str | None) -> None:
        assert found(page(answer_headers={name: value})) == {requirement, "TOK-054"}

    def test_names_in_any_case(self) -> None:
        assert found(page(answer_headers={"x-total-COUNT": "1", "x-limit": "7"})) == set()

    def test_only_of_lists(self) -> None:
        error = page(status=200, code=2001, data=None, answer_headers={"X-Limit": None, "X-Total-Count": None})
        assert found(error) == set()
        versions = by_partner("versions.both.get_versions", data=[{"version": LATER, "url": "https://x.example/y"}])
        assert not {"TRN-048", "TRN-050"} & examined(versions)


class TestParameters:
    def ask(self, **query: str) -> Exchange:
        return by_target("tokens.sender.get_list", query=query, data=[])

    def test_right(self) -> None:
        exchange = self.ask(date_from="2026-01-01T00:00:00Z", date_to="2026-01-01T00:00:00", offset="0", limit="5")
        assert found(exchange, by=judge(target_role="CPO")) == set()
        assert "TOK-052" in examined(exchange, by=judge(target_role="CPO"))

    @pytest.mark.parametrize(
        ("name", "text"), [("date_from", "2026-01-01"), ("date_to", "now"), ("offset", "-1"), ("limit", "1.5")]
    )
    def test_wrong(self, name: str, text: str) -> None:
        assert found(self.ask(**{name: text}), by=judge(target_role="CPO")) == {"TOK-052"}


def test_every_list_of_the_version_is_judged() -> None:
    wanted = {
        "locations": "LOC-029",
        "sessions": "SES-022",
        "cdrs": "CDR-032",
        "tariffs": "TRF-013",
        "tokens": "TOK-054",
    }
    wanted["hubclientinfo"] = "HUB-035"
    for module, requirement in wanted.items():
        exchange = by_partner(f"{module}.sender.get_list", data=[], answer_headers={"X-Limit": None})
        by = judge(target_role="HUB", target=[PartyRole("HUB", HUB)])
        assert found(exchange, by=by) == {"TRN-050", requirement}
