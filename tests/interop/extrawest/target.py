"""A platform built on the library extrawest-ocpi, as its documentation says one is built: a target for our suite.

Runs in an environment of its own that has the library and uvicorn, and knows nothing of our code. What the library
leaves to whoever uses it (data, tokens, who may do what) is done here as OCPI wants it; what the library decides
(routes, envelope, headers, status codes, authorisation) is left as it is.

Settings of the library come from the environment: OCPI_HOST, PROTOCOL, COUNTRY_CODE, PARTY_ID.
"""

import argparse
import asyncio
import base64
import itertools
import json
import secrets
import urllib.request
import uuid
from collections.abc import Awaitable, Callable, Iterator
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

import uvicorn
from py_ocpi import get_application
from py_ocpi.core.adapter import BaseAdapter
from py_ocpi.core.authentication.authenticator import Authenticator
from py_ocpi.core.config import settings
from py_ocpi.core.crud import Crud
from py_ocpi.core.enums import Action, ModuleID, RoleEnum
from py_ocpi.core.exceptions import NotFoundOCPIError
from py_ocpi.core.push import push_object
from py_ocpi.core.schemas import Push, Receiver
from py_ocpi.main import JSONResponse, Request
from py_ocpi.modules.versions.enums import VersionNumber

Object = dict[str, Any]
Key = tuple[str, ...]

LOCATIONS = 60
TOKENS = 30
EPOCH = datetime(2024, 1, 1, tzinfo=UTC)
MODULES = [module for module in ModuleID if module is not ModuleID.client_info]
ENCODES_TOKENS = {VersionNumber.v_2_1_1: False, VersionNumber.v_2_2_1: True}


# --- Data: made up, the same each time


