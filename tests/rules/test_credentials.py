"""Rules of the credentials chapter: objects, methods, and the tokens between the two platforms over time."""

from dataclasses import replace
from typing import Any

import pytest
from tests.rules.build import (
    EARLIER,
    LATER,
    PARTNER,
    PARTNER_TOKEN,
    PARTNER_URL,
    TARGET_TOKEN,
    authorization,
    by_partner,
    by_target,
    credentials,
    examined,
    found,
    judge,
    judged,
    later,
    version_details,
    version_list,
)

from ocpi_schemas.exchange import Exchange
from ocpi_schemas.json_text import Json, dump
from ocpi_schemas.judge import Judge

GET = "credentials.both.get_credentials"
POST = "credentials.both.post_credentials"
PUT = "credentials.both.put_credentials"
DELETE = "credentials.both.delete_credentials"
VERSIONS = "versions.both.get_versions"
DETAILS = "versions.both.get_version_details"
TOKENS = "tokens.receiver.get_token"

FIRST = "first-token-0123456789"
OFFERED = "offered-token-0123456789"
GIVEN = "given-token-0123456789"
RENEWED = "renewed-token-0123456789"

both_versions = pytest.mark.parametrize("version", [EARLIER, LATER])


def presents(token: str, version: str = LATER, **more: Any) -> dict[str, Any]:
    """What makes a request carry this token."""
    return {"version": version, "headers": {"Authorization": authorization(token, version)}} | more


def of_partner(token: str, version: str = LATER, **changes: Json) -> dict[str, Json]:
    return credentials(version, role="CPO", party=PARTNER, token_text=token, base=PARTNER_URL, **changes)


def of_target(token: str, version: str = LATER, **changes: Json) -> dict[str, Json]:
    return credentials(version, token_text=token, **changes)


# The target as a client: its registration, its updates, its end


def registration(version: str = LATER, *, offered: str = OFFERED, given: str = GIVEN, **more: Any) -> Exchange:
    """The target registers, from second 1 to 3."""
    carries = {"body": of_target(offered, version), "data": of_partner(given, version), "token_kind": "A"}
    times = {"started": later(1), "duration_s": 2.0}
    return by_target(POST, **presents(FIRST, version, **carries | times | more))


def callback(version: str = LATER, token: str = OFFERED, **more: Any) -> Exchange:
    """The Partner fetches versions with the token that it is being offered."""
    times = {"started": later(2), "data": version_list(version)}
    return by_partner(VERSIONS, **presents(token, version, **times | more))


def update(version: str = LATER, *, presented: str = GIVEN, given: str = RENEWED, **more: Any) -> Exchange:
    """The target updates its credentials, from second 10 to 11."""
    carries = {"body": of_target("second-offer-0123456789", version), "data": of_partner(given, version)}
    times = {"started": later(10), "duration_s": 1.0}
    return by_target(PUT, **presents(presented, version, **carries | times | more))


def end(version: str = LATER, *, presented: str = GIVEN, **more: Any) -> Exchange:
    """The target ends the connection, from second 10 to 11."""
    return by_target(DELETE, **presents(presented, version, **{"started": later(10), "duration_s": 1.0} | more))


def request(token: str, at: float, version: str = LATER, *, kind: str = "unknown", name: str = VERSIONS) -> Exchange:
    """The target sends some request with this token."""
    refused = {"status": 401, "code": 2000} if kind == "unknown" else {"data": version_list(version, base=PARTNER_URL)}
    return by_target(name, **presents(token, version, started=later(at), token_kind=kind, **refused))


def link(version: str = LATER) -> Judge:
    """A Judge that knows no token yet but the first."""
    return judge(version, given=(FIRST,))


@both_versions
def test_a_registration_and_an_update_as_they_should_be(version: str) -> None:
    by = link(version)
    for exchange in (
        request(FIRST, 0, version, kind="A"),
        callback(version),
        registration(version),
        request(GIVEN, 4, version, kind="current"),
        update(version),
        request(RENEWED, 12, version, kind="current"),
        end(version, presented=RENEWED, started=later(20)),
    ):
        assert found(exchange, by=by) == set(), str(exchange)


@both_versions
def test_what_a_registration_puts_to_the_test(version: str) -> None:
    assert {"CRD-008", "CRD-042", "CRD-050"} <= examined(callback(version), registration(version))
    by = link(version)
    assert "CRD-011" not in examined(request(FIRST, 0, version, kind="A"), by=by)
    assert "CRD-011" in examined(registration(version), request(GIVEN, 4, version, kind="current"), by=by)
    assert "CRD-065" in examined(update(version), request(RENEWED, 12, version, kind="current"), by=by)
    gone = end(version, presented=RENEWED, started=later(20))
    assert "CRD-071" in examined(gone, request("next-" + FIRST, 30, version, kind="A"), by=by)


