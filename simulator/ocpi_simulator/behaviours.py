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
from functools import cache
from typing import TypeAlias

from ocpi_schemas.dialect import known_versions, load_dialect
from ocpi_schemas.json_text import Json
from ocpi_schemas.timestamps import now, write_timestamp
from ocpi_simulator.draft import ABSENT, Absent, Draft, Kind


class Seam(StrEnum):
    """Where a behaviour takes hold, in the order in which a message passes them."""

    OBJECT = "object"
    ENCODING = "encoding"
    HTTP = "http"
    CONNECTION = "connection"
    STATE = "state"
    """Not a transformer: the handlers ask whether it is active."""


Transform: TypeAlias = Callable[[Draft, str], bool]
"""Changes a draft; the text is the behaviour's argument. False: there was nothing to change, it did not take hold."""

Check: TypeAlias = Callable[[str], object]
"""Raises ValueError if a text cannot be the argument."""


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
    """The argument when none is given; empty if one has to be given."""
    check: Check | None = None


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
    seam: Seam,
    *,
    on: frozenset[Kind] = frozenset(Kind),
    argument: str = "",
    default: str = "",
    check: Check | None = None,
) -> Callable[[Transform], Transform]:
    """Enter a transformer into the catalogue under its own name; its docstring is the description."""

    def enter(transform: Transform) -> Transform:
        name = transform.__name__.strip("_")
        description = " ".join((transform.__doc__ or "").split())
        CATALOGUE[name] = Behaviour(name, seam, description, transform, on, argument, default, check)
        return transform

    return enter


def state_behaviour(
    name: str, description: str, *, argument: str = "", default: str = "", check: Check | None = None
) -> None:
    """Enter a behaviour that handlers ask for by name."""
    CATALOGUE[name] = Behaviour(name, Seam.STATE, description, None, argument=argument, default=default, check=check)


_WORDS = re.compile(
    # The argument is as short as the rest allows: it may contain @ and #, but what can be a scope or a count is one.
    r"(?P<name>[a-z0-9_]+)(?:=(?P<argument>.*?))?(?:@(?P<operations>[a-z_.*?]+))?(?:#(?P<count>[0-9]{1,9}))?",
    re.DOTALL,
)


@cache
def _operation_ids() -> frozenset[str]:
    return frozenset(name for version in known_versions() for name in load_dialect(version).operations)


def parse_behaviour(words: str) -> ActiveBehaviour:
    """Read `name[=argument][@operations][#count]`, such as `http_error=503@locations.*#2`.

    Raises:
        BehaviourError: the name is not in the catalogue, the argument makes no sense, no operation has such a name, or
            the words have another form.
    """
    match = _WORDS.fullmatch(words.strip())
    if match is None:
        raise BehaviourError(f"{words!r} is not a behaviour; write NAME[=ARGUMENT][@OPERATIONS][#COUNT]")
    found = CATALOGUE.get(match["name"])
    if found is None:
        raise BehaviourError(f"no behaviour {match['name']!r}; there are: {', '.join(sorted(CATALOGUE))}")
    operations = match["operations"] or "*"
    if not fnmatch.filter(_operation_ids(), operations):
        raise BehaviourError(f"no operation fits {operations!r}; they have names like locations.sender.get_list")
    count = int(match["count"]) if match["count"] else None
    return ActiveBehaviour(found, _argument(found, match["argument"]), operations, count)


def _argument(found: Behaviour, given: str | None) -> str:
    if given is not None and not found.argument:
        raise BehaviourError(f"{found.name} takes no argument")
    argument = given or found.default
    if found.argument and not argument:
        raise BehaviourError(f"{found.name} needs an argument: {found.name}={found.argument}")
    if found.check is not None:
        try:
            found.check(argument)
        except ValueError as error:
            raise BehaviourError(f"{found.name}={argument}: the argument has to be {found.argument}") from error
    return argument


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
        return self.argument_of(name, operation_id) is not None

    def argument_of(self, name: str, operation_id: str = "*") -> str | None:
        """For handlers: the argument of a state behaviour that is active, counting it as fired; else None."""
        for entry in self.active:
            if entry.behaviour.name == name and entry.fits(operation_id, Kind.RESPONSE):
                entry.spend()
                return entry.argument
        return None

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
        held: list[str] = []
        for seam in (Seam.OBJECT, Seam.ENCODING, Seam.HTTP, Seam.CONNECTION):
            if seam is Seam.ENCODING:
                draft.encode()
            for entry in fitting:
                transform = entry.behaviour.transform
                if entry.behaviour.seam is seam and transform is not None and transform(draft, entry.argument):
                    entry.spend()
                    held.append(entry.behaviour.name)
        return tuple(held)


_RESPONSE = frozenset({Kind.RESPONSE})
_REQUEST = frozenset({Kind.REQUEST})

