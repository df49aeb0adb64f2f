"""Behaviours: named deviations of the Partner, each a transformer at one seam, scoped by operation and count.

The same objects serve negative scenarios, manual exploration (`--behaviour`) and the mutants that prove the suite.
"""

import copy
import fnmatch
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

from ocpi_schemas.json_text import Json
from ocpi_simulator.draft import Absent, Draft, Kind


class Seam(StrEnum):
    """Where a behaviour takes hold, in the order in which a message passes them."""

    OBJECT = "object"
    ENCODING = "encoding"
    HTTP = "http"
    CONNECTION = "connection"
    STATE = "state"
    """Not a transformer: the handlers ask whether it is active."""


Transform: TypeAlias = Callable[[Draft, str], None]
"""Changes a draft; the text is the behaviour's argument."""


class BehaviourError(ValueError):
    """A behaviour that is not known, or whose words make no sense; the message says what to write."""


@dataclass(frozen=True, slots=True)
class Behaviour:
    """One entry of the catalogue."""

    name: str
    seam: Seam
    description: str
    transform: Transform | None
    kinds: frozenset[Kind] = frozenset(Kind)
    argument: str = ""
    """What its argument means; empty when it takes none."""
    default: str = ""


@dataclass(slots=True)
class ActiveBehaviour:
    """A behaviour switched on: for which operations, how often still, and how often it took hold."""

    behaviour: Behaviour
    argument: str
    operations: str = "*"
    remaining: int | None = None
    fired: int = 0

    def fits(self, operation_id: str, kind: Kind) -> bool:
        """Whether it takes hold of this message."""
        return (
            self.remaining != 0 and kind in self.behaviour.kinds and fnmatch.fnmatchcase(operation_id, self.operations)
        )

    def spend(self) -> None:
        """Count one time that it took hold."""
        self.fired += 1
        if self.remaining is not None:
            self.remaining -= 1


CATALOGUE: dict[str, Behaviour] = {}


def behaviour(
    seam: Seam, *, on: frozenset[Kind] = frozenset(Kind), argument: str = "", default: str = ""
) -> Callable[[Transform], Transform]:
    """Enter a transformer into the catalogue under its own name; its docstring is the description."""

    def enter(transform: Transform) -> Transform:
        name = transform.__name__.strip("_")
        description = " ".join((transform.__doc__ or "").split())
        CATALOGUE[name] = Behaviour(name, seam, description, transform, on, argument, default)
        return transform

    return enter


def state_behaviour(name: str, description: str) -> None:
    """Enter a behaviour that handlers ask for by name."""
    CATALOGUE[name] = Behaviour(name, Seam.STATE, description, None)


_WORDS = re.compile(
    r"(?P<name>[a-z0-9_]+)(?:=(?P<argument>[^@]*))?(?:@(?P<operations>[a-z_.*?]+))?(?:#(?P<count>\d+))?"
)


def parse_behaviour(words: str) -> ActiveBehaviour:
    """Read `name[=argument][@operations][#count]`, such as `http_error=503@locations.*#2`.

    Raises:
        BehaviourError: the name is not in the catalogue, or the words have another form.
    """
    match = _WORDS.fullmatch(words.strip())
    if match is None:
        raise BehaviourError(f"{words!r} is not a behaviour; write NAME[=ARGUMENT][@OPERATIONS][#COUNT]")
    found = CATALOGUE.get(match["name"])
    if found is None:
        raise BehaviourError(f"no behaviour {match['name']!r}; there are: {', '.join(sorted(CATALOGUE))}")
    if match["argument"] is not None and not found.argument:
        raise BehaviourError(f"{found.name} takes no argument")
    count = int(match["count"]) if match["count"] else None
    return ActiveBehaviour(found, match["argument"] or found.default, match["operations"] or "*", count)


@dataclass(slots=True)
class Behaviours:
    """The behaviours that are switched on."""

    active: list[ActiveBehaviour] = field(default_factory=list)

    def switch_on(self, words: str) -> ActiveBehaviour:
        """Add one; see `parse_behaviour`."""
        made = parse_behaviour(words)
        self.active.append(made)
        return made

    def clear(self) -> None:
        self.active.clear()

    def takes_hold(self, name: str, operation_id: str = "*") -> bool:
        """For handlers: whether a state behaviour is active, counting it as fired."""
        for entry in self.active:
            if entry.behaviour.name == name and entry.fits(operation_id, Kind.RESPONSE):
                entry.spend()
                return True
        return False

    def wants_objects(self, operation_id: str, kind: Kind) -> bool:
        """Whether some object behaviour needs the payload of this message in parsed form."""
        return any(entry.behaviour.seam is Seam.OBJECT and entry.fits(operation_id, kind) for entry in self.active)

    def apply(self, draft: Draft) -> tuple[str, ...]:
        """Pass a draft through every behaviour that fits, seam by seam; the names of those that took hold."""
        if not self.active:
            draft.encode()
            return ()
        operation_id = draft.operation.id if draft.operation else ""
        fitting = [entry for entry in self.active if entry.fits(operation_id, draft.kind)]
        if any(entry.behaviour.seam is Seam.OBJECT for entry in fitting):
            draft.payload = copy.deepcopy(draft.payload)  # it may hold what the store keeps
        for seam in (Seam.OBJECT, Seam.ENCODING, Seam.HTTP, Seam.CONNECTION):
            if seam is Seam.ENCODING:
                draft.encode()
            for entry in fitting:
                if entry.behaviour.seam is seam and entry.behaviour.transform is not None:
                    entry.behaviour.transform(draft, entry.argument)
                    entry.spend()
        return tuple(entry.behaviour.name for entry in fitting if entry.behaviour.seam is not Seam.STATE)


