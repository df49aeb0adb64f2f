"""Lists: pages, filters, single objects; and the store that pages come from, held against brute force."""

import re
from copy import deepcopy
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from loopback import CPO_PARTY, Answer, Pair, in_loop, registered, versions

from ocpi_schemas.dialect import known_versions
from ocpi_schemas.json_text import parse
from ocpi_schemas.schema import load_schemas
from ocpi_schemas.timestamps import read_timestamp, write_timestamp
from ocpi_simulator.dataset.locations import Locations
from ocpi_simulator.dataset.series import Series
from ocpi_simulator.store import Object, OwnObjects

REFERENCE = datetime(2026, 6, 1, 12, tzinfo=UTC)


def next_url(answer: Answer) -> str | None:
    link = answer.headers.get("Link")
    match = re.fullmatch(r'<(.*)>; rel="next"', link) if link else None
    assert (match is not None) == (link is not None)
    return match[1] if match else None


async def crawl(pair: Pair, query: str) -> list[Answer]:
    answers = [await pair.ask_cpo("GET", "locations", query)]
    while (url := next_url(answers[-1])) is not None:
        answers.append(await pair.ask_cpo("GET", "locations", url.partition("/locations")[2]))
    return answers


@versions
@pytest.mark.parametrize(
    ("limit", "sizes"), [("", [5, 5, 2]), ("?limit=4", [4, 4, 4]), ("?limit=1000", [5, 5, 2]), ("?offset=10", [2])]
)
@in_loop
async def test_all_pages_together_are_the_list(version: str, limit: str, sizes: list[int]) -> None:
    async with registered(version, cpo={"page_limit": 5}) as pair:
        answers = await crawl(pair, limit)
        assert [len(answer.data) for answer in answers] == sizes
        assert {answer.headers["X-Total-Count"] for answer in answers} == {"12"}
        assert {answer.headers["X-Limit"] for answer in answers} == {"5"}
        ids = [entry["id"] for answer in answers for entry in answer.data]
        assert ids == [entry["id"] for entry in pair.cpo.stores.own["locations"].supersets()][12 - len(ids) :]
        assert all(
            load_schemas(version).is_flawless(("Location",), entry) for answer in answers for entry in answer.data
        )


@versions
@in_loop
async def test_the_link_keeps_the_filters(version: str) -> None:
    async with registered(version, cpo={"page_limit": 3}) as pair:
        own = list(pair.cpo.stores.own["locations"].supersets())
        first, last = own[2]["last_updated"], own[10]["last_updated"]
        answers = await crawl(pair, f"?date_from={first}&date_to={last}")
        ids = [entry["id"] for answer in answers for entry in answer.data]
        assert ids == [entry["id"] for entry in own[2:10]], "date_from is inclusive, date_to is not"
        assert {answer.headers["X-Total-Count"] for answer in answers} == {"8"}
        assert f"date_from={first}" in answers[0].headers["Link"]
        assert f"date_to={last}" in answers[0].headers["Link"]


@versions
@in_loop
async def test_beyond_the_end_is_an_empty_page(version: str) -> None:
    async with registered(version) as pair:
        for query in ("?offset=12", "?offset=999999999", "?date_from=2999-01-01T00:00:00Z"):
            answer = await pair.ask_cpo("GET", "locations", query)
            assert answer.outcome == (200, 1000)
            assert answer.data == []
            assert "Link" not in answer.headers


@versions
@in_loop
async def test_a_party_without_objects_has_an_empty_list(version: str) -> None:
    async with registered(version, cpo={"locations": 0}) as pair:
        answer = await pair.ask_cpo("GET", "locations")
        assert (answer.data, answer.headers["X-Total-Count"]) == ([], "0")


@versions
@pytest.mark.parametrize(
    "query",
    [
        "offset=-1",
        "offset=x",
        "offset=1.0",
        "offset=",
        "offset=1234567890123",
        "offset=%D9%A1",
        "limit=0",
        "limit=-5",
        "limit=ten",
        "date_from=yesterday",
        "date_from=",
        "date_to=2020-13-01T00:00:00Z",
        "date_to=2020-01-01",
    ],
)
@in_loop
async def test_parameters_that_make_no_sense(version: str, query: str) -> None:
    async with registered(version) as pair:
        answer = await pair.ask_cpo("GET", "locations", f"?{query}")
        assert answer.outcome == (200, 2001)
        assert query.partition("=")[0] in answer.envelope["status_message"]


@versions
@in_loop
async def test_single_objects_are_found_without_case(version: str) -> None:
    async with registered(version) as pair:
        location = (await pair.ask_cpo("GET", "locations")).data[3]
        evse = location["evses"][0]
        connector = evse["connectors"][0]
        path = f"/{location['id']}"
        for spelled in (path, pair.otherwise_spelt(path)):
            assert (await pair.ask_cpo("GET", "locations", spelled)).data == location
            assert (
                await pair.ask_cpo("GET", "locations", f"{spelled}/{pair.otherwise_spelt(evse['uid'])}")
            ).data == evse
            found = await pair.ask_cpo("GET", "locations", f"{spelled}/{evse['uid']}/{connector['id']}")
            assert found.data == connector
        for unknown in ("/nothing", f"{path}/nothing", f"{path}/{evse['uid']}/nothing"):
            answer = await pair.ask_cpo("GET", "locations", unknown)
            assert answer.outcome == (404, 2000)
            assert "data" not in answer.envelope


