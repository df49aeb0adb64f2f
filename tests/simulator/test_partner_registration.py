"""Registration over real HTTP: tokens A, B and C, who may use which when, and what is answered otherwise."""

import pytest
from loopback import (
    CPO_PARTY,
    EMSP_PARTY,
    TOKEN_A,
    Answer,
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
from ocpi_schemas.operation import InterfaceRole
from ocpi_simulator.client import Limits
from ocpi_simulator.partner import Partner
from ocpi_simulator.peers import Peer, Peers, token_problem
from ocpi_simulator.registration import Registered, Unusable, offer_credentials, register


async def join(
    client: Partner, server: Partner, version: str, token: str = TOKEN_A
) -> tuple[Peer, Registered | Unusable]:
    peer = Peer(versions_url=server.versions_url)
    client.peers.all.append(peer)
    return peer, await register(client, peer, version, token)


def credentials_url(partner: Partner, version: str) -> str:
    return partner.endpoint_url(version, "credentials", InterfaceRole.BOTH)


async def credentials(method: str, partner: Partner, version: str, token: str, body: object = None) -> Answer:
    return await ask(method, credentials_url(partner, version), token=token, version=version, body=body)


@versions
@pytest.mark.parametrize("starter", ["EMSP", "CPO"])
@in_loop
async def test_either_side_can_register_with_the_other(version: str, starter: str) -> None:
    async with running(cpo_config(), emsp_config()) as (cpo, emsp):
        client, server = (emsp, cpo) if starter == "EMSP" else (cpo, emsp)
        peer, outcome = await join(client, server, version)
        assert isinstance(outcome, Registered)
        theirs = server.peers.newest()
        assert theirs is not None
        assert (peer.inbound, peer.outbound) == (theirs.outbound, theirs.inbound)
        assert peer.version == theirs.version == version
        assert len({TOKEN_A, peer.inbound, peer.outbound}) == 3
        assert all(token_problem(token or "") is None for token in (peer.inbound, peer.outbound))
        assert [role.party for role in peer.roles] == [server.config.party]
        assert [role.role for role in theirs.roles] == [client.config.role]
        assert requests(client.recorder.since(0)) == [
            "GET versions.both.get_versions",
            "GET versions.both.get_version_details",
            "GET versions.both.get_versions",
            "GET versions.both.get_version_details",
            "POST credentials.both.post_credentials",
        ]
        assert [entry.token_kind for entry in server.recorder.since(0)] == ["A", "A", "current", "current", "A"]
        assert [entry.token_kind for entry in client.recorder.since(0)] == ["A", "A", "pending", "pending", "A"]


@versions
@in_loop
async def test_token_a_opens_what_registration_needs_and_nothing_else(version: str) -> None:
    async with running(cpo_config()) as (cpo,):
        for url in (cpo.versions_url, cpo.details_url(version), credentials_url(cpo, version)):
            assert (await ask("GET", url, token=TOKEN_A, version=version)).outcome == (200, 1000)
        locations = cpo.endpoint_url(version, "locations", InterfaceRole.SENDER)
        refused = await ask("GET", locations, token=TOKEN_A, version=version)
        assert refused.status == 401
        assert refused.headers["WWW-Authenticate"] == "Token"
        assert cpo.recorder.since(0)[-1].token_kind == "A"


@versions
@in_loop
async def test_token_a_is_good_once(version: str) -> None:
    async with registered(version) as pair:
        for url in (pair.cpo.versions_url, credentials_url(pair.cpo, version)):
            assert (await ask("GET", url, token=TOKEN_A, version=version)).status == 401
        _, again = await join(pair.emsp, pair.cpo, version)
        assert isinstance(again, Unusable)


@versions
@in_loop
async def test_credentials_show_the_token_that_the_client_is_to_use(version: str) -> None:
    async with registered(version) as pair:
        shown = await credentials("GET", pair.cpo, version, pair.to_cpo.outbound or "")
        assert shown.outcome == (200, 1000)
        assert shown.data["token"] == pair.to_cpo.outbound
        assert shown.data["url"] == pair.cpo.versions_url
        party = shown.data["roles"][0] if pair.dialect.credentials_shape == "roles" else shown.data
        assert (party["country_code"], party["party_id"]) == (CPO_PARTY.country_code, CPO_PARTY.party_id)


def body_of(pair: Pair, token: str) -> dict[str, object]:
    party = {
        "business_details": {"name": "Somebody"},
        "party_id": EMSP_PARTY.party_id,
        "country_code": EMSP_PARTY.country_code,
    }
    body: dict[str, object] = {"token": token, "url": pair.emsp.versions_url}
    return body | ({"roles": [{"role": "EMSP", **party}]} if pair.dialect.credentials_shape == "roles" else party)


@versions
@in_loop
async def test_who_is_registered_cannot_post_again(version: str) -> None:
    async with registered(version) as pair:
        refused = await credentials("POST", pair.cpo, version, pair.to_cpo.outbound or "", body_of(pair, "another"))
        assert refused.status == 405
        assert refused.headers["Allow"] == "GET, PUT, DELETE"
        assert pair.cpo.peers.newest() is pair.to_emsp


@versions
@pytest.mark.parametrize("method", ["PUT", "DELETE"])
@in_loop
async def test_who_is_not_registered_can_only_post(version: str, method: str) -> None:
    async with registered(version) as pair:
        pair.cpo.peers.expect("a-second-token")
        body = body_of(pair, "another") if method == "PUT" else None
        refused = await credentials(method, pair.cpo, version, "a-second-token", body)
        assert refused.status == 405
        assert refused.headers["Allow"] == "GET, POST"


@versions
@in_loop
async def test_put_replaces_both_tokens(version: str) -> None:
    async with registered(version) as pair:
        inbound, outbound = pair.to_cpo.inbound, pair.to_cpo.outbound
        cursor = pair.cpo.recorder.cursor
        outcome = await offer_credentials(pair.emsp, pair.to_cpo, pair.dialect, "put_credentials")
        assert isinstance(outcome, Registered)
        assert pair.to_cpo.inbound not in (None, inbound)
        assert pair.to_cpo.outbound not in (None, outbound)
        assert (pair.to_emsp.outbound, pair.to_emsp.inbound) == (pair.to_cpo.inbound, pair.to_cpo.outbound)
        assert requests(pair.cpo.recorder.since(cursor)) == [
            "GET versions.both.get_versions",
            "GET versions.both.get_version_details",
            "PUT credentials.both.put_credentials",
        ]
        assert (await ask("GET", pair.cpo.versions_url, token=outbound, version=version)).status == 401
        assert (await ask("GET", pair.emsp.versions_url, token=inbound, version=version)).status == 401
        assert (await pair.ask_cpo("GET", "locations")).outcome == (200, 1000)
        assert (await pair.ask_emsp("GET", "tokens")).outcome == (200, 1000)


@versions
@in_loop
async def test_a_put_that_fails_changes_nothing(version: str) -> None:
    async with registered(version) as pair:
        before = (pair.to_cpo.inbound, pair.to_cpo.outbound, pair.to_emsp.inbound, pair.to_emsp.outbound)
        pair.emsp.behaviours.switch_on("http_error=500@versions.*")
        outcome = await offer_credentials(pair.emsp, pair.to_cpo, pair.dialect, "put_credentials")
        assert isinstance(outcome, Unusable)
        assert outcome.exchange is not None
        assert outcome.exchange.response is not None
        assert outcome.exchange.response.status_code == 3001
        assert before == (pair.to_cpo.inbound, pair.to_cpo.outbound, pair.to_emsp.inbound, pair.to_emsp.outbound)
        assert pair.to_cpo.pending is None


@versions
@in_loop
async def test_delete_ends_it_for_both_tokens_of_the_server(version: str) -> None:
    async with registered(version) as pair:
        token = pair.to_cpo.outbound or ""
        assert (await credentials("DELETE", pair.cpo, version, token)).outcome == (200, 1000)
        assert not pair.to_emsp.registered
        assert pair.to_emsp.outbound is None
        for url in (pair.cpo.versions_url, credentials_url(pair.cpo, version)):
            assert (await ask("GET", url, token=token, version=version)).status == 401
        assert pair.cpo.peers.newest() is None


@versions
@pytest.mark.parametrize(
    ("behaviour", "code"),
    [
        ("http_error=500@versions.both.get_versions", 3001),
        ("ocpi_error=3000@versions.both.get_version_details", 3001),
        ("malformed_json@versions.both.get_versions", 3001),
        ('changed_field=version:"0.1"@versions.both.get_versions', 3002),
        ("changed_field=endpoints:[]@versions.both.get_version_details", 3003),
        ('changed_field=endpoints.0.identifier:"cdrs"@versions.both.get_version_details', 3003),
    ],
)
@in_loop
async def test_a_client_whose_api_cannot_be_used_is_not_registered(version: str, behaviour: str, code: int) -> None:
    async with running(cpo_config(versions=(version,)), emsp_config(versions=(version,))) as (cpo, emsp):
        emsp.behaviours.switch_on(behaviour)
        peer, outcome = await join(emsp, cpo, version)
        assert isinstance(outcome, Unusable)
        assert outcome.exchange is not None
        assert outcome.exchange.response is not None
        assert (outcome.exchange.response.status, outcome.exchange.response.status_code) == (200, code)
        assert not peer.registered
        assert cpo.peers.newest() is None
        emsp.behaviours.clear()
        _, second = await join(emsp, cpo, version)
        assert isinstance(second, Registered), "CREDENTIALS_TOKEN_A is still good"


@in_loop
async def test_a_client_that_gives_no_answer_is_not_registered() -> None:
    version = known_versions()[-1]
    async with running(cpo_config(limits=Limits(timeout_s=0.2)), emsp_config()) as (cpo, emsp):
        emsp.behaviours.switch_on("dropped_connection@versions.*")
        _, outcome = await join(emsp, cpo, version)
        assert isinstance(outcome, Unusable)
        assert cpo.peers.newest() is None
        failures = [entry.failure.kind for entry in cpo.recorder.since(0) if entry.failure]
        assert failures == ["reset"]


@versions
@in_loop
async def test_nothing_is_posted_to_a_server_that_does_not_offer_the_version(version: str) -> None:
    async with running(cpo_config(versions=(version,)), emsp_config()) as (cpo, emsp):
        cpo.behaviours.switch_on('changed_field=version:"0.1"@versions.both.get_versions')
        peer, outcome = await join(emsp, cpo, version)
        assert isinstance(outcome, Unusable)
        assert outcome.kind == "version"
        assert not any(entry.request.method == "POST" for entry in emsp.recorder.since(0))
        assert not peer.registered


@versions
@in_loop
async def test_version_details_name_each_endpoint_of_the_role_once(version: str) -> None:
    dialect = load_dialect(version)
    async with running(cpo_config(), emsp_config()) as partners:
        for partner in partners:
            details = (await ask("GET", partner.details_url(version), token=TOKEN_A, version=version)).data
            assert details["version"] == version
            named = [(entry["identifier"], entry.get("role")) for entry in details["endpoints"]]
            assert len(set(named)) == len(named)
            assert {module for module, _ in named} >= {"credentials", "locations", "tokens"}
            assert all((role is not None) == dialect.interface_roles for _, role in named)
            assert all(entry["url"].startswith(partner.base_url + "/") for entry in details["endpoints"])


@in_loop
async def test_the_versions_endpoint_lists_what_is_spoken() -> None:
    async with running(
        cpo_config(), cpo_config(versions=(known_versions()[0],), public_url="https://x.example/p/")
    ) as (
        every,
        one,
    ):
        listed = (await ask("GET", every.versions_url, token=TOKEN_A)).data
        assert [entry["version"] for entry in listed] == known_versions()
        listed = (
            await ask(
                "GET",
                f"http://127.0.0.1:{one._server._runner.addresses[0][1]}/ocpi/versions",
                token=TOKEN_A,
                version=known_versions()[0],
            )
        ).data
        assert [entry["url"] for entry in listed] == [f"https://x.example/p/ocpi/{known_versions()[0]}"]


@in_loop
async def test_several_connections_do_not_meet() -> None:
    version = known_versions()[-1]
    async with running(cpo_config(), emsp_config(), emsp_config(party=CPO_PARTY)) as (cpo, one, other):
        cpo.peers.expect("the-token-of-the-other")
        first, _ = await join(one, cpo, version)
        second, _ = await join(other, cpo, version, "the-token-of-the-other")
        assert first.outbound != second.outbound
        assert len([peer for peer in cpo.peers.all if peer.registered]) == 2
        await credentials("DELETE", cpo, version, first.outbound or "")
        assert (await ask("GET", cpo.versions_url, token=first.outbound)).status == 401
        assert (await ask("GET", cpo.versions_url, token=second.outbound)).status == 200


def test_the_newest_connection_is_the_one_that_was_registered_last() -> None:
    peers = Peers()
    one, other = peers.expect("one"), peers.expect("other")
    assert peers.newest() is None
    for peer in (other, one):
        peer.inbound = peer.outbound = "t"
        peers.make_newest(peer)
    assert peers.newest() is one
    one.forget()
    assert peers.newest() is other
    assert len(peers.all) == 2


@pytest.mark.parametrize("token", ["", " ", "a b", "ü", "a" * 65, "a\n", "\x7f"])
def test_what_is_no_token(token: str) -> None:
    problem = token_problem(token)
    assert problem is not None
    assert not token.strip() or token not in problem


@in_loop
async def test_reset_is_like_a_new_start() -> None:
    version = known_versions()[-1]
    async with registered(version, cpo={"behaviours": ("latency=0@versions.*",)}) as pair:
        cpo, token = pair.cpo, pair.to_cpo.outbound
        cpo.behaviours.switch_on("http_error")
        changed = cpo.stores.own["locations"].create(cpo.stores.own["locations"].series.reference)
        cpo.stores.received_of("tokens").put("DE", "XYZ", "1", value={})
        cpo.reset()
        assert [entry.behaviour.name for entry in cpo.behaviours.active] == ["latency"]
        assert cpo.stores.own["locations"].superset(changed["id"]) is None
        assert cpo.stores.received_of("tokens").values() == []
        assert (await ask("GET", cpo.versions_url, token=token)).status == 401
        _, outcome = await join(pair.emsp, cpo, version)
        assert isinstance(outcome, Registered)
