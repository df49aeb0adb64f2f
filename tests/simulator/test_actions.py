"""Actions: each intent, acted as a conforming party does, over real HTTP against another party."""

import json
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from loopback import (
    CPO_PARTY,
    TOKEN_A,
    Pair,
    ask,
    cpo_config,
    emsp_config,
    in_loop,
    registered,
    requests,
    running,
    versions,
)

from ocpi_schemas.dialect import known_versions, load_dialect
from ocpi_schemas.exchange import Body, Exchange, Headers, Request, Response
from ocpi_schemas.json_text import dump, parse
from ocpi_schemas.schema import load_schemas
from ocpi_schemas.timestamps import now, read_timestamp, write_timestamp
from ocpi_simulator.actions import ACTIONS, Done, Impossible, Unsupported, changes, perform
from ocpi_simulator.client import Limits
from ocpi_simulator.crawl import crawl, next_link
from ocpi_simulator.dataset.locations import Locations
from ocpi_simulator.dataset.shape import shape_of
from ocpi_simulator.dataset.tokens import FIRST
from ocpi_simulator.intents import Intent
from ocpi_simulator.partner import Partner

DONE = Done()
VERSION = known_versions()[-1]

OF_CPO = {
    Intent.PULL_TOKENS,
    Intent.PUSH_LOCATION,
    Intent.PUSH_LOCATION_UPDATE,
    Intent.PUSH_EVSE_STATUS,
    Intent.PUSH_CONNECTOR_UPDATE,
    Intent.REMOVE_EVSE,
    Intent.CHECK_STORED_LOCATION,
    Intent.AUTHORIZE_TOKEN,
}
OF_EMSP = {
    Intent.PULL_LOCATIONS,
    Intent.PULL_LOCATION,
    Intent.PUSH_TOKEN,
    Intent.PUSH_TOKEN_UPDATE,
    Intent.CHECK_STORED_TOKEN,
}
OF_BOTH = {Intent.ACCEPT_TOKEN, Intent.REGISTER, Intent.UPDATE_CREDENTIALS, Intent.UNREGISTER}
CONNECTED = [intent for intent in Intent if intent not in (Intent.ACCEPT_TOKEN, Intent.REGISTER)]


def supersets(partner: Partner, module: str) -> list[dict[str, Any]]:
    return list(partner.stores.own[module].supersets())


async def sent(partner: Partner, intent: Intent, subject: str = "", **parameters: str) -> list[Exchange]:
    """What a party requests when it acts."""
    cursor = partner.recorder.cursor
    result = await perform(partner, intent, subject, parameters)
    assert result == DONE, result
    return [entry for entry in partner.recorder.since(cursor) if entry.client is partner.config.side]


def body_of(exchange: Exchange) -> Any:
    return json.loads(exchange.request.body.raw)


# Who does what


def test_every_intent_has_an_action() -> None:
    assert set(ACTIONS) == set(Intent)


@pytest.mark.parametrize("intent", [intent for intent in Intent if intent in OF_CPO | OF_EMSP])
@in_loop
async def test_a_role_does_what_it_does_and_nothing_else(intent: Intent) -> None:
    async with running(cpo_config(), emsp_config()) as partners:
        for partner, does in zip(partners, (intent in OF_CPO, intent in OF_EMSP), strict=True):
            result = await perform(partner, intent)
            assert isinstance(result, Impossible if does else Unsupported)
            assert result.reason
            assert partner.recorder.since(0) == []


@pytest.mark.parametrize("intent", CONNECTED)
@in_loop
async def test_without_a_connection_nothing_can_be_done(intent: Intent) -> None:
    async with running(cpo_config(), emsp_config()) as (cpo, emsp):
        result = await perform(emsp if intent in OF_EMSP else cpo, intent)
        assert isinstance(result, Impossible)
        assert "no other party is registered" in result.reason


# Registration


@versions
@pytest.mark.parametrize("named", [True, False])
@in_loop
async def test_register(version: str, named: bool) -> None:
    async with running(cpo_config(versions=(version,)), emsp_config()) as (cpo, emsp):
        parameters = {"url": cpo.versions_url, "token": TOKEN_A} | ({"version": version} if named else {})
        assert await perform(emsp, Intent.REGISTER, "", parameters) == DONE
        peer = emsp.peers.newest()
        assert peer is not None
        assert peer.version == version, "without a name it is the highest that both have"
        assert (await perform(emsp, Intent.PULL_LOCATIONS)) == DONE


