"""Judging one page of 50 Locations: all rules, against jsonschema alone and jsonschema-rs alone."""

from datetime import UTC, datetime

import jsonschema_rs
from jsonschema import Draft202012Validator
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from benchmarks.clock import best_of
from ocpi_schemas.context import Context, PartyRole
from ocpi_schemas.dialect import known_versions, load_dialect
from ocpi_schemas.exchange import Body, Exchange, Headers, Request, Response, Side
from ocpi_schemas.json_text import dump, parse
from ocpi_schemas.judge import Judge
from ocpi_schemas.party import PartyId
from ocpi_schemas.requirement import Level, load_catalogue
from ocpi_schemas.schema import load_schemas
from ocpi_schemas.timestamps import now, write_timestamp
from ocpi_simulator.dataset.locations import Locations
from ocpi_simulator.dataset.shape import shape_of

LOCATIONS, EVSES, CONNECTORS = 50, 10, 2


def page(version: str) -> bytes:
    """A response with 50 Locations of 10 EVSEs of 2 Connectors each."""
    recipe = Locations(1, PartyId("NL", "ABC"), evses=EVSES, connectors=CONNECTORS)
    shape = shape_of(version)
    made = [recipe.make(index, datetime(2026, 1, 1, 0, 0, index, tzinfo=UTC)) for index in range(2, LOCATIONS + 2)]
    for location in made:
        for evse in location["evses"]:
            while len(evse["connectors"]) < CONNECTORS:
                evse["connectors"].append(evse["connectors"][0] | {"id": str(len(evse["connectors"]) + 1)})
    for location in made:  # what a page of ordinary Locations has: about 280 kB
        for name in (
            "images",
            "directions",
            "related_locations",
            "energy_mix",
            "opening_times",
            "owner",
            "suboperator",
        ):
            location.pop(name, None)
        for evse in location["evses"]:
            for name in (
                "images",
                "directions",
                "status_schedule",
                "coordinates",
                "parking_restrictions",
                "floor_level",
            ):
                evse.pop(name, None)
            evse["capabilities"] = evse.get("capabilities", [])[:2]
            for connector in evse["connectors"]:
                connector["tariff_ids"] = connector.get("tariff_ids", [])[:1]
                for name in ("terms_and_conditions", "max_electric_power"):
                    connector.pop(name, None)
    data = [shape.project("Location", location) for location in made]
    return dump({"data": data, "status_code": 1000, "timestamp": write_timestamp(now())})


def exchange_of(body: bytes, version: str, index: int) -> Exchange:
    """The exchange that brought the page; the body is parsed when it is first looked at."""
    request_headers = [
        ("Authorization", "Token dG9rZW4="),
        ("X-Request-ID", f"r{index}"),
        ("X-Correlation-ID", f"c{index}"),
    ]
    headers = [
        ("Content-Type", "application/json"),
        ("X-Total-Count", str(LOCATIONS)),
        ("X-Limit", str(LOCATIONS)),
        ("X-Request-ID", f"r{index}"),
        ("X-Correlation-ID", f"c{index}"),
    ]
    return Exchange(
        index=index,
        client=Side.PARTNER,
        version=version,
        started=now(),
        duration_s=0.01,
        request=Request("GET", "http://127.0.0.1/ocpi/sender/locations?limit=50", Headers.of(request_headers)),
        response=Response(200, Headers.of(headers), Body(body)),
        operation=load_dialect(version).operations["locations.sender.get_list"],
        token_kind="current",
    )


def measure() -> list[str]:
    """The lines to print."""
    version = known_versions()[-1]
    body = page(version)
    value = parse(body)["data"]  # type: ignore[index,call-overload]
    party = PartyId("NL", "ABC")
    context = Context(load_dialect(version), "CPO", target=(PartyRole("CPO", party),))
    exchange = exchange_of(body, version, 0)
    assert exchange.response is not None
    assert exchange.response.succeeded
    judge = Judge(context)
    first = judge.judge(exchange)
    assert not [f for f in first.findings if load_catalogue()[f.requirement].level_in(version) is Level.MUST], first

    def all_rules() -> None:
        Judge(context).judge(exchange)

    def with_parsing() -> None:
        Judge(context).judge(exchange_of(body, version, 0))

    documents = load_schemas(version).documents
    root = {"type": "array", "items": {"$ref": f"urn:ocpi:{version}:Location"}}
    registry = Registry().with_resources(
        [(document["$id"], DRAFT202012.create_resource(document)) for document in documents.values()]
    )
    python = Draft202012Validator(root, registry=registry)
    rust = jsonschema_rs.Draft202012Validator(
        root, registry=jsonschema_rs.Registry([(document["$id"], document) for document in documents.values()])
    )
    rules = best_of(all_rules)
    parsing = best_of(with_parsing)
    slow = best_of(lambda: python.is_valid(value), rounds=3, repeat=1)
    fast = best_of(lambda: rust.is_valid(value))
    return [
        f"judging a page of {LOCATIONS} Locations x {EVSES} EVSEs x {CONNECTORS} Connectors ({len(body) // 1000} kB)",
        f"  all rules                    {rules * 1000:7.2f} ms   (5 ms at most)",
        f"  all rules, and parsing JSON  {parsing * 1000:7.2f} ms",
        f"  jsonschema alone             {slow * 1000:7.2f} ms   all rules take {rules / slow:.2f} of it",
        f"  jsonschema-rs alone          {fast * 1000:7.2f} ms   all rules take {rules / fast:.1f} times as long",
    ]
