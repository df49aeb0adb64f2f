"""The two servers that `benchmarks.serving` asks: a Partner, and a bare aiohttp handler that returns the same bytes."""

import asyncio

import aiohttp
from aiohttp import web

from ocpi_schemas.dialect import known_versions, load_dialect
from ocpi_schemas.operation import InterfaceRole
from ocpi_schemas.redaction import encode_token
from ocpi_simulator.config import PartnerConfig
from ocpi_simulator.partner import Partner
from ocpi_simulator.peers import Peer

TOKEN = "benchmark-token"


async def main() -> None:
    """Serve until killed; print the URLs and the Authorization header first."""
    version = known_versions()[-1]
    authorization = f"Token {encode_token(TOKEN, load_dialect(version).token_encoding)}"
    partner = Partner(PartnerConfig(role="CPO", versions=(version,), locations=1000))
    partner.peers.all.append(Peer(inbound=TOKEN, outbound="x", version=version))
    await partner.start()
    url = partner.endpoint_url(version, "locations", InterfaceRole.SENDER) + "?limit=50"
    async with aiohttp.ClientSession() as session, session.get(url, headers={"Authorization": authorization}) as answer:
        body = await answer.read()

    async def bare(_request: web.BaseRequest) -> web.Response:
        return web.Response(body=body, headers={"Content-Type": "application/json"})

    runner = web.ServerRunner(web.Server(bare, access_log=None))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    print(url, f"http://127.0.0.1:{runner.addresses[0][1]}/", authorization, sep="\n", flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
