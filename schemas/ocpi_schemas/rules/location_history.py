"""Locations as they were, and as they are: what changes without saying so, what is sent for nothing, what vanishes."""

from collections.abc import Iterator
from typing import Any

from ocpi_schemas.context import ActiveSession
from ocpi_schemas.finding import shorten
from ocpi_schemas.json_text import Json
from ocpi_schemas.object_memory import (
    Key,
    Object,
    after_patches,
    at_path,
    objects_in,
    pull_before,
    session_place,
    vanished,
)
from ocpi_schemas.rules.locations import (
    PATCHES,
    PUT_CONNECTOR,
    PUT_EVSE,
    PUT_LOCATION,
    SENDER_EVSES,
    SENDER_OBJECTS,
    body_of,
)
from ocpi_schemas.rules.rule import Flaw, Outcome, Seen, request_rule, response_rule
from ocpi_schemas.timestamps import is_later, is_plainly_before, read_timestamp

_LEVELS = (("Location", "evses", "uid"), ("EVSE", "connectors", "id"), ("Connector", "", ""))
"""Each kind, the list of its parts, and the id of a part."""

_NOT_CONTENT = frozenset({"last_updated", "id", "uid", "country_code", "party_id", "evses", "connectors"})
"""What does not count when two forms of an object are compared: time, parts, and ids, whose case may change."""

_DEPTH = 6


def _level(key: Key) -> int:
    return 0 if len(key) == 5 else 1 if not key[5] else 2


def _unordered(value: Json, depth: int = _DEPTH) -> Json:
    """A value in a form in which the order of lists does not count, nor whether nothing is null, [] or left out."""
    if depth == 0:
        return value
    if isinstance(value, dict):
        members = ((name, _unordered(value[name], depth - 1)) for name in sorted(value))
        return {name: member for name, member in members if member is not None}
    if isinstance(value, list):
        return sorted((_unordered(entry, depth - 1) for entry in value), key=repr) or None
    return value


def _same(one: Json, other: Json) -> bool:
    return one == other or _unordered(one) == _unordered(other)


def _changed_fields(old: Object, new: Object) -> list[str]:
    """The fields in which two forms of an object differ."""
    names = [*new, *(name for name in old if name not in new)]
    return [name for name in names if name not in _NOT_CONTENT and not _same(old.get(name), new.get(name))]


def _pairs(seen: Seen, old: Object, new: Object, members: str, name: str) -> Iterator[tuple[int, Object, Object]]:
    """Place, last and present form of the parts that both forms of an object have."""
    olds, news = objects_in(old.get(members)), objects_in(new.get(members))
    ids = [str(entry.get(name)) for entry in olds]
    if ids != [str(entry.get(name)) for entry in news]:
        folded = seen.context.dialect.folded
        known = {folded(entry.get(name)): entry for entry in olds}
        found = [known.get(folded(entry.get(name))) for entry in news]
    else:
        known, found = dict(zip(ids, olds, strict=True)), [*olds]
    if len(known) != len(olds):
        return  # an id that stands for two objects is a fault of its own
    for place, (before, after) in enumerate(zip(found, news, strict=True)):
        if before is not None:
            yield place, before, after


def _changed_parts(seen: Seen, index: int, old: Object, new: Object) -> Iterator[tuple[str, int, Object, Object]]:
    """Path, level, last and present form: of an object, and of each EVSE and Connector in it that differs."""
    pending = [("", _level(seen.keys[index]), old, new)]
    while pending:
        path, level, before, after = pending.pop()
        yield path, level, before, after
        _, members, name = _LEVELS[level]
        if members:
            pending += [
                (f"{path}/{members}/{place}", level + 1, one, other)
                for place, one, other in _pairs(seen, before, after, members, name)
                if one != other
            ]


