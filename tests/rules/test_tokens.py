"""Tokens in requests and answers, and real-time authorisation."""

import pytest

from ocpi_schemas.dialect import load_dialect
from ocpi_schemas.exchange import Exchange
from ocpi_schemas.judge import Judge

from .build import (
    EARLIER,
    LATER,
    PARTNER,
    PARTNER_URL,
    TOKEN_PATH,
    by_partner,
    by_target,
    examined,
    found,
    judge,
    later,
    token,
    version_details,
)

VERSIONS = [EARLIER, LATER]
PARTNER_PATH = {"country_code": "NL", "party_id": "PAR", "token_uid": "04A1B2C3D4E5F6"}
UID = {"token_uid": "04A1B2C3D4E5F6"}
NEWER = "2026-02-02T10:00:00Z"


def cpo(version: str = LATER) -> Judge:
    return judge(version, target_role="CPO")


# The type parameter: TOK-025, TOK-027, TOK-035


def test_type_in_url_is_a_token_type() -> None:
    for operation, body in (
        ("put_token", token(type="OTHER")),
        ("patch_token", {"valid": False, "last_updated": NEWER}),
    ):
        fine = by_target(f"tokens.receiver.{operation}", path=TOKEN_PATH, query={"type": "OTHER"}, body=body)
        assert found(fine) == set()
        assert "TOK-025" in examined(fine)
        wrong = by_target(f"tokens.receiver.{operation}", path=TOKEN_PATH, query={"type": "rfid"}, body=body)
        assert found(wrong) == {"TOK-025"}
    fetched = by_target("tokens.receiver.get_token", path=TOKEN_PATH, query={"type": "CARD"}, code=2001)
    assert "TOK-025" in found(fetched)


def test_type_parameter_need_not_be_there() -> None:
    assert "TOK-025" not in examined(by_target("tokens.receiver.put_token", path=TOKEN_PATH, body=token()))
    old = by_target(
        "tokens.receiver.put_token", version=EARLIER, path=TOKEN_PATH, query={"type": "x"}, body=token(EARLIER)
    )
    assert found(old) == set()


def test_type_of_a_token_that_is_put() -> None:
    assert "TOK-035" in examined(by_target("tokens.receiver.put_token", path=TOKEN_PATH, body=token()))
    without = by_target("tokens.receiver.put_token", path=TOKEN_PATH, body=token(type="OTHER"))
    assert found(without) == {"TOK-035"}
    other = by_target("tokens.receiver.put_token", path=TOKEN_PATH, query={"type": "OTHER"}, body=token())
    assert found(other) == {"TOK-035"}
    no_type = by_target("tokens.receiver.put_token", path=TOKEN_PATH, body=token(type="CARD"))
    assert "TOK-035" not in found(no_type)
    old = by_target("tokens.receiver.put_token", version=EARLIER, path=TOKEN_PATH, body=token(EARLIER, type="OTHER"))
    assert found(old) == set()


def fetched(data: object, version: str = LATER, **given: object) -> Exchange:
    return by_partner("tokens.receiver.get_token", version=version, path=PARTNER_PATH, data=data, **given)


@pytest.mark.parametrize("version", VERSIONS)
def test_token_that_was_asked_for(version: str) -> None:
    fine = fetched(token(version, owner=PARTNER), version)
    assert found(fine, by=cpo(version)) == set()
    assert "TOK-027" in examined(fine, by=cpo(version))
    assert found(fetched(token(version, owner=PARTNER, uid="1"), version), by=cpo(version)) == {"TOK-027"}
    lower = found(fetched(token(version, owner=PARTNER, uid="04a1b2c3d4e5f6"), version), by=cpo(version))
    assert lower == (set() if load_dialect(version).ids_ignore_case else {"TOK-027"})


def test_type_of_the_token_that_was_asked_for() -> None:
    other = token(owner=PARTNER, type="OTHER")
    assert found(fetched(other), by=cpo()) == {"TOK-027"}
    assert found(fetched(other, query={"type": "OTHER"}), by=cpo()) == set()
    assert found(fetched(token(EARLIER, owner=PARTNER, type="OTHER"), EARLIER), by=cpo(EARLIER)) == set()


def test_answer_without_token_is_not_judged() -> None:
    for given in ({"data": None, "code": 2003}, {"data": None, "status": 404}, {"data": []}):
        assert "TOK-027" not in examined(by_partner("tokens.receiver.get_token", path=PARTNER_PATH, **given), by=cpo())


# TOK-037


def test_patch_without_last_updated() -> None:
    def patch(version: str, **body: object) -> set[str]:
        return found(by_target("tokens.receiver.patch_token", version=version, path=TOKEN_PATH, body=body))

    assert patch(LATER, valid=False, last_updated=NEWER) == set()
    assert patch(LATER, valid=False) == {"TOK-037"}
    assert patch(EARLIER, valid=False) == set()


# Asking: TOK-060, TOK-061, TOK-067, TOK-116


