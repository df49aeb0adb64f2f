"""Series: any number of objects, none of them stored."""

import time
from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocpi_schemas.party import PartyId
from ocpi_schemas.timestamps import read_timestamp
from ocpi_simulator.dataset.locations import Locations
from ocpi_simulator.dataset.series import FRESHEST, Recipe, Series
from ocpi_simulator.dataset.tokens import Tokens

REFERENCE = datetime(2026, 6, 1, 12, 0, 0, 123_000, tzinfo=UTC)
PARTY = PartyId("NL", "ABC")
RECIPES: list[Recipe] = [Locations(7, PARTY), Tokens(7, PARTY)]

recipes = pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: recipe.object_name)
counts = st.integers(1, 60) | st.sampled_from([1_000, 100_000, 1_000_000])


@recipes
def test_a_million_objects_cost_nothing_until_they_are_asked_for(recipe: Recipe) -> None:
    recipe.make(0, REFERENCE)  # words are made once per process
    started = time.perf_counter()
    series = Series(recipe, 1_000_000, REFERENCE)
    last = series.object(999_999)
    assert time.perf_counter() - started < 0.5
    assert len(series) == 1_000_000
    assert series.index_of(series.id_of(999_999)) == 999_999
    assert read_timestamp(last["last_updated"]) == series.updated(999_999)


@recipes
def test_objects_are_quick(recipe: Recipe) -> None:
    series = Series(recipe, 1_000_000, REFERENCE)
    for index in range(0, 1_000_000, 1_000):  # every locale
        series.object(index)
    fastest = float("inf")
    for batch in range(5):
        started = time.perf_counter()
        for index in range(batch * 100, batch * 100 + 100):
            series.object(index)
        fastest = min(fastest, (time.perf_counter() - started) / 100)
    # Meant to be 300 microseconds at most; the rest is for slow machines.
    assert fastest < 0.001


@recipes
@pytest.mark.parametrize("count", [1, 2, 500, 20_000])
def test_each_object_is_updated_later_than_the_one_before(recipe: Recipe, count: int) -> None:
    series = Series(recipe, count, REFERENCE)
    moments = [series.updated(index) for index in range(count)]
    assert all(one < next_ for one, next_ in pairwise(moments))
    assert all(moment.microsecond == 0 and moment.utcoffset() == timedelta(0) for moment in moments)
    assert moments[-1] == REFERENCE.replace(microsecond=0) - FRESHEST


def test_a_year_is_enough_for_a_million() -> None:
    series = Series(RECIPES[0], 1_000_000, REFERENCE)
    assert series.updated(0) > REFERENCE - timedelta(days=367)


@given(counts, st.data())
def test_between_is_what_a_filter_finds(count: int, data: st.DataObject) -> None:
    series = Series(RECIPES[0], count, REFERENCE)
    near = data.draw(st.integers(0, count - 1))
    low, high = max(0, near - 20), min(count, near + 20)
    some = range(low, high)
    edges = st.sampled_from(some).map(series.updated) | st.datetimes(
        series.updated(low).replace(tzinfo=None), REFERENCE.replace(tzinfo=None), timezones=st.just(UTC)
    )
    date_from = data.draw(st.none() | edges)
    date_to = data.draw(st.none() | edges)
    found = series.between(date_from, date_to)
    wanted = [
        index
        for index in some
        if (date_from is None or series.updated(index) >= date_from)
        and (date_to is None or series.updated(index) < date_to)
    ]
    assert [index for index in found if index in some] == wanted
    assert 0 <= found.start <= found.stop <= count or not found


def test_boundaries_count_in_at_the_start_and_out_at_the_end() -> None:
    series = Series(RECIPES[0], 10, REFERENCE)
    assert series.between(series.updated(3), series.updated(6)) == range(3, 6)
    assert series.between(series.updated(3) + timedelta(milliseconds=1), None) == range(4, 10)
    assert series.between(None, series.updated(3) + timedelta(milliseconds=1)) == range(4)
    assert series.between(None, None) == range(10)
    assert not series.between(series.updated(6), series.updated(3))
    amsterdam = timezone(timedelta(hours=2))
    assert series.between(series.updated(3).astimezone(amsterdam), None) == range(3, 10)


@given(st.sampled_from(RECIPES), st.integers(0, 999_999), st.booleans(), st.integers(1, 3))
def test_ids_lead_back_in_any_case(recipe: Recipe, index: int, upper: bool, shorter: int) -> None:
    series = Series(recipe, 1_000_000, REFERENCE)
    object_id = series.id_of(index)
    assert series.index_of(object_id.upper() if upper else object_id.lower()) == index
    assert series.index_of(object_id[:-shorter]) is None
    assert series.index_of(object_id + "0") is None
    assert Series(recipe, index, REFERENCE).index_of(object_id) is None


@given(st.sampled_from(RECIPES), st.text() | st.text("0123456789ABCDEFabcdefx-_LOC", min_size=14, max_size=36))
def test_what_is_no_id_leads_nowhere(recipe: Recipe, text: str) -> None:
    index = recipe.index_of(text)
    assert index is None or recipe.id_of(index).upper() == text.upper()


@recipes
def test_ids_are_unique_without_case_and_fit_every_version(recipe: Recipe) -> None:
    ids = [recipe.id_of(index) for index in [*range(20_000), 10**9]]
    assert len({object_id.upper() for object_id in ids}) == len(ids)
    assert all(len(object_id) <= 36 and object_id.isascii() for object_id in ids)


@recipes
def test_an_object_carries_the_id_of_its_index(recipe: Recipe) -> None:
    series = Series(recipe, 50, REFERENCE)
    for index in range(50):
        made = series.object(index)
        assert (made.get("uid") or made["id"]) == series.id_of(index)


@recipes
@pytest.mark.parametrize("index", [-1, 5, 10**6])
def test_there_is_nothing_beyond_the_ends(recipe: Recipe, index: int) -> None:
    series = Series(recipe, 5, REFERENCE)
    for question in (series.object, series.id_of, series.updated):
        with pytest.raises(IndexError):
            question(index)


def test_a_series_can_be_empty() -> None:
    series = Series(RECIPES[0], 0, REFERENCE)
    assert series.between(REFERENCE, None) == range(0)
    assert series.index_of(RECIPES[0].id_of(0)) is None


def test_impossible_series_are_refused() -> None:
    with pytest.raises(ValueError, match="-1"):
        Series(RECIPES[0], -1, REFERENCE)
    with pytest.raises(ValueError, match="time zone"):
        Series(RECIPES[0], 1, REFERENCE.replace(tzinfo=None))
