"""Bodies, methods, media types and URLs."""

import pytest
from tests.rules.build import (
    EARLIER,
    LATER,
    PARTNER_URL,
    TARGET_URL,
    TOKEN_PATH,
    by_partner,
    by_target,
    credentials,
    envelope,
    examined,
    found,
    judge,
    next_page,
    token,
    version_details,
    version_list,
)

from ocpi_schemas.exchange import Body, Exchange, Failure, Headers, Response

VERSIONS = [EARLIER, LATER]


def put_token(**given: object) -> Exchange:
    version = str(given.get("version", LATER))
    return by_target("tokens.receiver.put_token", **({"path": TOKEN_PATH, "body": token(version)} | given))


def list_tokens(**given: object) -> Exchange:
    version = str(given.get("version", LATER))
    return by_partner("tokens.sender.get_list", **({"data": [token(version)]} | given))


@pytest.mark.parametrize("version", VERSIONS)
def test_conforming_messages_have_no_flaw(version: str) -> None:
    assert found(put_token(version=version)) == set()
    assert found(list_tokens(version=version)) == set()
    assert {"TRN-001", "TRN-020", "TRN-021"} <= examined(put_token(version=version))
    assert {"TRN-001", "TRN-062"} <= examined(list_tokens(version=version))


class TestJson:
    @pytest.mark.parametrize("body", [b"{", b'{"uid": NaN}', b"\xff\xfe", b'{"a": 1, "a": 2}'])
    def test_request_body_that_is_no_json(self, body: bytes) -> None:
        assert found(put_token(body=body)) == {"TRN-001"}

    def test_response_body_that_is_no_json(self) -> None:
        assert found(list_tokens(answer=b'{"data": [')) == {"TRN-001"}

    def test_error_page_of_a_gateway_is_only_advice(self) -> None:
        headers = {"Content-Type": "text/html"}
        assert found(list_tokens(status=502, answer=b"<html>", answer_headers=headers)) == {"TRN-066", "STA-002"}

    def test_error_that_says_to_be_json(self) -> None:
        assert found(list_tokens(status=400, answer=b"<html>")) == {"TRN-001", "STA-002", "TRN-066"}

    def test_what_was_cut_off_is_not_judged(self) -> None:
        cut = Response(200, Headers(), Body(b'{"da', cut_at=4))
        assert "TRN-001" not in examined(list_tokens(response=cut))
        broken = Response(200, Headers(), Body(b'{"da'))
        assert "TRN-001" not in examined(list_tokens(response=broken, failure=Failure("reset", "gone")))
        assert "TRN-001" not in examined(put_token(body=b'{"ui', headers={"Content-Length": "200"}))

    def test_redirect_is_not_judged(self) -> None:
        moved = Response(301, Headers.of([("Location", f"{TARGET_URL}/x")]), Body(b"<html>"))
        assert found(list_tokens(response=moved)) == set()


class TestMethod:
    def test_other_method_at_a_known_endpoint(self) -> None:
        head = by_target("", method="HEAD", url=f"{PARTNER_URL}/{LATER}/receiver/tokens", status=405, code=2000)
        assert found(put_token(), head) == {"TRN-020"}

    def test_endpoint_known_from_the_version_details(self) -> None:
        details = by_target(
            "versions.both.get_version_details",
            data=version_details(LATER, ("tokens", "RECEIVER"), base=PARTNER_URL),
        )
        options = by_target("", method="OPTIONS", url=f"{PARTNER_URL}/{LATER}/receiver/tokens/DE", status=405)
        assert found(details, options) == {"TRN-020"}

    def test_what_is_no_endpoint_of_ours_is_not_judged(self) -> None:
        favicon = by_target("", url="http://127.0.0.1:8000/favicon.ico", status=404, headers={"Authorization": None})
        assert examined(put_token(), favicon) == frozenset()


