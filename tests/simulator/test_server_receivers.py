"""What others push: Locations, EVSEs, Connectors and Tokens, whole and in part, and what is refused."""

from copy import deepcopy
from typing import Any

import pytest
from loopback import Answer, Pair, in_loop, registered, versions

from ocpi_schemas.dialect import known_versions
from ocpi_simulator import store

Object = dict[str, Any]

OLD, NEW, NEWER = "2020-01-01T00:00:00Z", "2099-01-01T00:00:00Z", "2099-01-01T00:00:00.500Z"
LOCATION = "/NL/ABC/{id}"


def own_location(pair: Pair) -> Object:
    """A Location of the CPO in which everything is old."""
    own = pair.cpo.stores.own["locations"]
    location = own.get(next(own.supersets())["id"], pair.version)
    assert location is not None
    for evse in location["evses"]:
        evse["last_updated"] = OLD
        for connector in evse["connectors"]:
            connector["last_updated"] = OLD
    return location | {"last_updated": OLD}


def own_token(pair: Pair, index: int = 0) -> Object:
    own = pair.emsp.stores.own["tokens"]
    token = own.get(list(own.supersets())[index]["uid"], pair.version)
    assert token is not None
    return token


async def push(pair: Pair, method: str, path: str, body: Object) -> Answer:
    return await pair.ask_emsp(method, "locations", path, body=body)


async def read(pair: Pair, path: str) -> Any:
    answer = await pair.ask_emsp("GET", "locations", path)
    assert answer.outcome == (200, 1000)
    return answer.data


@versions
@in_loop
async def test_a_location_is_created_replaced_and_given_back(version: str) -> None:
    async with registered(version) as pair:
        location = own_location(pair)
        path = f"/NL/ABC/{location['id']}"
        assert (await pair.ask_emsp("GET", "locations", path)).outcome == (404, 2000)
        created = await push(pair, "PUT", path, location)
        assert created.outcome == (201, 1000)
        assert "data" not in created.envelope
        assert await read(pair, path) == location
        del location["evses"]
        location |= {"name": "Another", "last_updated": NEW}
        assert (await push(pair, "PUT", path, location)).outcome == (200, 1000)
        assert await read(pair, path) == location, "what a PUT leaves out is gone"
        otherwise = await pair.ask_emsp("GET", "locations", path.lower())
        assert otherwise.status == (200 if pair.dialect.ids_ignore_case else 404)


@versions
@in_loop
async def test_evses_and_connectors_have_their_own_urls(version: str) -> None:
    async with registered(version) as pair:
        location = own_location(pair)
        path = f"/NL/ABC/{location['id']}"
        await push(pair, "PUT", path, location)
        evse = deepcopy(location["evses"][0])
        connector = evse["connectors"][0]
        assert await read(pair, f"{path}/{pair.otherwise_spelt(evse['uid'])}") == evse
        assert await read(pair, f"{path}/{evse['uid']}/{connector['id']}") == connector
        new_evse = evse | {"uid": "new", "last_updated": NEW}
        new_evse.pop("evse_id", None)
        assert (await push(pair, "PUT", f"{path}/{pair.otherwise_spelt('new')}", new_evse)).outcome == (201, 1000)
        new_connector = connector | {"id": "9", "last_updated": NEWER}
        assert (await push(pair, "PUT", f"{path}/new/9", new_connector)).outcome == (201, 1000)
        assert (await push(pair, "PUT", f"{path}/new/9", new_connector)).outcome == (200, 1000)
        stored = await read(pair, path)
        assert [entry["uid"] for entry in stored["evses"]] == [*(entry["uid"] for entry in location["evses"]), "new"]
        assert stored["evses"][-1]["connectors"] == [*new_evse["connectors"], new_connector]
        assert stored["evses"][:-1] == location["evses"]


