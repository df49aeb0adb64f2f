"""Behaviours: how they are written, when they take hold, and that each does what its description says."""

import json
from typing import Any

import aiohttp
import pytest
from hypothesis import given
from hypothesis import strategies as st
from loopback import Pair, ask, cpo_config, in_loop, registered, requests, running, versions

import ocpi_simulator.partner  # noqa: F401  (enters all behaviours into the catalogue)
from ocpi_schemas.dialect import known_versions, load_dialect
from ocpi_simulator.behaviours import CATALOGUE, BehaviourError, Behaviours, Seam, parse_behaviour
from ocpi_simulator.client import Limits
from ocpi_simulator.draft import Draft, Kind
from ocpi_simulator.partner import Partner

VERSION = known_versions()[-1]
GET_LIST = load_dialect(VERSION).operations["locations.sender.get_list"]
PUT_LOCATION = load_dialect(VERSION).operations["locations.receiver.put_location"]


def response(data: Any = None, **fields: Any) -> Draft:
    payload = {"data": data, "status_code": 1000, "timestamp": "2020-01-01T00:00:00Z"}
    headers = [("Content-Type", "application/json"), ("X-Request-ID", "1")]
    return Draft(Kind.RESPONSE, GET_LIST, payload, headers=headers, method="GET", url="http://x/ocpi/l?a=1", **fields)


def applied(words: str, draft: Draft) -> tuple[str, ...]:
    active = Behaviours()
    active.switch_on(words)
    return active.apply(draft)


# How they are written


@pytest.mark.parametrize(
    ("words", "argument", "operations", "count"),
    [
        ("http_error", "500", "*", None),
        (" http_error ", "500", "*", None),
        ("http_error=503", "503", "*", None),
        ("http_error=503#2", "503", "*", 2),
        ("http_error#2", "500", "*", 2),
        ("http_error@locations.*", "500", "locations.*", None),
        ("http_error=503@locations.sender.get_*#12", "503", "locations.sender.get_*", 12),
        ("changed_header=X-Mail:a@B", "X-Mail:a@B", "*", None),
        ('changed_field=name:"a#1"', 'name:"a#1"', "*", None),
        ('changed_field=name:"a@tokens.*"@tokens.*#1', 'name:"a@tokens.*"', "tokens.*", 1),
        ("latency=0.25", "0.25", "*", None),
    ],
)
def test_words_that_make_sense(words: str, argument: str, operations: str, count: int | None) -> None:
    made = parse_behaviour(words)
    assert (made.argument, made.operations, made.remaining) == (argument, operations, count)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("", "is not a behaviour"),
        ("Http_Error", "is not a behaviour"),
        ("http_error@LOCATIONS", "is not a behaviour"),
        ("no_such_thing", "no behaviour 'no_such_thing'"),
        ("dropped_connection=1", "takes no argument"),
        ("changed_header", "needs an argument"),
        ("changed_header=X", "has to be header:value"),
        ("changed_header=:1", "has to be header:value"),
        ("changed_header=X:1\r\nY: 2", "has to be header:value"),
        ("missing_header=X Y", "has to be header"),
        ("changed_field=:1", "has to be field:JSON value"),
        ("changed_field=name:x", "has to be field:JSON value"),
        ("wrong_link=elsewhere", "has to be drops_filters or relative or same_page"),
        ("latency=soon", "has to be seconds"),
        ("latency=-1", "has to be seconds"),
        ("latency=nan", "has to be seconds"),
        ("latency=inf", "has to be seconds"),
        ("slow_drip=x", "has to be seconds"),
        ("http_error=0", "has to be HTTP status"),
        ("http_error=1000", "has to be HTTP status"),
        ("http_status=ok", "has to be HTTP status"),
        ("ocpi_error=x", "has to be OCPI status code"),
        ("truncated_body=-1", "has to be bytes"),
        ("repeated_push=0", "has to be times"),
        ("http_error@location.*", "no operation fits 'location.*'"),
        ("http_error@locations.sender.get", "no operation fits"),
        ("wrong_content_type=a\nb", "has to be content type"),
    ],
)
def test_words_that_make_no_sense(words: str, told: str) -> None:
    with pytest.raises(BehaviourError, match=told.replace("*", r"\*").replace("(", r"\(")):
        parse_behaviour(words)


@given(st.text(max_size=30) | st.builds("{}={}".format, st.sampled_from(sorted(CATALOGUE)), st.text(max_size=20)))
def test_any_words_are_read_or_refused(words: str) -> None:
    try:
        made = parse_behaviour(words)
    except BehaviourError:
        return
    # What was taken can be applied: an argument that breaks the server would be our fault.
    if made.behaviour.transform is not None:
        for kind in made.behaviour.kinds:
            draft = response([{"id": "1"}])
            draft.kind = kind
            draft.encode()
            made.behaviour.transform(draft, made.argument)


