"""Exchange: the immutable record of one HTTP request and what came of it. Everything judged or reported reads this."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from typing import Literal
from urllib.parse import parse_qsl, urlsplit

from ocpi_schemas.json_text import Json, NotJson, parse
from ocpi_schemas.operation import Operation


class Side(StrEnum):
    """Who acts: our simulated Partner, or the Target under test."""

    PARTNER = "partner"
    TARGET = "target"

    @property
    def other(self) -> "Side":
        return Side.TARGET if self is Side.PARTNER else Side.PARTNER


@dataclass(frozen=True, slots=True)
class Headers:
    """HTTP headers in the order they came; names compare without case (RFC 9110)."""

    pairs: tuple[tuple[str, str], ...] = ()

    @staticmethod
    def of(pairs: Iterable[tuple[str, str]]) -> "Headers":
        return Headers(tuple(pairs))

    def get(self, name: str) -> str | None:
        """The first value of a header, or None."""
        wanted = name.lower()
        for key, value in self.pairs:
            if key.lower() == wanted:
                return value
        return None

    def all(self, name: str) -> list[str]:
        """Every value of a header, in order."""
        wanted = name.lower()
        return [value for key, value in self.pairs if key.lower() == wanted]

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter(self.pairs)


class Body:
    """Raw bytes, and what they say as JSON: parsed once, when first asked for."""

    def __init__(self, raw: bytes = b"", *, cut_at: int | None = None) -> None:
        self.raw = raw
        self.cut_at = cut_at
        """Set when the sender went on after this many bytes and we stopped reading."""

    @cached_property
    def json(self) -> Json | NotJson:
        """The JSON value, or why there is none; an empty body is not JSON."""
        if self.cut_at is not None:
            return NotJson(f"longer than {self.cut_at} bytes, the rest was not read")
        return parse(self.raw) if self.raw else NotJson("empty")

    def __bool__(self) -> bool:
        return bool(self.raw)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Body) and (self.raw, self.cut_at) == (other.raw, other.cut_at)

    def __hash__(self) -> int:
        return hash((self.raw, self.cut_at))

    def __repr__(self) -> str:
        return f"Body({len(self.raw)} bytes)"


@dataclass(frozen=True, slots=True)
class Request:
    method: str
    url: str
    """Absolute, as the client sent it."""
    headers: Headers = field(default_factory=Headers)
    body: Body = field(default_factory=Body)

    @property
    def path(self) -> str:
        return urlsplit(self.url).path

    @property
    def query(self) -> dict[str, str]:
        """The query parameters; of a repeated one the last."""
        return dict(parse_qsl(urlsplit(self.url).query, keep_blank_values=True))


@dataclass(frozen=True, slots=True)
class Response:
    status: int
    headers: Headers = field(default_factory=Headers)
    body: Body = field(default_factory=Body)

    @property
    def envelope(self) -> dict[str, Json]:
        """The response body if it is a JSON object, else an empty one."""
        value = self.body.json
        return value if isinstance(value, dict) else {}

    @property
    def data(self) -> Json:
        """What the `data` member of the envelope holds; None if it is absent."""
        return self.envelope.get("data")

    @property
    def one(self) -> dict[str, Json] | None:
        """The one object that `data` holds; None if there is none.

        It is also taken from a list of one: that this is the wrong form is one finding, and what the object says is
        looked at nevertheless.
        """
        data = self.data
        if isinstance(data, list) and len(data) == 1:
            data = data[0]
        return data if isinstance(data, dict) else None

    @property
    def status_code(self) -> int | None:
        """The OCPI status code, if the envelope has one that is a whole number."""
        code = self.envelope.get("status_code")
        return code if isinstance(code, int) and not isinstance(code, bool) else None

    @property
    def succeeded(self) -> bool:
        """HTTP 2xx with an OCPI code of the success range."""
        code = self.status_code
        return 200 <= self.status < 300 and code is not None and 1000 <= code < 2000


FailureKind = Literal["refused", "timeout", "reset", "tls", "not_http", "redirect", "url", "behaviour"]


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a request got no HTTP response."""

    kind: FailureKind
    message: str


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and its response or failure, in either direction."""

    index: int
    """Position in the Journal."""
    client: Side
    version: str
    """The OCPI version the two sides spoke, or the one under test before that is settled."""
    started: datetime
    duration_s: float
    request: Request
    response: Response | None = None
    failure: Failure | None = None
    operation: Operation | None = None
    """What the request was, or None if it fits nothing that OCPI describes."""
    path_values: tuple[tuple[str, str], ...] = ()
    """The path parameters of the operation, decoded."""
    behaviours: tuple[str, ...] = ()
    """The Partner's deviations that were active in this exchange."""
    scenario: str | None = None
    step: str | None = None
    token_kind: str = ""
    """Which token the client used, where the Partner knows: `A`, `pending`, `current`, `none`, `unknown`."""
    deliberate: bool = False
    """True when the Partner sent a request that is wrong on purpose, so that an error answer is right."""

    @property
    def server(self) -> Side:
        return self.client.other

    @property
    def path_parameters(self) -> dict[str, str]:
        return dict(self.path_values)

    def is_operation(self, *names: str) -> bool:
        """Whether this is one of the operations, by id (`tokens.sender.authorize`)."""
        return self.operation is not None and self.operation.id in names

    def __str__(self) -> str:
        outcome = (
            f"HTTP {self.response.status}"
            + (f", OCPI {self.response.status_code}" if self.response.status_code is not None else "")
            if self.response
            else f"{self.failure.kind}: {self.failure.message}"
            if self.failure
            else "no answer"
        )
        return f"{self.client} {self.request.method} {self.request.url} -> {outcome}"
