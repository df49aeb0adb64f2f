"""What others push of Tariffs: created, replaced, changed in part where the version has that, deleted, and refused."""

from copy import deepcopy
from typing import Any

import pytest
from loopback import Answer, Pair, ask, in_loop, registered, versions

from ocpi_schemas.dialect import known_versions, load_dialect
from ocpi_schemas.operation import InterfaceRole
from ocpi_schemas.schema import load_schemas
from ocpi_simulator.dataset.shape import shape_of

Object = dict[str, Any]

PATH = "/NL/ABC/Day-1"

EVERYTHING: Object = {
    "country_code": "NL",
    "party_id": "ABC",
    "id": "Day-1",
    "currency": "EUR",
    "type": "REGULAR",
    "tariff_alt_text": [{"language": "en", "text": "Cheaper at night"}],
    "tariff_alt_url": "https://example.com/tariffs/day-1",
    "min_price": {"excl_vat": 0.5, "incl_vat": 0.6},
    "elements": [
        {
            "price_components": [{"type": "ENERGY", "price": 0.25, "vat": 20.0, "step_size": 1}],
            "restrictions": {"start_time": "23:00", "end_time": "06:00", "day_of_week": ["SATURDAY", "SUNDAY"]},
        },
        {
            "price_components": [
                {"type": "FLAT", "price": 0.5, "step_size": 1},
                {"type": "ENERGY", "price": 0.35, "vat": 20.0, "step_size": 1},
            ]
        },
    ],
    "start_date_time": "2026-01-01T00:00:00Z",
    "energy_mix": {"is_green_energy": True, "supplier_name": "Wind & Co"},
    "last_updated": "2026-01-01T00:00:00Z",
}
"""A Tariff with the fields of all versions."""


def tariff(version: str, **changes: Any) -> Object:
    """It as a version has it."""
    return shape_of(version).project("Tariff", deepcopy(EVERYTHING)) | changes


async def put(pair: Pair, path: str = PATH, **changes: Any) -> Answer:
    return await pair.ask_emsp("PUT", "tariffs", path, body=tariff(pair.version, **changes))


async def get(pair: Pair, path: str = PATH) -> Answer:
    return await pair.ask_emsp("GET", "tariffs", path)


def stored(pair: Pair) -> list[str]:
    """The ids of the Tariffs that the eMSP has."""
    return [entry["id"] for entry in pair.emsp.stores.received_of("tariffs").values()]


@versions
def test_the_sample_is_flawless(version: str) -> None:
    assert load_schemas(version).is_flawless(("Tariff",), tariff(version))


@versions
@in_loop
async def test_a_tariff_is_created_replaced_read_and_deleted(version: str) -> None:
    async with registered(version) as pair:
        assert (await get(pair)).outcome == (404, 2000)
        created = await put(pair)
        assert created.outcome == (201, 1000)
        assert "data" not in created.envelope
        answer = await get(pair)
        assert answer.outcome == (200, 1000)
        assert answer.data == tariff(version)

        shorter = tariff(version, currency="SEK", elements=EVERYTHING["elements"][1:])
        del shorter["energy_mix"], shorter["tariff_alt_text"]
        replaced = await pair.ask_emsp("PUT", "tariffs", PATH, body=shape_of(version).project("Tariff", shorter))
        assert replaced.outcome == (200, 1000)
        assert "data" not in replaced.envelope
        assert (await get(pair)).data == shape_of(version).project("Tariff", shorter), "what a PUT leaves out is gone"

        deleted = await pair.ask_emsp("DELETE", "tariffs", PATH)
        assert deleted.outcome == (200, 1000)
        assert "data" not in deleted.envelope
        assert (await get(pair)).outcome == (404, 2000)
        assert (await pair.ask_emsp("DELETE", "tariffs", PATH)).outcome == (404, 2000)
        assert (await put(pair)).outcome == (201, 1000), "a deleted Tariff can be put anew"


@versions
@in_loop
async def test_a_delete_takes_one_tariff_away(version: str) -> None:
    async with registered(version) as pair:
        for name in ("Day-1", "Day-2"):
            assert (await put(pair, f"/NL/ABC/{name}", id=name)).outcome == (201, 1000)
        assert (await pair.ask_emsp("DELETE", "tariffs", PATH)).outcome == (200, 1000)
        assert stored(pair) == ["Day-2"]


@versions
@in_loop
async def test_foreign_owners_are_refused(version: str) -> None:
    async with registered(version) as pair:
        await put(pair)
        for path in ("/NL/XYZ/Day-1", "/DE/ABC/Day-1", "/DE/XYZ/Day-1"):
            _, country, party, _ = path.split("/")
            body = shape_of(version).project("Tariff", EVERYTHING | {"country_code": country, "party_id": party})
            answers = [
                await pair.ask_emsp("PUT", "tariffs", path, body=body),
                await pair.ask_emsp("GET", "tariffs", path),
                await pair.ask_emsp("DELETE", "tariffs", path),
            ]
            assert {answer.outcome for answer in answers} == {(404, 2000)}
        assert stored(pair) == ["Day-1"]