@in_loop
async def test_who_cannot_be_registered_with_is_left_alone() -> None:
    async with running(cpo_config(), emsp_config(token_a=None)) as (cpo, emsp):
        for parameters in (
            {"url": cpo.versions_url, "token": "not-the-token", "version": VERSION},
            {"url": cpo.versions_url + "/nowhere", "token": TOKEN_A},
            {"url": "http://127.0.0.1:1/", "token": TOKEN_A},
        ):
            result = await perform(emsp, Intent.REGISTER, "", parameters)
            assert isinstance(result, Done)
            assert result.note
        assert emsp.peers.all == []
        for parameters, why in (
            ({}, "parameters.url is missing"),
            ({"url": cpo.versions_url}, "parameters.token is missing"),
            ({"url": "ftp://x", "token": "x"}, "parameters.url cannot be requested"),
            ({"url": cpo.versions_url, "token": "a b"}, "parameters.token"),
            ({"url": cpo.versions_url, "token": "x", "version": "0.1"}, "parameters.version 0.1"),
        ):
            result = await perform(emsp, Intent.REGISTER, "", parameters)
            assert isinstance(result, Impossible)
            assert why in result.reason


@versions
@in_loop
async def test_accept_token(version: str) -> None:
    async with running(cpo_config(token_a=None), emsp_config()) as (cpo, emsp):
        assert (await ask("GET", cpo.versions_url, token="given-later", version=version)).status == 401
        for _ in range(2):
            assert await perform(cpo, Intent.ACCEPT_TOKEN, "", {"token": "given-later"}) == DONE
        assert len(cpo.peers.all) == 1
        await perform(emsp, Intent.REGISTER, "", {"url": cpo.versions_url, "token": "given-later", "version": version})
        peer = emsp.peers.newest()
        assert peer is not None
        result = await perform(cpo, Intent.ACCEPT_TOKEN, "", {"token": peer.outbound or ""})
        assert isinstance(result, Impossible)
        assert (peer.outbound or "") not in result.reason
        assert isinstance(await perform(cpo, Intent.ACCEPT_TOKEN), Impossible)


@versions
@in_loop
async def test_update_credentials(version: str) -> None:
    async with registered(version) as pair:
        for partner in (pair.cpo, pair.emsp):
            before = {pair.to_cpo.inbound, pair.to_cpo.outbound}
            exchanges = await sent(partner, Intent.UPDATE_CREDENTIALS)
            assert requests(exchanges) == ["PUT credentials.both.put_credentials"]
            assert {pair.to_cpo.inbound, pair.to_cpo.outbound} & before == set()
            assert await perform(pair.emsp, Intent.PULL_LOCATION) == DONE
            assert await perform(pair.cpo, Intent.PULL_TOKENS) == DONE


@in_loop
async def test_update_credentials_can_switch_to_another_version() -> None:
    lowest, highest = known_versions()[0], known_versions()[-1]
    both = {"versions": (lowest, highest)}
    async with registered(lowest, cpo=both, emsp=both) as pair:
        exchanges = await sent(pair.emsp, Intent.UPDATE_CREDENTIALS, version=highest)
        assert requests(exchanges)[-1] == "PUT credentials.both.put_credentials"
        assert exchanges[-1].version == highest
        assert pair.to_cpo.version == pair.to_emsp.version == highest
        (exchange,) = await sent(pair.cpo, Intent.PUSH_LOCATION)
        assert exchange.version == highest
        result = await perform(pair.emsp, Intent.UPDATE_CREDENTIALS, "", {"version": "0.1"})
        assert isinstance(result, Impossible)


@versions
@pytest.mark.parametrize("answer", ["", "http_error=500@credentials.*", "dropped_connection@credentials.*"])
@in_loop
async def test_unregister_ends_it_whatever_the_other_side_says(version: str, answer: str) -> None:
    async with registered(version) as pair:
        token = pair.to_emsp.outbound
        if answer:
            pair.cpo.behaviours.switch_on(answer)
        cursor = pair.emsp.recorder.cursor
        result = await perform(pair.emsp, Intent.UNREGISTER)
        assert isinstance(result, Done)
        assert bool(result.note) == bool(answer)
        assert set(requests(pair.emsp.recorder.since(cursor))) == {"DELETE credentials.both.delete_credentials"}
        assert (await ask("GET", pair.emsp.versions_url, token=token, version=version)).status == 401
        assert isinstance(await perform(pair.emsp, Intent.UNREGISTER), Impossible)
        assert not pair.to_cpo.registered


# Pulling


@versions
@in_loop
async def test_pull_locations(version: str) -> None:
    async with registered(version, cpo={"page_limit": 5}) as pair:
        exchanges = await sent(pair.emsp, Intent.PULL_LOCATIONS)
        assert requests(exchanges) == ["GET locations.sender.get_list"] * 3
        own = pair.cpo.stores.own["locations"]
        stored = pair.emsp.stores.received_of("locations")
        expected: list[Any] = [parse(dump(own.get(entry["id"], version))) for entry in own.supersets()]
        assert stored.values() == expected
        first = expected[0]
        assert stored.get("NL", "ABC", first["id"], exact=not pair.dialect.ids_ignore_case) == first
        assert (await pair.ask_emsp("GET", "locations", f"/NL/ABC/{first['id']}")).data == first