_RESPONSE = frozenset({Kind.RESPONSE})
_REQUEST = frozenset({Kind.REQUEST})


@behaviour(Seam.CONNECTION, on=_RESPONSE, argument="seconds", default="1")
def latency(draft: Draft, argument: str) -> None:
    """Answers late."""
    draft.delivery.delay_s = float(argument)


@behaviour(Seam.CONNECTION, on=_RESPONSE)
def dropped_connection(draft: Draft, _argument: str) -> None:
    """Closes the connection instead of answering."""
    draft.delivery.drop = True


@behaviour(Seam.CONNECTION, on=_RESPONSE, argument="bytes", default="20")
def truncated_body(draft: Draft, argument: str) -> None:
    """Announces the whole body, sends only its beginning and closes the connection."""
    draft.delivery.cut_at = int(argument)


@behaviour(Seam.CONNECTION, on=_RESPONSE, argument="seconds", default="0.5")
def slow_drip(draft: Draft, argument: str) -> None:
    """Sends the body in small pieces, with a pause before each."""
    draft.delivery.drip_s = float(argument)


@behaviour(Seam.CONNECTION, on=_REQUEST, argument="times", default="1")
def repeated_push(draft: Draft, argument: str) -> None:
    """Sends the same request again."""
    draft.delivery.repeat = int(argument)


@behaviour(Seam.HTTP, on=_RESPONSE, argument="HTTP status", default="500")
def http_error(draft: Draft, argument: str) -> None:
    """Answers with an HTTP error and no body."""
    draft.status = int(argument)
    draft.body = b""


@behaviour(Seam.HTTP, on=_RESPONSE, argument="HTTP status", default="500")
def http_status(draft: Draft, argument: str) -> None:
    """Answers as it should, but with another HTTP status."""
    draft.status = int(argument)


@behaviour(Seam.OBJECT, on=_RESPONSE, argument="OCPI status code", default="3000")
def ocpi_error(draft: Draft, argument: str) -> None:
    """Answers HTTP 200 with an OCPI error and no data."""
    if isinstance(draft.payload, dict):
        draft.payload = {
            key: value for key, value in draft.payload.items() if key not in ("data", "status_message")
        } | {"status_code": int(argument), "status_message": "a simulated error"}
        draft.status = 200


@behaviour(Seam.ENCODING)
def malformed_json(draft: Draft, _argument: str) -> None:
    """Sends a body that ends before its last bracket."""
    draft.body = (draft.body or b"{}")[:-1]


@behaviour(Seam.HTTP, argument="content type", default="text/html")
def wrong_content_type(draft: Draft, argument: str) -> None:
    """Declares the body to be something else than JSON."""
    draft.set_header("Content-Type", argument)


@behaviour(Seam.HTTP, argument="header", default="X-Request-ID")
def missing_header(draft: Draft, argument: str) -> None:
    """Leaves a header out."""
    draft.set_header(argument, None)


@behaviour(Seam.HTTP, argument="header:value")
def changed_header(draft: Draft, argument: str) -> None:
    """Sends a header with another value."""
    name, _, value = argument.partition(":")
    draft.set_header(name, value)


@behaviour(Seam.HTTP, on=_RESPONSE, argument="drops_filters, relative or same_page", default="drops_filters")
def wrong_link(draft: Draft, argument: str) -> None:
    """Sends a Link to the next page that drops the filters, is relative, or leads to the same page again."""
    link = draft.header("Link")
    if link is None:
        return
    url = link.partition("<")[2].partition(">")[0]
    if argument == "relative":
        made = "/" + url.split("/", 3)[3]
    elif argument == "same_page":
        made = draft.url
    else:
        made = re.sub(r"date_(from|to)=[^&]*&?", "", url).rstrip("&")
    draft.set_header("Link", f'<{made}>; rel="next"')


def _first_object(payload: Json | Absent) -> dict[str, Json] | None:
    if not isinstance(payload, dict):
        return None
    inside = payload.get("data", payload)
    inside = inside[0] if isinstance(inside, list) and inside else inside
    return inside if isinstance(inside, dict) else None


@behaviour(Seam.OBJECT, argument="field:JSON value")
def changed_field(draft: Draft, argument: str) -> None:
    """Sends the first object with another value in one field; without a value, without the field.

    A dotted name leads into nested objects; a number is the index in a list.
    """
    name, _, value = argument.partition(":")
    *way, last = name.split(".")
    inside: Json = _first_object(draft.payload)
    for part in way:
        if isinstance(inside, dict):
            inside = inside.get(part)
        elif isinstance(inside, list) and part.isdigit() and int(part) < len(inside):
            inside = inside[int(part)]
    if isinstance(inside, dict):
        if value:
            inside[last] = json.loads(value)
        else:
            inside.pop(last, None)