@pytest.mark.parametrize("name", sorted(CATALOGUE))
def test_the_catalogue_says_what_each_does(name: str) -> None:
    entry = CATALOGUE[name]
    assert entry.name == name
    assert entry.description.endswith(".")
    assert entry.kinds
    assert (entry.transform is None) == (entry.seam is Seam.STATE)
    assert entry.argument or not entry.default
    if not entry.argument or entry.default:
        assert parse_behaviour(name).argument == entry.default


# When they take hold


def test_a_count_is_used_up() -> None:
    active = Behaviours()
    entry = active.switch_on("http_status=599#2")
    statuses = []
    for _ in range(4):
        draft = response()
        active.apply(draft)
        statuses.append(draft.status)
    assert statuses == [599, 599, 200, 200]
    assert (entry.fired, entry.remaining) == (2, 0)


def test_only_messages_that_were_changed_count() -> None:
    active = Behaviours()
    entry = active.switch_on("wrong_link#1")
    assert active.apply(response()) == ()
    assert (entry.fired, entry.remaining) == (0, 1)
    linked = response()
    linked.headers.append(("Link", '<http://x/l?offset=2&date_from=2020-01-01T00:00:00Z>; rel="next"'))
    assert active.apply(linked) == ("wrong_link",)
    assert (entry.fired, entry.remaining) == (1, 0)


@pytest.mark.parametrize(
    "words",
    ["changed_field=data.0.x", "missing_header=X-Other", "malformed_json", "wrong_content_type", "truncated_body=9"],
)
def test_what_is_not_there_cannot_be_changed(words: str) -> None:
    draft = Draft(Kind.RESPONSE if words.startswith("truncated") else Kind.REQUEST, PUT_LOCATION, method="GET")
    assert applied(words, draft) == ()
    assert draft.body == b""
    assert draft.headers == []


@pytest.mark.parametrize(
    ("scope", "holds"),
    [
        ("*", True),
        ("locations.*", True),
        ("locations.sender.get_list", True),
        ("*.get_list", True),
        ("tokens.*", False),
        ("locations.receiver.*", False),
    ],
)
def test_operations_limit_them(scope: str, holds: bool) -> None:
    assert bool(applied(f"http_status=599@{scope}", response())) == holds


def test_a_message_that_is_no_operation_meets_only_those_without_a_scope() -> None:
    for words, names in (("http_status=599", ("http_status",)), ("http_status=599@*.get_list", ())):
        draft = response()
        draft.operation = None
        assert applied(words, draft) == names


def test_requests_and_responses_are_told_apart() -> None:
    for name, entry in CATALOGUE.items():
        for kind in set(Kind) - entry.kinds if entry.default or not entry.argument else ():
            draft = response([{"id": "1"}])
            draft.kind = kind
            assert applied(name, draft) == ()


def test_several_work_together_seam_by_seam() -> None:
    active = Behaviours()
    for words in ("http_status=599", "malformed_json", 'changed_field=id:"2"'):
        active.switch_on(words)
    draft = response([{"id": "1"}])
    assert set(active.apply(draft)) == {"http_status", "malformed_json", "changed_field"}
    assert draft.status == 599
    assert b'"data":[{"id":"2"}]' in (draft.body or b"")
    assert not (draft.body or b"").endswith(b"}")


def test_what_the_store_keeps_is_left_alone() -> None:
    kept = {"id": "1"}
    applied("changed_field=id:2", response([kept]))
    assert kept == {"id": "1"}


def test_state_behaviours_are_asked_for() -> None:
    active = Behaviours()
    name = next(name for name in sorted(CATALOGUE) if CATALOGUE[name].seam is Seam.STATE)
    assert not active.takes_hold(name)
    entry = active.switch_on(f"{name}@credentials.*#1")
    assert not active.takes_hold(name, "locations.sender.get_list")
    assert active.takes_hold(name, "credentials.both.put_credentials")
    assert not active.takes_hold(name, "credentials.both.put_credentials")
    assert entry.fired == 1
    assert active.apply(response()) == ()