@versions
@in_loop
async def test_tokens_are_listed_too(version: str) -> None:
    async with registered(version) as pair:
        answer = await pair.ask_emsp("GET", "tokens")
        assert len(answer.data) == 12
        assert all(load_schemas(version).is_flawless(("Token",), entry) for entry in answer.data)


@versions
@in_loop
async def test_what_changed_is_listed_anew(version: str) -> None:
    async with registered(version) as pair:
        own = pair.cpo.stores.own["locations"]
        before = (await pair.ask_cpo("GET", "locations")).data
        changed = deepcopy(own.superset(before[4]["id"]))
        assert changed is not None
        since = write_timestamp(datetime.now(UTC))
        changed |= {"name": "Elsewhere", "last_updated": write_timestamp(datetime.now(UTC) + timedelta(seconds=1))}
        own.change(changed["id"], changed)
        added = own.create(datetime.now(UTC) + timedelta(seconds=2))
        after = (await pair.ask_cpo("GET", "locations")).data
        assert [entry["id"] for entry in after] == [*(entry["id"] for entry in before), added["id"]]
        assert after[4]["name"] == "Elsewhere"
        assert after[:4] == before[:4]
        delta = await pair.ask_cpo("GET", "locations", f"?date_from={since}")
        assert [entry["id"] for entry in delta.data] == [changed["id"], added["id"]]


# The store


def project(entry: Object, _version: str) -> Object:
    return {name: entry[name] for name in ("id", "last_updated", "name") if name in entry}


def make_store(count: int) -> OwnObjects:
    return OwnObjects(Series(Locations(1, CPO_PARTY, evses=0), count, REFERENCE), project)


minutes = st.integers(-900, 900)
bounds = st.none() | minutes


@given(
    count=st.integers(0, 12),
    changes=st.lists(st.tuples(st.integers(0, 11), minutes), max_size=8),
    additions=st.lists(minutes, max_size=4),
    date_from=bounds,
    date_to=bounds,
    offset=st.integers(0, 18),
    limit=st.integers(1, 18),
)
def test_pages_are_what_filtering_everything_would_give(
    count: int,
    changes: list[tuple[int, int]],
    additions: list[int],
    date_from: int | None,
    date_to: int | None,
    offset: int,
    limit: int,
) -> None:
    store = make_store(count)
    everything = [store.series.object(index) for index in range(count)]

    def moment(minute: int) -> datetime:
        return REFERENCE + timedelta(minutes=minute)

    for index, minute in changes:
        if index < count:
            everything[index] = everything[index] | {"last_updated": write_timestamp(moment(minute)), "name": "changed"}
            store.change(everything[index]["id"].lower(), everything[index])
    everything += [store.create(moment(minute)) for minute in additions]

    low = moment(date_from) if date_from is not None else None
    high = moment(date_to) if date_to is not None else None

    def fits(entry: Object) -> bool:
        updated = read_timestamp(entry["last_updated"])
        assert updated is not None
        return (low is None or updated >= low) and (high is None or updated < high)

    wanted = [project(entry, "") for entry in everything if fits(entry)]
    page = store.page(known_versions()[-1], low, high, offset, limit)
    assert page.total == len(wanted)
    assert [parse(text) for text in page.items] == wanted[offset : offset + limit]


@given(st.data())
def test_objects_are_found_wherever_they_come_from(data: st.DataObject) -> None:
    store = make_store(4)
    store.create(REFERENCE)
    store.change("Something-Else", {"id": "Something-Else", "name": "one"})
    for object_id in [store.series.id_of(2), store.series.recipe.id_of(4), "Something-Else"]:
        spelled = data.draw(st.sampled_from([object_id, object_id.lower(), object_id.upper()]))
        found = store.get(spelled, "")
        assert found is not None
        assert found["id"] == object_id
    assert store.get(store.series.recipe.id_of(5), "") is None
    assert len(store) == len(list(store.supersets())) == 6


def test_a_change_shows_in_pages_that_were_served_before() -> None:
    store = make_store(3)
    object_id = store.series.id_of(1)
    store.page("", None, None, 0, 3)
    store.change(object_id, {"id": object_id, "name": "new", "last_updated": write_timestamp(REFERENCE)})
    assert parse(store.page("", None, None, 1, 1).items[0])["name"] == "new"  # type: ignore[call-overload,index]


def test_the_latest_object_is_the_one_added_or_changed_last() -> None:
    store = make_store(3)
    assert store.latest() == store.series.object(0)
    for index in (2, 1, 2):
        store.change(store.series.id_of(index), {"id": store.series.id_of(index)})
    assert store.latest() == {"id": store.series.id_of(2)}
    added = store.create(REFERENCE)
    assert store.latest() == added
    assert make_store(0).latest() is None