@versions
@pytest.mark.parametrize("method", ["PUT", "PATCH"])
@pytest.mark.parametrize("depth", [1, 2, 3])
@in_loop
async def test_what_changes_moves_last_updated_of_all_it_is_part_of(version: str, method: str, depth: int) -> None:
    async with registered(version) as pair:
        location = own_location(pair)
        evse = location["evses"][0]
        connector = evse["connectors"][0]
        steps = [location["id"], evse["uid"], connector["id"]][:depth]
        await push(pair, "PUT", f"/NL/ABC/{location['id']}", location)
        part = deepcopy((location, evse, connector)[depth - 1])
        change = {"last_updated": NEW}
        body = part | change if method == "PUT" else change
        assert (await push(pair, method, "/".join(["/NL/ABC", *steps]), body)).outcome == (200, 1000)
        stored = await read(pair, f"/NL/ABC/{location['id']}")
        stamps = [stored["last_updated"], stored["evses"][0]["last_updated"]]
        stamps.append(stored["evses"][0]["connectors"][0]["last_updated"])
        assert stamps == [NEW] * depth + [OLD] * (3 - depth)
        others = [entry["last_updated"] for entry in stored["evses"][1:]]
        assert others == [OLD] * len(others)


@versions
@in_loop
async def test_last_updated_never_goes_back(version: str) -> None:
    async with registered(version) as pair:
        location = own_location(pair) | {"last_updated": NEW}
        path = f"/NL/ABC/{location['id']}"
        await push(pair, "PUT", path, location)
        change = {"status": "BLOCKED", "last_updated": "2021-01-01T00:00:00Z"}
        await push(pair, "PATCH", f"{path}/{location['evses'][0]['uid']}", change)
        stored = await read(pair, path)
        assert stored["last_updated"] == NEW
        assert stored["evses"][0]["last_updated"] == change["last_updated"]


@versions
@in_loop
async def test_a_patch_leaves_the_rest_alone(version: str) -> None:
    async with registered(version) as pair:
        location = own_location(pair)
        path = f"/NL/ABC/{location['id']}"
        await push(pair, "PUT", path, location)
        change = {"name": "Renamed", "last_updated": NEW}
        assert (await push(pair, "PATCH", path, change)).outcome == (200, 1000)
        assert await read(pair, path) == location | change


@versions
@in_loop
async def test_a_patch_without_last_updated(version: str) -> None:
    async with registered(version) as pair:
        location, token = own_location(pair), own_token(pair)
        await push(pair, "PUT", f"/NL/ABC/{location['id']}", location)
        await pair.ask_cpo("PUT", "tokens", f"/DE/XYZ/{token['uid']}", body=token)
        answers = [
            await push(pair, "PATCH", f"/NL/ABC/{location['id']}", {"name": "Renamed"}),
            await push(pair, "PATCH", f"/NL/ABC/{location['id']}/{location['evses'][0]['uid']}", {"status": "BLOCKED"}),
            await pair.ask_cpo("PATCH", "tokens", f"/DE/XYZ/{token['uid']}", body={"valid": False}),
        ]
        required = pair.dialect.forms["patch.last_updated"] == "required"
        assert {answer.outcome for answer in answers} == {(200, 2001 if required else 1000)}
        assert ((await read(pair, f"/NL/ABC/{location['id']}")).get("name") == "Renamed") != required


@versions
@in_loop
async def test_what_is_not_known_cannot_be_patched_or_added_to(version: str) -> None:
    async with registered(version) as pair:
        location = own_location(pair)
        evse = location["evses"][0]
        path = f"/NL/ABC/{location['id']}"
        change = {"last_updated": NEW}
        for method, where, body in (
            ("PATCH", path, change),
            ("PATCH", f"{path}/{evse['uid']}", change),
            ("PATCH", f"{path}/{evse['uid']}/1", change),
            ("PUT", f"{path}/{evse['uid']}", evse),
            ("PUT", f"{path}/{evse['uid']}/{evse['connectors'][0]['id']}", evse["connectors"][0]),
        ):
            assert (await push(pair, method, where, body)).outcome == (404, 2000), where
        await push(pair, "PUT", path, location)
        connector = evse["connectors"][0]
        for method, where, body in (
            ("PATCH", f"{path}/other", change),
            ("PATCH", f"{path}/{evse['uid']}/other", change),
            ("PUT", f"{path}/other/{connector['id']}", connector),
        ):
            assert (await push(pair, method, where, body)).outcome == (404, 2000), where
        assert await read(pair, path) == location
        assert (await pair.ask_cpo("PATCH", "tokens", "/DE/XYZ/1", body=change)).outcome == (404, 2000)


