"""The control plane: makes a simulated party act, deviate and start over, on a port of its own.

It is for whoever runs the simulator, not for other parties: nothing here is OCPI, and nothing here asks who is calling.
So it listens on the loopback interface unless told otherwise, and never on the port of the OCPI server.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from ocpi_schemas.journal import exchange_to_json
from ocpi_schemas.json_text import NotJson, parse
from ocpi_schemas.redaction import Redactor
from ocpi_simulator.actions import Done, Impossible, Unsupported, perform
from ocpi_simulator.behaviours import ActiveBehaviour, BehaviourError, parse_behaviour
from ocpi_simulator.intents import Intent
from ocpi_simulator.partner import Partner

PATIENCE_S = 5.0
"""An action that takes longer goes on, but who asked for it is not kept waiting: HTTP 202."""

_BODY_BYTES = 1_000_000
_FIELDS = ("intent", "subject", "parameters")

_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True)
class Order:
    """What `POST /trigger` asks for."""

    intent: str
    subject: str
    parameters: dict[str, str]


class MalformedError(ValueError):
    """A request body that cannot be understood; the message says what is wrong with it."""


class Control:
    """Serves the control plane of one Partner."""

    def __init__(
        self, partner: Partner, host: str = "127.0.0.1", port: int = 0, redactor: Redactor | None = None
    ) -> None:
        self._partner = partner
        self._host = host
        self._port = port
        self._redactor = redactor or Redactor()
        self._runner: web.AppRunner | None = None
        self._running: set[asyncio.Task[Any]] = set()

    async def start(self) -> str:
        """Listen; gives the URL to send triggers to.

        Raises:
            OSError: host and port cannot be bound.
        """
        app = web.Application(middlewares=[_in_json], client_max_size=_BODY_BYTES)
        app.add_routes(
            [
                web.post("/trigger", self._trigger),
                web.post("/reset", self._reset),
                web.get("/behaviours", self._get_behaviours),
                web.put("/behaviours", self._put_behaviours),
                web.get("/journal", self._journal),
            ]
        )
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
        await self._runner.setup()
        await web.TCPSite(self._runner, self._host, self._port).start()
        host = f"[{self._host}]" if ":" in self._host else self._host
        return f"http://{host}:{self._runner.addresses[0][1]}/trigger"

    async def stop(self) -> None:
        """Close the port; actions that are under way are given up."""
        await self._give_up()
        if self._runner is not None:
            await self._runner.cleanup()

    async def _give_up(self) -> None:
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)

    async def _trigger(self, request: web.Request) -> web.StreamResponse:
        order = _read_order(await _read(request))
        if order.intent not in frozenset(Intent):
            return _refusal(501, f"no intent {order.intent!r}; there are: {', '.join(Intent)}")
        work = asyncio.ensure_future(perform(self._partner, Intent(order.intent), order.subject, order.parameters))
        self._running.add(work)
        work.add_done_callback(self._running.discard)
        done, _ = await asyncio.wait({work}, timeout=PATIENCE_S)
        if not done:
            return web.json_response({"note": "still under way"}, status=202)
        if work.cancelled():
            return _refusal(409, "given up: the simulator was reset or stopped")
        match work.result():
            case Done(note):
                return web.json_response({"note": self._redactor.text(note)} if note else {})
            case Unsupported(reason):
                return _refusal(501, reason)
            case Impossible(reason):
                return _refusal(409, self._redactor.text(reason))

    async def _reset(self, _request: web.Request) -> web.StreamResponse:
        await self._give_up()
        self._partner.reset()
        return web.json_response({})

    async def _get_behaviours(self, _request: web.Request) -> web.StreamResponse:
        return web.json_response([_behaviour_to_json(entry) for entry in self._partner.behaviours.active])

    async def _put_behaviours(self, request: web.Request) -> web.StreamResponse:
        content = await _read(request)
        if not isinstance(content, list) or not all(isinstance(words, str) for words in content):
            raise MalformedError('write a list of behaviours, such as ["http_error=503@locations.*#2"]; [] for none')
        try:
            made = [parse_behaviour(words) for words in content]
        except BehaviourError as error:
            return _refusal(422, str(error))
        self._partner.behaviours.active[:] = made
        return await self._get_behaviours(request)

    async def _journal(self, request: web.Request) -> web.StreamResponse:
        since = request.query.get("since", "0")
        if not (since.isascii() and since.isdigit() and len(since) < 10):
            raise MalformedError("since has to be the index of an exchange")
        response = web.StreamResponse(headers={"Content-Type": "application/x-ndjson"})
        await response.prepare(request)
        for exchange in self._partner.recorder.since(int(since)):
            line = json.dumps(exchange_to_json(exchange, self._redactor), default=str, separators=(",", ":"))
            await response.write(line.encode() + b"\n")
        await response.write_eof()
        return response


def _read_order(content: object) -> Order:
    if not isinstance(content, dict):
        raise MalformedError('write {"intent": …, "subject": …, "parameters": {…}}')
    unknown = content.keys() - set(_FIELDS)
    if unknown:
        raise MalformedError(f"no field {min(unknown)!r}; there are: {', '.join(_FIELDS)}")
    intent, subject, parameters = content.get("intent"), content.get("subject", ""), content.get("parameters", {})
    if not isinstance(intent, str) or not isinstance(subject, str):
        raise MalformedError("intent and subject have to be texts")
    if not isinstance(parameters, dict) or not all(isinstance(value, str) for value in parameters.values()):
        raise MalformedError("parameters have to be an object of texts")
    return Order(intent, subject, parameters)


async def _read(request: web.Request) -> object:
    content = parse(await request.read())
    if isinstance(content, NotJson):
        raise MalformedError(f"the body is not JSON: {content.reason}")
    return content


def _behaviour_to_json(entry: ActiveBehaviour) -> dict[str, Any]:
    return {
        "name": entry.behaviour.name,
        "argument": entry.argument,
        "operations": entry.operations,
        "remaining": entry.remaining,
        "fired": entry.fired,
    }


def _refusal(status: int, reason: str) -> web.Response:
    return web.json_response({"error": reason}, status=status)


@web.middleware
async def _in_json(request: web.Request, handler: _Handler) -> web.StreamResponse:
    """All refusals as JSON; and none of the web pages that a browser on this machine shows may press our buttons."""
    if "Origin" in request.headers:
        return _refusal(403, "not for web pages")
    try:
        return await handler(request)
    except MalformedError as error:
        return _refusal(400, str(error))
    except web.HTTPException as error:
        made = _refusal(error.status, error.reason)
        if "Allow" in error.headers:
            made.headers["Allow"] = error.headers["Allow"]
        return made
