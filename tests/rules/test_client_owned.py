"""Objects that the client owns and pushes."""

from dataclasses import replace
from typing import Any
from urllib.parse import quote

import pytest
from tests.rules.build import (
    CONNECTOR_PATH,
    EARLIER,
    EVSE_PATH,
    LATER,
    LOCATION_PATH,
    PARTNER,
    PARTNER_URL,
    TARGET,
    TOKEN_PATH,
    by_partner,
    by_target,
    connector,
    credentials,
    endpoint,
    envelope,
    evse,
    examined,
    found,
    judge,
    location,
    platform_judge,
    routing,
    token,
    version_details,
)

from ocpi_schemas.context import PartyRole
from ocpi_schemas.dialect import load_dialect
from ocpi_schemas.exchange import Exchange, Response
from ocpi_schemas.json_text import Json
from ocpi_schemas.judge import Judge
from ocpi_schemas.party import PartyId

VERSIONS = [EARLIER, LATER]


def cpo(version: str = LATER) -> Judge:
    return judge(version, target_role="CPO")


def put_token(**given: Any) -> Exchange:
    version = given.get("version", LATER)
    return by_target("tokens.receiver.put_token", **({"path": TOKEN_PATH, "body": token(version)} | given))


def put_location(**given: Any) -> Exchange:
    version = given.get("version", LATER)
    return by_target("locations.receiver.put_location", **({"path": LOCATION_PATH, "body": location(version)} | given))


def stray(
    method: str, module: str, interface: str, *segments: str, version: str = LATER, body: Json = None
) -> Exchange:
    """A request that fits no operation, at an endpoint that the version details name."""
    url = "/".join([endpoint(PARTNER_URL, version, module, interface), *(quote(segment) for segment in segments)])
    dialect = load_dialect(version)
    routed = dialect.routing_headers and dialect.modules[module].functional
    headers = routing(to=PARTNER, sent_by=TARGET) if routed else {}
    refused = envelope(code=2000)
    return by_target(
        "", version=version, method=method, url=url, headers=headers, status=405, answer=refused, body=body
    )


def told(module: str, interface: str, version: str = LATER) -> Exchange:
    """The version details that name the endpoint."""
    details = version_details(version, (module, interface), base=PARTNER_URL)
    return by_target("versions.both.get_version_details", version=version, data=details)


def astray(method: str, module: str, interface: str, *segments: str, version: str = LATER, **given: Any) -> set[str]:
    """What is found in such a request."""
    role = "EMSP" if (interface == "RECEIVER") is (module in ("tokens", "commands")) else "CPO"
    if module in ("commands", "chargingprofiles"):
        role = "EMSP" if interface == "RECEIVER" else "CPO"
    made = stray(method, module, interface, *segments, version=version, **given)
    return found(told(module, interface, version), made, by=judge(version, target_role=role))


@pytest.mark.parametrize("version", VERSIONS)
def test_right_pushes(version: str) -> None:
    pushed = put_token(version=version)
    assert found(pushed) == set()
    wanted = {
        "TRN-054",
        "TRN-080",
        "TRN-081",
        "TRN-083",
        "TRN-086",
        "TOK-021",
        "TOK-022",
        "TOK-024",
        "TOK-030",
        "TOK-034",
    }
    assert wanted <= examined(pushed)
    for operation, path, body in (
        ("put_location", LOCATION_PATH, location(version)),
        ("put_evse", EVSE_PATH, evse(version)),
        ("put_connector", CONNECTOR_PATH, connector(version)),
    ):
        exchange = by_target(f"locations.receiver.{operation}", version=version, path=path, body=body)
        assert found(exchange, by=cpo(version)) == set()
        wanted = {
            "TRN-054",
            "TRN-080",
            "TRN-081",
            "TRN-083",
            "TRN-086",
            "LOC-039",
            "LOC-040",
            "LOC-041",
            "LOC-053",
            "LOC-054",
        }
        assert wanted <= examined(exchange, by=cpo(version))