@versions
@in_loop
async def test_what_a_whole_list_does_not_have_is_no_longer_valid(version: str) -> None:
    async with registered(version, cpo={"page_limit": 5}) as pair:
        await sent(pair.emsp, Intent.PULL_LOCATIONS)
        stored = pair.emsp.stores.received_of("locations")
        stale = supersets(pair.cpo, "locations")[0]["id"]
        stored.put("NL", "ABC", "STALE", value={"id": "STALE"})
        stored.put("BE", "BEC", "OTHER", value={"id": "OTHER"})
        pair.cpo.behaviours.switch_on("http_error=500@locations.sender.get_list#1")
        result = await perform(pair.emsp, Intent.PULL_LOCATIONS)
        assert isinstance(result, Done)
        assert "HTTP 500" in result.note
        assert stored.get("NL", "ABC", "STALE") is not None, "half a list says nothing of the rest"
        await sent(pair.emsp, Intent.PULL_LOCATIONS)
        assert stored.get("NL", "ABC", "STALE") is None
        assert stored.get("BE", "BEC", "OTHER") is not None, "another party's"
        assert stored.get("NL", "ABC", stale) is not None


@versions
@in_loop
async def test_the_good_objects_of_a_list_are_kept(version: str) -> None:
    async with registered(version) as pair:
        pair.cpo.behaviours.switch_on("changed_field=city@locations.*")
        await sent(pair.emsp, Intent.PULL_LOCATIONS)
        assert len(pair.emsp.stores.received_of("locations").values()) == 11


@in_loop
async def test_what_belongs_to_others_is_not_kept() -> None:
    version = next(version for version in known_versions() if load_dialect(version).field("object.owner_party"))
    async with registered(version) as pair:
        pair.cpo.behaviours.switch_on('changed_field=party_id:"XXX"@locations.*')
        await sent(pair.emsp, Intent.PULL_LOCATIONS)
        assert len(pair.emsp.stores.received_of("locations").values()) == 11


@versions
@in_loop
async def test_pull_location(version: str) -> None:
    async with registered(version) as pair:
        chosen = supersets(pair.cpo, "locations")[5]["id"]
        assert requests(await sent(pair.emsp, Intent.PULL_LOCATION, chosen)) == ["GET locations.sender.get_location"]
        assert [entry["id"] for entry in pair.emsp.stores.received_of("locations").values()] == [chosen]
        (exchange,) = await sent(pair.emsp, Intent.PULL_LOCATION)
        assert exchange.path_parameters == {"location_id": chosen}, "one that is known"
        result = await perform(pair.emsp, Intent.PULL_LOCATION, "nothing")
        assert isinstance(result, Done)
        assert "HTTP 404" in result.note
        pair.emsp.stores.received_of("locations").clear()
        names = requests(await sent(pair.emsp, Intent.PULL_LOCATION))
        assert names == ["GET locations.sender.get_list", "GET locations.sender.get_location"]


@in_loop
async def test_nothing_to_pull() -> None:
    async with registered(VERSION, cpo={"locations": 0}) as pair:
        assert await perform(pair.emsp, Intent.PULL_LOCATIONS) == DONE
        assert isinstance(await perform(pair.emsp, Intent.PULL_LOCATION), Impossible)


@versions
@in_loop
async def test_pull_tokens(version: str) -> None:
    async with registered(version, emsp={"page_limit": 7}) as pair:
        assert requests(await sent(pair.cpo, Intent.PULL_TOKENS)) == ["GET tokens.sender.get_list"] * 2
        own = pair.emsp.stores.own["tokens"]
        expected = [own.get(entry["uid"], version) for entry in own.supersets()]
        assert pair.cpo.stores.received_of("tokens").values() == expected
        last = expected[4]
        assert last is not None
        query = f"?type={last['type']}"
        assert (await pair.ask_cpo("GET", "tokens", f"/DE/XYZ/{last['uid']}{query}")).data == last


