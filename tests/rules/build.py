"""Builders for the tests of the rules: conforming exchanges, objects and Judges, of which a test spoils one thing.

    exchange = by_target("tokens.receiver.put_token", path=TOKEN_PATH, body=token())
    assert found(exchange) == set()

What is not given is made so that no rule finds anything. A header given as None is left out.
"""

import base64
import uuid
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, Final
from urllib.parse import quote, urlencode

from ocpi_schemas.context import Context, PartyRole, digest
from ocpi_schemas.dialect import known_versions, load_dialect
from ocpi_schemas.exchange import Body, Exchange, Failure, Headers, Request, Response, Side
from ocpi_schemas.json_text import Json, dump
from ocpi_schemas.judge import Judge, Judgement
from ocpi_schemas.operation import EndpointKind, Operation
from ocpi_schemas.party import PartyId
from ocpi_schemas.timestamps import write_timestamp

EARLIER: Final = next(version for version in known_versions() if not load_dialect(version).message_ids)
LATER: Final = next(version for version in known_versions() if load_dialect(version).message_ids)
"""The version without message ids and routing headers, and the one with them."""

PARTNER: Final = PartyId("NL", "PAR")
TARGET: Final = PartyId("DE", "TGT")
HUB: Final = PartyId("NL", "HUB")

PARTNER_TOKEN: Final = "partner-gave-this-0123456789"
"""The credentials token with which the target calls the Partner."""
TARGET_TOKEN: Final = "target-gave-this-0123456789"
"""The one with which the Partner calls the target."""

PARTNER_URL: Final = "http://127.0.0.1:8000/ocpi"
TARGET_URL: Final = "http://127.0.0.1:9000/ocpi"

NOW: Final = datetime(2026, 3, 1, 12, 0, 0, tzinfo=UTC)

_numbers = count()

HeadersGiven = Mapping[str, str | None]


# Judges


def counterpart(role: str) -> str:
    """The role on the other side of a link."""
    return "CPO" if role == "EMSP" else "EMSP"


def judge(
    version: str = LATER,
    *,
    target_role: str = "EMSP",
    partner: Sequence[PartyRole] | None = None,
    target: Sequence[PartyRole] | None = None,
    closed_network: bool = True,
    given: Sequence[str] = (PARTNER_TOKEN,),
) -> Judge:
    """A Judge that knows both sides, one party each, and the tokens that the target was given."""
    made = Judge(
        Context(
            dialect=load_dialect(version),
            target_role=target_role,
            partner=tuple(partner) if partner is not None else (PartyRole(counterpart(target_role), PARTNER),),
            target=tuple(target) if target is not None else (PartyRole(target_role, TARGET),),
            closed_network=closed_network,
        )
    )
    for token_text in given:
        made.history.given_to_target.put(digest(token_text), "")
    return made


def platform_judge(version: str = LATER, *, target_role: str = "EMSP") -> Judge:
    """A Judge of a link on which the Partner has two parties, so that routing headers are needed."""
    role = counterpart(target_role)
    return judge(
        version,
        target_role=target_role,
        partner=(PartyRole(role, PARTNER), PartyRole(role, PartyId("BE", "PAR"))),
    )


def hub_judge(version: str = LATER, *, target_role: str = "EMSP") -> Judge:
    """A Judge of a link to a hub that the Partner plays."""
    return judge(
        version,
        target_role=target_role,
        partner=(PartyRole("HUB", HUB), PartyRole(counterpart(target_role), PARTNER)),
    )


def judged(*exchanges: Exchange, by: Judge | None = None) -> Judgement:
    """The judgement of the last of these exchanges; those before it are history."""
    made = by or judge(exchanges[-1].version)
    *earlier, last = exchanges
    for exchange in earlier:
        made.judge(exchange)
    return made.judge(last)


def found(*exchanges: Exchange, by: Judge | None = None) -> set[str]:
    """The requirements that the last exchange breaks."""
    return {finding.requirement for finding in judged(*exchanges, by=by).findings}