@versions
@in_loop
async def test_url_and_body_name_the_same_tariff(version: str) -> None:
    async with registered(version) as pair:
        assert (await put(pair, id="Day-2")).outcome == (200, 2001)
        if pair.dialect.field("object.owner_party"):
            assert (await put(pair, party_id="XYZ")).outcome == (200, 2001)
            assert (await put(pair, country_code="DE")).outcome == (200, 2001)
        assert stored(pair) == []
        assert (await put(pair, "/nl/abc/Day-1")).outcome == (201, 1000), "codes of parties have no case"


@versions
@in_loop
async def test_ids_have_case_where_the_version_says_so(version: str) -> None:
    async with registered(version) as pair:
        await put(pair)
        known = pair.dialect.ids_ignore_case
        assert (await get(pair, PATH.upper())).status == (200 if known else 404)
        assert (await pair.ask_emsp("DELETE", "tariffs", PATH.upper())).status == (200 if known else 404)
        assert len(stored(pair)) == (0 if known else 1)


@versions
@pytest.mark.parametrize(
    "changes",
    [
        {"elements": []},
        {"elements": None},
        {"elements": [{"price_components": []}]},
        {"elements": [{"price_components": [{"type": "ENERGY", "price": 0.25}]}]},
        {"elements": [{"price_components": [{"type": "ENERGY", "price": "0.25", "step_size": 1}]}]},
        {"elements": [{"price_components": [{"type": "NOISE", "price": 0.25, "step_size": 1}]}]},
        {
            "elements": [EVERYTHING["elements"][1] | {"restrictions": {"start_time": "9:00"}}],
        },
        {"currency": "EURO"},
        {"currency": "XYZ"},
        {"tariff_alt_text": [{"language": "en"}]},
        {"last_updated": "yesterday"},
        {"id": 1},
    ],
    ids=str,
)
@in_loop
async def test_bodies_that_are_no_tariff(version: str, changes: Object) -> None:
    async with registered(version) as pair:
        for answer in (await put(pair, **changes), await pair.ask_emsp("PUT", "tariffs", PATH, body={})):
            assert answer.outcome == (200, 2001)
            assert answer.envelope["status_message"]
        assert stored(pair) == []
        assert (await pair.ask_emsp("PUT", "tariffs", PATH, raw=b"{")).outcome == (400, 2000)


@versions
@in_loop
async def test_a_patch_where_the_version_has_one(version: str) -> None:
    async with registered(version) as pair:
        change = {"elements": tariff(version)["elements"][1:], "last_updated": "2026-02-01T00:00:00Z"}
        if "tariffs.receiver.patch_tariff" not in pair.dialect.operations:
            answer = await pair.ask_emsp("PATCH", "tariffs", PATH, body=change)
            assert answer.outcome == (405, 2000)
            assert answer.headers["Allow"] == "DELETE, GET, PUT"
            return
        unknown = await pair.ask_emsp("PATCH", "tariffs", PATH, body=change)
        assert unknown.outcome == (404, 2000)
        await put(pair)
        assert (await pair.ask_emsp("PATCH", "tariffs", PATH, body=change)).outcome == (200, 1000)
        assert (await get(pair)).data == tariff(version) | change, "the rest stays"
        for wrong in ({"id": "Day-2"}, {"elements": []}):
            answer = await pair.ask_emsp("PATCH", "tariffs", PATH, body=change | wrong)
            assert answer.outcome == (200, 2001)
        foreign = await pair.ask_emsp("PATCH", "tariffs", "/NL/XYZ/Day-1", body=change)
        assert foreign.outcome == (404, 2000)
        assert stored(pair) == ["Day-1"]
        assert (await get(pair)).data == tariff(version) | change


def test_some_version_has_a_patch_and_some_has_none() -> None:
    has = {"tariffs.receiver.patch_tariff" in load_dialect(version).operations for version in known_versions()}
    assert has == {True, False}


@versions
@in_loop
async def test_who_receives_locations_receives_tariffs_and_nobody_sends_them(version: str) -> None:
    async with registered(version) as pair:
        emsp = await ask("GET", pair.emsp.details_url(version), token=pair.to_emsp.outbound, version=version)
        offered = [entry for entry in emsp.data["endpoints"] if entry["identifier"] == "tariffs"]
        url = pair.emsp.endpoint_url(version, "tariffs", InterfaceRole.RECEIVER)
        assert [entry["url"] for entry in offered] == [url]
        assert {entry.get("role", "RECEIVER") for entry in offered} == {"RECEIVER"}
        cpo = await ask("GET", pair.cpo.details_url(version), token=pair.to_cpo.outbound, version=version)
        assert "tariffs" not in {entry["identifier"] for entry in cpo.data["endpoints"]}
        for interface in (InterfaceRole.SENDER, InterfaceRole.RECEIVER):
            url = pair.cpo.endpoint_url(version, "tariffs", interface)
            assert (await ask("GET", url, token=pair.to_cpo.outbound, version=version)).outcome == (404, 2000)