@pytest.mark.parametrize(
    ("behaviour", "pages", "problem"),
    [
        ("wrong_link=same_page@locations.*", 1, "leads back"),
        ("wrong_link=relative@locations.*", 3, ""),
        ('changed_header=Link:<http://elsewhere.example/>; rel="next"@locations.*', 1, "leads elsewhere"),
        ('changed_header=Link:<ftp://x/>; rel="next"@locations.*', 1, "leads elsewhere"),
        ('changed_header=Link:<http://[x/>; rel="next"@locations.*', 1, "leads elsewhere"),
        ('changed_header=Link:<?offset=0>; rel="prev", </x>; rel="prev"@locations.*', 1, ""),
        ("changed_header=Link:nonsense@locations.*", 1, ""),
        ("malformed_json@locations.*", 1, "HTTP 200"),
    ],
)
@in_loop
async def test_links_are_followed_with_care(behaviour: str, pages: int, problem: str) -> None:
    async with registered(VERSION, cpo={"page_limit": 5}) as pair:
        pair.cpo.behaviours.switch_on(behaviour)
        fetched = await crawl(pair.emsp, pair.to_cpo, load_dialect(VERSION).operations["locations.sender.get_list"])
        assert len(fetched.pages) == pages
        assert problem in fetched.problem
        assert fetched.complete == (not problem)


@in_loop
async def test_a_list_without_end_is_cut() -> None:
    async with registered(VERSION, cpo={"page_limit": 1}, emsp={"limits": Limits(pages=3)}) as pair:
        result = await perform(pair.emsp, Intent.PULL_LOCATIONS)
        assert isinstance(result, Done)
        assert "more than 3 pages" in result.note


@pytest.mark.parametrize(
    ("link", "url"),
    [
        ('<http://h/l?offset=2>; rel="next"', "http://h/l?offset=2"),
        ("<http://h/l?a=1,2>; rel=next", "http://h/l?a=1,2"),
        ('<l?offset=2>; title="x"; REL="prev Next"', "http://h/l?offset=2"),
        ('<a>; rel="prev", <b>; rel="next"', "http://h/b"),
        ('<a>; rel="nextish"', None),
        ("<>; rel=next", None),
        ("<a>", None),
        ("", None),
    ],
)
def test_links(link: str, url: str | None) -> None:
    exchange = Exchange(
        0,
        cpo_config().side,
        VERSION,
        now(),
        0,
        Request("GET", "http://h/l"),
        Response(200, Headers((("Link", link),)), Body()),
    )
    assert next_link(exchange) == url


# Authorisation


async def authorized(pair: Pair, index: int, **parameters: str) -> list[Exchange]:
    cursor = pair.cpo.recorder.cursor
    result = await perform(pair.cpo, Intent.AUTHORIZE_TOKEN, supersets(pair.emsp, "tokens")[index]["uid"], parameters)
    assert isinstance(result, Done)
    assert bool(result.note) == (not pair.cpo.recorder.since(cursor))
    return pair.cpo.recorder.since(cursor)


@versions
@pytest.mark.parametrize("index", range(len(FIRST)))
@in_loop
async def test_who_has_to_be_asked_is_asked(version: str, index: int) -> None:
    async with registered(version) as pair:
        await sent(pair.cpo, Intent.PULL_TOKENS)
        exchanges = await authorized(pair, index)
        if FIRST[index].whitelist == "ALWAYS":
            assert exchanges == []
            return
        (exchange,) = exchanges
        assert exchange.is_operation("tokens.sender.authorize")
        known = pair.emsp.stores.own["tokens"].get(supersets(pair.emsp, "tokens")[index]["uid"], version)
        assert known is not None
        assert exchange.request.query == ({} if known["type"] == "RFID" else {"type": known["type"]})
        place = body_of(exchange)
        assert load_schemas(version).is_flawless(("LocationReferences",), place)
        evse = (await pair.ask_cpo("GET", "locations", f"/{place['location_id']}/{place['evse_uids'][0]}")).data
        assert evse["status"] == "AVAILABLE"
        assert exchange.response is not None
        data: Any = exchange.response.data
        by_type = pair.dialect.forms["token.identity"] == "uid_and_type"
        assert data["allowed"] == FIRST[index].allowed or not by_type


@versions
@in_loop
async def test_a_token_that_is_not_known_is_asked_for(version: str) -> None:
    async with registered(version) as pair:
        (exchange,) = await authorized(pair, 0)
        assert exchange.request.query == {}
        (exchange,) = await authorized(pair, 4, type="APP_USER")
        assert exchange.request.query == {"type": "APP_USER"}
        result = await perform(pair.cpo, Intent.AUTHORIZE_TOKEN)
        assert isinstance(result, Impossible)
        result = await perform(pair.cpo, Intent.AUTHORIZE_TOKEN, "nobody", {"type": "RFID"})
        assert isinstance(result, Done)
        assert "HTTP 404" in result.note