@request_rule("LOC-086", operations=(PUT_LOCATION, PUT_EVSE, PUT_CONNECTOR))
@response_rule("LOC-086", operations=SENDER_OBJECTS)
def changed_object_has_a_later_time(seen: Seen) -> Outcome:
    """The `last_updated` of Locations, EVSEs and Connectors whose own fields are not as the Sender last sent them.

    Source: mod_locations.asciidoc#mod_locations_location_object
    """
    if all(old is None for old in seen.before):
        return None
    flaws = []
    for index, old, new in seen.changed:
        if _has_moved_on(old, new):
            continue
        over = seen.history.sent_until.get(seen.keys[index])
        in_turn = over is not None and seen.exchange.started >= over
        for path, level, before, after in _changed_parts(seen, index, old, new):
            if not _stands_still(before.get("last_updated"), after.get("last_updated"), in_turn=in_turn):
                continue
            fields = _changed_fields(before, after)
            if fields:
                message = f"this {_LEVELS[level][0]} has changed ({', '.join(fields[:5])}), but not its last_updated"
                expected = (f"later than {shorten(before.get('last_updated'))}",)
                found = shorten(after.get("last_updated"))
                flaws.append(Flaw(shorten(message, 200), expected, found, seen.pointer(index, f"{path}/last_updated")))
    return flaws


def _has_moved_on(old: Any, new: Any) -> bool:
    """Whether all times in a Location are plainly after those that were there before: nothing is left to compare."""
    try:
        return is_plainly_before(max(_all_times(old)), min(_all_times(new)))
    except (AttributeError, KeyError, TypeError):
        return False


def _all_times(location: Any) -> list[Any]:
    return [
        location["last_updated"],
        *[evse["last_updated"] for evse in location["evses"]],
        *[connector["last_updated"] for evse in location["evses"] for connector in evse["connectors"]],
    ]


def _stands_still(old: Json, new: Json, *, in_turn: bool) -> bool:
    """Whether a time is not later than before; an earlier one counts only if the messages cannot have crossed."""
    if not isinstance(old, str) or not isinstance(new, str):
        return False
    if old == new:
        return True
    if is_plainly_before(old, new) or is_later(new, old) or read_timestamp(old) is None or read_timestamp(new) is None:
        return False
    return in_turn or not is_later(old, new)


@request_rule("LOC-007", operations=PATCHES)
def patch_contains_only_what_has_changed(seen: Seen) -> Outcome:
    """The fields of a PATCH, and the same fields of the object as the target last sent it.

    Not where the target may think it has to say it again: when its last change was not accepted, or is repeated.
    Source: mod_locations.asciidoc#mod_locations_flow_and_lifecycle
    """
    body = body_of(seen)
    known = after_patches(seen.history, seen.keys[0], seen.context) if body is not None else None
    if body is None or known is None or not is_later(body.get("last_updated"), known.get("last_updated")):
        return None
    unchanged = [
        name
        for name, value in body.items()
        if name not in _NOT_CONTENT and value is not None and _same(value, known.get(name))
    ]
    if not unchanged:
        return []
    message = f"this PATCH contains what has not changed: {', '.join(unchanged[:5])}"
    return [Flaw(shorten(message, 200), ("only fields with a new value",), shorten(", ".join(unchanged)))]


# What vanishes


@request_rule("LOC-011", operations=(PUT_LOCATION, PUT_EVSE))
@response_rule("LOC-011", operations=SENDER_EVSES)
def nothing_that_was_shared_vanishes(seen: Seen) -> Outcome:
    """Locations missing in a complete pull, and EVSEs and Connectors missing in what they were a part of.

    What has the status REMOVED may go. Source: mod_locations.asciidoc#evse_delete_with_status_update
    """
    pull = pull_before(seen.exchange, seen.history)
    if pull is not None and pull.filters:
        return None
    flaws = [] if pull is None else _missing_locations(seen)
    if all(old is None for old in seen.before) and not flaws:
        return None
    for index, old, new in seen.changed:
        if _has_the_same_parts(old, new):
            continue
        level = _level(seen.keys[index])
        flaws += _missing_parts(seen, index, "", level, old, new)
        for place, before, after in _pairs(seen, old, new, "evses", "uid") if level == 0 else ():
            flaws += _missing_parts(seen, index, f"/evses/{place}", 1, before, after)
    return flaws