def asked(version: str = LATER, path: dict[str, str] | None = None, **given: object) -> Exchange:
    """The target asks the Partner."""
    given.setdefault("data", info(version, owner=PARTNER))
    return by_target("tokens.sender.authorize", version=version, path=path or UID, **given)


def info(version: str = LATER, *, owner: object = None, **changes: object) -> dict[str, object]:
    made: dict[str, object] = {"allowed": "ALLOWED"}
    if load_dialect(version).field("authorization_info.token"):
        made["token"] = token(version, **({"owner": owner} if owner else {}))
    return {name: value for name, value in (made | changes).items() if value is not None}


@pytest.mark.parametrize("version", VERSIONS)
def test_asking(version: str) -> None:
    exchange = asked(version)
    assert found(exchange, by=cpo(version)) == set()
    assert "TOK-060" in examined(exchange, by=cpo(version))
    assert not {"TOK-061", "TOK-067", "TOK-116"} & examined(exchange, by=cpo(version))


def test_url_of_an_authorisation() -> None:
    details = by_target(
        "versions.both.get_version_details", data=version_details(LATER, ("tokens", "SENDER"), base=PARTNER_URL)
    )
    stray = by_target("", method="POST", url=f"{PARTNER_URL}/{LATER}/sender/tokens/authorize/012345", status=404)
    assert found(details, stray, by=cpo()) == {"TOK-060"}
    assert found(asked(path={"token_uid": "x" * 37}), by=cpo()) == {"TOK-060"}
    deleted = by_target("", method="DELETE", url=f"{PARTNER_URL}/{LATER}/sender/tokens/012345", status=405)
    assert "TOK-060" not in found(details, deleted, by=cpo())


def test_type_that_is_asked_about() -> None:
    for version in VERSIONS:
        assert found(asked(version, query={"type": "OTHER"}), by=cpo(version)) == set()
        assert "TOK-061" in examined(asked(version, query={"type": "OTHER"}), by=cpo(version))
        assert found(asked(version, query={"type": "CARD"}), by=cpo(version)) == {"TOK-061"}
    assert found(asked(EARLIER, query={"token_type": "CARD"}), by=cpo(EARLIER)) == {"TOK-061"}
    assert "TOK-061" not in examined(asked(LATER, query={"token_type": "CARD"}), by=cpo())


def test_body_of_an_authorisation() -> None:
    for version in VERSIONS:
        fine = asked(version, body={"location_id": "LOC-1", "evse_uids": ["EVSE-1"]})
        assert found(fine, by=cpo(version)) == set()
        assert "TOK-067" in examined(fine, by=cpo(version))
        assert "TOK-067" in found(asked(version, body=[{"location_id": "LOC-1"}]), by=cpo(version))
        assert "TOK-067" in found(asked(version, body=token(version)), by=cpo(version))
        assert found(asked(version, body={"evse_uids": ["EVSE-1"]}), by=cpo(version)) == {"TOK-105", "TRN-054"}


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("way", ["put", "pulled", "patched"])
def test_token_that_is_always_allowed(version: str, way: str) -> None:
    always = token(version, owner=PARTNER, whitelist="ALWAYS")
    plain = by_partner(
        "tokens.receiver.put_token", version=version, path=PARTNER_PATH, body=token(version, owner=PARTNER)
    )
    body = {"whitelist": "ALWAYS", "last_updated": NEWER}
    given = {
        "put": [by_partner("tokens.receiver.put_token", version=version, path=PARTNER_PATH, body=always)],
        "pulled": [by_target("tokens.sender.get_list", version=version, data=[always])],
        "patched": [
            plain,
            by_partner("tokens.receiver.patch_token", version=version, path=PARTNER_PATH, body=body),
        ],
    }[way]
    assert found(*given, asked(version), by=cpo(version)) == {"TOK-116"}
    assert found(plain, asked(version), by=cpo(version)) == set()
    assert "TOK-116" in examined(plain, asked(version), by=cpo(version))
    back = by_partner(
        "tokens.receiver.put_token", version=version, path=PARTNER_PATH, body=token(version, owner=PARTNER)
    )
    assert found(*given, back, asked(version), by=cpo(version)) == set()


def test_token_that_is_not_known_or_not_the_same() -> None:
    def put(code: int = 1000, **changes: object) -> Exchange:
        body = token(owner=PARTNER, whitelist="ALWAYS", **changes)
        query = {"type": str(body["type"])}
        return by_partner("tokens.receiver.put_token", path=PARTNER_PATH, query=query, body=body, code=code)

    assert "TOK-116" not in examined(put(code=2001), asked(), by=cpo())
    assert "TOK-116" not in examined(put(valid=False), asked(), by=cpo())
    assert "TOK-116" not in examined(put(type="OTHER"), asked(), by=cpo())
    assert found(put(type="OTHER"), asked(query={"type": "OTHER"}), by=cpo()) == {"TOK-116"}


# Answering: TOK-064, TOK-076, TOK-078, TOK-079, TOK-080


def answered(data: object, version: str = LATER, **given: object) -> Exchange:
    """The Partner asks the target."""
    return by_partner("tokens.sender.authorize", version=version, path=UID, data=data, **given)


