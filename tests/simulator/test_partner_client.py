"""The client side of a party: what is sent is what is recorded, and nothing is sent twice unseen."""

import pytest
from loopback import TOKEN_A, cpo_config, emsp_config, in_loop, registered, running, versions

from ocpi_schemas.dialect import known_versions, load_dialect
from ocpi_simulator.partner import NoEndpointError
from ocpi_simulator.peers import Peer
from ocpi_simulator.wish import Wish

VERSION = known_versions()[-1]
DIALECT = load_dialect(VERSION)
GET_LIST = DIALECT.operations["locations.sender.get_list"]


@in_loop
async def test_a_request_on_a_new_connection_is_sent_once() -> None:
    async with running(cpo_config(), emsp_config()) as (cpo, emsp):
        cpo.behaviours.switch_on("dropped_connection#1")
        peer = Peer(versions_url=cpo.versions_url, outbound=TOKEN_A)
        exchange = await emsp.call(DIALECT.operations["versions.both.get_versions"], peer)
        assert exchange.failure is not None
        assert exchange.failure.kind == "reset"
        assert len(cpo.recorder.since(0)) == len(emsp.recorder.since(0)) == 1


@pytest.mark.parametrize(("name", "times"), [("get", 2), ("put", 2), ("patch", 1)])
@in_loop
async def test_on_an_idle_connection_what_may_be_repeated_is_repeated_and_recorded(name: str, times: int) -> None:
    async with registered(VERSION) as pair:
        own = pair.cpo.stores.own["locations"]
        body = own.get(next(own.supersets())["id"], VERSION)
        assert body is not None
        path = {"country_code": "NL", "party_id": "ABC", "location_id": str(body["id"])}
        await pair.cpo.call(DIALECT.operations["locations.receiver.put_location"], pair.to_emsp, path=path, body=body)
        ours, theirs = pair.cpo.recorder.cursor, pair.emsp.recorder.cursor
        pair.emsp.behaviours.switch_on("dropped_connection#1")
        operation = DIALECT.operations[f"locations.receiver.{name}_location"]
        content = {} if name == "get" else {"body": body}
        exchange = await pair.cpo.call(operation, pair.to_emsp, path=path, **content)  # type: ignore[arg-type]
        assert (exchange.failure is None) == (times == 2)
        assert len(pair.cpo.recorder.since(ours)) == len(pair.emsp.recorder.since(theirs)) == times


@versions
@in_loop
async def test_the_record_is_the_same_on_both_sides(version: str) -> None:
    async with registered(version) as pair:
        for one, other in zip(
            [entry for entry in pair.emsp.recorder.since(0) if entry.client is pair.emsp.config.side],
            [entry for entry in pair.cpo.recorder.since(0) if entry.client is not pair.cpo.config.side],
            strict=True,
        ):
            assert one.request.method == other.request.method
            assert one.request.url == other.request.url
            assert one.request.body == other.request.body
            assert one.operation == other.operation
            assert one.response is not None
            assert other.response is not None
            assert one.response.status == other.response.status
            assert one.response.body == other.response.body
            sent = {name.lower(): value for name, value in other.response.headers}
            came = {name.lower(): value for name, value in one.response.headers}
            assert sent.items() <= came.items()


@in_loop
async def test_wishes_bend_a_request() -> None:
    async with registered(VERSION) as pair:
        cursor = pair.cpo.recorder.cursor
        for wish, status in (
            (Wish(token="unknown"), 401),
            (Wish(raw_authorization=""), 401),
            (Wish(raw_authorization=f"Token {pair.to_cpo.outbound}"), 401),
            (Wish(headers=(("X-Request-ID", None), ("X-Extra", "1"))), 200),
        ):
            exchange = await pair.emsp.call(GET_LIST, pair.to_cpo, wish=wish)
            assert exchange.response is not None
            assert exchange.response.status == status
        headers = [entry.request.headers for entry in pair.cpo.recorder.since(cursor)]
        assert headers[1].get("Authorization") is None
        assert headers[3].get("X-Request-ID") is None
        assert headers[3].get("x-extra") == "1"


@in_loop
async def test_an_endpoint_that_is_not_named_cannot_be_called() -> None:
    async with registered(VERSION) as pair:
        pair.to_cpo.endpoints = ()
        with pytest.raises(NoEndpointError, match=r"locations \(SENDER\)"):
            await pair.emsp.call(GET_LIST, pair.to_cpo)


@pytest.mark.parametrize(
    "url", ["ftp://x/", "http://", "/versions", "http://127.0.0.1:0/", "http://x y/", "http://[x/"]
)
@in_loop
async def test_urls_that_cannot_be_requested(url: str) -> None:
    async with running(emsp_config()) as (emsp,):
        peer = Peer(versions_url=url, outbound="x")
        exchange = await emsp.call(DIALECT.operations["versions.both.get_versions"], peer)
        assert exchange.failure is not None
        assert exchange.failure.kind == "url"


@in_loop
async def test_only_hosts_that_are_allowed_are_called() -> None:
    async with running(cpo_config(), emsp_config(allowed_hosts=frozenset({"example.com"}))) as (cpo, emsp):
        peer = Peer(versions_url=cpo.versions_url, outbound=TOKEN_A)
        exchange = await emsp.call(DIALECT.operations["versions.both.get_versions"], peer)
        assert exchange.failure is not None
        assert "--allow-host 127.0.0.1" in exchange.failure.message
        assert cpo.recorder.since(0) == []