@versions
@in_loop
async def test_nobody_pushes_for_others(version: str) -> None:
    async with registered(version) as pair:
        location, token = own_location(pair), own_token(pair)
        for owner in ("NL/XYZ", "DE/ABC", "BE/BEC"):
            path = f"/{owner}/{location['id']}"
            for method, body in (("GET", None), ("PUT", location), ("PATCH", {"last_updated": NEW})):
                assert (await pair.ask_emsp(method, "locations", path, body=body)).outcome == (404, 2000)
        for method, body in (("GET", None), ("PUT", token), ("PATCH", {"last_updated": NEW})):
            assert (await pair.ask_cpo(method, "tokens", f"/NL/ABC/{token['uid']}", body=body)).outcome == (404, 2000)
        assert (await push(pair, "PUT", f"/nl/abc/{pair.otherwise_spelt(location['id'])}", location)).outcome == (
            201,
            1000,
        )


@versions
@in_loop
async def test_body_and_url_have_to_mean_the_same_object(version: str) -> None:
    async with registered(version) as pair:
        location, token = own_location(pair), own_token(pair)
        path = f"/NL/ABC/{location['id']}"
        await push(pair, "PUT", path, location)
        evse, connector = location["evses"][0], location["evses"][0]["connectors"][0]
        refused = [
            await push(pair, "PUT", "/NL/ABC/other", location),
            await push(pair, "PUT", f"{path}/other", evse),
            await push(pair, "PUT", f"{path}/{evse['uid']}/other", connector),
            await push(pair, "PATCH", path, {"id": "other", "last_updated": NEW}),
            await push(pair, "PATCH", f"{path}/{evse['uid']}", {"uid": "other", "last_updated": NEW}),
            await pair.ask_cpo("PUT", "tokens", "/DE/XYZ/other", body=token),
        ]
        if pair.dialect.field("object.owner_party"):
            refused.append(await push(pair, "PUT", path, location | {"party_id": "XYZ"}))
            refused.append(await push(pair, "PUT", path, location | {"country_code": "DE"}))
        assert {answer.outcome for answer in refused} == {(200, 2001)}
        assert await read(pair, path) == location


@versions
@in_loop
async def test_nulls_in_optional_fields_are_as_if_left_out(version: str) -> None:
    async with registered(version) as pair:
        location = own_location(pair)
        location.pop("directions", None)
        path = f"/NL/ABC/{location['id']}"
        assert (await push(pair, "PUT", path, location | {"directions": None})).outcome == (201, 1000)
        assert await read(pair, path) == location
        assert (await push(pair, "PUT", path, location | {"city": None})).outcome == (200, 2001)


@versions
@in_loop
async def test_tokens_are_told_apart_as_the_version_does(version: str) -> None:
    async with registered(version) as pair:
        by_type = pair.dialect.forms["token.identity"] == "uid_and_type"
        rfid, other = own_token(pair) | {"type": "RFID"}, own_token(pair) | {"type": "OTHER"}
        path = f"/DE/XYZ/{rfid['uid']}"
        assert (await pair.ask_cpo("PUT", "tokens", path, body=rfid)).outcome == (201, 1000)
        second = await pair.ask_cpo("PUT", "tokens", f"{path}?type=OTHER", body=other)
        assert second.outcome == (201 if by_type else 200, 1000)
        assert (await pair.ask_cpo("GET", "tokens", path)).data["type"] == ("RFID" if by_type else "OTHER")
        assert (await pair.ask_cpo("GET", "tokens", f"{path}?type=OTHER")).data["type"] == "OTHER"
        mixed = await pair.ask_cpo("PUT", "tokens", path, body=other)
        assert mixed.outcome == (200, 2001 if by_type else 1000)
        change = {"valid": False, "last_updated": NEW}
        assert (await pair.ask_cpo("PATCH", "tokens", f"{path}?type=OTHER", body=change)).outcome == (200, 1000)
        assert (await pair.ask_cpo("GET", "tokens", f"{path}?type=OTHER")).data == other | change


@in_loop
async def test_a_full_store_takes_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "RECEIVED_LIMIT", 2)
    async with registered(known_versions()[-1]) as pair:
        answers = []
        for index in range(3):
            token = own_token(pair, index)
            answers.append(await pair.ask_cpo("PUT", "tokens", f"/DE/XYZ/{token['uid']}", body=token))
        assert [answer.outcome for answer in answers] == [(201, 1000), (201, 1000), (200, 3000)]
        token = own_token(pair, 1)
        again = await pair.ask_cpo("PUT", "tokens", f"/DE/XYZ/{token['uid']}", body=token)
        assert again.outcome == (200, 1000), "what is there already can be replaced"