def examined(*exchanges: Exchange, by: Judge | None = None) -> frozenset[str]:
    """The requirements that the last exchange puts to the test."""
    return judged(*exchanges, by=by).examined


# Exchanges


def by_target(operation: str, **given: Any) -> Exchange:
    """An exchange in which the target is the client; see `exchange`."""
    return exchange(operation, client=Side.TARGET, **given)


def by_partner(operation: str, **given: Any) -> Exchange:
    """An exchange in which the target is the server; see `exchange`."""
    return exchange(operation, client=Side.PARTNER, **given)


def exchange(
    operation: str,
    *,
    client: Side,
    version: str = LATER,
    path: Mapping[str, str] | None = None,
    query: Mapping[str, str] | None = None,
    method: str | None = None,
    url: str | None = None,
    body: Json | bytes = None,
    headers: HeadersGiven | None = None,
    status: int = 200,
    code: int | None = 1000,
    data: Json = None,
    answer: Json | bytes = None,
    answer_headers: HeadersGiven | None = None,
    response: Response | None = None,
    failure: Failure | None = None,
    started: datetime = NOW,
    duration_s: float = 0.05,
    deliberate: bool = False,
    behaviours: tuple[str, ...] = (),
    token_kind: str = "current",  # noqa: S107
) -> Exchange:
    """One exchange of an operation (by id); with an id that no operation has, one that fits none.

    `data` goes into the envelope; `answer` is the whole response body instead (bytes: as they are). With
    `failure` and no `response`, there is no response.
    """
    known = load_dialect(version).operations.get(operation)
    values = dict(path or {})
    made_url = url or address(known, values, client, version)
    if query:
        made_url += "?" + urlencode(query)
    number = next(_numbers)
    request = Request(
        method or (known.method if known else "GET"),
        made_url,
        _headers(_request_headers(known, client, version, with_body=body is not None, number=number), headers),
        _body(body),
    )
    if response is None and failure is None:
        response = _response(known, request, client, version, status, code, data, answer, answer_headers, started)
    return Exchange(
        index=number,
        client=client,
        version=version,
        started=started,
        duration_s=duration_s,
        request=request,
        response=response,
        failure=failure,
        operation=known,
        path_values=tuple(values.items()),
        behaviours=behaviours,
        token_kind=token_kind,
        deliberate=deliberate,
    )


def address(operation: Operation | None, path: Mapping[str, str], client: Side, version: str) -> str:
    """Where a request of this operation goes, on the side that serves it."""
    base = TARGET_URL if client is Side.PARTNER else PARTNER_URL
    if operation is None or operation.endpoint is EndpointKind.VERSIONS:
        return f"{base}/versions"
    if operation.endpoint is EndpointKind.VERSION:
        return f"{base}/{version}"
    if operation.endpoint is EndpointKind.CALLBACK:
        return f"{base}/{version}/results/{operation.module}/1"
    if operation.endpoint is EndpointKind.HEADER:
        return f"{base}/{version}/stored/{operation.module}/1"
    segments = [
        quote(path[segment[1:-1]], safe="") if segment.startswith("{") else segment for segment in operation.path
    ]
    return "/".join([endpoint(base, version, operation.module, operation.interface.value), *segments])


def endpoint(base: str, version: str, module: str, interface: str) -> str:
    """The URL of a module's endpoint."""
    side = "" if interface == "BOTH" else f"/{interface.lower()}"
    return f"{base}/{version}{side}/{module}"


def _headers(made: dict[str, str], given: HeadersGiven | None) -> Headers:
    """The headers made, with those given in their place or left out."""
    names = {name.lower() for name in given or {}}
    kept = [(name, value) for name, value in made.items() if name.lower() not in names]
    return Headers.of(kept + [(name, value) for name, value in (given or {}).items() if value is not None])


def _body(value: Json | bytes) -> Body:
    return Body(value if isinstance(value, bytes) else b"" if value is None else dump(value))


