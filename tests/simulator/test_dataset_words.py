"""Names, ids and numbers that the data set is made of."""

import string
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocpi_simulator.dataset.contract_id import check_character, contract_id
from ocpi_simulator.dataset.dice import Dice
from ocpi_simulator.dataset.latin import to_ascii
from ocpi_simulator.dataset.scramble import SIZE, scramble_of
from ocpi_simulator.dataset.sites import SITES
from ocpi_simulator.dataset.words import LONGEST_COMPANY, LONGEST_STREET, words_of

LOCALES = sorted({site.locale for site in SITES})


@pytest.mark.parametrize("locale", LOCALES)
def test_every_locale_has_streets_and_companies_that_fit(locale: str) -> None:
    words = words_of(locale)
    assert len(words.streets) >= 5
    assert len(words.companies) >= 10
    for text, longest in [(t, LONGEST_STREET) for t in words.streets] + [(t, LONGEST_COMPANY) for t in words.companies]:
        assert text.isprintable()
        assert text.strip() == text
        assert max(len(text), len(to_ascii(text))) <= longest


@pytest.mark.parametrize(
    ("text", "latin"),
    [
        ("Gent", "Gent"),
        ("Straße", "Strasse"),
        ("København", "Kobenhavn"),
        ("Łódź", "Lodz"),
        ("Žilina", "Zilina"),
        ("София", "Sofiya"),
        ("Йордан Щърбанов", "Yordan Shtarbanov"),
        ("Αθήνα", "Athina"),
        ("Θεσσαλονίκη", "Thessaloniki"),
        ("Œuvre „x“", 'Oeuvre "x"'),
    ],
)
def test_text_is_romanised(text: str, latin: str) -> None:
    assert to_ascii(text) == latin


@given(st.text())
def test_romanised_text_is_ascii(text: str) -> None:
    assert to_ascii(text).isascii()


@pytest.mark.parametrize("site", SITES, ids=lambda site: to_ascii(site.city))
def test_no_city_loses_its_name_when_romanised(site: object) -> None:
    city = getattr(site, "city", "")
    assert len(to_ascii(city)) >= len(city)


# Published with the description of the algorithm, and in the README of a library that implements it.
CHECKED = [
    "NN123ABCDEFGHIT",
    "FRXYZ1234567892",
    "ITA1B2C3E4F5G64",
    "ESZU8WOX834H1DR",
    "PT73902837ABCZZ",
    "DE83DUIEN83QGZD",
    "DE83DUIEN83ZGQM",
    "DE8AA0012345670",
    "NLTNM000122045U",
]


@pytest.mark.parametrize("contract", CHECKED)
def test_check_characters_are_those_of_emi3(contract: str) -> None:
    assert check_character(contract[:14]) == contract[14]


@pytest.mark.parametrize("text", ["", "NL", "NLABC-12345678", "NLABC123456789X"])
def test_what_is_no_contract_has_no_check_character(text: str) -> None:
    with pytest.raises(ValueError):
        check_character(text)


@given(st.sampled_from(CHECKED), st.integers(0, 13), st.sampled_from(string.digits + string.ascii_uppercase))
def test_a_wrong_character_is_noticed(contract: str, place: int, char: str) -> None:
    changed = contract[:place] + char + contract[place + 1 : 14]
    assert (check_character(changed) == contract[14]) == (changed == contract[:14])


def test_contract_ids_have_the_form_of_emi3() -> None:
    assert contract_id("nl", "abc", 82) == "NL-ABC-C0000002A-" + check_character("NLABCC0000002A")
    with pytest.raises(ValueError, match="does not fit"):
        contract_id("NL", "ABC", 36**8)


@given(st.integers(0, SIZE - 1), st.integers())
def test_a_scrambled_number_leads_back(number: int, seed: int) -> None:
    scramble = scramble_of(seed, "test")
    scrambled = scramble.forward(number)
    assert 0 <= scrambled < SIZE
    assert scramble.back(scrambled) == number


def test_neighbours_are_scrambled_apart() -> None:
    scramble = scramble_of(1, "test")
    numbers = [scramble.forward(index) for index in range(5_000)]
    assert len(set(numbers)) == 5_000
    assert min(abs(one - next_) for one, next_ in pairwise(numbers)) > 1_000
    assert numbers != [scramble_of(2, "test").forward(index) for index in range(5_000)]


@pytest.mark.parametrize("number", [-1, SIZE])
def test_numbers_beyond_the_scramble_are_refused(number: int) -> None:
    with pytest.raises(ValueError, match="is not from 0"):
        scramble_of(1, "test").forward(number)


def test_dice_of_one_key_fall_alike_and_of_another_key_differently() -> None:
    def rolls(*key: int | str) -> list[int]:
        dice = Dice(*key)
        return [dice.below(1_000) for _ in range(20)]

    assert rolls(1, "a") == rolls(1, "a")
    assert rolls(1, "a") != rolls(1, "b")
    assert rolls(1, 23) != rolls(12, 3)


@given(st.integers(), st.integers(1, 20))
def test_some_are_different_and_in_their_order(seed: int, at_most: int) -> None:
    chosen = Dice(seed).some(string.ascii_lowercase[:12], at_most)
    assert 1 <= len(chosen) <= at_most
    assert chosen == sorted(set(chosen))


def test_optional_fields_can_be_forced() -> None:
    assert all(Dice(1, optional=True).has(0) for _ in range(5))
    assert not any(Dice(1, optional=False).has(100) for _ in range(5))