@versions
@in_loop
async def test_any_token_is_one_that_must_not_be_whitelisted(version: str) -> None:
    async with registered(version) as pair:
        await sent(pair.cpo, Intent.PULL_TOKENS)
        (exchange,) = await sent(pair.cpo, Intent.AUTHORIZE_TOKEN)
        assert exchange.path_parameters["token_uid"] == supersets(pair.emsp, "tokens")[3]["uid"]


@in_loop
async def test_without_a_location_the_question_is_general() -> None:
    async with registered(VERSION, cpo={"locations": 0}) as pair:
        (exchange,) = await authorized(pair, 3)
        assert not exchange.request.body


# Pushing


def moments(location: dict[str, Any]) -> list[Any]:
    parts = [location, *location["evses"], *(one for evse in location["evses"] for one in evse["connectors"])]
    return [read_timestamp(part["last_updated"]) for part in parts]


async def stored_with_emsp(pair: Pair) -> None:
    await sent(pair.emsp, Intent.PULL_LOCATIONS)


async def assert_same_on_both_sides(pair: Pair, location_id: str) -> None:
    theirs = (await pair.ask_emsp("GET", "locations", f"/NL/ABC/{location_id}")).data
    own = pair.cpo.stores.own["locations"].get(location_id, pair.version)
    assert theirs == own
    assert load_schemas(pair.version).is_flawless(("Location",), own)
    assert max(moments(theirs)) == moments(theirs)[0]


@versions
@in_loop
async def test_push_location(version: str) -> None:
    async with registered(version) as pair:
        ids = set()
        for count in (13, 14):
            (exchange,) = await sent(pair.cpo, Intent.PUSH_LOCATION)
            assert exchange.is_operation("locations.receiver.put_location")
            assert exchange.response is not None
            assert exchange.response.status == 201
            location_id = body_of(exchange)["id"]
            ids.add(location_id)
            await assert_same_on_both_sides(pair, location_id)
            listed = await pair.ask_cpo("GET", "locations", f"?date_from={body_of(exchange)['last_updated']}")
            assert location_id in [entry["id"] for entry in listed.data]
            assert (await pair.ask_cpo("GET", "locations")).headers["X-Total-Count"] == str(count)
        assert len(ids) == 2


@versions
@pytest.mark.parametrize("named", [True, False])
@in_loop
async def test_push_location_update(version: str, named: bool) -> None:
    async with registered(version) as pair:
        await stored_with_emsp(pair)
        location = supersets(pair.cpo, "locations")[3 if named else -1]
        before = pair.cpo.stores.own["locations"].get(location["id"], version)
        assert before is not None
        for _ in range(2):
            (exchange,) = await sent(pair.cpo, Intent.PUSH_LOCATION_UPDATE, location["id"].lower() if named else "")
            assert exchange.is_operation("locations.receiver.patch_location")
            assert exchange.path_parameters["location_id"] == location["id"]
            change = body_of(exchange)
            assert change.keys() == {"name", "last_updated"}
            assert change["name"] != before.get("name")
            assert change["last_updated"] > before["last_updated"]
            before |= change
        await assert_same_on_both_sides(pair, location["id"])


@versions
@in_loop
async def test_push_evse_status(version: str) -> None:
    async with registered(version) as pair:
        await stored_with_emsp(pair)
        location = supersets(pair.cpo, "locations")[0]
        old, evse = location["last_updated"], location["evses"][0]
        for status, expected in (("", "CHARGING"), ("", "AVAILABLE"), ("OUTOFORDER", "OUTOFORDER")):
            parameters = {"status": status} if status else {}
            (exchange,) = await sent(pair.cpo, Intent.PUSH_EVSE_STATUS, f"{location['id']}/{evse['uid']}", **parameters)
            assert exchange.is_operation("locations.receiver.patch_evse")
            change = body_of(exchange)
            assert change.keys() == {"status", "last_updated"}
            assert change["status"] == expected
            assert change["last_updated"] > old
            stored = pair.cpo.stores.own["locations"].get(location["id"], version)
            assert stored is not None
            assert stored["last_updated"] == stored["evses"][0]["last_updated"] == change["last_updated"]
            assert [one["last_updated"] for one in stored["evses"][0]["connectors"]] == [
                one["last_updated"] for one in evse["connectors"]
            ]
            await assert_same_on_both_sides(pair, location["id"])
        again = await perform(
            pair.cpo, Intent.PUSH_EVSE_STATUS, f"{location['id']}/{evse['uid']}", {"status": "OUTOFORDER"}
        )
        assert isinstance(again, Impossible), "it is so already"


@versions
@in_loop
async def test_any_evse_is_one_whose_status_is_another(version: str) -> None:
    async with registered(version) as pair:
        await stored_with_emsp(pair)
        paths = []
        for _ in range(5):
            (exchange,) = await sent(pair.cpo, Intent.PUSH_EVSE_STATUS, status="BLOCKED")
            paths.append(exchange.path_parameters["evse_uid"])
        assert len(set(paths)) == 5


