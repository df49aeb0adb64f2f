"""Simulated parties in one loop, and requests to them over real HTTP, for tests."""

import asyncio
import functools
import inspect
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import pytest

from ocpi_schemas.dialect import Dialect, known_versions, load_dialect
from ocpi_schemas.exchange import Exchange
from ocpi_schemas.operation import InterfaceRole
from ocpi_schemas.party import PartyId
from ocpi_schemas.redaction import encode_token
from ocpi_simulator.config import PartnerConfig
from ocpi_simulator.partner import Partner
from ocpi_simulator.peers import Peer
from ocpi_simulator.registration import Registered, register

TOKEN_A = "a-token-given-offline"
CPO_PARTY, EMSP_PARTY = PartyId("NL", "ABC"), PartyId("DE", "XYZ")

versions = pytest.mark.parametrize("version", known_versions())


def in_loop(test: Callable[..., Awaitable[None]]) -> Callable[..., None]:
    """A test that is a coroutine, run to its end."""

    @functools.wraps(test)
    def run(*args: Any, **kwargs: Any) -> None:
        async def limited() -> None:
            async with asyncio.timeout(30):
                await test(*args, **kwargs)

        asyncio.run(limited())

    assert inspect.iscoroutinefunction(test)
    return run


@asynccontextmanager
async def running(*configs: PartnerConfig) -> AsyncIterator[list[Partner]]:
    """Parties that listen."""
    partners = [Partner(config) for config in configs]
    try:
        for partner in partners:
            await partner.start()
        yield partners
    finally:
        for partner in partners:
            await partner.stop()


def cpo_config(**settings: Any) -> PartnerConfig:
    return PartnerConfig(**({"role": "CPO", "party": CPO_PARTY, "token_a": TOKEN_A, "locations": 12} | settings))


def emsp_config(**settings: Any) -> PartnerConfig:
    return PartnerConfig(**({"role": "EMSP", "party": EMSP_PARTY, "token_a": TOKEN_A, "tokens": 12} | settings))


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    text: bytes = field(repr=False)

    @property
    def envelope(self) -> dict[str, Any]:
        return json.loads(self.text)

    @property
    def code(self) -> int:
        return self.envelope["status_code"]

    @property
    def data(self) -> Any:
        return self.envelope.get("data")

    @property
    def outcome(self) -> tuple[int, int]:
        """HTTP status and OCPI status code."""
        return self.status, self.code


async def ask(
    method: str,
    url: str,
    *,
    token: str | None = None,
    version: str = known_versions()[-1],
    body: Any = None,
    raw: bytes | None = None,
    headers: dict[str, str] | None = None,
) -> Answer:
    """One request that owes nothing to our own client."""
    sent = dict(headers or {})
    if token is not None:
        sent["Authorization"] = f"Token {encode_token(token, load_dialect(version).token_encoding)}"
    content = raw if raw is not None else json.dumps(body).encode() if body is not None else None
    if content is not None:
        sent.setdefault("Content-Type", "application/json")
    async with (
        aiohttp.ClientSession() as session,
        session.request(method, aiohttp.client.URL(url, encoded=True), data=content, headers=sent) as response,
    ):
        return Answer(response.status, dict(response.headers), await response.read())


@dataclass
class Pair:
    """A CPO and an eMSP that are registered with each other."""

    version: str
    cpo: Partner
    emsp: Partner
    to_cpo: Peer
    """The eMSP's connection."""
    to_emsp: Peer
    """The CPO's connection."""

    @property
    def dialect(self) -> Dialect:
        return load_dialect(self.version)

    def otherwise_spelt(self, object_id: str) -> str:
        """An id with its letters in another case, where that is the same id."""
        return object_id.swapcase() if self.dialect.ids_ignore_case else object_id

    async def ask_cpo(self, method: str, module: str, path: str = "", **request: Any) -> Answer:
        """As the eMSP, on the interface that a CPO has of the module."""
        interface = InterfaceRole.SENDER if module == "locations" else InterfaceRole.RECEIVER
        url = self.cpo.endpoint_url(self.version, module, interface) + path
        return await ask(method, url, token=self.to_cpo.outbound, version=self.version, **request)

    async def ask_emsp(self, method: str, module: str, path: str = "", **request: Any) -> Answer:
        """As the CPO, on the interface that an eMSP has of the module."""
        interface = InterfaceRole.SENDER if module == "tokens" else InterfaceRole.RECEIVER
        url = self.emsp.endpoint_url(self.version, module, interface) + path
        return await ask(method, url, token=self.to_emsp.outbound, version=self.version, **request)


@asynccontextmanager
async def registered(
    version: str, *, cpo: dict[str, Any] | None = None, emsp: dict[str, Any] | None = None
) -> AsyncIterator[Pair]:
    """A pair that speaks one version; the eMSP registered with the CPO."""
    configs = (
        cpo_config(**{"versions": (version,), **(cpo or {})}),
        emsp_config(**{"versions": (version,), **(emsp or {})}),
    )
    async with running(*configs) as (one, other):
        to_cpo = Peer(versions_url=one.versions_url)
        other.peers.all.append(to_cpo)
        outcome = await register(other, to_cpo, version, one.config.token_a or "")
        assert isinstance(outcome, Registered), outcome
        to_emsp = one.peers.newest()
        assert to_emsp is not None
        yield Pair(version, one, other, to_cpo, to_emsp)


def since(partner: Partner, cursor: int) -> list[Exchange]:
    return partner.recorder.since(cursor)


def requests(exchanges: list[Exchange]) -> list[str]:
    """`METHOD operation` of each."""
    return [
        f"{exchange.request.method} {exchange.operation.id if exchange.operation else '-'}" for exchange in exchanges
    ]