_HEADER_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_HEADER_VALUE = re.compile(r"[\x20-\x7e\x80-\xff]*")
_LINKS = ("drops_filters", "relative", "same_page")


def _demand(fulfilled: bool) -> None:
    if not fulfilled:
        raise ValueError


def _seconds(text: str) -> None:
    _demand(0 <= float(text) <= 3_600)


def whole(low: int, high: int) -> Check:
    """A check for arguments that are whole numbers."""

    def check(text: str) -> None:
        _demand(text.isascii() and text.isdigit() and low <= int(text) <= high)

    return check


def _http_status(text: str) -> None:
    whole(200, 599)(text)


def _header_name(text: str) -> None:
    _demand(_HEADER_NAME.fullmatch(text) is not None)


def _header_value(text: str) -> None:
    _demand(_HEADER_VALUE.fullmatch(text) is not None)


def _header(text: str) -> None:
    name, colon, value = text.partition(":")
    _header_name(name)
    _demand(bool(colon))
    _header_value(value)


def _field(text: str) -> None:
    name, colon, value = text.partition(":")
    _demand(bool(name))
    if colon and value:
        json.loads(value)


@behaviour(Seam.CONNECTION, on=_RESPONSE, argument="seconds", default="1", check=_seconds)
def latency(draft: Draft, argument: str) -> bool:
    """Answers late."""
    draft.delivery.delay_s = float(argument)
    return True


@behaviour(Seam.CONNECTION, on=_RESPONSE)
def dropped_connection(draft: Draft, _argument: str) -> bool:
    """Closes the connection instead of answering."""
    draft.delivery.drop = True
    return True


@behaviour(Seam.CONNECTION, on=_RESPONSE, argument="bytes", default="20", check=whole(0, 10**9))
def truncated_body(draft: Draft, argument: str) -> bool:
    """Announces the whole body, sends only its beginning and closes the connection."""
    if len(draft.body or b"") <= int(argument):
        return False
    draft.delivery.cut_at = int(argument)
    return True


@behaviour(Seam.CONNECTION, on=_RESPONSE, argument="seconds", default="0.5", check=_seconds)
def slow_drip(draft: Draft, argument: str) -> bool:
    """Sends the body in small pieces, with a pause before each."""
    draft.delivery.drip_s = float(argument)
    return bool(draft.body)


@behaviour(Seam.CONNECTION, on=_REQUEST, argument="times", default="1", check=whole(1, 1_000))
def repeated_push(draft: Draft, argument: str) -> bool:
    """Sends the same request again."""
    draft.delivery.repeat = int(argument)
    return True


@behaviour(Seam.HTTP, on=_RESPONSE, argument="HTTP status", default="500", check=_http_status)
def http_error(draft: Draft, argument: str) -> bool:
    """Answers with an HTTP error and no body."""
    draft.status = int(argument)
    draft.body = b""
    draft.set_header("Content-Type", None)
    return True


@behaviour(Seam.HTTP, on=_RESPONSE, argument="HTTP status", default="500", check=_http_status)
def http_status(draft: Draft, argument: str) -> bool:
    """Answers as it should, but with another HTTP status."""
    draft.status = int(argument)
    return True


@behaviour(Seam.OBJECT, on=_RESPONSE, argument="OCPI status code", default="3000", check=whole(0, 10**6))
def ocpi_error(draft: Draft, argument: str) -> bool:
    """Answers HTTP 200 with an OCPI error and no data."""
    if not isinstance(draft.payload, dict):
        return False
    kept = {key: value for key, value in draft.payload.items() if key not in ("data", "status_message")}
    draft.payload = kept | {"status_code": int(argument), "status_message": "a simulated error"}
    draft.status = 200
    return True


@behaviour(Seam.ENCODING)
def malformed_json(draft: Draft, _argument: str) -> bool:
    """Sends a body that ends before its last bracket."""
    if not draft.body:
        return False
    draft.body = draft.body[:-1]
    return True


@behaviour(Seam.HTTP, argument="content type", default="text/html", check=_header_value)
def wrong_content_type(draft: Draft, argument: str) -> bool:
    """Declares the body to be something else than JSON."""
    if not draft.body:
        return False
    draft.set_header("Content-Type", argument)
    return True


@behaviour(Seam.HTTP, argument="header", default="X-Request-ID", check=_header_name)
def missing_header(draft: Draft, argument: str) -> bool:
    """Leaves a header out."""
    if draft.header(argument) is None:
        return False
    draft.set_header(argument, None)
    return True


@behaviour(Seam.HTTP, argument="header:value", check=_header)
def changed_header(draft: Draft, argument: str) -> bool:
    """Sends a header with another value."""
    name, _, value = argument.partition(":")
    draft.set_header(name, value.strip())
    return True