@pytest.mark.parametrize(
    ("argument", "before", "after"),
    [
        ("a:1", [{"a": 0}, {"a": 0}], [{"a": 1}, {"a": 0}]),
        ("a:1", {"a": 0}, {"a": 1}),
        ("b:null", {"a": 0}, {"a": 0, "b": None}),
        ("a", {"a": 0, "b": 0}, {"b": 0}),
        ("a:", {"a": 0, "b": 0}, {"b": 0}),
        ("a.b.1.c:[2]", {"a": {"b": [{}, {"c": 1}]}}, {"a": {"b": [{}, {"c": [2]}]}}),
        ('a:{"x": [1, 2.5]}', {}, {"a": {"x": [1, 2.5]}}),
    ],
)
def test_fields_are_changed(argument: str, before: Any, after: Any) -> None:
    draft = response(before)
    assert applied(f"changed_field={argument}", draft) == ("changed_field",)
    assert json.loads(draft.body or b"")["data"] == after


@pytest.mark.parametrize(
    ("argument", "data"),
    [("a", {}), ("a.b:1", {"a": 1}), ("a.b:1", {}), ("a.5.b:1", {"a": []}), ("a.x.b:1", {"a": [{}]})],
)
def test_fields_that_are_not_there(argument: str, data: Any) -> None:
    draft = response(data)
    assert applied(f"changed_field={argument}", draft) == ()
    assert json.loads(draft.body or b"")["data"] == data


# What each does, over real HTTP


@versions
@in_loop
async def test_http_errors(version: str) -> None:
    async with registered(version) as pair:
        pair.cpo.behaviours.switch_on("http_error=503@locations.*#1")
        failed = await pair.ask_cpo("GET", "locations")
        assert (failed.status, failed.text) == (503, b"")
        assert "Content-Type" not in failed.headers
        assert (await pair.ask_cpo("GET", "locations")).status == 200
        pair.cpo.behaviours.switch_on("http_status=202@locations.*#1")
        odd = await pair.ask_cpo("GET", "locations")
        assert odd.outcome == (202, 1000)
        assert len(odd.data) == 12
        names = [
            entry.behaviours for entry in pair.cpo.recorder.since(0) if entry.is_operation("locations.sender.get_list")
        ]
        assert names == [("http_error",), (), ("http_status",)]


@versions
@in_loop
async def test_ocpi_errors(version: str) -> None:
    async with registered(version) as pair:
        pair.cpo.behaviours.switch_on("ocpi_error=2001@locations.*")
        answer = await pair.ask_cpo("GET", "locations", "/unknown")
        assert answer.outcome == (200, 2001)
        answer = await pair.ask_cpo("GET", "locations")
        assert answer.outcome == (200, 2001)
        assert "data" not in answer.envelope
        assert answer.envelope["status_message"]


@versions
@in_loop
async def test_encodings(version: str) -> None:
    async with registered(version) as pair:
        pair.cpo.behaviours.switch_on("malformed_json@locations.*#1")
        with pytest.raises(json.JSONDecodeError):
            _ = (await pair.ask_cpo("GET", "locations")).envelope
        pair.cpo.behaviours.switch_on("wrong_content_type@locations.*#1")
        assert (await pair.ask_cpo("GET", "locations")).headers["Content-Type"] == "text/html"
        pair.cpo.behaviours.switch_on('changed_field=city:"Utopia"@locations.*#1')
        cities = [entry["city"] for entry in (await pair.ask_cpo("GET", "locations")).data]
        assert cities[0] == "Utopia"
        assert "Utopia" not in cities[1:]
        assert (await pair.ask_cpo("GET", "locations")).data[0]["city"] != "Utopia"


@in_loop
async def test_headers() -> None:
    async with registered(VERSION) as pair:
        sent = {"X-Request-ID": "1", "X-Correlation-ID": "2"}
        pair.cpo.behaviours.switch_on("missing_header=x-request-id@locations.*#1")
        answer = await pair.ask_cpo("GET", "locations", headers=sent)
        assert "X-Request-ID" not in answer.headers
        assert answer.headers["X-Correlation-ID"] == "2"
        pair.cpo.behaviours.switch_on("changed_header=X-Total-Count:many@locations.*#1")
        assert (await pair.ask_cpo("GET", "locations")).headers["X-Total-Count"] == "many"


@pytest.mark.parametrize(
    ("how", "link"), [("drops_filters", "?offset=5&limit=5"), ("relative", "/ocpi"), ("same_page", None)]
)
@in_loop
async def test_links(how: str, link: str | None) -> None:
    async with registered(VERSION, cpo={"page_limit": 5}) as pair:
        query = "?date_from=2000-01-01T00:00:00Z"
        pair.cpo.behaviours.switch_on(f"wrong_link={how}@locations.*")
        made = (await pair.ask_cpo("GET", "locations", query)).headers["Link"]
        url = made.partition("<")[2].partition(">")[0]
        match how:
            case "drops_filters":
                assert url.endswith("/sender/locations?offset=5&limit=5")
            case "relative":
                assert url.startswith("/ocpi/")
                assert "date_from" in url
            case "same_page":
                assert url == f"{pair.cpo.base_url}/ocpi/{VERSION}/sender/locations{query}"


