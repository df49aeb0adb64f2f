"""Serving a page of 50 Locations: the Partner against a bare aiohttp handler that returns the same bytes."""

import asyncio
import time

import aiohttp
from aiohttp import web

from ocpi_schemas.dialect import known_versions, load_dialect
from ocpi_schemas.operation import InterfaceRole
from ocpi_schemas.redaction import encode_token
from ocpi_simulator.config import PartnerConfig
from ocpi_simulator.partner import Partner
from ocpi_simulator.peers import Peer

SECONDS = 2.0
CONNECTIONS = 8


async def _requests_per_second(url: str, headers: dict[str, str]) -> float:
    """Answers per second over several connections that are kept alive."""
    async with aiohttp.ClientSession(headers=headers) as session:

        async def ask(until: float) -> int:
            count = 0
            while time.perf_counter() < until:
                async with session.get(url) as answer:
                    await answer.read()
                    assert answer.status == 200
                    count += 1
            return count

        await ask(time.perf_counter() + 0.3)  # warm
        begun = time.perf_counter()
        counts = await asyncio.gather(*(ask(begun + SECONDS) for _ in range(CONNECTIONS)))
        return sum(counts) / (time.perf_counter() - begun)


async def _measure() -> list[str]:
    version = known_versions()[-1]
    dialect = load_dialect(version)
    partner = Partner(PartnerConfig(role="CPO", versions=(version,), locations=1000))
    partner.peers.all.append(Peer(inbound="benchmark-token", outbound="x", version=version))
    await partner.start()
    headers = {"Authorization": f"Token {encode_token('benchmark-token', dialect.token_encoding)}", "X-Request-ID": "1"}
    url = partner.endpoint_url(version, "locations", InterfaceRole.SENDER) + "?limit=50"
    async with aiohttp.ClientSession(headers=headers) as session, session.get(url) as answer:
        body = await answer.read()

    async def bare(_request: web.BaseRequest) -> web.Response:
        return web.Response(body=body, headers={"Content-Type": "application/json"})

    runner = web.ServerRunner(web.Server(bare, access_log=None))
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    rates: dict[str, list[float]] = {"partner": [], "bare": []}
    for _ in range(3):
        rates["partner"].append(await _requests_per_second(url, headers))
        rates["bare"].append(await _requests_per_second(f"http://127.0.0.1:{runner.addresses[0][1]}/", headers))
    await runner.cleanup()
    await partner.stop()
    ours, theirs = max(rates["partner"]), max(rates["bare"])
    return [
        f"serving GET locations?limit=50 ({len(body) // 1000} kB), {CONNECTIONS} connections, client in the same process",
        f"  bare aiohttp handler         {theirs:7.0f} requests/s",
        f"  the Partner                  {ours:7.0f} requests/s   {ours / theirs:.2f} of it (0.5 at least)",
    ]


def measure() -> list[str]:
    """The lines to print."""
    return asyncio.run(_measure())