@behaviour(
    Seam.HTTP, on=_RESPONSE, argument=" or ".join(_LINKS), default=_LINKS[0], check=lambda text: _demand(text in _LINKS)
)
def wrong_link(draft: Draft, argument: str) -> bool:
    """Sends a Link to the next page that drops the filters, is relative, or leads to the same page again."""
    link = draft.header("Link")
    if link is None:
        return False
    url = link.partition("<")[2].partition(">")[0]
    if argument == "relative":
        made = "/" + url.split("/", 3)[3]
    elif argument == "same_page":
        made = draft.url
    else:
        made = re.sub(r"date_(from|to)=[^&]*&?", "", url).rstrip("&")
    draft.set_header("Link", f'<{made}>; rel="next"')
    return made != url


def _first_object(payload: Json | Absent) -> dict[str, Json] | None:
    if not isinstance(payload, dict):
        return None
    inside = payload.get("data", payload)
    inside = inside[0] if isinstance(inside, list) and inside else inside
    return inside if isinstance(inside, dict) else None


@behaviour(Seam.OBJECT, on=_RESPONSE)
def hides_the_newest(draft: Draft, _argument: str) -> bool:
    """Leaves out the last object of a list, which is the newest."""
    data = draft.payload.get("data") if isinstance(draft.payload, dict) else None
    if not isinstance(data, list) or not data or draft.header("Link") is not None:
        return False
    del data[-1]
    return True


@behaviour(Seam.OBJECT, on=_RESPONSE)
def hides_its_receivers(draft: Draft, _argument: str) -> bool:
    """Names no Receiver endpoint in its version details, as one that cannot be pushed to."""
    details = draft.payload.get("data") if isinstance(draft.payload, dict) else None
    endpoints = details.get("endpoints") if isinstance(details, dict) else None
    if not isinstance(details, dict) or not isinstance(endpoints, list):
        return False
    kept = [entry for entry in endpoints if not isinstance(entry, dict) or entry.get("role") != "RECEIVER"]
    details["endpoints"] = kept
    return len(kept) < len(endpoints)


@behaviour(Seam.OBJECT, on=_RESPONSE)
def moves_times(draft: Draft, _argument: str) -> bool:
    """Says of every object that it was updated just now."""
    data = draft.payload.get("data") if isinstance(draft.payload, dict) else None
    updated = [entry for entry in data if isinstance(entry, dict)] if isinstance(data, list) else []
    for entry in updated:
        entry["last_updated"] = write_timestamp(now())
    return bool(updated)


@behaviour(Seam.OBJECT, argument="field:JSON value", check=_field)
def changed_field(draft: Draft, argument: str) -> bool:
    """Sends the first object with another value in one field; without a value, without the field.

    A dotted name leads into nested objects; a number is the index in a list.
    """
    return _change(_first_object(draft.payload), argument)


def _change(inside: Json, argument: str) -> bool:
    name, _, value = argument.partition(":")
    *way, last = name.split(".")
    for part in way:
        if isinstance(inside, dict):
            inside = inside.get(part)
        elif isinstance(inside, list) and part.isdigit() and int(part) < len(inside):
            inside = inside[int(part)]
        else:
            return False
    if not isinstance(inside, dict):
        return False
    if not value:
        return inside.pop(last, ABSENT) is not ABSENT
    inside[last] = json.loads(value)
    return True


def _object_and_field(text: str) -> None:
    name, slash, rest = text.partition("/")
    _demand(bool(name) and bool(slash))
    _field(rest)


@behaviour(Seam.OBJECT, on=_RESPONSE, argument="id/field:JSON value", check=_object_and_field)
def changed_object(draft: Draft, argument: str) -> bool:
    """Lists the object of this id with another value in one field; without a value, without the field."""
    name, _, change = argument.partition("/")
    data = draft.payload.get("data") if isinstance(draft.payload, dict) else None
    listed = [entry for entry in data if isinstance(entry, dict)] if isinstance(data, list) else []
    named = (entry for entry in listed if name in (entry.get("id"), entry.get("uid")))
    return _change(next(named, None), change)


def _json(text: str) -> None:
    json.loads(text)


@behaviour(Seam.OBJECT, on=_RESPONSE, argument="JSON value", default="null", check=_json)
def answer_data(draft: Draft, argument: str) -> bool:
    """Answers with this in `data`."""
    if not isinstance(draft.payload, dict):
        return False
    draft.payload["data"] = json.loads(argument)
    return True


@behaviour(
    Seam.HTTP, argument="lower or upper", default="lower", check=lambda text: _demand(text in ("lower", "upper"))
)
def header_case(draft: Draft, argument: str) -> bool:
    """Writes the names of all headers in lower or upper case."""
    draft.headers = [(name.lower() if argument == "lower" else name.upper(), value) for name, value in draft.headers]
    return True
