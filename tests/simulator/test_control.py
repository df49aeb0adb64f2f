"""The control plane: triggers, reset, behaviours and journal, over real HTTP."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest
from loopback import TOKEN_A, Answer, Pair, ask, cpo_config, emsp_config, in_loop, registered, running, versions

import ocpi_simulator.actions
from ocpi_schemas.dialect import known_versions
from ocpi_schemas.journal import exchange_from_json
from ocpi_simulator import control as control_module
from ocpi_simulator.actions import ActionResult, Done
from ocpi_simulator.behaviours import CATALOGUE
from ocpi_simulator.control import Control
from ocpi_simulator.intents import Intent
from ocpi_simulator.partner import Partner
from ocpi_steps.triggers import Accepted, Failed, HttpTrigger, TriggerRequest, Unsupported

VERSION = known_versions()[-1]


@asynccontextmanager
async def controlled(partner: Partner) -> AsyncIterator[str]:
    """The URL of a control plane, without a path."""
    control = Control(partner)
    trigger = await control.start()
    try:
        yield trigger.removesuffix("/trigger")
    finally:
        await control.stop()


async def trigger(url: str, intent: str, subject: str = "", **parameters: str) -> Answer:
    order = {"intent": intent, "subject": subject, "parameters": parameters}
    return await ask("POST", f"{url}/trigger", body=order)


@versions
@in_loop
async def test_a_trigger_is_answered_when_it_is_done(version: str) -> None:
    async with registered(version) as pair, controlled(pair.cpo) as url:
        cursor = pair.emsp.recorder.cursor
        answer = await trigger(url, "push_location")
        assert (answer.status, answer.envelope) == (200, {})
        (arrived,) = pair.emsp.recorder.since(cursor)
        assert arrived.is_operation("locations.receiver.put_location")


@in_loop
async def test_a_refusal_by_the_other_side_is_noted() -> None:
    async with registered(VERSION) as pair, controlled(pair.cpo) as url:
        pair.emsp.behaviours.switch_on("http_error=500@locations.*")
        answer = await trigger(url, "push_location")
        assert answer.status == 200
        assert "HTTP 500" in answer.envelope["note"]


@pytest.mark.parametrize(
    ("intent", "status"),
    [("make_coffee", 501), ("", 501), ("push_token", 501), ("push_location", 409), ("accept_token", 409)],
)
@in_loop
async def test_what_cannot_be_done(intent: str, status: int) -> None:
    async with running(cpo_config()) as (cpo,), controlled(cpo) as url:
        answer = await trigger(url, intent)
        assert answer.status == status
        assert answer.envelope["error"]


@in_loop
async def test_the_other_end_of_the_contract_understands() -> None:
    async with registered(VERSION) as pair, controlled(pair.cpo) as url:
        driver = HttpTrigger(f"{url}/trigger", 5.0)

        async def fire(request: TriggerRequest) -> object:
            return await asyncio.to_thread(driver.fire, request)

        assert await fire(TriggerRequest("push_evse_status", "", (("status", "BLOCKED"),))) == Accepted()
        assert isinstance(await fire(TriggerRequest("nonsense_1234")), Unsupported)
        assert isinstance(await fire(TriggerRequest("push_token")), Unsupported)
        assert isinstance(await fire(TriggerRequest("push_location_update", "nothing")), Failed)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'"push_location"',
        b"{}",
        b'{"intent": 1}',
        b'{"intent": "push_location", "subject": 1}',
        b'{"intent": "push_location", "parameters": []}',
        b'{"intent": "push_location", "parameters": {"status": 1}}',
        b'{"intent": "push_location", "extra": 1}',
        b"\xff",
    ],
)
@in_loop
async def test_malformed_triggers(raw: bytes) -> None:
    async with running(cpo_config()) as (cpo,), controlled(cpo) as url:
        answer = await ask("POST", f"{url}/trigger", raw=raw)
        assert answer.status == 400
        assert answer.envelope["error"]


@in_loop
async def test_subject_and_parameters_may_be_left_out() -> None:
    async with registered(VERSION) as pair, controlled(pair.cpo) as url:
        assert (await ask("POST", f"{url}/trigger", body={"intent": "push_location"})).status == 200


@in_loop
async def test_what_takes_long_goes_on_behind_the_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    begun, may_end, ended = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def slow(_partner: Partner, _intent: Intent, _subject: str, _parameters: Mapping[str, str]) -> ActionResult:
        begun.set()
        await may_end.wait()
        ended.set()
        return Done()

    monkeypatch.setattr(control_module, "perform", slow)
    monkeypatch.setattr(control_module, "PATIENCE_S", 0.01)
    async with running(cpo_config()) as (cpo,), controlled(cpo) as url:
        answer = await trigger(url, "push_location")
        assert (answer.status, answer.envelope) == (202, {"note": "still under way"})
        assert begun.is_set()
        may_end.set()
        await ended.wait()


@in_loop
async def test_a_reset_gives_up_what_is_under_way(monkeypatch: pytest.MonkeyPatch) -> None:
    begun = asyncio.Event()

    async def endless(*_arguments: object) -> ActionResult:
        begun.set()
        await asyncio.Event().wait()
        return Done()

    monkeypatch.setattr(control_module, "perform", endless)
    async with running(cpo_config()) as (cpo,), controlled(cpo) as url:
        waiting = asyncio.ensure_future(trigger(url, "push_location"))
        await begun.wait()
        assert (await ask("POST", f"{url}/reset")).status == 200
        answer = await waiting
        assert answer.status == 409
        assert "given up" in answer.envelope["error"]


@in_loop
async def test_stopping_does_not_wait_for_what_is_under_way(monkeypatch: pytest.MonkeyPatch) -> None:
    begun = asyncio.Event()

    async def endless(*_arguments: object) -> ActionResult:
        begun.set()
        await asyncio.Event().wait()
        return Done()

    monkeypatch.setattr(control_module, "perform", endless)
    async with running(cpo_config()) as (cpo,):
        async with controlled(cpo) as url:
            waiting = asyncio.ensure_future(trigger(url, "push_location"))
            await begun.wait()
        outcome = (await asyncio.gather(waiting, return_exceptions=True))[0]
        assert isinstance(outcome, aiohttp.ClientError) or outcome.status == 409


@in_loop
async def test_reset() -> None:
    async with registered(VERSION) as pair, controlled(pair.cpo) as url:
        await trigger(url, "push_location")
        await ask("PUT", f"{url}/behaviours", body=["http_error"])
        answer = await ask("POST", f"{url}/reset")
        assert (answer.status, answer.envelope) == (200, {})
        assert pair.cpo.behaviours.active == []
        assert len(pair.cpo.stores.own["locations"]) == 12
        assert (await ask("GET", pair.cpo.versions_url, token=pair.to_cpo.outbound)).status == 401
        assert (await ask("GET", pair.cpo.versions_url, token=TOKEN_A)).status == 200


@in_loop
async def test_behaviours_are_replaced_as_a_whole() -> None:
    async with running(cpo_config()) as (cpo,), controlled(cpo) as url:
        put = await ask("PUT", f"{url}/behaviours", body=["http_status=202#1", "latency=0@versions.*"])
        wanted = [
            {"name": "http_status", "argument": "202", "operations": "*", "remaining": 1, "fired": 0},
            {"name": "latency", "argument": "0", "operations": "versions.*", "remaining": None, "fired": 0},
        ]
        assert (put.status, json.loads(put.text)) == (200, wanted)
        assert (await ask("GET", cpo.versions_url, token=TOKEN_A)).status == 202
        shown = json.loads((await ask("GET", f"{url}/behaviours")).text)
        assert [(entry["remaining"], entry["fired"]) for entry in shown] == [(0, 1), (None, 1)]
        refused = await ask("PUT", f"{url}/behaviours", body=["http_error", "no_such_thing"])
        assert refused.status == 422
        assert "no_such_thing" in refused.envelope["error"]
        assert len(cpo.behaviours.active) == 2, "all or nothing"
        assert (await ask("PUT", f"{url}/behaviours", body=[])).status == 200
        assert cpo.behaviours.active == []


@pytest.mark.parametrize("raw", [b"", b"{}", b"[1]", b'"http_error"', b"[", b"null"])
@in_loop
async def test_malformed_behaviours(raw: bytes) -> None:
    async with running(cpo_config()) as (cpo,), controlled(cpo) as url:
        assert (await ask("PUT", f"{url}/behaviours", raw=raw)).status == 400


async def journal(url: str, query: str = "") -> list[dict[str, Any]]:
    answer = await ask("GET", f"{url}/journal{query}")
    assert answer.status == 200
    assert answer.headers["Content-Type"] == "application/x-ndjson"
    return [json.loads(line) for line in answer.text.splitlines()]


def tokens_of(pair: Pair) -> list[str]:
    return [TOKEN_A, *(token or "" for token in (pair.to_cpo.inbound, pair.to_cpo.outbound))]


@versions
@in_loop
async def test_the_journal_has_every_exchange_and_no_token(version: str) -> None:
    async with registered(version) as pair, controlled(pair.cpo) as url:
        await trigger(url, "update_credentials")
        await trigger(url, "push_location")
        lines = await journal(url)
        recorded = pair.cpo.recorder.since(0)
        assert [line["index"] for line in lines] == list(range(len(recorded)))
        for line, exchange in zip(lines, recorded, strict=True):
            read = exchange_from_json(line)
            assert (read.operation, read.request.method) == (exchange.operation, exchange.request.method)
        text = json.dumps(lines)
        assert not any(token in text for token in tokens_of(pair))
        assert "redacted-" in text
        assert [line["index"] for line in await journal(url, "?since=3")] == list(range(3, len(recorded)))
        assert await journal(url, "?since=999") == []


@pytest.mark.parametrize(
    ("raw", "secret"),
    [
        (b'{"token": "s3cret-token", ', b"s3cret-token"),
        (b'{"token":"s3cret-to', b"s3cret-to"),
        (b'{"x": {"token":"s3cret\\/token\\u0041"}}', b"s3cret"),
        (b'{"token":"s3cret\\ud800"}', b"s3cret"),
        (b'\xff{"token":"s3cret"', b"s3cret"),
    ],
)
@pytest.mark.parametrize("path", ["credentials", "no-credentials-here"])
@in_loop
async def test_tokens_are_found_in_bodies_that_are_no_credentials(raw: bytes, secret: bytes, path: str) -> None:
    async with running(cpo_config(versions=(VERSION,))) as (cpo,), controlled(cpo) as url:
        await ask("POST", f"{cpo.details_url(VERSION)}/{path}", token=TOKEN_A, raw=raw)
        assert len(cpo.recorder.since(0)) == 1
        assert secret not in (await ask("GET", f"{url}/journal")).text


@pytest.mark.parametrize("since", ["x", "-1", "", "1.5", "99999999999"])
@in_loop
async def test_malformed_since(since: str) -> None:
    async with running(cpo_config()) as (cpo,), controlled(cpo) as url:
        assert (await ask("GET", f"{url}/journal?since={since}")).status == 400


@in_loop
async def test_what_is_not_there() -> None:
    async with running(cpo_config()) as (cpo,), controlled(cpo) as url:
        missing = await ask("GET", f"{url}/nothing")
        assert (missing.status, missing.envelope) == (404, {"error": "Not Found"})
        refused = await ask("GET", f"{url}/trigger")
        assert refused.status == 405
        assert "POST" in refused.headers["Allow"]
        large = await ask("POST", f"{url}/trigger", raw=b" " * 2_000_000)
        assert large.status == 413


@in_loop
async def test_web_pages_may_not_press_the_buttons() -> None:
    async with running(cpo_config()) as (cpo,), controlled(cpo) as url:
        answer = await ask("POST", f"{url}/reset", headers={"Origin": "http://evil.example"})
        assert answer.status == 403


@in_loop
async def test_control_and_ocpi_do_not_meet() -> None:
    async with running(cpo_config(), emsp_config()) as (cpo, _), controlled(cpo) as url:
        assert url != cpo.base_url
        for path in ("/trigger", "/reset", "/behaviours", "/journal"):
            assert (await ask("POST", f"{cpo.base_url}{path}")).status == 401
            assert (await ask("POST", f"{cpo.base_url}{path}", token=TOKEN_A)).status == 404
        assert (await ask("GET", f"{url}/ocpi/versions", token=TOKEN_A)).status == 404


def test_the_actions_are_those_of_the_package() -> None:
    assert control_module.perform is ocpi_simulator.actions.perform
    assert CATALOGUE
