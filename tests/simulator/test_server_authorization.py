"""Real-time authorisation: each outcome, with and without a location."""

from copy import deepcopy
from typing import Any

import pytest
from loopback import Answer, Pair, in_loop, registered, versions

from ocpi_schemas.schema import load_schemas
from ocpi_simulator.dataset.tokens import FIRST

PLACE = {"location_id": "LOC1", "evse_uids": ["3256"]}


def token_of(pair: Pair, index: int) -> dict[str, Any]:
    return list(pair.emsp.stores.own["tokens"].supersets())[index]


async def authorize(pair: Pair, uid: str, query: str = "", body: object = None) -> Answer:
    return await pair.ask_emsp("POST", "tokens", f"/{uid}/authorize{query}", body=body)


@versions
@pytest.mark.parametrize("index", range(len(FIRST)))
@pytest.mark.parametrize("place", [PLACE, None], ids=["at a location", "anywhere"])
@in_loop
async def test_each_kind_of_token_has_its_outcome(version: str, index: int, place: dict[str, Any] | None) -> None:
    async with registered(version) as pair:
        token, kind = token_of(pair, index), FIRST[index]
        answer = await authorize(pair, token["uid"], f"?type={kind.type}", place)
        if kind.allowed == "NOT_ALLOWED" and place is None:
            assert answer.outcome == (200, 2002)
            assert "data" not in answer.envelope
            return
        assert answer.outcome == (200, 1000)
        assert load_schemas(version).is_flawless(("AuthorizationInfo",), answer.data)
        assert answer.data["allowed"] == kind.allowed
        assert answer.data.get("location") == (place if kind.allowed == "ALLOWED" else None)
        assert ("info" in answer.data) == (kind.allowed != "ALLOWED")
        if pair.dialect.field("authorization_info.token"):
            assert answer.data["token"] == pair.emsp.stores.own["tokens"].get(token["uid"], version)


@versions
@in_loop
async def test_a_token_that_is_not_known(version: str) -> None:
    async with registered(version) as pair:
        answer = await authorize(pair, "nobody", "", PLACE)
        knows = pair.dialect.status_codes.knows(2004)
        assert answer.outcome == (404, 2004 if knows else 2000)
        assert "data" not in answer.envelope


@versions
@in_loop
async def test_type_and_case_of_the_uid(version: str) -> None:
    async with registered(version) as pair:
        rfid, app = token_of(pair, 3)["uid"], token_of(pair, 4)["uid"]
        by_type = pair.dialect.forms["token.identity"] == "uid_and_type"
        assert (await authorize(pair, pair.otherwise_spelt(rfid))).outcome == (200, 1000), "RFID is the default"
        assert (await authorize(pair, pair.otherwise_spelt(app), "?type=APP_USER")).outcome == (200, 1000)
        assert (await authorize(pair, app)).status == (404 if by_type else 200)
        assert (await authorize(pair, rfid, "?type=OTHER")).status == (404 if by_type else 200)


@versions
@in_loop
async def test_a_token_that_was_made_invalid_is_blocked(version: str) -> None:
    async with registered(version) as pair:
        token = deepcopy(token_of(pair, 3)) | {"valid": False}
        pair.emsp.stores.own["tokens"].change(token["uid"], token)
        assert (await authorize(pair, token["uid"])).data["allowed"] == "BLOCKED"


@versions
@in_loop
async def test_locations_that_make_no_sense(version: str) -> None:
    async with registered(version) as pair:
        uid = token_of(pair, 3)["uid"]
        assert (await authorize(pair, uid, body={"evse_uids": ["1"]})).outcome == (200, 2001)
        assert (await pair.ask_emsp("POST", "tokens", f"/{uid}/authorize", raw=b"{")).outcome == (400, 2000)