@pytest.mark.parametrize("version", VERSIONS)
def test_the_url_of_an_object_is_set_off_from_the_endpoint_by_a_slash(version: str) -> None:
    for module, role, wanted in (("tokens", "EMSP", "TOK-021"), ("locations", "CPO", "LOC-039")):
        made = stray("PUT", module, "RECEIVER", "TGT", "1", version=version, body={"id": "1"})
        glued = replace(made, request=replace(made.request, url=made.request.url.replace("/TGT", "DE/TGT")))
        assert found(told(module, "RECEIVER", version), glued, by=judge(version, target_role=role)) == {
            "TRN-080",
            wanted,
        }


class TestMethods:
    @pytest.mark.parametrize("version", VERSIONS)
    @pytest.mark.parametrize("segments", [(), ("DE", "TGT", "1")])
    def test_post_of_what_the_client_owns(self, segments: tuple[str, ...], version: str) -> None:
        assert astray("POST", "tokens", "RECEIVER", *segments, version=version, body=token(version)) == {
            "TRN-083",
            "TOK-024",
        }
        assert astray("POST", "locations", "RECEIVER", *segments, version=version) == {"TRN-083", "LOC-040"}

    def test_other_methods_of_receivers(self) -> None:
        assert astray("DELETE", "tokens", "RECEIVER", "DE", "TGT", "1") == {"TOK-024"}
        assert astray("DELETE", "locations", "RECEIVER", "DE", "TGT", "1") == {"LOC-040"}
        assert astray("DELETE", "sessions", "RECEIVER", "DE", "TGT", "1") == {"SES-005"}
        assert astray("POST", "sessions", "RECEIVER", "DE", "TGT", "1") == {"TRN-083", "SES-032"}
        assert astray("PATCH", "tariffs", "RECEIVER", "DE", "TGT", "1") == {"TRF-017"}
        assert astray("POST", "tariffs", "RECEIVER", "DE", "TGT", "1") == {"TRN-083", "TRF-017"}
        assert astray("POST", "tariffs", "RECEIVER", "DE", "TGT", "1", version=EARLIER) == {"TRN-083", "TRF-017"}
        for method in ("PUT", "PATCH", "DELETE"):
            assert astray(method, "cdrs", "RECEIVER", "1") == {"CDR-036"}
        assert astray("PUT", "commands", "RECEIVER", "START_SESSION") == {"CMD-010"}
        assert astray("POST", "chargingprofiles", "RECEIVER", "1") == {"CHP-020"}

    @pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
    def test_sender_interfaces_are_read(self, method: str) -> None:
        for module, requirement in (("locations", "LOC-018"), ("cdrs", "CDR-027"), ("tariffs", "TRF-008")):
            assert astray(method, module, "SENDER", "1") == {requirement}
        if method != "POST":
            assert astray(method, "tokens", "SENDER", "1", "authorize") == {"TOK-041"}
        assert astray(method, "sessions", "SENDER", "1") == ({"SES-017"} if method != "PUT" else set())

    def test_endpoint_that_was_only_used(self) -> None:
        deleted = stray("DELETE", "tokens", "RECEIVER", "DE", "TGT", "1")
        assert found(put_token(), deleted) == {"TOK-024"}
        assert found(deleted) == set()  # nothing is known of the URL

    def test_details_without_interface_roles(self) -> None:
        deleted = stray("DELETE", "tokens", "RECEIVER", "DE", "TGT", "1", version=EARLIER)
        assert found(told("tokens", "RECEIVER", EARLIER), deleted) == {"TOK-024"}