def _has_the_same_parts(old: Any, new: Any) -> bool:
    """Whether a Location plainly has the EVSEs and Connectors that it had: the usual case, and a quick look."""
    try:
        return _all_ids(old) == _all_ids(new)
    except (AttributeError, KeyError, TypeError):
        return False


def _all_ids(location: Any) -> list[Any]:
    return [(evse["uid"], [connector["id"] for connector in evse["connectors"]]) for evse in location["evses"]]


def _missing_locations(seen: Seen) -> list[Flaw]:
    pull = pull_before(seen.exchange, seen.history)
    if pull is None:
        return []
    gone = [
        key[3]
        for key in vanished(seen.exchange, pull, seen.keys, seen.context, seen.history)
        if _has_live_evse(seen, key)
    ]
    if not gone:
        return []
    message = f"{len(gone)} Location(s) that were shared before are missing from the complete list"
    return [Flaw(message, ("Locations stay; their EVSEs become REMOVED",), shorten(", ".join(gone)), "/data")]


def _has_live_evse(seen: Seen, key: Key) -> bool:
    location = seen.history.objects.get(key) or {}
    return any(not _is_removed(seen, key, evse) for evse in objects_in(location.get("evses")))


def _is_removed(seen: Seen, location: Key, evse: Object) -> bool:
    """Whether an EVSE was last called REMOVED, in a PATCH perhaps."""
    key = (*location[:4], seen.context.dialect.folded(evse.get("uid")), "")
    known = after_patches(seen.history, key, seen.context) or {}
    return "REMOVED" in (evse.get("status"), known.get("status"))


def _missing_parts(seen: Seen, index: int, path: str, level: int, before: Object, after: Object) -> list[Flaw]:
    """EVSEs that a Location had before, or Connectors that an EVSE had."""
    kind, members, name = _LEVELS[level]
    olds, news = objects_in(before.get(members)), objects_in(after.get(members))
    if [entry.get(name) for entry in olds] == [entry.get(name) for entry in news]:
        return []
    folded = seen.context.dialect.folded
    here = {folded(entry.get(name)) for entry in news}
    gone = [entry for entry in olds if folded(entry.get(name)) not in here]
    if level == 0:
        gone = [entry for entry in gone if not _is_removed(seen, seen.keys[index], entry)]
    if not gone or "REMOVED" in (before.get("status"), after.get("status")):
        return []
    part = _LEVELS[level + 1][0]
    message = f"{len(gone)} {part}(s) of this {kind} that were shared before are missing"
    expected = ("the status REMOVED",) if level == 0 else ("all Connectors that were there",)
    found = shorten(", ".join(str(one.get(name)) for one in gone))
    return [Flaw(message, expected, found, seen.pointer(index, f"{path}/{members}"))]


# What happens at the same time


@request_rule("LOC-093", operations=("sessions.receiver.put_session",))
@response_rule("LOC-093", operations=("sessions.sender.get_list",))
def evse_has_one_active_session(seen: Seen) -> Outcome:
    """Sessions that are active, and others that were active at the same EVSE at the same time.

    Source: mod_locations.asciidoc#mod_locations_evse_object
    """
    examined, flaws = False, []
    here: dict[Key, str] = {}
    for index, (key, session) in enumerate(zip(seen.keys, seen.items, strict=True)):
        place = session_place(key, session, seen.context) if session.get("status") == "ACTIVE" else None
        if place is None:
            continue
        examined = True
        known = seen.history.active_sessions.get(place)
        other = here.get(place) or (known.id if known is not None and _meet(known, session, seen) else None)
        here[place] = key[3]
        if other is not None and other != key[3]:
            message = "two Sessions at one EVSE are active at the same time"
            found = shorten(f"{key[3]} and {other}")
            flaws.append(Flaw(message, ("one at a time",), found, seen.pointer(index, "/status")))
    return flaws if examined else None


def _meet(known: ActiveSession, session: Object, seen: Seen) -> bool:
    """Whether a Session was last called active after this one had begun."""
    start = at_path(session, seen.context.dialect.field("session.start"))
    return is_later(known.last_updated, start) and is_later(session.get("last_updated"), known.start)
