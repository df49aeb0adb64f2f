"""Rules of the types chapter."""

from tests.rules.build import (
    EARLIER,
    LATER,
    LOCATION_PATH,
    by_partner,
    by_target,
    envelope,
    examined,
    found,
    judge,
    judged,
    location,
)

from ocpi_schemas.dialect import load_dialect
from ocpi_schemas.exchange import Exchange
from ocpi_schemas.json_text import Json, dump

LIST = "locations.sender.get_list"


def mix(amount: Json, version: str = LATER) -> dict[str, Json]:
    """An EnergyMix with this number in it."""
    category = load_dialect(version).field("environmental_impact.category")
    return {"is_green_energy": False, "environ_impact": [{category: "CARBON_DIOXIDE", "amount": amount}]}


def page(*locations: dict[str, Json], version: str = LATER) -> Exchange:
    return by_partner(LIST, version=version, data=list(locations))


def written(number: bytes) -> Exchange:
    """A page on which one number stands as these characters."""
    body = dump(envelope([location(energy_mix=mix(12345))]))
    return by_partner(LIST, answer=body.replace(b"12345", number), answer_headers={"X-Total-Count": "1"})


def by_cpo(exchange: Exchange) -> set[str]:
    return found(exchange, by=judge(exchange.version, target_role="CPO"))


def test_four_decimals_are_fine() -> None:
    for version in (EARLIER, LATER):
        exchange = page(location(version, energy_mix=mix(12.3456, version)), version=version)
        assert by_cpo(exchange) == set()
        assert "TYP-031" in examined(exchange, by=judge(version, target_role="CPO"))


def test_a_fifth_decimal_is_reported_where_it_stands() -> None:
    for version in (EARLIER, LATER):
        long = location(version, id="LOC-2", energy_mix=mix(12.34567, version), evses=None)
        exchange = page(location(version), long, version=version)
        assert by_cpo(exchange) == {"TYP-031"}
        (finding,) = judged(exchange, by=judge(version, target_role="CPO")).findings
        assert finding.pointer == "/data/1/energy_mix/environ_impact/0/amount"
        assert finding.found == "12.34567"


def test_zeros_at_the_end_and_exponents_are_numbers_like_others() -> None:
    assert by_cpo(written(b"12.50000000")) == set()
    assert by_cpo(written(b"1.23456e1")) == set()
    assert by_cpo(written(b"1.5e-7")) == {"TYP-031"}
    assert by_cpo(written(b"12.34567e0")) == {"TYP-031"}
    assert by_cpo(written(b"12." + b"1" * 5000)) == {"TYP-031"}


def test_coordinates_are_strings() -> None:
    exchange = page(location(coordinates={"latitude": "53.0759001", "longitude": "8.8072001"}))
    assert by_cpo(exchange) == set()
    assert "TYP-031" not in examined(exchange, by=judge(target_role="CPO"))


def test_a_number_in_a_push_counts_too() -> None:
    exchange = by_target(
        "locations.receiver.put_location",
        path=LOCATION_PATH,
        body=location(energy_mix=mix(0.123456)),
        status=201,
    )
    assert by_cpo(exchange) == {"TYP-031"}


def test_fields_that_no_table_has_are_left_alone() -> None:
    assert by_cpo(page(location(energy_mix=mix(1.5) | {"x_ratio": 0.123456}))) == {"TRN-072"}


def test_a_field_with_decimals_of_its_own_is_left_alone() -> None:
    profile: Json = {
        "charging_profile": {
            "charging_rate_unit": "A",
            "charging_profile_period": [{"start_period": 0, "limit": 16.123456}],
        },
        "response_url": "http://127.0.0.1:9000/ocpi/results/1",
    }
    exchange = by_target(
        "chargingprofiles.receiver.put_charging_profile",
        path={"session_id": "1"},
        body=profile,
        data={"result": "ACCEPTED", "timeout": 30},
    )
    assert "TYP-031" not in found(exchange, by=judge(target_role="SCSP"))


def test_a_page_of_long_numbers_is_reported_in_part() -> None:
    exchange = page(*(location(id=f"L{number}", energy_mix=mix(1.234567), evses=None) for number in range(50)))
    findings = judged(exchange, by=judge(target_role="CPO")).findings
    assert len([finding for finding in findings if finding.requirement == "TYP-031"]) == 20


def test_hostile_values_do_no_harm() -> None:
    for number in (b"1.5e999999", b"[[1.123456]]", b'{"amount":null}', b"null", b"true", b"1e99999999999999999999"):
        by_cpo(written(number))
    by_cpo(by_partner(LIST, data=[1.234567, None, [2.345678], "x"]))