class TestContentType:
    @pytest.mark.parametrize("value", ["application/json", "application/json; charset=utf-8", "Application/JSON"])
    def test_json(self, value: str) -> None:
        assert found(put_token(headers={"content-type": value})) == set()
        assert found(list_tokens(answer_headers={"content-type": value})) == set()

    @pytest.mark.parametrize("value", [None, "", "text/plain", "application/merge-patch+json"])
    def test_anything_else(self, value: str | None) -> None:
        assert found(put_token(headers={"Content-Type": value})) == {"TRN-021"}
        assert found(list_tokens(answer_headers={"Content-Type": value})) == {"TRN-062"}

    def test_message_without_body_needs_none(self) -> None:
        get = by_target("tokens.receiver.get_token", path=TOKEN_PATH, data=token())
        assert found(get) == set()
        assert "TRN-021" not in examined(get)

    def test_error_in_the_response_format(self) -> None:
        error = list_tokens(data=None, code=2001, status=404, answer_headers={"Content-Type": "text/plain"})
        assert found(error) == {"TRN-062"}


class TestHttps:
    @pytest.mark.parametrize(
        ("exchange", "pointer"),
        [
            (by_partner("versions.both.get_versions", data=version_list()), "/data/0/url"),
            (by_partner("versions.both.get_version_details", data=version_details()), "/data/endpoints/0/url"),
            (by_target("credentials.both.put_credentials", body=credentials(), data=None, code=2000), "/url"),
            (by_partner("credentials.both.get_credentials", data=credentials()), "/data/url"),
            (by_partner("cdrs.receiver.post_cdr", status=201, body={}), "header Location"),
            (
                by_partner(
                    "tokens.sender.get_list",
                    data=[token()],
                    answer_headers=next_page(f"{TARGET_URL}/x?offset=1") | {"X-Total-Count": "2"},
                ),
                "header Link",
            ),
            (
                by_target(
                    "commands.receiver.unlock_connector",
                    body={
                        "response_url": "HTTP://x.example/1",
                        "location_id": "1",
                        "evse_uid": "1",
                        "connector_id": "1",
                    },
                    code=2000,
                ),
                "/response_url",
            ),
            (
                by_target(
                    "chargingprofiles.receiver.get_active_charging_profile",
                    path={"session_id": "1"},
                    query={"duration": "60", "response_url": "http://x.example/1"},
                    code=2000,
                ),
                "query response_url",
            ),
        ],
    )
    def test_url_without_encryption(self, exchange: Exchange, pointer: str) -> None:
        findings = judge(closed_network=False).judge(exchange).findings
        assert pointer in [finding.pointer for finding in findings if finding.requirement == "TRN-002"]
        assert "TRN-002" not in examined(exchange)  # by default the network is closed

    def test_https_and_what_is_no_text(self) -> None:
        exchange = by_partner(
            "versions.both.get_versions",
            data=[{"version": LATER, "url": "https://x.example/1"}, {"version": LATER, "url": 7}, 3],
        )
        by = judge(closed_network=False)
        assert "TRN-002" not in found(exchange, by=by)
        assert "TRN-002" in examined(exchange, by=by)


class TestVersionInUrls:
    @pytest.mark.parametrize("version", VERSIONS)
    def test_version_in_each(self, version: str) -> None:
        details = by_partner(
            "versions.both.get_version_details", version=version, data=version_details(version, ("tokens", "SENDER"))
        )
        assert found(details) == set()
        assert "TRN-135" in examined(details)

    def test_version_in_none(self) -> None:
        data = version_details(
            endpoints=[{"identifier": "credentials", "role": "SENDER", "url": "https://x.example/c"}]
        )
        assert found(by_partner("versions.both.get_version_details", data=data)) == {"TRN-135"}


def test_hostile_values_do_no_harm() -> None:
    for data in (None, 3, "x", [3, None, []], {"url": {}, "endpoints": [{"url": "http://[bad"}, 3, None]}):
        for operation in ("versions.both.get_version_details", "versions.both.get_versions", "tokens.sender.get_list"):
            judge(closed_network=False).judge(by_partner(operation, answer=envelope(data)))
            judge(closed_network=False).judge(by_partner(operation, answer=data))