@versions
@in_loop
async def test_connections(version: str) -> None:
    async with registered(version) as pair:
        active = pair.cpo.behaviours
        active.switch_on("dropped_connection@locations.*#2")  # aiohttp itself tries a GET twice
        with pytest.raises(aiohttp.ServerDisconnectedError):
            await pair.ask_cpo("GET", "locations")
        active.clear()
        active.switch_on("truncated_body=30@locations.*#1")
        with pytest.raises(aiohttp.ClientPayloadError):
            await pair.ask_cpo("GET", "locations")
        assert (await pair.ask_cpo("GET", "locations")).status == 200
        outcomes = [
            (entry.failure.kind if entry.failure else "", entry.response is not None)
            for entry in pair.cpo.recorder.since(0)
            if entry.is_operation("locations.sender.get_list")
        ]
        assert outcomes == [("behaviour", False), ("behaviour", False), ("behaviour", True), ("", True)]


@in_loop
async def test_our_client_notes_what_goes_wrong() -> None:
    async with registered(VERSION, emsp={"limits": Limits(timeout_s=0.3)}) as pair:
        kinds = []
        for words in ("dropped_connection", "truncated_body", "latency=60", "slow_drip=60", "malformed_json"):
            pair.cpo.behaviours.clear()
            pair.cpo.behaviours.switch_on(f"{words}@locations.*")
            exchange = await pair.emsp.call(GET_LIST, pair.to_cpo)
            kinds.append(exchange.failure.kind if exchange.failure else "")
            assert not (exchange.response is not None and exchange.response.succeeded)
        assert kinds == ["reset", "reset", "timeout", "timeout", ""]


@in_loop
async def test_slowness_delivers_all_in_the_end() -> None:
    async with running(cpo_config()) as (cpo,):
        for words in ("latency=0.01", "slow_drip=0.001"):
            cpo.behaviours.clear()
            entry = cpo.behaviours.switch_on(words)
            answer = await ask("GET", cpo.versions_url, token=cpo.config.token_a)
            assert [version["version"] for version in answer.data] == known_versions()
            assert entry.fired == 1


async def pushed(pair: Pair, words: str) -> tuple[Partner, list[Any]]:
    """What arrives of one PUT of a Location while the CPO deviates."""
    own = pair.cpo.stores.own["locations"]
    body = own.get(next(own.supersets())["id"], pair.version)
    assert body is not None
    pair.cpo.behaviours.switch_on(words)
    cursor = pair.emsp.recorder.cursor
    path = {"country_code": "NL", "party_id": "ABC", "location_id": body["id"]}
    await pair.cpo.call(pair.dialect.operations[PUT_LOCATION.id], pair.to_emsp, path=path, body=body)
    return pair.emsp, pair.emsp.recorder.since(cursor)


@versions
@in_loop
async def test_requests_deviate_too(version: str) -> None:
    async with registered(version) as pair:
        _, arrived = await pushed(pair, "repeated_push=2@locations.receiver.put_location#1")
        assert requests(arrived) == [f"PUT {PUT_LOCATION.id}"] * 3
        assert len({entry.request.body for entry in arrived}) == 1
        assert len({entry.request.headers.get("X-Request-ID") for entry in arrived}) == 1
        _, (entry,) = await pushed(pair, "malformed_json#1")
        assert entry.response is not None
        assert entry.response.status == 400
        _, (entry,) = await pushed(pair, "missing_header=Content-Type#1")
        assert entry.request.headers.get("Content-Type") is None
        _, (entry,) = await pushed(pair, "missing_header=Authorization#1")
        assert entry.response is not None
        assert entry.response.status == 401
        _, (entry,) = await pushed(pair, "wrong_content_type=text/plain#1")
        assert entry.request.headers.all("Content-Type") == ["text/plain"]
        _, (entry,) = await pushed(pair, "changed_field=city#1")
        assert "city" not in json.loads(entry.request.body.raw)
        assert entry.response is not None
        assert entry.response.status_code == 2001
        names = [name for exchange in pair.cpo.recorder.since(0) for name in exchange.behaviours]
        assert names == [
            *["repeated_push"] * 3,
            "malformed_json",
            "missing_header",
            "missing_header",
            "wrong_content_type",
            "changed_field",
        ]
