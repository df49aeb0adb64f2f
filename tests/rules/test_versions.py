"""Rules of the versions chapter."""

from typing import Any

import pytest
from tests.rules.build import (
    EARLIER,
    LATER,
    TARGET_URL,
    by_partner,
    by_target,
    examined,
    found,
    judged,
    version_details,
    version_list,
)

from ocpi_schemas.exchange import Exchange
from ocpi_schemas.json_text import Json

LIST = "versions.both.get_versions"
DETAILS = "versions.both.get_version_details"


def versions(data: Json, version: str = LATER, **given: Any) -> Exchange:
    return by_partner(LIST, version=version, data=data, **given)


def details(data: Json, version: str = LATER, **given: Any) -> Exchange:
    return by_partner(DETAILS, version=version, data=data, **given)


def with_endpoints(*entries: dict[str, Json], version: str = LATER) -> Exchange:
    """Version details with these endpoints beside that of credentials."""
    made = version_details(version)
    listed = made["endpoints"]
    assert isinstance(listed, list)
    return details(made | {"endpoints": [*listed, *entries]}, version)


def endpoint(identifier: Json, version: str = LATER, role: str = "SENDER") -> dict[str, Json]:
    made: dict[str, Json] = {"identifier": identifier, "url": f"{TARGET_URL}/{version}/x"}
    return made | ({"role": role} if version == LATER else {})


# VER-003


@pytest.mark.parametrize("version", [EARLIER, LATER])
def test_the_versions_endpoint_lists_at_least_one_version(version: str) -> None:
    exchange = versions(version_list(EARLIER, LATER), version)
    assert found(exchange) == set()
    assert "VER-003" in examined(exchange)
    assert "VER-003" in found(versions([], version))
    assert "VER-003" in found(versions(None, version))
    assert "VER-003" in found(versions({"version": version}, version))


def test_a_refused_request_for_versions_is_not_judged() -> None:
    for exchange in (versions(None, code=3000), versions(None, status=401, code=2000)):
        assert "VER-003" not in examined(exchange)
    assert "VER-003" not in examined(by_target(LIST, data=[]))


# VER-013


def test_details_are_of_the_version_that_the_list_gives_the_url_for() -> None:
    listed = versions(version_list(EARLIER, LATER))
    assert found(listed, details(version_details())) == set()
    assert "VER-013" in examined(listed, details(version_details()))
    assert found(listed, details(version_details() | {"version": EARLIER})) == {"VER-013"}


def test_details_at_a_url_that_no_list_gave_are_not_compared() -> None:
    assert "VER-013" not in examined(details(version_details()))
    listed = versions(version_list(LATER))
    moved = details(version_details() | {"version": EARLIER}, url=f"{TARGET_URL}/elsewhere")
    assert "VER-013" not in examined(listed, moved)


def test_one_url_for_two_versions_may_give_the_details_of_either() -> None:
    url = f"{TARGET_URL}/{LATER}"
    listed = versions([{"version": EARLIER, "url": url}, {"version": LATER, "url": url}])
    assert found(listed, details(version_details())) == set()


def test_the_latest_list_counts() -> None:
    url = f"{TARGET_URL}/{LATER}"
    before, after = versions([{"version": EARLIER, "url": url}]), versions([{"version": LATER, "url": url}])
    assert found(before, after, details(version_details())) == set()


def test_a_version_in_another_form_breaks_another_requirement() -> None:
    listed = versions(version_list(LATER))
    assert found(listed, details(version_details() | {"version": f"v{LATER}"})) == {"VER-007"}


# VER-016


def test_where_the_credentials_endpoint_is_listed_is_noted() -> None:
    other: Json = endpoint("credentials", role="RECEIVER")
    assert "VER-016" in examined(details(version_details()))
    assert found(details(version_details(endpoints=[other]))) == {"VER-016"}
    assert found(with_endpoints(endpoint("credentials", role="RECEIVER"))) == {"VER-016"}
    assert "VER-016" not in examined(details(version_details(EARLIER), EARLIER))


# VER-020, and VER-022 beside it


@pytest.mark.parametrize("version", [EARLIER, LATER])
def test_the_modules_of_the_table_are_fine(version: str) -> None:
    exchange = with_endpoints(endpoint("tariffs", version), endpoint("tokens", version), version=version)
    assert found(exchange) == set()
    assert "VER-020" in examined(exchange)


@pytest.mark.parametrize(
    ("identifier", "meant"),
    [
        ("Locations", "locations"),
        ("CDRs", "cdrs"),
        ("charging_profiles", "chargingprofiles"),
        ("hub-client-info", "hubclientinfo"),
    ],
)
def test_a_module_under_another_spelling_is_reported(identifier: str, meant: str) -> None:
    exchange = with_endpoints(endpoint(identifier))
    assert found(exchange) == {"VER-020"}
    (finding,) = judged(exchange).findings
    assert finding.expected == (meant,)
    assert finding.pointer == "/data/endpoints/1/identifier"


def test_other_spellings_in_the_earlier_version() -> None:
    assert found(with_endpoints(endpoint("Locations", EARLIER), version=EARLIER)) == {"VER-020"}


@pytest.mark.parametrize("version", [EARLIER, LATER])
def test_custom_modules_have_a_prefix(version: str) -> None:
    assert found(with_endpoints(endpoint("nltnm-tokens", version), version=version)) == set()
    assert found(with_endpoints(endpoint("bookings", version), version=version)) == {"VER-022"}
    assert found(with_endpoints(endpoint("versions", version), version=version)) == {"VER-022"}


def test_hostile_details_do_no_harm() -> None:
    for data in (None, 1, "x", [], {}, {"endpoints": None}, {"endpoints": [None, 1, {}, {"identifier": None}]}):
        found(versions(version_list()), details(data))
        found(versions(data))
    found(versions([{"version": None, "url": []}, {"version": {}, "url": "x"}]), details({"version": 1}))
    found(with_endpoints(endpoint("x" * 100_000), endpoint("\u0130")))