def authorization(token_text: str, version: str = LATER) -> str:
    """The value of the Authorization header, as the version writes it."""
    plain = load_dialect(version).token_encoding == "plain"
    return f"Token {token_text if plain else base64.b64encode(token_text.encode()).decode()}"


def _request_headers(
    operation: Operation | None, client: Side, version: str, *, with_body: bool, number: int
) -> dict[str, str]:
    dialect = load_dialect(version)
    made = {"Authorization": authorization(PARTNER_TOKEN if client is Side.TARGET else TARGET_TOKEN, version)}
    if with_body:
        made["Content-Type"] = "application/json"
    made |= {name: str(uuid.UUID(int=(number << 8) + place)) for place, name in enumerate(dialect.message_ids)}
    if dialect.routing_headers and operation is not None and operation.functional:
        receiver, sender = (PARTNER, TARGET) if client is Side.TARGET else (TARGET, PARTNER)
        made |= routing(to=receiver, sent_by=sender, version=version)
    return made


def routing(*, to: PartyId, sent_by: PartyId, version: str = LATER) -> dict[str, str]:
    """The routing headers from one party to another."""
    values = (to.party_id, to.country_code, sent_by.party_id, sent_by.country_code)
    return dict(zip(load_dialect(version).routing_headers, values, strict=True))


def _response(
    operation: Operation | None,
    request: Request,
    client: Side,
    version: str,
    status: int,
    code: int | None,
    data: Json,
    answer: Json | bytes,
    given: HeadersGiven | None,
    started: datetime,
) -> Response:
    dialect = load_dialect(version)
    body = _body(answer if answer is not None else envelope(data, code=code, at=started))
    made = {"Content-Type": "application/json"} if body else {}
    made |= {name: value for name in dialect.message_ids if (value := request.headers.get(name))}
    if dialect.routing_headers and operation is not None and operation.functional:
        to_party, to_country, from_party, from_country = (request.headers.get(n) for n in dialect.routing_headers)
        swapped = (from_party, from_country, to_party, to_country)
        made |= {name: value for name, value in zip(dialect.routing_headers, swapped, strict=True) if value}
    if operation is not None and operation.paginated and status == 200:
        items = len(data) if isinstance(data, list) else 0
        offset = request.query.get("offset", "")
        made |= {"X-Total-Count": str((int(offset) if offset.isdecimal() else 0) + items), "X-Limit": "50"}
    if operation is not None and "Location" in operation.response_headers and status < 300:
        made["Location"] = f"{TARGET_URL if client is Side.PARTNER else PARTNER_URL}/{version}/stored/1"
    return Response(status, _headers(made, given), body)


def envelope(data: Json = None, *, code: int | None = 1000, at: datetime = NOW) -> dict[str, Json]:
    """A response body in the response format; without data if there is none."""
    made: dict[str, Json] = {} if data is None else {"data": data}
    if code is not None:
        made["status_code"] = code
    return made | {"timestamp": write_timestamp(at)}


def next_page(url: str) -> dict[str, str]:
    """A Link header to the next page."""
    return {"Link": f'<{url}>; rel="next"'}


# Objects. Keyword arguments replace or, when None, take away properties.


def changed(made: dict[str, Json], changes: Mapping[str, Json]) -> dict[str, Json]:
    """The object with some properties replaced, or taken away where the value is None."""
    return {name: value for name, value in (made | dict(changes)).items() if value is not None}


def owned(version: str, owner: PartyId) -> dict[str, Json]:
    """The properties that name an object's owner, where the version has them."""
    if not load_dialect(version).field("object.owner_country"):
        return {}
    return {"country_code": owner.country_code, "party_id": owner.party_id}


UPDATED: Final = "2026-02-01T10:00:00Z"
"""The `last_updated` of the objects here, well before NOW."""


def token(version: str = LATER, *, owner: PartyId = TARGET, **changes: Json) -> dict[str, Json]:
    """A conforming Token."""
    contract = load_dialect(version).field("token.contract")
    made: dict[str, Json] = owned(version, owner) | {
        "uid": "04A1B2C3D4E5F6",
        "type": "RFID",
        contract: "DE-TGT-C12345678-X",
        "issuer": "Target Mobility",
        "valid": True,
        "whitelist": "ALLOWED",
        "last_updated": UPDATED,
    }
    return changed(made, changes)


