"""Journal: the append-only record of a run's Exchanges on disk, readable up to the last complete line.

JSON Lines: a header, one line an exchange, a footer. No footer: the run did not finish.
"""

import base64
import json
import os
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from io import TextIOWrapper
from itertools import islice
from pathlib import Path
from typing import Any

from ocpi_schemas.dialect import DialectError, load_dialect
from ocpi_schemas.exchange import Body, Exchange, Failure, Headers, Request, Response, Side
from ocpi_schemas.operation import Operation
from ocpi_schemas.redaction import Redactor

FORMAT = 1


class JournalError(ValueError):
    """A file is no journal, or a line of it is damaged; the message names both."""


_TOKEN = re.compile(rb'"token"\s*:\s*"((?:[^"\\]|\\.)*)', re.DOTALL)
_TOKENS_LEARNT = 20
"""Of one body: a credentials object has one, and whoever sends a million is not to make every later line slow."""


def _tokens_in(body: Body) -> Iterator[str]:
    """The texts that are called `token`, also in a body that is no JSON: cut off, or sent so on purpose."""
    for match in islice(_TOKEN.finditer(body.raw), _TOKENS_LEARNT):
        text = match[1].decode("utf-8", "replace")
        yield text
        with suppress(ValueError):  # what cannot be unescaped, or is no character, is known as it is written
            unescaped = str(json.loads(f'"{text}"'))
            yield unescaped.encode().decode()


def learn_tokens(exchange: Exchange, redactor: Redactor) -> None:
    """Teach the redactor the credentials tokens that an exchange carries, in headers and credentials objects."""
    for headers in (exchange.request.headers, exchange.response.headers if exchange.response else Headers()):
        for value in headers.all("Authorization"):
            redactor.learn_header(value)
    # Credentials may also come to an address that is not ours.
    if exchange.operation is None or exchange.operation.module == "credentials":
        for body in (exchange.request.body, exchange.response.body if exchange.response else Body()):
            for token in _tokens_in(body):
                redactor.learn(token)


def _body(body: Body, redactor: Redactor) -> dict[str, Any]:
    cut: dict[str, Any] = {} if body.cut_at is None else {"cut_at": body.cut_at}
    try:
        return {"text": redactor.text(body.raw.decode("utf-8")), **cut}
    except UnicodeDecodeError:
        text = redactor.text(body.raw.decode("latin-1"))
        return {"base64": base64.b64encode(text.encode("latin-1", "replace")).decode(), **cut}


def _headers(headers: Headers, redactor: Redactor) -> list[list[str]]:
    return [[name, redactor.header(name, value)] for name, value in headers]


def exchange_to_json(exchange: Exchange, redactor: Redactor) -> dict[str, Any]:
    """An exchange as a line of the journal holds it, without secrets."""
    learn_tokens(exchange, redactor)
    request, response, failure = exchange.request, exchange.response, exchange.failure
    return {
        "index": exchange.index,
        "client": exchange.client.value,
        "version": exchange.version,
        "started": exchange.started.isoformat(),
        "duration_s": round(exchange.duration_s, 6),
        "operation": exchange.operation.id if exchange.operation else None,
        "path_values": [list(pair) for pair in exchange.path_values],
        "scenario": exchange.scenario,
        "step": exchange.step,
        "behaviours": list(exchange.behaviours),
        "token_kind": exchange.token_kind,
        "deliberate": exchange.deliberate,
        "request": {
            "method": request.method,
            "url": redactor.text(request.url),
            "headers": _headers(request.headers, redactor),
            "body": _body(request.body, redactor),
        },
        "response": {
            "status": response.status,
            "headers": _headers(response.headers, redactor),
            "body": _body(response.body, redactor),
        }
        if response
        else None,
        "failure": {"kind": failure.kind, "message": redactor.text(failure.message)} if failure else None,
    }


def _read_body(content: dict[str, Any]) -> Body:
    raw = base64.b64decode(content["base64"]) if "base64" in content else content["text"].encode()
    return Body(raw, cut_at=content.get("cut_at"))


def _operation(version: str, name: str | None) -> Operation | None:
    try:
        return load_dialect(version).operations.get(name) if name else None
    except DialectError:
        return None


def exchange_from_json(content: dict[str, Any]) -> Exchange:
    """Read what `exchange_to_json` wrote."""
    request, response, failure = content["request"], content["response"], content["failure"]
    return Exchange(
        index=content["index"],
        client=Side(content["client"]),
        version=content["version"],
        started=datetime.fromisoformat(content["started"]),
        duration_s=content["duration_s"],
        request=Request(
            request["method"],
            request["url"],
            Headers.of((name, value) for name, value in request["headers"]),
            _read_body(request["body"]),
        ),
        response=Response(
            response["status"],
            Headers.of((name, value) for name, value in response["headers"]),
            _read_body(response["body"]),
        )
        if response
        else None,
        failure=Failure(failure["kind"], failure["message"]) if failure else None,
        operation=_operation(content["version"], content["operation"]),
        path_values=tuple((name, value) for name, value in content["path_values"]),
        behaviours=tuple(content["behaviours"]),
        scenario=content["scenario"],
        step=content["step"],
        token_kind=content.get("token_kind", ""),
        deliberate=content.get("deliberate", False),
    )


class JournalWriter:
    """Appends exchanges to a file; each line is on its way to the disk before the next exchange is judged."""

    def __init__(self, path: Path, redactor: Redactor, about: dict[str, Any]) -> None:
        self._redactor = redactor
        self._file: TextIOWrapper = path.open("w", encoding="utf-8", newline="\n")
        self._count = 0
        self._line({"journal": FORMAT, **json.loads(redactor.text(json.dumps(about, default=str)))})

    def _line(self, content: dict[str, Any]) -> None:
        self._file.write(json.dumps(content, ensure_ascii=True, separators=(",", ":"), default=str) + "\n")
        self._file.flush()

    def append(self, exchange: Exchange) -> None:
        """Write one exchange."""
        self._line(exchange_to_json(exchange, self._redactor))
        self._count += 1

    def close(self, *, complete: bool) -> None:
        """Write the footer: without it, the run counts as cut off."""
        if self._file.closed:
            return
        self._line({"end": {"exchanges": self._count, "complete": complete}})
        os.fsync(self._file.fileno())
        self._file.close()


@dataclass(frozen=True, slots=True)
class JournalContent:
    """What a journal file holds."""

    about: dict[str, Any]
    complete: bool
    exchanges: int
    cut_off: bool
    """Whether the last line is damaged: the writer died in the middle of it."""


def read_journal(path: Path, receive: Callable[[Exchange], None]) -> JournalContent:
    """Read a journal, handing over one exchange at a time.

    A damaged last line is what a crash leaves: what came before counts.

    Raises:
        JournalError: the file is no journal, or is damaged before its last line.
    """
    about: dict[str, Any] = {}
    complete, cut_off, count = False, False, 0
    with path.open(encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            try:
                content = json.loads(line)
                if number == 1:
                    if content.get("journal") != FORMAT:
                        raise KeyError("journal")
                    about = content
                elif "end" in content:
                    complete = bool(content["end"]["complete"])
                else:
                    receive(exchange_from_json(content))
                    count += 1
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                if number == 1:
                    raise JournalError(f"{path} is not a journal: its first line is no header") from error
                if not line.endswith("\n"):
                    cut_off = True
                    break
                raise JournalError(f"{path}, line {number}: not an exchange ({error})") from error
    if not about:
        raise JournalError(f"{path} is empty")
    return JournalContent(about, complete, count, cut_off)