# CRD-008


@both_versions
def test_the_offered_token_is_not_the_one_of_the_request(version: str) -> None:
    assert found(registration(version, offered=FIRST), by=link(version)) == {"CRD-008"}


@both_versions
@pytest.mark.parametrize("known", [GIVEN, RENEWED, OFFERED])
def test_the_offered_token_was_never_in_use(version: str, known: str) -> None:
    anew = registration(version, offered=known, given="another-0123456789", started=later(40))
    history = (callback(version), registration(version), update(version), end(version, presented=RENEWED))
    assert found(*history, anew, by=link(version)) == {"CRD-008"}


def test_a_token_with_which_the_partner_came_may_not_be_offered() -> None:
    before = by_partner(VERSIONS, data=version_list(), started=later(0))
    assert found(before, registration(offered=TARGET_TOKEN), by=link()) == {"CRD-008"}


@both_versions
def test_a_token_that_was_offered_in_vain_may_be_offered_again(version: str) -> None:
    again = registration(version, started=later(5))
    history = (callback(version), registration(version, code=3001, data=None), callback(version, started=later(6)))
    assert found(*history, again, by=link(version)) == set()
    lost = (callback(version), registration(version, status=500, answer=b"", behaviours=("http_error",)))
    assert found(*lost, again, by=link(version)) == set()
    unheard = (callback(version), registration(version, behaviours=("latency",)))
    assert found(*unheard, again, by=link(version)) == set()


def test_a_post_without_a_token_breaks_another_requirement() -> None:
    for body in (of_target("x") | {"token": None}, of_target("x") | {"token": 5}):
        assert "CRD-008" not in examined(registration(body=body, code=2001, data=None))


# CRD-011


@both_versions
@pytest.mark.parametrize("token", [FIRST, OFFERED])
def test_after_the_registration_the_given_token_is_used(version: str, token: str) -> None:
    history = (callback(version), registration(version))
    assert found(*history, request(token, 4, version), by=link(version)) == {"CRD-011"}
    finding = judged(*history, request(token, 4, version), by=link(version)).findings[0]
    assert finding.pointer == "header Authorization"
    assert token not in str(finding)


def test_the_first_token_is_good_until_the_registration_has_succeeded() -> None:
    failed = registration(code=3001, data=None)
    assert found(failed, request(FIRST, 4, kind="A"), by=link()) == set()
    assert found(failed, request(FIRST, 4), by=link()) == set()
    tampered = registration(behaviours=("changed_field",))
    assert found(tampered, request(FIRST, 4), by=link()) == set()
    assert found(registration(), request(FIRST, 2.5), by=link()) == set()


def test_a_first_token_that_is_given_out_again_is_good_again() -> None:
    assert found(registration(), end(), request(FIRST, 30, kind="A"), by=link()) == set()


def test_a_token_that_nobody_knows_is_no_matter_of_the_registration() -> None:
    assert "CRD-011" not in examined(registration(), request("no-one-gave-this-0123", 4), by=link())


# CRD-014


@pytest.mark.parametrize("kind", ["A", "unknown"])
def test_the_first_token_is_for_versions_and_credentials(kind: str) -> None:
    def to(name: str, **path: str) -> Exchange:
        return by_target(name, path=path, **presents(FIRST, token_kind=kind, status=401, code=2000, started=later(0.5)))

    seen = request(FIRST, 0, kind="A")
    assert "CRD-014" in examined(request(FIRST, 0, kind="A"), by=link())
    assert found(seen, to("locations.sender.get_list"), by=link()) == {"CRD-014"}
    assert found(seen, replace(to("nothing.of.ocpi"), operation=None), by=link()) == set()


def test_a_first_token_after_the_registration_is_a_fault_of_its_own() -> None:
    late = by_target("locations.sender.get_list", **presents(FIRST, token_kind="unknown", status=401, started=later(9)))
    seen = request(FIRST, 0, kind="A")
    assert found(seen, registration(), late, by=link()) == {"CRD-011"}


def test_the_earlier_version_says_nothing_of_the_modules() -> None:
    early = by_target("locations.sender.get_list", **presents(FIRST, EARLIER, token_kind="A", status=401, code=2000))
    assert found(early, by=link(EARLIER)) == set()


# CRD-065