@pytest.mark.parametrize("version", VERSIONS)
def test_answering(version: str) -> None:
    exchange = answered(info(version), version)
    assert found(exchange) == set()
    assert "TOK-076" in examined(exchange)
    assert not {"TOK-064", "TOK-078", "TOK-079"} & examined(exchange)


def test_unknown_token_has_no_data() -> None:
    for status in (200, 404):
        assert found(answered(None, status=status, code=2004)) == set()
        assert "TOK-064" in examined(answered(None, status=status, code=2004))
        assert found(answered(info(), status=status, code=2004)) == {"TOK-064"}
    assert "TOK-064" not in examined(answered(info(), version=EARLIER, code=2004))
    assert "TOK-064" not in examined(answered(None, status=404, code=None))


REFERENCES = {"location_id": "LOC-1", "evse_uids": ["EVSE-1", "EVSE-2"]}


@pytest.mark.parametrize("version", VERSIONS)
def test_location_of_an_answer(version: str) -> None:
    echoed = answered(info(version, location=REFERENCES), version, body=REFERENCES)
    assert found(echoed) == set()
    assert {"TOK-078", "TOK-079"} <= examined(echoed)
    assert found(answered(info(version, location=REFERENCES), version)) == {"TOK-076"}
    assert found(answered(info(version), version, body=REFERENCES)) == {"TOK-079"}
    fewer = {"location_id": "LOC-1", "evse_uids": ["EVSE-2"]}
    assert found(answered(info(version, location=fewer), version, body=REFERENCES)) == set()
    more = {"location_id": "LOC-1", "evse_uids": ["EVSE-2", "EVSE-3"]}
    assert found(answered(info(version, location=more), version, body=REFERENCES)) == {"TOK-078"}
    other = {"location_id": "LOC-2"}
    assert found(answered(info(version, location=other), version, body=REFERENCES)) == {"TOK-078"}
    assert found(answered(info(version, location=REFERENCES), version, body={"location_id": "LOC-1"})) == set()


def test_location_where_charging_is_not_allowed() -> None:
    refused = answered(info(allowed="NOT_ALLOWED"), body=REFERENCES)
    assert found(refused) == set()
    assert "TOK-079" not in examined(refused)


def test_case_of_the_location() -> None:
    answer = {"location_id": "loc-1", "evse_uids": ["evse-1"]}
    assert found(answered(info(location=answer), body=REFERENCES)) == set()
    assert found(answered(info(EARLIER, location=answer), EARLIER, body=REFERENCES)) == {"TOK-078"}


def test_connectors_of_an_answer() -> None:
    request = {"location_id": "LOC-1", "connector_ids": ["1"]}
    answer = {"location_id": "LOC-1", "connector_ids": ["2"]}
    assert found(answered(info(EARLIER, location=answer), EARLIER, body=request)) == {"TOK-078", "TOK-107"}


def test_token_of_an_answer() -> None:
    assert "TOK-080" in examined(answered(info()))
    assert found(answered(info(token=token(uid="04a1b2c3d4e5f6")))) == set()
    assert found(answered(info(token=token(uid="1")))) == {"TOK-080"}
    assert found(answered(info(token=token(type="OTHER")))) == {"TOK-080"}
    assert found(answered(info(token=token(type="OTHER")), query={"type": "OTHER"})) == set()
    assert found(answered(info(), query={"type": "OTHER"})) == {"TOK-080"}
    assert "TOK-080" not in found(answered(info(), query={"type": "CARD"}, deliberate=True))


def test_refusals_are_not_judged() -> None:
    for given in ({"code": 2002}, {"status": 500, "code": None}, {"status": 401, "answer": b"no"}):
        answer = answered(None, **given)
        assert not {"TOK-076", "TOK-078", "TOK-079", "TOK-080"} & examined(answer)


# Hostile values


@pytest.mark.parametrize("value", [None, 1, "x", [], {}, [None], [1, "x", {}], True, 10**30, {"x": []}, "x" * 5000])
def test_hostile_values_do_not_upset_anything(value: object) -> None:
    eager, by = judge(), cpo()
    for at, exchange in enumerate(
        (
            answered(value),
            answered(info(token=value, location=value), body=REFERENCES),
            answered(info(location={"location_id": value, "evse_uids": value}), body=REFERENCES),
            answered(info(location=REFERENCES), body={"location_id": "LOC-1", "evse_uids": value}, deliberate=True),
            fetched(token(uid=value, type=value)),
            by_partner("tokens.sender.get_list", data=[token(uid=value, type=value), token(uid=value), value]),
            by_target(
                "tokens.receiver.put_token", path=TOKEN_PATH, body=token(uid=value, type=value, country_code=value)
            ),
            by_target("tokens.receiver.patch_token", path=TOKEN_PATH, body=value, started=later(1)),
        )
    ):
        assert eager.judge(exchange) is not None, at
    pulled = by_target("tokens.sender.get_list", data=[token(uid=value, type=value, whitelist=value), value])
    for exchange in (pulled, asked(body=value), asked(query={"type": str(value)})):
        by.judge(exchange)
