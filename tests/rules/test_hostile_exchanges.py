"""Rules meet anything: whatever stands in a message of any operation, judging it ends with a judgement."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ocpi_schemas.context import Context, PartyRole
from ocpi_schemas.dialect import known_versions, load_dialect
from ocpi_schemas.exchange import Body, Exchange, Headers, Request, Response, Side
from ocpi_schemas.judge import Judge
from ocpi_schemas.party import PartyId

PARTY = (PartyRole("CPO", PartyId("NL", "ABC")),)
WORDS = st.sampled_from(
    [
        *("id", "uid", "type", "status", "evses", "connectors", "last_updated", "country_code", "party_id", "token"),
        *("roles", "url", "data", "version", "endpoints", "identifier", "valid", "whitelist", "allowed", "location"),
        *("evse_uids", "opening_times", "regular_hours", "coordinates", "energy_mix", "images", "elements"),
    ]
)
LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=12),
    st.sampled_from(["#NA", "2026-01-01T00:00:00Z"]),
)
JUNK = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=5), max_leaves=15
)
HEADER_NAMES = st.sampled_from(
    [
        "Content-Type",
        "Link",
        "X-Total-Count",
        "X-Limit",
        "X-Request-ID",
        "Authorization",
        "OCPI-from-party-id",
        "Location",
    ]
)
HEADERS = st.lists(
    st.tuples(HEADER_NAMES, st.text(st.characters(min_codepoint=32, max_codepoint=255), max_size=30)), max_size=5
)


def exchange(operation: Any, client: Side, value: object, headers: list[tuple[str, str]], status: int) -> Exchange:
    envelope = {"status_code": 1000, "timestamp": "2026-01-01T00:00:00Z", "data": value}
    return Exchange(
        index=0,
        client=client,
        version=operation.version,
        started=datetime.now(UTC),
        duration_s=0.1,
        request=Request(
            operation.method, "http://127.0.0.1/ocpi/x?limit=y", Headers.of(headers), Body(json.dumps(value).encode())
        ),
        response=Response(status, Headers.of(headers), Body(json.dumps(envelope).encode())),
        operation=operation,
    )


@pytest.mark.parametrize("version", known_versions())
@pytest.mark.parametrize("client", list(Side))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    value=JUNK,
    headers=HEADERS,
    status=st.sampled_from([200, 201, 204, 400, 404, 500]),
    role=st.sampled_from(["CPO", "EMSP"]),
)
def test_any_content_of_any_operation_is_judged(
    version: str, client: Side, value: object, headers: list[tuple[str, str]], status: int, role: str
) -> None:
    judge = Judge(Context(load_dialect(version), role, partner=PARTY, target=PARTY))
    for operation in load_dialect(version).operations.values():
        judgement = judge.judge(exchange(operation, client, value, headers, status))
        assert all(finding.requirement in judgement.examined for finding in judgement.findings)