class TestUrls:
    @pytest.mark.parametrize("version", VERSIONS)
    @pytest.mark.parametrize("segments", [(), ("1",), ("DE", "TGT"), ("DE", "TGT", "1", "2", "3", "4")])
    def test_other_segments(self, segments: tuple[str, ...], version: str) -> None:
        assert astray("PUT", "tokens", "RECEIVER", *segments, version=version) == {"TRN-080", "TOK-021"}
        assert astray("GET", "locations", "RECEIVER", *segments, version=version) == {"TRN-080", "LOC-039"}

    def test_order(self) -> None:
        turned = put_token(path={"country_code": "TGT", "party_id": "DE", "token_uid": "04A1B2C3D4E5F6"})
        assert found(turned) == {"TRN-080", "TOK-021"}
        assert "TRN-081" not in examined(turned)

    def test_too_long_id(self) -> None:
        uid = "x" * 37
        exchange = put_token(path=TOKEN_PATH | {"token_uid": uid}, body=token(uid=uid))
        assert found(exchange) == {"TOK-021", "TOK-085"}

    def test_sender_object(self) -> None:
        assert astray("GET", "locations", "SENDER", "1", "2", "3", "4") == {"LOC-035"}
        right = by_target("locations.sender.get_location", path={"location_id": "LOC-1"}, data=location(owner=PARTNER))
        assert found(right) == set()
        assert "LOC-035" in examined(right)
        assert "LOC-035" not in examined(by_target("locations.sender.get_list", data=[]))

    def test_slash_at_the_end(self) -> None:
        url = f"{endpoint(PARTNER_URL, LATER, 'tokens', 'RECEIVER')}/DE/TGT/04A1B2C3D4E5F6/"
        assert found(put_token(url=url)) == set()


class TestOwner:
    def test_foreign_owner(self) -> None:
        path = TOKEN_PATH | {"party_id": "XXX"}
        assert found(put_token(path=path, body=token(party_id="XXX"))) == {"TRN-081", "TOK-022"}
        assert found(put_token(version=EARLIER, path=path)) == {"TRN-081", "TOK-022"}
        exchange = put_location(path=LOCATION_PATH | {"country_code": "FR"}, body=location(country_code="FR"))
        assert {"TRN-081", "LOC-041"} <= found(exchange, by=cpo())

    def test_without_regard_to_case(self) -> None:
        assert found(put_token(path=TOKEN_PATH | {"country_code": "de", "party_id": "tgt"})) == set()

    def test_party_in_another_role(self) -> None:
        by = judge(target=[PartyRole("EMSP", PartyId("DE", "EMS")), PartyRole("CPO", TARGET)])
        found_ids = found(put_token(headers=routing(to=PARTNER, sent_by=PartyId("DE", "EMS"))), by=by)
        assert found_ids == {"TOK-022"}
        other = judge(target=[PartyRole("EMSP", PartyId("DE", "EMS")), PartyRole("OTHER", TARGET)])
        assert "TOK-022" not in found(put_token(), by=other)

    def test_not_known_yet(self) -> None:
        assert not {"TRN-081", "TOK-022"} & examined(put_token(), by=judge(target=[]))

    def test_owner_in_the_body(self) -> None:
        assert {"TOK-033"} <= found(put_token(body=token(country_code="FR")))
        assert {"LOC-051"} <= found(put_location(body=location(country_code="FR")), by=cpo())
        assert {"LOC-052"} <= found(put_location(body=location(party_id="XXX")), by=cpo())
        assert found(put_token(body=token(country_code="de", party_id="tgt"))) == set()
        assert not {"TOK-033"} & examined(put_token(version=EARLIER))