@both_versions
@pytest.mark.parametrize("token", [GIVEN, "second-offer-0123456789"])
def test_after_an_update_the_renewed_token_is_used(version: str, token: str) -> None:
    history = (registration(version), update(version))
    assert found(*history, request(token, 12, version), by=link(version)) == {"CRD-065"}


def test_requests_that_were_under_way_do_not_count() -> None:
    for at in (9, 10.5, 11, 11.1):
        assert found(registration(), update(), request(GIVEN, at), by=link()) == set()


def test_after_an_update_that_failed_the_former_token_is_used() -> None:
    for failed in (update(code=3001, data=None), update(status=405, code=2000, data=None), update(behaviours=("x",))):
        assert found(registration(), failed, request(GIVEN, 12), by=link()) == set()


# CRD-071


@both_versions
def test_after_its_delete_the_client_is_silent(version: str) -> None:
    history = (registration(version), end(version))
    assert found(*history, request(GIVEN, 12, version), by=link(version)) == {"CRD-071"}
    assert found(*history, request(GIVEN, 11.1, version), by=link(version)) == set()
    failed = end(version, status=405, code=2000)
    assert found(registration(version), failed, request(GIVEN, 12, version), by=link(version)) == set()


def test_after_its_delete_the_client_may_register_anew() -> None:
    history = (registration(), end())
    anew = registration(offered="new-offer-0123456789", given="new-given-0123456789", started=later(30))
    assert found(*history, request(FIRST, 29, kind="A"), anew, by=link()) == set()
    assert found(*history, anew, request("new-given-0123456789", 40, kind="current"), by=link()) == set()
    assert found(*history, request("partner-registers-0123", 40, kind="pending"), by=link()) == set()


# CRD-042, CRD-046, CRD-050, CRD-060


@both_versions
def test_credentials_are_not_patched(version: str) -> None:
    details = version_details(version, base=PARTNER_URL)
    told = by_target(DETAILS, version=version, data=details)
    patch = by_target(
        "credentials.both.patch_credentials",
        version=version,
        method="PATCH",
        url=f"{PARTNER_URL}/{version}/credentials",
        body={"url": "http://127.0.0.1:9000/ocpi/versions"},
        status=405,
        code=2000,
    )
    assert "CRD-042" in found(told, patch)
    assert found(told, patch) & {"CRD-008", "CRD-050", "CRD-060"} == set()
    elsewhere = replace(patch, request=replace(patch.request, url=f"{PARTNER_URL}/elsewhere"))
    assert "CRD-042" not in found(told, elsewhere)


@both_versions
def test_a_get_of_credentials_has_no_body(version: str) -> None:
    answer = of_partner(PARTNER_TOKEN, version)
    assert found(by_target(GET, version=version, data=answer)) == set()
    assert "CRD-046" in examined(by_target(GET, version=version, data=answer))
    assert found(by_target(GET, version=version, data=answer, body={})) == {"CRD-046"}


@both_versions
@pytest.mark.parametrize(("name", "requirement"), [(POST, "CRD-050"), (PUT, "CRD-060")])
def test_a_request_carries_credentials(version: str, name: str, requirement: str) -> None:
    def sent(body: Json | bytes) -> Exchange:
        return by_target(name, version=version, body=body, code=2001)

    assert requirement in examined(sent(of_target(OFFERED, version)))
    assert found(sent(of_target(OFFERED, version))) == set()
    assert requirement in found(sent(None))
    assert requirement in found(sent([]))
    assert requirement not in examined(sent(b"{"))
    assert requirement not in found(sent(of_target(OFFERED, version, url=None)))


# The target as a server


def asked(name: str, data: Json, version: str = LATER, **more: Any) -> Exchange:
    """The Partner asks something of the credentials module."""
    body = None if name in (GET, DELETE) else of_partner(OFFERED, version)
    return by_partner(name, **{"version": version, "body": body, "data": data} | more)


@both_versions
@pytest.mark.parametrize(
    ("name", "requirement", "token"),
    [(GET, "CRD-044", TARGET_TOKEN), (POST, "CRD-053", GIVEN), (PUT, "CRD-063", GIVEN)],
)
def test_a_success_is_answered_with_credentials(version: str, name: str, requirement: str, token: str) -> None:
    right = asked(name, of_target(token, version), version)
    assert found(right) == set()
    assert requirement in examined(right)
    assert found(asked(name, None, version)) == {requirement, "TRN-065"}
    assert found(asked(name, [of_target(token, version)], version)) >= {requirement}
    assert found(asked(name, of_target(token, version, url=None), version)) == {"CRD-080"}
    for refused in (asked(name, None, version, code=3001), asked(name, None, version, status=405, code=2000)):
        assert requirement not in examined(refused)


