"""The server as such: who is let in, what is found where, and what is answered to a request that makes no sense."""

import pytest
from loopback import (
    CPO_PARTY,
    EMSP_PARTY,
    TOKEN_A,
    ask,
    cpo_config,
    in_loop,
    registered,
    running,
    versions,
)

from ocpi_schemas.dialect import known_versions, load_dialect
from ocpi_schemas.operation import InterfaceRole
from ocpi_schemas.redaction import encode_token
from ocpi_schemas.schema import load_schemas
from ocpi_schemas.timestamps import read_timestamp


@versions
@pytest.mark.parametrize(
    ("authorization", "kind"),
    [
        (None, "none"),
        ("", "none"),
        ("Token", "unknown"),
        ("Token ", "unknown"),
        ("Token not-a-token-of-ours", "unknown"),
        ("Token bm90LWEtdG9rZW4tb2Ytb3Vycw==", "unknown"),
        ("Bearer {token}", "unknown"),
        ("{token}", "unknown"),
        ("Token {token}x", "unknown"),
        ("Token \xff\xfe", "unknown"),
    ],
)
@in_loop
async def test_without_a_good_token_nothing_is_answered(version: str, authorization: str | None, kind: str) -> None:
    async with registered(version) as pair:
        encoded = encode_token(pair.to_cpo.outbound or "", pair.dialect.token_encoding)
        headers = {} if authorization is None else {"Authorization": authorization.format(token=encoded)}
        for url in (
            pair.cpo.versions_url,
            pair.cpo.details_url(version),
            pair.cpo.endpoint_url(version, "locations", InterfaceRole.SENDER),
            f"{pair.cpo.base_url}/elsewhere",
        ):
            answer = await ask("GET", url, headers=headers)
            assert answer.outcome == (401, 2000)
            assert answer.headers["WWW-Authenticate"] == "Token"
            assert "data" not in answer.envelope
            assert pair.cpo.recorder.since(0)[-1].token_kind == kind


@versions
@in_loop
async def test_the_token_is_encoded_as_the_version_has_it(version: str) -> None:
    async with registered(version) as pair:
        url, token = pair.cpo.details_url(version), pair.to_cpo.outbound or ""
        plain = (await ask("GET", url, headers={"Authorization": f"Token {token}"})).status
        encoded = (await ask("GET", url, headers={"Authorization": f"Token {encode_token(token, 'base64')}"})).status
        assert encoded == 200, "some send Base64 in versions that have none"
        assert plain == (401 if pair.dialect.token_encoding == "base64" else 200)


@in_loop
async def test_before_the_version_is_known_both_spellings_are_good() -> None:
    async with running(cpo_config()) as (cpo,):
        for spelling in (TOKEN_A, encode_token(TOKEN_A, "base64")):
            assert (await ask("GET", cpo.versions_url, headers={"Authorization": f"Token {spelling}"})).status == 200


@versions
@in_loop
async def test_nothing_is_found_where_nothing_is(version: str) -> None:
    async with registered(version) as pair:
        token = pair.to_cpo.outbound
        for path in (
            "/",
            "/ocpi",
            "/elsewhere",
            "/ocpi/0.1",
            f"/ocpi/{version}/nothing",
            f"/ocpi/{version}/locations",
            f"/ocpi/{version}/receiver/locations",
            f"/ocpi/{version}/sender/tokens",
            f"/ocpi/{version}/sender/locations/1/2/3/4",
            f"/ocpi/{version}/receiver/tokens/NL",
        ):
            answer = await ask("GET", pair.cpo.base_url + path, token=token, version=version)
            assert answer.outcome == (404, 2000), path
            assert pair.cpo.recorder.since(0)[-1].operation is None


@versions
@in_loop
async def test_a_slash_at_the_end_does_no_harm(version: str) -> None:
    async with registered(version) as pair:
        token = pair.to_cpo.outbound
        for url in (pair.cpo.versions_url, pair.cpo.details_url(version)):
            assert (await ask("GET", url + "/", token=token, version=version)).status == 200
        assert (await pair.ask_cpo("GET", "locations", "/")).status == 200


@versions
@in_loop
async def test_methods_that_are_not_offered(version: str) -> None:
    async with registered(version) as pair:
        refused = [
            (await pair.ask_cpo("DELETE", "locations"), "GET"),
            (await pair.ask_cpo("POST", "locations", "/1"), "GET"),
            (await pair.ask_cpo("DELETE", "tokens", "/DE/XYZ/1"), "GET, PATCH, PUT"),
            (await pair.ask_emsp("GET", "tokens", "/1/authorize"), "POST"),
            (await ask("PUT", pair.cpo.versions_url, token=pair.to_cpo.outbound, version=version), "GET"),
        ]
        for answer, allowed in refused:
            assert answer.outcome == (405, 2000)
            assert answer.headers["Allow"] == allowed


@versions
@pytest.mark.parametrize(
    ("raw", "outcome"),
    [
        (b"", (400, 2000)),
        (b"{", (400, 2000)),
        (b"\xff", (400, 2000)),
        (b'{"uid": "1", "uid": "1"}', (400, 2000)),
        (b"[" * 5_000, (400, 2000)),
        (b"null", (200, 2001)),
        (b"[]", (200, 2001)),
        (b"{}", (200, 2001)),
        (b'{"uid": 1}', (200, 2001)),
    ],
)
@in_loop
async def test_bodies_that_are_no_token(version: str, raw: bytes, outcome: tuple[int, int]) -> None:
    async with registered(version) as pair:
        answer = await pair.ask_cpo("PUT", "tokens", "/DE/XYZ/1", raw=raw)
        assert answer.outcome == outcome
        assert answer.envelope["status_message"]
        assert pair.cpo.stores.received_of("tokens").values() == []