class TestIds:
    @pytest.mark.parametrize("version", VERSIONS)
    def test_other_id_in_the_body(self, version: str) -> None:
        exchange = put_token(version=version, body=token(version, uid="FFFF"))
        assert found(exchange) == {"TRN-086", "TOK-034"}
        for operation, path, body in (
            ("put_location", LOCATION_PATH, location(version, id="OTHER")),
            ("put_evse", EVSE_PATH, evse(version, uid="OTHER")),
            ("put_connector", CONNECTOR_PATH, connector(version, id="OTHER")),
        ):
            exchange = by_target(f"locations.receiver.{operation}", version=version, path=path, body=body)
            assert found(exchange, by=cpo(version)) == {"TRN-086", "LOC-053"}

    def test_case(self) -> None:
        path = TOKEN_PATH | {"token_uid": "04a1b2c3d4e5f6"}
        assert found(put_token(path=path)) == set()
        assert found(put_token(version=EARLIER, path=path)) == {"TRN-086", "TOK-034"}

    def test_patch(self) -> None:
        body: dict[str, Json] = {"valid": False, "last_updated": "2026-02-02T00:00:00Z"}
        plain = by_target("tokens.receiver.patch_token", path=TOKEN_PATH, body=body)
        assert found(plain) == set()
        assert "TRN-086" not in examined(plain)
        other = by_target("tokens.receiver.patch_token", path=TOKEN_PATH, body=body | {"uid": "FFFF"})
        assert "TRN-086" in found(other)
        assert "TOK-034" not in found(other)


class TestWholeObjects:
    @pytest.mark.parametrize("body", [None, [], [token()], "text", 3])
    def test_no_object(self, body: Json) -> None:
        exchange = put_token(body=body, code=2001)
        assert {"TRN-054", "TOK-030"} <= found(exchange) <= {"TRN-054", "TOK-030", "TOK-085", "TRN-021"}

    @pytest.mark.parametrize("version", VERSIONS)
    def test_required_field_is_missing(self, version: str) -> None:
        exchange = put_token(version=version, body=token(version, issuer=None), code=2001)
        assert found(exchange) == {"TRN-054", "TOK-030", "TOK-085"}
        null = put_token(version=version, body=token(version) | {"issuer": None}, code=2001)
        assert {"TRN-054", "TOK-030"} <= found(null)

    def test_other_faults_are_those_of_the_fields(self) -> None:
        assert found(put_token(body=token(issuer="x" * 65))) == {"TOK-085"}
        assert found(put_token(body=token(language="xx"))) == {"TOK-095"}
        assert found(put_token(body=token() | {"language": None})) == {"TRN-069"}

    def test_what_is_judged_elsewhere(self) -> None:
        assert found(put_token(body=b"{", code=2001)) == {"TRN-001"}
        too_large = put_token(body=None, response=Response(413))
        assert "TRN-054" not in examined(too_large)
        result = by_target("commands.sender.post_result", body={})
        assert "TRN-054" not in examined(result, by=cpo())
        asked = by_target("tokens.sender.authorize", path={"token_uid": "1"}, code=2001)
        assert "TRN-054" not in examined(asked, by=cpo())

    def test_credentials_and_cdrs(self) -> None:
        put = by_target("credentials.both.put_credentials", body=credentials(url=None), code=2001)
        assert "TRN-054" in found(put)
        posted = by_target("cdrs.receiver.post_cdr", body=[{}], code=2001)
        assert {"TRN-054", "CDR-042"} <= found(posted, by=cpo())


def test_what_the_partner_sends_is_not_judged() -> None:
    path = {"country_code": "XX", "party_id": "XXX", "token_uid": "1"}
    exchange = by_partner("tokens.receiver.put_token", path=path, body={}, code=2001, deliberate=True)
    assert not {"TRN-054", "TRN-080", "TRN-081", "TRN-083", "TRN-086"} & examined(exchange, by=cpo())


def test_hostile_bodies_do_no_harm() -> None:
    bodies: list[Json] = [{"uid": 5}, {"uid": None, "country_code": []}, {"uid": {}}, [], 10**4000, "x"]
    for body in bodies:
        for by in (judge(), platform_judge()):
            by.judge(put_token(body=body))
            by.judge(put_token(path={}, url=f"{PARTNER_URL}/[", body=body))