@both_versions
def test_a_get_shows_the_token_in_use(version: str) -> None:
    assert "CRD-045" in examined(asked(GET, of_target(TARGET_TOKEN, version), version))
    assert found(asked(GET, of_target("*****", version), version)) == {"CRD-045"}
    for kind in ("replaced", "unknown"):
        assert "CRD-045" not in examined(asked(GET, of_target(GIVEN, version), version, token_kind=kind))
    assert "CRD-045" not in examined(asked(GET, of_target(GIVEN, version), version, deliberate=True))


def test_the_encoded_token_is_not_the_token() -> None:
    encoded = authorization(TARGET_TOKEN, LATER).removeprefix("Token ")
    assert found(asked(GET, of_target(encoded))) == {"CRD-045"}
    raw = {"headers": {"Authorization": f"Token {authorization(TARGET_TOKEN, LATER)[6:]}"}}
    assert found(asked(GET, of_target(TARGET_TOKEN, EARLIER), EARLIER, **raw)) == set()


def test_a_fingerprint_in_a_journal_stands_for_the_token() -> None:
    redacted = {"headers": {"Authorization": "Token redacted-3f2a9c1d"}}
    assert found(asked(GET, of_target("redacted-3f2a9c1d"), **redacted)) == set()


@both_versions
@pytest.mark.parametrize(("name", "requirement"), [(POST, "CRD-054"), (PUT, "CRD-064")])
def test_the_answer_brings_a_fresh_token(version: str, name: str, requirement: str) -> None:
    before = by_partner(VERSIONS, version=version, data=version_list(version))
    right = asked(name, of_target(GIVEN, version), version, started=later(1))
    assert requirement in examined(before, right)
    assert found(before, right) == set()
    for known in (TARGET_TOKEN, OFFERED):
        assert found(before, asked(name, of_target(known, version), version, started=later(1))) == {requirement}
    once_more = asked(name, of_target(GIVEN, version), version, started=later(2))
    assert requirement in found(right, once_more)
    assert requirement not in examined(asked(name, None, version, code=3001))


def test_a_token_of_another_registration_is_not_fresh_either() -> None:
    called = callback(token="from-long-ago-0123456789", started=later(-10))
    assert found(called, asked(POST, of_target("from-long-ago-0123456789"))) == {"CRD-054"}


# CRD-083


def roles(*entries: tuple[str, str, str]) -> Json:
    return [
        {"role": role, "country_code": country, "party_id": party, "business_details": {"name": "x"}}
        for role, country, party in entries
    ]


def test_each_role_has_a_combination_of_its_own() -> None:
    three = roles(("CPO", "DE", "TGT"), ("EMSP", "DE", "TGT"), ("CPO", "NL", "TGT"))
    right = asked(GET, of_target(TARGET_TOKEN, roles=three))
    assert found(right) == set()
    assert "CRD-083" in examined(right)
    twice = of_target(TARGET_TOKEN, roles=roles(("CPO", "DE", "TGT"), ("EMSP", "DE", "TGT"), ("CPO", "de", "tgt")))
    assert found(asked(GET, twice)) == {"CRD-083"}
    assert judged(asked(GET, twice)).findings[0].pointer == "/data/roles/2"
    pushed = by_target(PUT, body=twice | {"token": OFFERED}, data=of_partner(GIVEN))
    assert found(pushed) == {"CRD-083"}
    assert judged(pushed).findings[0].pointer == "/roles/2"
    assert "CRD-083" not in examined(asked(GET, of_target(TARGET_TOKEN, EARLIER), EARLIER))


def test_hostile_credentials_do_no_harm() -> None:
    for value in (None, 1, "x", [], {}, [None, 1, {}, {"role": [], "party_id": {}, "country_code": 5}] * 2):
        for name in (GET, POST, PUT):
            found(asked(name, value))
            found(asked(name, {"token": value, "roles": value}))
            found(by_target(name, body=value))
            found(by_target(name, body={"token": value, "roles": value}, data={"token": value}))
    found(by_target(POST, body=of_target(OFFERED), headers={"Authorization": "Token"}))
    surrogate = dump(of_target("SURROGATE")).replace(b"SURROGATE", b"\\ud800")
    found(by_target(POST, body=surrogate))
    found(
        asked(POST, None, answer=b'{"status_code":1000,"data":{"token":"\\ud800"},"timestamp":"2026-03-01T12:00:00Z"}')
    )