@versions
@in_loop
async def test_push_connector_update(version: str) -> None:
    async with registered(version) as pair:
        await stored_with_emsp(pair)
        location = supersets(pair.cpo, "locations")[-1]
        tariffs = pair.dialect.field("connector.tariffs")
        seen = []
        for _ in range(3):
            (exchange,) = await sent(pair.cpo, Intent.PUSH_CONNECTOR_UPDATE)
            assert exchange.is_operation("locations.receiver.patch_connector")
            change = body_of(exchange)
            assert change.keys() == {tariffs, "last_updated"}
            seen.append(change[tariffs])
            stored = pair.cpo.stores.own["locations"].superset(location["id"])
            assert stored is not None
            evse = changes.find_evse(stored, exchange.path_parameters["evse_uid"])
            assert evse is not None
            connector = evse["connectors"][0]
            assert connector["tariff_id"] == connector["tariff_ids"][0]
            stamps = [part["last_updated"] for part in (stored, evse, connector)]
            assert stamps == [change["last_updated"]] * 3
            await assert_same_on_both_sides(pair, location["id"])
        assert seen[0] == seen[2] != seen[1]


@versions
@in_loop
async def test_remove_evse(version: str) -> None:
    async with registered(version) as pair:
        await stored_with_emsp(pair)
        (exchange,) = await sent(pair.cpo, Intent.REMOVE_EVSE)
        location = pair.cpo.stores.own["locations"].superset(exchange.path_parameters["location_id"])
        assert location is not None
        removed = exchange.path_parameters["evse_uid"]
        assert body_of(exchange).keys() == {"status", "last_updated"}
        assert body_of(exchange)["status"] == "REMOVED"
        await assert_same_on_both_sides(pair, location["id"])
        stored = pair.cpo.stores.own["locations"].get(location["id"], version)
        assert stored is not None
        assert len(stored["evses"]) == len(location["evses"]), "never deleted"
        assert any(evse["status"] != "REMOVED" for evse in stored["evses"])
        for intent in (Intent.REMOVE_EVSE, Intent.PUSH_EVSE_STATUS, Intent.PUSH_CONNECTOR_UPDATE):
            assert isinstance(await perform(pair.cpo, intent, f"{location['id']}/{removed}"), Impossible), "it is gone"
        rest = next(evse["uid"] for evse in stored["evses"] if evse["status"] != "REMOVED")
        await sent(pair.cpo, Intent.REMOVE_EVSE, f"{location['id']}/{rest}")
        assert isinstance(await perform(pair.cpo, Intent.REMOVE_EVSE, location["id"]), Impossible)
        (exchange,) = await sent(pair.cpo, Intent.REMOVE_EVSE)
        assert exchange.path_parameters["location_id"] != location["id"]


@versions
@in_loop
async def test_push_token(version: str) -> None:
    async with registered(version, emsp={"tokens": 4}) as pair:
        for index in (4, 5, 6):
            (exchange,) = await sent(pair.emsp, Intent.PUSH_TOKEN)
            assert exchange.is_operation("tokens.receiver.put_token")
            assert exchange.response is not None
            assert exchange.response.status == 201
            token = body_of(exchange)
            assert load_schemas(version).is_flawless(("Token",), token)
            assert token == pair.emsp.stores.own["tokens"].get(token["uid"], version)
            by_type = pair.dialect.forms["token.identity"] == "uid_and_type" and token["type"] != "RFID"
            assert exchange.request.query == ({"type": token["type"]} if by_type else {})
            stored = await pair.ask_cpo("GET", "tokens", f"/DE/XYZ/{token['uid']}?type={token['type']}")
            assert stored.data == token
            answer = await pair.ask_emsp("POST", "tokens", f"/{token['uid']}/authorize?type={token['type']}")
            assert answer.data["allowed"] == FIRST[index].allowed, "it behaves as if it had been there from the start"