@versions
@in_loop
async def test_a_body_that_is_too_long_is_not_read(version: str) -> None:
    async with registered(version, cpo={"request_bytes": 1_000}) as pair:
        answer = await pair.ask_cpo("PUT", "tokens", "/DE/XYZ/1", raw=b'{"uid": "' + b"1" * 100_000 + b'"}')
        assert answer.status == 413
        assert (await pair.ask_cpo("GET", "locations")).status == 200


@versions
@in_loop
async def test_message_ids_come_back_as_they_were_sent(version: str) -> None:
    async with registered(version) as pair:
        ids = {"X-Request-ID": "one", "X-Correlation-ID": "Two"}
        answers = [
            await pair.ask_cpo("GET", "locations", headers=ids),
            await pair.ask_cpo("GET", "locations", "/unknown", headers=ids),
            await ask("GET", pair.cpo.details_url(version), token=pair.to_cpo.outbound, version=version, headers=ids),
        ]
        for answer in answers:
            echoed = {name: answer.headers.get(name) for name in ids}
            assert echoed == ({**ids} if pair.dialect.message_ids else dict.fromkeys(ids))


@versions
@in_loop
async def test_routing_headers_change_sides_on_functional_modules_only(version: str) -> None:
    routing = ("OCPI-to-party-id", "OCPI-to-country-code", "OCPI-from-party-id", "OCPI-from-country-code")
    sent = dict(zip(routing, ("ABC", "NL", "XYZ", "DE"), strict=True))
    async with registered(version) as pair:
        functional = await pair.ask_cpo("GET", "locations", headers=sent)
        swapped = dict(zip(routing, ("XYZ", "DE", "ABC", "NL"), strict=True))
        if pair.dialect.routing_headers:
            assert {name: functional.headers.get(name) for name in routing} == swapped
        else:
            assert not any(name in functional.headers for name in routing)
        for url in (pair.cpo.versions_url, pair.cpo.endpoint_url(version, "credentials", InterfaceRole.BOTH)):
            other = await ask("GET", url, token=pair.to_cpo.outbound, version=version, headers=sent)
            assert not any(name in other.headers for name in routing)


@versions
@in_loop
async def test_our_own_requests_carry_what_the_version_demands(version: str) -> None:
    async with registered(version) as pair:
        cursor = pair.cpo.recorder.cursor
        operation = pair.dialect.operations["locations.sender.get_list"]
        await pair.emsp.call(operation, pair.to_cpo)
        await pair.emsp.call(operation, pair.to_cpo)
        one, other = (entry.request.headers for entry in pair.cpo.recorder.since(cursor))
        for name in pair.dialect.message_ids:
            assert one.get(name)
            assert one.get(name) != other.get(name)
        values = [one.get(name) for name in pair.dialect.routing_headers]
        to, own = CPO_PARTY, EMSP_PARTY
        assert values in ([], [to.party_id, to.country_code, own.party_id, own.country_code])
        assert one.get("Content-Type") is None


@versions
@in_loop
async def test_every_answer_is_an_envelope_of_the_version(version: str) -> None:
    schemas = load_schemas(version)
    async with registered(version) as pair:
        answers = [
            await pair.ask_cpo("GET", "locations"),
            await pair.ask_cpo("GET", "locations", "/unknown"),
            await pair.ask_cpo("PUT", "locations"),
            await pair.ask_cpo("PUT", "tokens", "/DE/XYZ/1", raw=b"{"),
            await ask("GET", pair.cpo.versions_url),
        ]
        for answer in answers:
            assert schemas.is_flawless(("Response",), answer.envelope)
            assert answer.headers["Content-Type"] == "application/json"
            assert read_timestamp(answer.envelope["timestamp"]) is not None
            assert load_dialect(version).status_codes.knows(answer.code)


@in_loop
async def test_query_values_are_decoded_once() -> None:
    async with registered(known_versions()[-1], emsp={"tokens": 12}) as pair:
        # %2531 is the text %31; decoded twice it would be 1.
        answer = await pair.ask_cpo("GET", "locations", "?limit=%2531")
        assert answer.outcome == (200, 2001)
        for written in ("2020-01-01T00:00:00Z", "2020-01-01T00%3A00%3A00Z", "2020-01-01T00:00:00%2B00:00"):
            answer = await pair.ask_cpo("GET", "locations", f"?date_from={written}")
            assert answer.outcome == (200, 1000), written
            assert answer.headers["X-Total-Count"] == "12"


@in_loop
async def test_path_values_are_decoded_once() -> None:
    async with registered(known_versions()[-1]) as pair:
        token = pair.emsp.stores.own["tokens"].get(
            next(pair.emsp.stores.own["tokens"].supersets())["uid"], pair.version
        )
        assert token is not None
        token["uid"] = "a/b %41"
        assert (await pair.ask_cpo("PUT", "tokens", "/DE/XYZ/a%2Fb%20%2541", body=token)).status == 201
        assert (await pair.ask_cpo("GET", "tokens", "/DE/XYZ/a%2Fb%20%2541")).data["uid"] == "a/b %41"


@in_loop
async def test_who_does_not_wait_for_the_answer_breaks_nothing() -> None:
    async with registered(known_versions()[-1], emsp={"tokens": 12}) as pair:
        pair.cpo.behaviours.switch_on("slow_drip=0.01@locations.*#1")
        operation = pair.dialect.operations["locations.sender.get_list"]
        pair.emsp.client.limits = type(pair.emsp.client.limits)(timeout_s=0.05)
        exchange = await pair.emsp.call(operation, pair.to_cpo)
        assert exchange.failure is not None
        assert exchange.failure.kind == "timeout"
        assert (await pair.ask_cpo("GET", "locations")).status == 200
