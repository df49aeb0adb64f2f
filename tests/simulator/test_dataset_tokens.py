"""Tokens: flawless in every version, and consistent with what an authorisation of them answers."""

import re
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from ocpi_schemas.dialect import known_versions
from ocpi_schemas.party import PartyId
from ocpi_schemas.schema import load_schemas
from ocpi_simulator.dataset.contract_id import check_character
from ocpi_simulator.dataset.dice import BARE, FULL
from ocpi_simulator.dataset.series import Series
from ocpi_simulator.dataset.shape import shape_of
from ocpi_simulator.dataset.tokens import FIRST, Tokens, allowed_of, kind_of, token_index, token_uid

REFERENCE = datetime(2026, 6, 1, 12, tzinfo=UTC)
PARTY = PartyId("DE", "8AA")
SEED = 7
COUNT = 300
SERIES = Series(Tokens(SEED, PARTY), COUNT, REFERENCE)
SUPERSETS = [SERIES.object(index) for index in range(COUNT)]

versions = pytest.mark.parametrize("version", known_versions())


def in_version(version: str) -> list[dict[str, Any]]:
    return [shape_of(version).project("Token", superset) for superset in SUPERSETS]


def values(version: str, *names: str) -> set[str]:
    """Of the enum that a version has under one of these names."""
    documents = load_schemas(version).documents
    return set(next(documents[name]["enum"] for name in names if name in documents))


@versions
def test_every_token_is_flawless(version: str) -> None:
    schemas = load_schemas(version)
    for index, made in enumerate(in_version(version)):
        assert schemas.is_flawless(("Token",), made), (index, schemas.assess(("Token",), made).violations)


@versions
def test_the_first_ten_cover_every_type_whitelist_and_outcome(version: str) -> None:
    first = in_version(version)[:10]
    assert {made["type"] for made in first} == values(version, "TokenType")
    assert {made["whitelist"] for made in first} == values(version, "WhitelistType")
    assert {allowed_of(SEED, index) for index in range(10)} == values(version, "AllowedType", "Allowed")


@pytest.mark.parametrize("seed", [0, 1, 99])
def test_the_first_ten_are_treated_the_same_with_any_seed(seed: int) -> None:
    assert tuple(kind_of(seed, index) for index in range(10)) == FIRST


def test_outcomes_agree_with_what_the_token_says() -> None:
    for index in range(3_000):
        made, allowed = SERIES.recipe.make(index, REFERENCE), allowed_of(SEED, index)
        assert made["valid"] == (allowed not in ("BLOCKED", "EXPIRED"))
        if allowed != "ALLOWED":
            assert made["whitelist"] != "ALWAYS"
        if allowed in ("NO_CREDIT", "NOT_ALLOWED"):
            assert made["whitelist"] in ("NEVER", "ALLOWED_OFFLINE")
        if made["type"] in ("APP_USER", "AD_HOC_USER"):
            assert made["whitelist"] == "NEVER"


def test_most_tokens_are_cards_that_may_charge() -> None:
    kinds = [kind_of(SEED, index) for index in range(2_000)]
    assert sum(kind.type == "RFID" for kind in kinds) > 1_200
    assert 1_200 < sum(kind.allowed == "ALLOWED" for kind in kinds) < 1_900


@versions
def test_optional_fields_are_in_some_tokens_and_missing_in_others(version: str) -> None:
    document, made = load_schemas(version).documents["Token"], in_version(version)
    for field in set(document["properties"]) - set(document["required"]):
        assert 0 < sum(field in one for one in made) < COUNT, field
    assert set(made[FULL]) == set(document["properties"])
    assert set(made[BARE]) == set(document["required"])


def test_uids_are_unique_without_their_type_and_of_their_form() -> None:
    assert len({made["uid"].upper() for made in SUPERSETS}) == COUNT
    for made in SUPERSETS:
        if made["type"] in ("APP_USER", "AD_HOC_USER"):
            assert UUID(made["uid"]).version == 4
        else:
            assert re.fullmatch(r"04[0-9A-F]{12}", made["uid"])


def test_contract_ids_are_unique_and_their_check_characters_right() -> None:
    assert len({made["contract_id"] for made in SUPERSETS}) == COUNT
    for made in SUPERSETS:
        assert made["auth_id"] == made["contract_id"]
        assert re.fullmatch(r"DE-8AA-C[0-9A-Z]{8}-[0-9A-Z]", made["contract_id"])
        bare = made["contract_id"].replace("-", "")
        assert check_character(bare[:14]) == bare[14]


def test_some_tokens_share_a_group() -> None:
    groups = [made["group_id"] for made in SUPERSETS if "group_id" in made]
    assert len(set(groups)) < len(groups)
    assert max(map(groups.count, groups)) == 2
    assert max(map(len, groups)) <= 20


def test_another_seed_gives_other_tokens() -> None:
    assert token_index(SEED + 1, token_uid(SEED, 5)) is None
    assert not {token_uid(SEED + 1, index) for index in range(COUNT)} & {made["uid"] for made in SUPERSETS}


def test_the_same_index_gives_the_same_token() -> None:
    assert [SERIES.object(index) for index in range(COUNT)] == SUPERSETS