@versions
@in_loop
async def test_push_token_update(version: str) -> None:
    async with registered(version) as pair:
        await sent(pair.cpo, Intent.PULL_TOKENS)
        before = supersets(pair.emsp, "tokens")
        (exchange,) = await sent(pair.emsp, Intent.PUSH_TOKEN_UPDATE)
        assert exchange.is_operation("tokens.receiver.patch_token")
        assert body_of(exchange).keys() == {"valid", "last_updated"}
        assert body_of(exchange)["valid"] is False
        uid = exchange.path_parameters["token_uid"]
        suitable = [entry["uid"] for entry in before if entry["valid"] and entry["whitelist"] != "ALWAYS"]
        assert uid == suitable[-1], "the newest that is not always allowed"
        own = pair.emsp.stores.own["tokens"].get(uid, version)
        assert own is not None
        query = f"?type={own['type']}"
        assert (await pair.ask_cpo("GET", "tokens", f"/DE/XYZ/{uid}{query}")).data == own
        assert isinstance(await perform(pair.emsp, Intent.PUSH_TOKEN_UPDATE, uid), Impossible)
        app = supersets(pair.emsp, "tokens")[4]
        (exchange,) = await sent(pair.emsp, Intent.PUSH_TOKEN_UPDATE, app["uid"])
        answer = await pair.ask_emsp("POST", "tokens", f"/{app['uid']}/authorize?type=APP_USER")
        assert answer.data["allowed"] == "BLOCKED"
        by_type = pair.dialect.forms["token.identity"] == "uid_and_type"
        assert exchange.request.query == ({"type": "APP_USER"} if by_type else {})


@versions
@in_loop
async def test_check_what_is_stored(version: str) -> None:
    async with registered(version) as pair:
        result = await perform(pair.cpo, Intent.CHECK_STORED_LOCATION)
        assert isinstance(result, Done)
        assert "HTTP 404" in result.note
        await sent(pair.cpo, Intent.PUSH_LOCATION)
        (exchange,) = await sent(pair.cpo, Intent.CHECK_STORED_LOCATION)
        assert exchange.is_operation("locations.receiver.get_location")
        assert exchange.path_parameters["location_id"] == supersets(pair.cpo, "locations")[-1]["id"]
        await sent(pair.emsp, Intent.PUSH_TOKEN)
        (exchange,) = await sent(pair.emsp, Intent.CHECK_STORED_TOKEN)
        assert exchange.is_operation("tokens.receiver.get_token")
        named = supersets(pair.cpo, "locations")[2]["id"]
        await perform(pair.cpo, Intent.CHECK_STORED_LOCATION, named)
        assert pair.cpo.recorder.since(0)[-2:][0].client is not None
        assert pair.emsp.recorder.since(0)[-1].path_parameters["location_id"] == named


@pytest.mark.parametrize(
    ("intent", "subject"),
    [
        (Intent.PUSH_LOCATION_UPDATE, "nothing"),
        (Intent.PUSH_EVSE_STATUS, "nothing"),
        (Intent.PUSH_EVSE_STATUS, "{location}/nothing"),
        (Intent.PUSH_EVSE_STATUS, "{location}/{evse}/1"),
        (Intent.PUSH_CONNECTOR_UPDATE, "{location}/{evse}/nothing"),
        (Intent.PUSH_CONNECTOR_UPDATE, "{location}/{evse}/1/1"),
        (Intent.REMOVE_EVSE, "{location}/nothing"),
        (Intent.CHECK_STORED_LOCATION, "nothing"),
        (Intent.PUSH_TOKEN_UPDATE, "nothing"),
        (Intent.CHECK_STORED_TOKEN, "nothing"),
    ],
)
@in_loop
async def test_subjects_that_do_not_exist(intent: Intent, subject: str) -> None:
    async with registered(VERSION) as pair:
        location = supersets(pair.cpo, "locations")[0]
        named = subject.format(location=location["id"], evse=location["evses"][0]["uid"])
        partner = pair.emsp if intent in OF_EMSP else pair.cpo
        cursor = partner.recorder.cursor
        result = await perform(partner, intent, named)
        assert isinstance(result, Impossible)
        assert partner.recorder.since(cursor) == []


@pytest.mark.parametrize(
    "intent",
    [
        Intent.PUSH_LOCATION_UPDATE,
        Intent.PUSH_EVSE_STATUS,
        Intent.PUSH_CONNECTOR_UPDATE,
        Intent.REMOVE_EVSE,
        Intent.CHECK_STORED_LOCATION,
        Intent.PUSH_TOKEN_UPDATE,
        Intent.CHECK_STORED_TOKEN,
    ],
)
@in_loop
async def test_parties_that_own_nothing(intent: Intent) -> None:
    async with registered(VERSION, cpo={"locations": 0}, emsp={"tokens": 0}) as pair:
        assert isinstance(await perform(pair.emsp if intent in OF_EMSP else pair.cpo, intent), Impossible)


@in_loop
async def test_a_status_that_does_not_exist() -> None:
    async with registered(VERSION) as pair:
        result = await perform(pair.cpo, Intent.PUSH_EVSE_STATUS, "", {"status": "BUSY"})
        assert isinstance(result, Impossible)
        assert "AVAILABLE" in result.reason