def written(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def read(text: str) -> datetime:
    moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def make_connector(version: VersionNumber, number: int, *, fast: bool, updated: str) -> Object:
    made: Object = {
        "id": str(number),
        "standard": "IEC_62196_T2_COMBO" if fast else "IEC_62196_T2",
        "format": "CABLE" if fast else "SOCKET",
        "power_type": "DC" if fast else "AC_3_PHASE",
        "last_updated": updated,
    }
    volts, amps, tariff = (400, 250, "FAST") if fast else (230, 32, "STREET")
    if version is VersionNumber.v_2_1_1:
        return made | {"voltage": volts, "amperage": amps, "tariff_id": tariff}
    return made | {"max_voltage": volts, "max_amperage": amps, "tariff_ids": [tariff]}


def make_evse(version: VersionNumber, place: int, number: int, updated: str) -> Object:
    fast = place % 3 == 0
    return {
        "uid": f"EXW{place:04}-{number}",
        "evse_id": f"{settings.COUNTRY_CODE}*{settings.PARTY_ID}*E{place:04}{number}",
        "status": ("AVAILABLE", "CHARGING", "AVAILABLE", "OUTOFORDER")[(place + number) % 4],
        "capabilities": ["RFID_READER", "REMOTE_START_STOP_CAPABLE"],
        "connectors": [make_connector(version, 1 + side, fast=fast, updated=updated) for side in range(1 + fast)],
        "physical_reference": str(number),
        "last_updated": updated,
    }


def make_location(version: VersionNumber, place: int) -> Object:
    moment = EPOCH + timedelta(hours=7 * place)
    updated, before = written(moment), written(moment - timedelta(hours=2))
    made: Object = {
        "id": f"LOC-{place:04}",
        "name": f"Parkeerplaats {place}",
        "address": f"Stationsstraat {place}",
        "city": "Utrecht",
        "postal_code": f"35{place % 90 + 10} AB",
        "country": "NLD",
        "coordinates": {"latitude": f"52.{900000 + place}", "longitude": f"5.{100000 + place}"},
        "evses": [make_evse(version, place, number, before) for number in range(1, 2 + place % 4)],
        "operator": {"name": "Extrawest Laden"},
        "time_zone": "Europe/Amsterdam",
        "opening_times": {"twentyfourseven": True},
        "last_updated": updated,
    }
    if version is VersionNumber.v_2_1_1:
        return made | {"type": "ON_STREET"}
    owner = {"country_code": settings.COUNTRY_CODE, "party_id": settings.PARTY_ID}
    return made | owner | {"parking_type": "ON_STREET", "publish": True}


KINDS = (
    ("ALLOWED", "RFID", "ALLOWED"),
    ("ALLOWED", "APP_USER", "NEVER"),
    ("BLOCKED", "RFID", "NEVER"),
    ("EXPIRED", "RFID", "ALLOWED_OFFLINE"),
    ("NO_CREDIT", "RFID", "NEVER"),
    ("NOT_ALLOWED", "RFID", "NEVER"),
    ("NEEDS_LOCATION", "RFID", "NEVER"),
)
"""The first Tokens: what a real-time authorisation of them says, type, whitelist; all others are like the first."""


def kind_of(number: int) -> tuple[str, str, str]:
    return KINDS[number] if number < len(KINDS) else KINDS[0]


def make_token(version: VersionNumber, number: int) -> Object:
    verdict, kind, whitelist = kind_of(number)
    if version is VersionNumber.v_2_1_1 and kind == "APP_USER":
        kind = "OTHER"
    contract = f"{settings.COUNTRY_CODE}-{settings.PARTY_ID}-C{number:08}"
    made: Object = {
        "uid": f"04A1B2C3{number:06}",
        "type": kind,
        "issuer": "Extrawest Laden",
        "valid": verdict not in ("BLOCKED", "EXPIRED"),
        "whitelist": whitelist,
        "language": "nl",
        "last_updated": written(EPOCH + timedelta(hours=5 * number)),
    }
    if version is VersionNumber.v_2_1_1:
        return made | {"auth_id": contract}
    owner = {"country_code": settings.COUNTRY_CODE, "party_id": settings.PARTY_ID}
    return made | owner | {"contract_id": contract}


# --- State: all in memory


class Peer:
    """A party that is registered."""

    def __init__(self, data: Object, token: str, number: int) -> None:
        self.credentials: Object = data["credentials"]
        self.endpoints: Object = data["endpoints"]
        self.token = token
        """Token C, by which it is known."""
        self.number = number
        """Stays when its credentials change."""

    @property
    def parties(self) -> set[Key]:
        roles = self.credentials.get("roles") or [self.credentials]
        return {(role["country_code"].upper(), role["party_id"].upper()) for role in roles}


class State:
    """Everything that this platform knows."""

    def __init__(self, role: RoleEnum, version: VersionNumber, token_a: str) -> None:
        self.role = role
        self.version = version
        self.tokens_a = {token_a}
        self.peers: dict[str, Peer] = {}
        self.numbers = itertools.count()
        self.own: dict[ModuleID, dict[str, Object]] = {}
        self.stored: dict[tuple[ModuleID, Key], Object] = {}
        self.outcome: dict[str, str] = {}
        if role is RoleEnum.cpo:
            places = [make_location(version, place) for place in range(1, LOCATIONS + 1)]
            self.own[ModuleID.locations] = {self.folded(place["id"]): place for place in places}
        else:
            tokens = [make_token(version, number) for number in range(TOKENS)]
            self.own[ModuleID.tokens] = {self.folded(token["uid"]): token for token in tokens}
            self.outcome = {self.folded(token["uid"]): kind_of(number)[0] for number, token in enumerate(tokens)}

    @property
    def ids_have_case(self) -> bool:
        """Ids are of type string in one version and CiString in the other."""
        return self.version is VersionNumber.v_2_1_1

    def folded(self, text: str) -> str:
        return text if self.ids_have_case else text.lower()

    def new_token(self) -> str:
        """A token that the library understands.

        Its versions endpoint decodes every token as Base64 and goes by the decoded one if that succeeds and is UTF-8;
        so where tokens are not encoded, only one that decodes to something else than UTF-8 is left as it is.
        """
        while True:
            token = secrets.token_hex(16)
            try:
                base64.b64decode(token).decode()
            except UnicodeDecodeError:
                return token

    def own_credentials(self, token: str) -> Object:
        party = {"country_code": settings.COUNTRY_CODE, "party_id": settings.PARTY_ID}
        business = {"business_details": {"name": "Extrawest Laden"}}
        url = f"{settings.PROTOCOL}://{settings.OCPI_HOST}/{settings.OCPI_PREFIX}/versions"
        if self.version is VersionNumber.v_2_1_1:
            return {"token": token, "url": url} | party | business
        return {"token": token, "url": url, "roles": [{"role": self.role.value} | party | business]}


class RefusedError(Exception):
    """A party that another platform has registered; the library answers this, as any error, with 3000."""


def moved(whole: Object) -> None:
    """Give what is updated later than what it is part of, its time to that."""
    for part in (*whole.get("evses", ()), *whole.get("connectors", ())):
        moved(part)
        whole["last_updated"] = max(whole["last_updated"], part["last_updated"], key=read)


class Platform(Crud):
    """What the library asks of whoever uses it."""

    state: ClassVar[State]

    @classmethod
    async def get(cls, module: ModuleID, role: RoleEnum, id: Any, *_: Any, **details: Any) -> Object | None:  # noqa: A002, ARG003
        state = cls.state
        if module is ModuleID.credentials_and_registration:
            return state.own_credentials(id) if id in state.peers else None
        if "party_id" in details:
            return deepcopy(state.stored.get((module, cls._key(module, id, details))))
        found = state.own.get(module, {}).get(state.folded(id))
        if found is not None and "token_type" in details and found["type"] != details["token_type"].value:
            return None
        return deepcopy(found)

    @classmethod
    async def list(
        cls,
        module: ModuleID,
        role: RoleEnum,  # noqa: ARG003
        filters: Object,
        *_: Any,
        **_details: Any,
    ) -> tuple[list[Object], int, bool]:
        since, until = (_as_utc(filters[name]) for name in ("date_from", "date_to"))
        fitting = [
            entry
            for entry in sorted(cls.state.own.get(module, {}).values(), key=lambda entry: read(entry["last_updated"]))
            if (since is None or read(entry["last_updated"]) >= since)
            and (until is None or read(entry["last_updated"]) < until)
        ]
        first, past = max(filters["offset"], 0), max(filters["offset"], 0) + max(filters["limit"], 0)
        return deepcopy(fitting[first:past]), len(fitting), past >= len(fitting)

    @classmethod
    async def create(cls, module: ModuleID, role: RoleEnum, data: Object, *more: Any, **details: Any) -> Object:  # noqa: ARG003
        state = cls.state
        if more:  # of some modules the library passes it by position
            details["auth_token"] = more[0]
        if module is ModuleID.credentials_and_registration:
            joining = Peer(data, state.new_token(), next(state.numbers))
            if any(joining.parties & peer.parties for peer in state.peers.values()):
                raise RefusedError
            state.tokens_a.discard(details["auth_token"])
            return cls._connect(joining)
        own_id = data.get("uid" if module is ModuleID.tokens else "id", "")
        return cls._store(module, own_id, data, details)

    @classmethod
    async def update(
        cls,
        module: ModuleID,
        role: RoleEnum,  # noqa: ARG003
        data: Object,
        id: Any,  # noqa: A002
        *_: Any,
        **details: Any,
    ) -> Object:
        if module is ModuleID.credentials_and_registration:
            former = cls.state.peers.pop(details["auth_token"])
            return cls._connect(Peer(data, cls.state.new_token(), former.number))
        return cls._store(module, id, data, details)

    @classmethod
    async def delete(cls, module: ModuleID, role: RoleEnum, id: Any, *_: Any, **details: Any) -> None:  # noqa: A002, ARG003
        if module is ModuleID.credentials_and_registration:
            cls.state.peers.pop(id, None)
        else:
            cls.state.stored.pop((module, cls._key(module, id, details)), None)

    @classmethod
    async def do(
        cls,
        module: ModuleID,  # noqa: ARG003
        role: RoleEnum | None,  # noqa: ARG003
        action: Action,
        *_: Any,
        data: Object | None = None,
        **details: Any,
    ) -> Any:
        if action is Action.authorize_token:
            return cls._authorize(data or {})
        if action is Action.get_client_token:
            peer = cls.state.peers.get(details.get("auth_token", ""))
            return peer.credentials["token"] if peer else None
        return {"result": "REJECTED", "timeout": 0}

    @classmethod
    def _connect(cls, peer: Peer) -> Object:
        cls.state.peers[peer.token] = peer
        return cls.state.own_credentials(peer.token)

    @classmethod
    def _store(cls, module: ModuleID, object_id: str, data: Object, details: Object) -> Object:
        """Keep an object of a peer, if it is the peer's and is what the URL says.

        There is no way to answer with an OCPI status code here; the library knows of "not found" alone.
        """
        state = cls.state
        peer = state.peers[details["auth_token"]]
        country, party = details["country_code"].upper(), details["party_id"].upper()
        named = (data.get("country_code", country).upper(), data.get("party_id", party).upper())
        own_id = data.get("uid" if module is ModuleID.tokens else "id", object_id)
        if (country, party) not in peer.parties or named != (country, party):
            raise NotFoundOCPIError
        if state.folded(own_id) != state.folded(object_id):
            raise NotFoundOCPIError
        if module is ModuleID.locations:
            moved(data)
        state.stored[module, cls._key(module, object_id, details)] = deepcopy(data)
        return deepcopy(data)

    @classmethod
    def _key(cls, module: ModuleID, object_id: str, details: Object) -> Key:
        state = cls.state
        kind = str(getattr(details.get("token_type"), "value", "")) if module is ModuleID.tokens else ""
        if state.ids_have_case:
            kind = ""  # Tokens are told apart by their uid alone.
        number = state.peers[details["auth_token"]].number
        owner = (details["country_code"].upper(), details["party_id"].upper())
        return (str(number), *owner, kind, state.folded(object_id))

    @classmethod
    def _authorize(cls, data: Object) -> Object | None:
        state = cls.state
        uid = state.folded(data["token_uid"])
        token = state.own[ModuleID.tokens][uid]
        outcome, place = state.outcome.get(uid, "ALLOWED"), data.get("location_reference")
        if outcome == "NEEDS_LOCATION":
            if place is None:
                return None
            outcome = "ALLOWED"
        made: Object = {"allowed": outcome, "token": deepcopy(token)}
        if outcome == "ALLOWED":
            made["authorization_reference"] = secrets.token_hex(8)
            if place is not None:
                made["location"] = place
        return made


def _as_utc(moment: datetime | None) -> datetime | None:
    return moment if moment is None or moment.tzinfo else moment.replace(tzinfo=UTC)


class TokensOfPlatform(Authenticator):
    """The tokens that are in force."""

    @classmethod
    async def get_valid_token_c(cls) -> list[str]:
        return list(Platform.state.peers)

    @classmethod
    async def get_valid_token_a(cls) -> list[str]:
        return list(Platform.state.tokens_a)


# --- Trigger: makes the platform push, with the library's own push


Doing = Callable[[State, str, Object], Awaitable[None]]


class CannotError(Exception):
    """The platform is not in a state to do it."""


async def accept_token(state: State, _subject: str, parameters: Object) -> None:
    state.tokens_a.add(parameters["token"])


async def push_new(state: State, _subject: str, _parameters: Object) -> None:
    module, make, identifier = _owned(state)
    made = make(state.version, 1000 + len(state.own[module]))
    made["last_updated"] = written(datetime.now(UTC))
    state.own[module][state.folded(made[identifier])] = made
    await _push(state, module, made[identifier])


async def push_location_update(state: State, subject: str, _parameters: Object) -> None:
    place = _location(state, subject)
    place["name"] += "!"
    await _push_changed(state, place, place)


async def push_evse_status(state: State, subject: str, parameters: Object) -> None:
    place, evse = _evse(state, subject)
    other = "CHARGING" if evse["status"] == "AVAILABLE" else "AVAILABLE"
    evse["status"] = parameters.get("status") or other
    await _push_changed(state, place, place, evse)


async def remove_evse(state: State, subject: str, _parameters: Object) -> None:
    await push_evse_status(state, subject, {"status": "REMOVED"})


async def push_connector_update(state: State, subject: str, _parameters: Object) -> None:
    place, evse = _evse(state, "/".join(subject.split("/")[:2]))
    wanted = subject.split("/")[2] if subject.count("/") == 2 else ""
    connector = next((one for one in evse["connectors"] if not wanted or one["id"] == wanted), None)
    if connector is None:
        raise CannotError(f"no Connector {subject}")
    if "tariff_id" in connector:
        connector["tariff_id"] = "FREE"
    else:
        connector["tariff_ids"] = ["FREE"]
    await _push_changed(state, place, place, evse, connector)


async def push_token_update(state: State, subject: str, _parameters: Object) -> None:
    tokens = state.own[ModuleID.tokens]
    valid = (token for token in reversed(tokens.values()) if token["valid"])
    token = tokens.get(state.folded(subject)) if subject else next(valid, None)
    if token is None:
        raise CannotError(f"no Token {subject}")
    token |= {"valid": False, "last_updated": written(datetime.now(UTC))}
    await _push(state, ModuleID.tokens, token["uid"])


INTENTS: dict[RoleEnum, dict[str, Doing]] = {
    RoleEnum.cpo: {
        "accept_token": accept_token,
        "push_location": push_new,
        "push_location_update": push_location_update,
        "push_evse_status": push_evse_status,
        "push_connector_update": push_connector_update,
        "remove_evse": remove_evse,
    },
    RoleEnum.emsp: {
        "accept_token": accept_token,
        "push_token": push_new,
        "push_token_update": push_token_update,
    },
}
"""The library can push whole objects, and no more as a client: it cannot register, pull, or ask for authorisation."""


def _owned(state: State) -> tuple[ModuleID, Callable[[VersionNumber, int], Object], str]:
    if state.role is RoleEnum.cpo:
        return ModuleID.locations, make_location, "id"
    return ModuleID.tokens, make_token, "uid"


def _location(state: State, subject: str) -> Object:
    places = state.own[ModuleID.locations]
    found = places.get(state.folded(subject)) if subject else next(iter(places.values()))
    if found is None:
        raise CannotError(f"no Location {subject}")
    return found


def _evse(state: State, subject: str) -> tuple[Object, Object]:
    place = _location(state, subject.partition("/")[0])
    uid = subject.partition("/")[2]
    in_use: Iterator[Object] = (evse for evse in reversed(place["evses"]) if evse["status"] != "REMOVED")
    named = (evse for evse in place["evses"] if state.folded(evse["uid"]) == state.folded(uid))
    found = next(named if uid else in_use, None)
    if found is None:
        raise CannotError(f"no EVSE {subject}")
    return place, found


async def _push_changed(state: State, place: Object, *touched: Object) -> None:
    for part in touched:
        part["last_updated"] = written(datetime.now(UTC))
    await _push(state, ModuleID.locations, place["id"])


async def _push(state: State, module: ModuleID, object_id: str) -> None:
    if not state.peers:
        raise CannotError("nobody is registered")
    peer = list(state.peers.values())[-1]
    details = await asyncio.to_thread(_details_url, peer, state.version)
    receiver = Receiver(endpoints_url=details, auth_token=peer.credentials["token"])
    push = Push(module_id=module, object_id=object_id, receivers=[receiver])
    await push_object(state.version, push, Platform, BaseAdapter, peer.token)


def _details_url(peer: Peer, version: VersionNumber) -> str:
    """The library does not keep the URL that its push needs, so it is looked up again."""
    token = peer.credentials["token"]
    shown = base64.b64encode(token.encode()).decode() if ENCODES_TOKENS[version] else token
    headers = {
        "Authorization": f"Token {shown}",
        "X-Request-ID": str(uuid.uuid4()),
        "X-Correlation-ID": str(uuid.uuid4()),
    }
    request = urllib.request.Request(peer.credentials["url"], headers=headers)  # noqa: S310  (the peer's own URL)
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(request, timeout=5) as response:
        listed = json.load(response)["data"]
    return str(next(entry["url"] for entry in listed if entry["version"] == version.value))


def trigger_of(state: State) -> Callable[[Request], Awaitable[JSONResponse]]:
    async def trigger(request: Request) -> JSONResponse:
        order = await request.json()
        doing = INTENTS[state.role].get(order.get("intent"))
        if doing is None:
            return JSONResponse({"error": "not supported"}, status_code=501)
        try:
            await doing(state, order.get("subject", ""), order.get("parameters", {}))
        except CannotError as error:
            return JSONResponse({"error": str(error)}, status_code=409)
        except Exception as error:  # whatever the library's push does not cope with
            return JSONResponse({"note": f"the push ended with {type(error).__name__}: {error}"}, status_code=202)
        return JSONResponse({})

    return trigger


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--role", choices=["CPO", "EMSP"], required=True)
    parser.add_argument("--version", choices=[version.value for version in ENCODES_TOKENS], required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--token-a", required=True)
    given = parser.parse_args()
    role, version = RoleEnum(given.role), VersionNumber(given.version)
    Platform.state = State(role, version, given.token_a)
    app = get_application(
        version_numbers=[version],
        roles=[role],
        crud=Platform,
        modules=MODULES,
        authenticator=TokensOfPlatform,
    )
    app.add_route("/trigger", trigger_of(Platform.state), methods=["POST"])
    uvicorn.run(app, host="127.0.0.1", port=given.port, log_level="warning", timeout_graceful_shutdown=1)


if __name__ == "__main__":
    main()
