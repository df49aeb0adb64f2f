"""Runs made by hand for the tests of the reports: an ordinary one, a hostile one, a very large one."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from ocpi_reports.model import (
    ExpectationResult,
    ReportedFinding,
    RequirementResult,
    Results,
    ScenarioResult,
    StepResult,
    TargetInfo,
)
from ocpi_schemas.exchange import Body, Exchange, Failure, Headers, Request, Response, Side
from ocpi_schemas.operation import InterfaceRole, Operation
from ocpi_schemas.verdict import Verdict

START = datetime(2025, 11, 22, 12, 0, 0, tzinfo=UTC)
URL = "https://cpo.example.com/ocpi/cpo/2.2.1"

GET_LOCATIONS = Operation("2.2.1", "locations", InterfaceRole.SENDER, "get_list", "GET")
PUT_TOKEN = Operation("2.2.1", "tokens", InterfaceRole.RECEIVER, "put", "PUT")
PUT_SESSION = Operation("2.2.1", "sessions", InterfaceRole.RECEIVER, "put", "PUT")


def headers(**more: str) -> Headers:
    """The headers of an OCPI request."""
    own = [
        ("Host", "cpo.example.com"),
        ("Authorization", "Token redacted-3f2a9c1d"),
        ("X-Request-ID", "5b8e1f9a-0c8e-4f57-9a3f-0d1b3a4c5d6e"),
        ("X-Correlation-ID", "d1f0a3c2-7b64-4a8e-8c55-9e2f1a0b3c4d"),
        ("OCPI-from-country-code", "NL"),
        ("OCPI-from-party-id", "TST"),
        ("OCPI-to-country-code", "BE"),
        ("OCPI-to-party-id", "BEC"),
        ("User-Agent", "ocpi-conformance/0.1.0"),
    ]
    return Headers.of([*own, *((name.replace("_", "-"), value) for name, value in more.items())])


def envelope(data: Any, code: int = 1000) -> bytes:
    content = {"data": data, "status_code": code, "status_message": "Success", "timestamp": "2025-11-22T12:00:00Z"}
    return json.dumps(content, ensure_ascii=False).encode()


def location(number: int) -> dict[str, Any]:
    return {
        "country_code": "BE",
        "party_id": "BEC",
        "id": f"LOC{number}",
        "publish": True,
        "name": "Gent Zuid",
        "address": "F.Rooseveltlaan 3A",
        "city": "Gent",
        "postal_code": "9000",
        "country": "BEL",
        "coordinates": {"latitude": "51.047599", "longitude": "3.729944"},
        "evses": [
            {
                "uid": "3256",
                "evse_id": "BE*BEC*E041503001",
                "status": "AVAILABLE",
                "connectors": [
                    {
                        "id": "1",
                        "standard": "IEC_62196_T2",
                        "format": "CABLE",
                        "power_type": "AC_3_PHASE",
                        "max_voltage": 220,
                        "max_amperage": 16,
                        "last_updated": "2025-03-16T10:10:02Z",
                    }
                ],
                "last_updated": "2025-06-28T08:12:01Z",
            }
        ],
        "time_zone": "Europe/Brussels",
        "last_updated": "2025-06-29T20:39:09Z",
    }


def exchange(index: int, **changes: Any) -> Exchange:
    """A GET of locations by the Partner, answered with one."""
    made: dict[str, Any] = {
        "index": index,
        "client": Side.PARTNER,
        "version": "2.2.1",
        "started": START + timedelta(seconds=index * 1.37),
        "duration_s": 0.0421,
        "request": Request("GET", f"{URL}/locations?offset=0&limit=50", headers()),
        "response": Response(
            200,
            Headers.of(
                [("Content-Type", "application/json"), ("X-Total-Count", "1"), ("X-Limit", "50"), ("Server", "nginx")]
            ),
            Body(envelope([location(1)])),
        ),
        "operation": GET_LOCATIONS,
        "token_kind": "current",
    }
    return Exchange(**(made | changes))


def finding(requirement: str = "LOC-012", **changes: Any) -> ReportedFinding:
    made: dict[str, Any] = {
        "requirement": requirement,
        "level": "MUST",
        "message": "not a country code of three letters (ISO 3166-1 alpha-3)",
        "expected": ("BEL",),
        "found": '"BE"',
        "pointer": "/data/0/country",
        "exchange": 1,
    }
    return ReportedFinding(**(made | changes))


def scenario(name: str = "A list of locations is served", **changes: Any) -> ScenarioResult:
    slug = name.lower().replace(" ", "-")[:60]
    made: dict[str, Any] = {
        "id": f"locations/sender_get/{slug}",
        "name": name,
        "feature": "Locations: GET by the eMSP",
        "chapter": "locations",
        "tags": ("@cpo", "@locations"),
        "verdict": Verdict.PASS,
        "reason": "",
        "duration_s": 0.213,
        "requirements": ("LOC-012", "TRF-004"),
        "findings": (),
    }
    return ScenarioResult(**(made | changes))


def requirement(name: str = "LOC-012", **changes: Any) -> RequirementResult:
    made: dict[str, Any] = {
        "id": name,
        "chapter": "locations",
        "level": "MUST",
        "statement": "The country of a Location is a code of three letters, ISO 3166-1 alpha-3.",
        "source": "mod_locations.asciidoc#mod_locations_location_object",
        "verdict": Verdict.PASS,
        "scenarios": (),
        "findings": 0,
    }
    return RequirementResult(**(made | changes))


def results(**changes: Any) -> Results:
    made: dict[str, Any] = {
        "tool_name": "ocpi-conformance",
        "tool_version": "0.1.0",
        "target": TargetInfo(
            "https://cpo.example.com/ocpi/versions", "CPO", "2.2.1", ("credentials", "locations", "sessions", "tokens")
        ),
        "started": "2025-11-22T12:00:00Z",
        "finished": "2025-11-22T12:01:04Z",
        "duration_s": 64.2,
        "complete": True,
        "conformant": True,
        "requirements": (),
        "scenarios": (),
        "exchanges": 0,
    }
    return Results(**(made | changes))


def ordinary_exchanges() -> list[Exchange]:
    """Eight exchanges in both directions; the second has the faults that `ordinary_results` reports."""
    broken = [location(number) for number in range(1, 4)]
    for one in broken:
        one["country"] = "BE"
    del broken[2]["evses"][0]["uid"]
    put = json.dumps({"uid": "012345678", "type": "RFID", "valid": True, "whitelist": "ALWAYS"}).encode()
    return [
        exchange(
            0,
            request=Request("GET", "https://cpo.example.com/ocpi/versions", headers()),
            operation=None,
            response=Response(
                200,
                Headers.of([("Content-Type", "application/json")]),
                Body(envelope([{"version": "2.2.1", "url": URL}])),
            ),
        ),
        exchange(1, response=Response(200, exchange(1).response.headers, Body(envelope(broken)))),
        exchange(2, scenario="locations/sender_get/a-page-has-at-most-the-limit-that-was-asked-for"),
        exchange(
            3,
            request=Request(
                "PUT", f"{URL}/tokens/NL/TST/012345678", headers(Content_Type="application/json"), Body(put)
            ),
            operation=PUT_TOKEN,
            response=Response(201, Headers.of([("Content-Type", "application/json")]), Body(envelope(None))),
        ),
        exchange(
            4,
            request=Request(
                "PUT", f"{URL}/tokens/NL/TST/%3C%3E", headers(Content_Type="application/json"), Body(b'{"uid":')
            ),
            operation=PUT_TOKEN,
            deliberate=True,
            behaviours=("truncated_json",),
            response=Response(200, Headers.of([("Content-Type", "application/json")]), Body(envelope(None, 2001))),
        ),
        exchange(
            5,
            client=Side.TARGET,
            request=Request(
                "PUT",
                "http://127.0.0.1:40123/ocpi/emsp/2.2.1/sessions/BE/BEC/101",
                headers(Content_Type="text/plain"),
                Body(json.dumps({"id": "101", "kwh": 0.0, "currency": "eur", "status": "ACTIVE"}).encode()),
            ),
            operation=PUT_SESSION,
            response=Response(200, Headers.of([("Content-Type", "application/json")]), Body(envelope(None))),
        ),
        exchange(6, response=None, failure=Failure("timeout", "no answer within 30 s"), duration_s=30.0),
        exchange(7, scenario=None),
    ]


def ordinary_results(**changes: Any) -> Results:
    """A run with every verdict."""
    step = StepResult
    country = [finding(pointer=f"/data/{number}/country") for number in range(3)]
    uid = finding(
        "LOC-031",
        message="`uid` is missing",
        expected=("uid",),
        found="absent",
        pointer="/data/2/evses/0/uid",
    )
    no_total = finding(
        "TRF-021",
        level="SHOULD",
        message="the header X-Total-Count does not agree with the pages",
        expected=("3", "no header"),
        found="1",
        pointer="header X-Total-Count",
    )
    currency = finding(
        "SES-008",
        message="not a currency code",
        expected=("three capital letters (ISO 4217)",),
        found='"eur"',
        pointer="/currency",
        exchange=5,
        known=True,
    )
    scenarios = (
        scenario(
            "The versions endpoint lists the versions",
            id="versions/sender_get/the-versions-endpoint-lists-the-versions",
            chapter="versions",
            requirements=("VER-001",),
            steps=(
                step("When", "the Partner asks for the versions", "passed", (0,)),
                step("Then", "2.2.1 is among them", "passed"),
            ),
        ),
        scenario(
            "Every location in the list is complete and well-formed",
            verdict=Verdict.FAIL,
            findings=(*country, uid, no_total),
            requirements=("LOC-012", "LOC-031", "TRF-021", "TRF-004"),
            description="A list is asked for page by page, and each Location held against the object's table.",
            duration_s=1.42,
            steps=(
                step("Given", "the Partner is registered with the Target", "passed"),
                step("When", "the Partner asks for all locations", "passed", (1, 2)),
                step("Then", "every page keeps to the specification", "failed"),
                step("And", "no location comes twice", "not_run"),
            ),
        ),
        scenario("A page has at most the limit that was asked for", requirements=("TRF-021",)),
        scenario(
            "A token that is new is stored",
            id="tokens/receiver_put/a-token-that-is-new-is-stored",
            chapter="tokens",
            requirements=("TOK-003",),
            steps=(step("When", "the Partner puts a token", "passed", (3,)),),
        ),
        scenario(
            "A body that is no JSON is refused",
            id="tokens/receiver_put/a-body-that-is-no-json-is-refused",
            chapter="tokens",
            verdict=Verdict.WARN,
            requirements=("TRF-009",),
            findings=(
                finding(
                    "TRF-009",
                    level="SHOULD",
                    message="the answer to a body that is no JSON is HTTP 200",
                    expected=("400 Bad Request",),
                    found="200",
                    pointer="status",
                    exchange=4,
                ),
            ),
            steps=(step("When", "the Partner puts a token whose body is cut off", "passed", (4,)),),
        ),
        scenario(
            "A session that starts is pushed",
            id="sessions/sender_push/a-session-that-starts-is-pushed",
            chapter="sessions",
            verdict=Verdict.FAIL,
            requirements=("SES-008",),
            findings=(currency,),
            steps=(
                step("When", "the Target starts a session", "passed", (5,)),
                step("Then", "the Session is valid", "failed"),
            ),
        ),
        scenario(
            "A session that ends is pushed",
            id="sessions/sender_push/a-session-that-ends-is-pushed",
            chapter="sessions",
            verdict=Verdict.BLOCKED,
            reason="no trigger for start_session: the run has --trigger none",
            requirements=("SES-009",),
            steps=(step("Given", "the Target starts a session", "blocked"), step("When", "it ends", "not_run")),
        ),
        scenario(
            "A location that is asked for by id is served",
            verdict=Verdict.ERROR,
            reason="KeyError: 'evses' in steps/ocpi_steps/locations.py",
            requirements=("LOC-040",),
            steps=(step("When", "the Partner asks for location LOC1", "error", (6,)),),
        ),
        scenario(
            "A charging profile is set",
            id="charging_profiles/receiver_put/a-charging-profile-is-set",
            chapter="charging_profiles",
            verdict=Verdict.NOT_APPLICABLE,
            reason="module chargingprofiles is not under test",
            requirements=("CHP-001",),
        ),
    )
    requirements = (
        requirement(
            "TRF-004",
            chapter="transport_and_format",
            statement="A message is JSON in UTF-8.",
            source="transport_and_format.asciidoc#json",
        ),
        requirement(
            "TRF-009",
            chapter="transport_and_format",
            level="SHOULD",
            statement="A body that cannot be parsed is answered with HTTP 400.",
            source="transport_and_format.asciidoc#status",
            verdict=Verdict.WARN,
            findings=1,
            scenarios=(scenarios[4].id,),
            interpretation="The text allows an OCPI error in an HTTP 200 for messages that were understood; a body "
            "that is no JSON was not. Older editions are vague, so this is a recommendation.",
        ),
        requirement(
            "TRF-021",
            chapter="transport_and_format",
            level="SHOULD",
            statement="A paged answer tells the number of objects in X-Total-Count.",
            source="transport_and_format.asciidoc#pagination",
            verdict=Verdict.WARN,
            findings=1,
            scenarios=(scenarios[1].id, scenarios[2].id),
        ),
        requirement(
            "VER-001",
            chapter="versions",
            statement="The versions endpoint lists the versions that are served.",
            scenarios=(scenarios[0].id,),
            source="version_information_endpoint.asciidoc#versions",
        ),
        requirement(verdict=Verdict.FAIL, findings=3, scenarios=(scenarios[1].id,)),
        requirement(
            "LOC-031", statement="An EVSE has a uid.", verdict=Verdict.FAIL, findings=1, scenarios=(scenarios[1].id,)
        ),
        requirement(
            "LOC-040", statement="A Location is served by its id.", verdict=Verdict.ERROR, scenarios=(scenarios[7].id,)
        ),
        requirement(
            "SES-008",
            chapter="sessions",
            statement="The currency of a Session is an ISO 4217 code.",
            verdict=Verdict.FAIL,
            findings=1,
            scenarios=(scenarios[5].id,),
            source="mod_sessions.asciidoc#session",
        ),
        requirement(
            "SES-009",
            chapter="sessions",
            statement="A Session that ends is pushed with status COMPLETED.",
            verdict=Verdict.BLOCKED,
            scenarios=(scenarios[6].id,),
            source="mod_sessions.asciidoc#flow",
        ),
        requirement(
            "TOK-003",
            chapter="tokens",
            statement="A new Token is stored.",
            scenarios=(scenarios[3].id,),
            source="mod_tokens.asciidoc#put",
        ),
        requirement(
            "CHP-001",
            chapter="charging_profiles",
            statement="A ChargingProfile is set with PUT.",
            verdict=Verdict.NOT_APPLICABLE,
            source="mod_charging_profiles.asciidoc#put",
        ),
    )
    made: dict[str, Any] = {
        "conformant": False,
        "scenarios": scenarios,
        "requirements": requirements,
        "exchanges": 8,
        "expectations": (
            ExpectationResult("SES-008", scenarios[5].id, "", "Mended in release 4.2, ticket OCPI-118", 1),
            ExpectationResult("LOC-050", "", "", "Photos are not served yet", 0),
        ),
    }
    return results(**(made | changes))


HOSTILE = (
    "</script></style></pre><script>alert(1)</script><img src=x onerror=alert(2)>"
    "\"'`${x}{{7*7}}\x00\x1b[31m\u202e\ud800"
)


def hostile_run() -> tuple[Results, list[Exchange]]:
    """A run whose every text was written by somebody who means harm."""
    evil = HOSTILE
    bad_bytes = b"\xff\xfe</pre><script>alert(3)</script>\x00" + b'{"a": "</script>"}'
    json_bytes = json.dumps({evil.replace("\ud800", ""): [evil.replace("\ud800", "")], "x/y~z": {"</pre>": 1}}).encode()
    one = finding(evil, message=evil, expected=(evil, evil), found=evil, pointer="/" + evil, exchange=0)
    in_header = finding("TRF-001", message=evil, pointer=f"header {evil}", exchange=1)
    exchanges = [
        exchange(
            0,
            request=Request(evil, f"javascript:alert(1)//{evil}", Headers.of([(evil, evil)]), Body(bad_bytes)),
            response=Response(799, Headers.of([(evil, evil), ("Content-Type", evil)]), Body(json_bytes)),
            scenario=evil,
            step=evil,
            behaviours=(evil,),
            token_kind=evil,
        ),
        exchange(
            1,
            client=Side.TARGET,
            request=Request("PUT", f"http://[{evil}", Headers.of([("X-Evil", evil)]), Body(json_bytes)),
            response=None,
            failure=Failure("reset", evil),
        ),
    ]
    scenarios = (
        scenario(
            evil,
            id=evil,
            feature=evil,
            chapter=evil,
            tags=(evil,),
            verdict=Verdict.FAIL,
            reason=evil,
            description=evil,
            requirements=(evil,),
            findings=(one, in_header),
            steps=(StepResult(evil, evil, evil, (0, 99)),),
        ),
        scenario(evil, id="a/b/" + evil, verdict=Verdict.BLOCKED, reason=evil),
        scenario(evil, id="a/c/" + evil, verdict=Verdict.ERROR, reason=evil),
    )
    made = results(
        target=TargetInfo(f"javascript:{evil}", evil, evil, (evil,)),
        tool_version=evil,
        conformant=False,
        complete=False,
        started=evil,
        notes=(evil,),
        scenarios=scenarios,
        requirements=(
            requirement(
                evil,
                chapter=evil,
                statement=evil,
                source=evil,
                interpretation=evil,
                verdict=Verdict.FAIL,
                scenarios=(evil,),
            ),
        ),
        expectations=(ExpectationResult(evil, evil, evil, evil, 0),),
        ambient=(in_header,),
        exchanges=2,
    )
    return made, exchanges


def large_run(scenarios: int, exchanges: int, *, failing: float = 0.1) -> tuple[Results, Iterator[Exchange]]:
    """A run of a size; the exchanges are made when they are asked for."""
    per_scenario = max(1, exchanges // scenarios)
    chapters = ("versions", "credentials", "locations", "sessions", "cdrs", "tariffs", "tokens", "commands")
    requirements = tuple(
        requirement(
            f"REQ-{number:03}",
            chapter=chapters[number % 8],
            scenarios=tuple(f"s/{number}" for number in range(scenarios)) if number < 40 else (),
        )
        for number in range(800)
    )

    def one(number: int) -> ScenarioResult:
        first = number * per_scenario
        fails = number < scenarios * failing
        found = tuple(
            finding(f"REQ-{number % 50:03}", exchange=first, pointer=f"/data/{item}/country") for item in range(10)
        )
        return scenario(
            f"Scenario {number} of a run that is as large as they come",
            id=f"s/{number}",
            chapter=chapters[number * 8 // scenarios],
            verdict=Verdict.FAIL if fails else Verdict.PASS,
            findings=found if fails else (),
            requirements=tuple(f"REQ-{number:03}" for number in range(60)),
            steps=tuple(
                StepResult("When", f"the Partner does the thing that step {step} says", "passed", (first + step,))
                for step in range(per_scenario)
            )
            + (StepResult("Then", "all is as the specification says", "passed"),) * 3,
        )

    def traffic() -> Iterator[Exchange]:
        body = envelope([location(number) for number in range(20)])
        answer = Headers.of(
            [
                ("Date", "Sat, 22 Nov 2025 12:00:00 GMT"),
                ("Content-Type", "application/json; charset=utf-8"),
                ("Content-Length", str(len(body))),
                ("X-Total-Count", "20"),
                ("X-Limit", "50"),
                ("X-Request-ID", "5b8e1f9a-0c8e-4f57-9a3f-0d1b3a4c5d6e"),
                ("X-Correlation-ID", "d1f0a3c2-7b64-4a8e-8c55-9e2f1a0b3c4d"),
                ("Server", "nginx/1.24.0"),
            ]
        )
        for index in range(exchanges):
            yield exchange(index, response=Response(200, answer, Body(body)), scenario=f"s/{index // per_scenario}")

    made = results(
        scenarios=tuple(one(number) for number in range(scenarios)),
        requirements=requirements,
        exchanges=exchanges,
        conformant=not failing,
    )
    return made, traffic()


def overwhelming_run(scenarios: int, exchanges: int) -> tuple[Results, Iterator[Exchange]]:
    """A run in which everything fails in many ways, and every text is long and grows when it is escaped."""
    long = "<&>" * 700
    per_scenario = exchanges // scenarios
    body = Body(
        b'{"data":[' + b",".join(b'{"<<<<":"' + b"<" * 300 + b'"}' for _ in range(100)) + b'],"status_code":1000}'
    )

    def one(number: int) -> ScenarioResult:
        found = tuple(
            finding(
                f"REQ-{(number * 7 + fault) % 800:03}",
                message=f"fault {fault} " + "<" * 100,
                expected=tuple("ABCDEFGHIJKL" * 5),
                found="<" * 120,
                pointer=f"/data/{fault}/{'<' * 60}",
                exchange=number * per_scenario + fault % per_scenario,
            )
            for fault in range(40)
        )
        steps = (
            StepResult("When", "the Partner does it", "failed", (number * per_scenario + step,))
            for step in range(per_scenario)
        )
        return scenario(
            f"Scenario {number}",
            id=f"s/{number}",
            verdict=Verdict.FAIL,
            reason=long[:400],
            requirements=tuple(f"REQ-{entry:03}" for entry in range(60)),
            findings=found,
            steps=tuple(steps),
        )

    def traffic() -> Iterator[Exchange]:
        for index in range(exchanges):
            request = Request("PUT", f"{URL}/{long}", headers(X_Long=long), body)
            yield exchange(
                index,
                request=request,
                response=Response(200, headers(X_Long=long), body),
                scenario=f"s/{index // per_scenario}",
            )

    requirements = tuple(
        requirement(
            f"REQ-{number:03}",
            verdict=Verdict.FAIL,
            interpretation="x" * 400,
            scenarios=tuple(f"s/{entry}" for entry in range(scenarios)),
        )
        for number in range(800)
    )
    made = results(
        scenarios=tuple(one(number) for number in range(scenarios)),
        requirements=requirements,
        exchanges=exchanges,
        conformant=False,
    )
    return made, traffic()