@versions
@pytest.mark.parametrize(
    ("intent", "names"),
    [
        (Intent.PUSH_LOCATION_UPDATE, ["PATCH patch_location", "GET get_location", "PUT put_location"]),
        (
            Intent.PUSH_EVSE_STATUS,
            ["PATCH patch_evse", "GET get_evse", "PUT put_evse", "GET get_location", "PUT put_location"],
        ),
        (
            Intent.PUSH_CONNECTOR_UPDATE,
            [
                "PATCH patch_connector",
                "GET get_connector",
                "PUT put_connector",
                "GET get_evse",
                "PUT put_evse",
                "GET get_location",
                "PUT put_location",
            ],
        ),
    ],
)
@in_loop
async def test_what_the_other_side_does_not_know_is_put(version: str, intent: Intent, names: list[str]) -> None:
    async with registered(version) as pair:
        exchanges = await sent(pair.cpo, intent)
        assert requests(exchanges) == [name.replace(" ", " locations.receiver.") for name in names]
        await assert_same_on_both_sides(pair, exchanges[0].path_parameters["location_id"])


@versions
@in_loop
async def test_a_part_that_is_not_known_is_put_into_what_is(version: str) -> None:
    async with registered(version) as pair:
        await stored_with_emsp(pair)
        location = supersets(pair.cpo, "locations")[0]
        stored = pair.emsp.stores.received_of("locations").get("NL", "ABC", location["id"])
        assert stored is not None
        del stored["evses"][0]
        subject = f"{location['id']}/{location['evses'][0]['uid']}"
        names = requests(await sent(pair.cpo, Intent.PUSH_EVSE_STATUS, subject))
        assert [name.rpartition(".")[2] for name in names] == ["patch_evse", "get_evse", "put_evse"]


@versions
@pytest.mark.parametrize("failure", ["http_error=500", "ocpi_error=2001", "dropped_connection"])
@in_loop
async def test_a_patch_that_fails_is_followed_by_a_look(version: str, failure: str) -> None:
    async with registered(version) as pair:
        await stored_with_emsp(pair)
        cursor = pair.cpo.recorder.cursor
        pair.emsp.behaviours.switch_on(f"{failure}@locations.receiver.patch_*")
        result = await perform(pair.cpo, Intent.PUSH_LOCATION_UPDATE)
        assert isinstance(result, Done)
        assert result.note
        names = [name.rpartition(".")[2] for name in requests(pair.cpo.recorder.since(cursor))]
        assert names == ["patch_location", "get_location"], "it is there, so nothing is put"


@versions
@in_loop
async def test_tokens_that_are_not_known_are_put(version: str) -> None:
    async with registered(version) as pair:
        names = requests(await sent(pair.emsp, Intent.PUSH_TOKEN_UPDATE))
        assert [name.rpartition(".")[2] for name in names] == ["patch_token", "get_token", "put_token"]


@in_loop
async def test_an_endpoint_that_the_other_side_does_not_have() -> None:
    async with registered(VERSION) as pair:
        pair.to_emsp.endpoints = tuple(entry for entry in pair.to_emsp.endpoints if entry.module != "locations")
        result = await perform(pair.cpo, Intent.PUSH_LOCATION)
        assert isinstance(result, Impossible)
        assert "locations (RECEIVER)" in result.reason


# Changes


@given(
    st.integers(0, 200),
    st.lists(st.sampled_from(["name", "status", "tariff"]), min_size=1, max_size=6),
    st.sampled_from([timedelta(0), timedelta(days=400)]),
)
@settings(max_examples=60, deadline=None)
def test_changes_move_time_forward_and_keep_objects_valid(index: int, kinds: list[str], ahead: timedelta) -> None:
    location = Locations(3, CPO_PARTY).make(index, now() + ahead)
    for kind in kinds:
        before = json.dumps(location)
        evse = location["evses"][0]
        match kind:
            case "name":
                made = changes.renamed(location)
            case "status":
                made = changes.with_status(location, evse["uid"].lower(), "BLOCKED")
            case _:
                made = changes.with_other_tariff(location, evse["uid"], evse["connectors"][0]["id"])
        assert json.dumps(location) == before, "a copy was changed"
        assert moments(made)[0] > max(moments(location))
        assert moments(made)[0] == max(moments(made))
        assert made["id"] == location["id"]
        for version in known_versions():
            projected = shape_of(version).project("Location", made)
            assert load_schemas(version).is_flawless(("Location",), projected)
            assert projected != shape_of(version).project("Location", location)
        location = made


def test_names_stay_short_enough() -> None:
    location = Locations(3, CPO_PARTY).make(0, now()) | {"name": "x" * 255}
    for _ in range(12):
        location = changes.renamed(location)
        assert len(location["name"]) <= 255
    assert location["name"].endswith(" #13")
    assert read_timestamp(location["last_updated"]) is not None
    assert write_timestamp(now())