def connector(version: str = LATER, **changes: Json) -> dict[str, Json]:
    """A conforming Connector."""
    fields = load_dialect(version).fields
    made: dict[str, Json] = {
        "id": "1",
        "standard": "IEC_62196_T2",
        "format": "SOCKET",
        "power_type": "AC_3_PHASE",
        fields["connector.voltage"]: 230,
        fields["connector.amperage"]: 32,
        "last_updated": UPDATED,
    }
    return changed(made, changes)


def evse(version: str = LATER, **changes: Json) -> dict[str, Json]:
    """A conforming EVSE with one Connector."""
    made: dict[str, Json] = {
        "uid": "EVSE-1",
        "evse_id": "DE*TGT*E1001",
        "status": "AVAILABLE",
        "connectors": [connector(version)],
        "last_updated": UPDATED,
    }
    return changed(made, changes)


def location(version: str = LATER, *, owner: PartyId = TARGET, **changes: Json) -> dict[str, Json]:
    """A conforming Location with one EVSE."""
    publish = load_dialect(version).field("location.publish")
    parking = load_dialect(version).field("location.parking")
    made: dict[str, Json] = owned(version, owner) | {
        "id": "LOC-1",
        parking: "ON_STREET",
        "name": "Market square",
        "address": "Marktplatz 1",
        "city": "Bremen",
        "postal_code": "28195",
        "country": "DEU",
        "coordinates": {"latitude": "53.075900", "longitude": "8.807200"},
        "evses": [evse(version)],
        "time_zone": "Europe/Berlin",
        "last_updated": UPDATED,
    }
    if publish:
        made[publish] = True
    return changed(made, changes)


def credentials(
    version: str = LATER,
    *,
    role: str = "EMSP",
    party: PartyId = TARGET,
    token_text: str = "fresh-token-0123456789",  # noqa: S107
    base: str = TARGET_URL,
    **changes: Json,
) -> dict[str, Json]:
    """Conforming Credentials of one party."""
    about: dict[str, Json] = {
        "business_details": {"name": "Target Mobility"},
        "party_id": party.party_id,
        "country_code": party.country_code,
    }
    made: dict[str, Json] = {"token": token_text, "url": f"{base}/versions"}
    if load_dialect(version).credentials_shape == "roles":
        return changed(made | {"roles": [{"role": role} | about]}, changes)
    return changed(made | about, changes)


def version_list(*versions: str, base: str = TARGET_URL) -> list[Json]:
    """The data of the versions endpoint."""
    return [{"version": version, "url": f"{base}/{version}"} for version in versions or (LATER,)]


def version_details(
    version: str = LATER, *modules: tuple[str, str], base: str = TARGET_URL, **changes: Json
) -> dict[str, Json]:
    """The data of a version's details: credentials, and these (module, interface) endpoints."""
    roles = load_dialect(version).interface_roles
    endpoints: list[Json] = []
    for module, interface in (("credentials", "BOTH"), *modules):
        entry: dict[str, Json] = {"identifier": module, "url": endpoint(base, version, module, interface)}
        if roles:
            entry["role"] = "SENDER" if interface == "BOTH" else interface
        endpoints.append(entry)
    return changed({"version": version, "endpoints": endpoints}, changes)


TOKEN_PATH: Final = {"country_code": "DE", "party_id": "TGT", "token_uid": "04A1B2C3D4E5F6"}
LOCATION_PATH: Final = {"country_code": "DE", "party_id": "TGT", "location_id": "LOC-1"}
EVSE_PATH: Final = LOCATION_PATH | {"evse_uid": "EVSE-1"}
CONNECTOR_PATH: Final = EVSE_PATH | {"connector_id": "1"}


def later(seconds: float) -> datetime:
    """A moment after NOW."""
    return NOW + timedelta(seconds=seconds)
