"""Ids that stand for one object only."""

from collections import Counter

from ocpi_schemas.context import Pull
from ocpi_schemas.finding import shorten
from ocpi_schemas.object_memory import Key, Object, objects_in, pull_before
from ocpi_schemas.rules.location_contents import evse_pointer
from ocpi_schemas.rules.locations import PUT_EVSE, PUT_LOCATION, SENDER_EVSES, SENDER_LOCATIONS
from ocpi_schemas.rules.rule import Flaw, Outcome, Seen, request_rule, response_rule
from ocpi_schemas.timestamps import read_timestamp

_CLOCK_TOLERANCE_S = 300


# In lists


@response_rule("LOC-075", operations=("locations.sender.get_list",))
def no_two_locations_have_one_id(seen: Seen) -> Outcome:
    """The ids in a list of Locations, across the pages of a pull.

    Source: mod_locations.asciidoc#mod_locations_location_object
    """
    return _repeated(seen, "id", "two Locations in one list have this id")


@response_rule("TOK-088", operations=("tokens.sender.get_list",))
def no_two_tokens_have_one_uid_and_type(seen: Seen) -> Outcome:
    """The uids and types in a list of Tokens, across the pages of a pull.

    Source: mod_tokens.asciidoc#mod_tokens_token_object
    """
    return _repeated(seen, "uid", "two Tokens in one list have this uid and type")


def _repeated(seen: Seen, name: str, message: str) -> Outcome:
    if not seen.items:
        return None
    first: dict[tuple[Key, object], int] = {}
    pull = pull_before(seen.exchange, seen.history)
    flaws = []
    for index, (key, item) in enumerate(zip(seen.keys, seen.items, strict=True)):
        if not isinstance(item.get(name), str):
            continue
        whole = (key, str(item.get("type")) if key[0] == "tokens" else "")
        if whole in first:
            where = seen.pointer(first[whole])
        elif pull is not None and _was_on_an_earlier_page(seen, key, item, pull):
            where = "a page before"
        else:
            first[whole] = index
            continue
        flaws.append(
            Flaw(
                message, (f"another {name}",), shorten(f"{item[name]}, as in {where}"), seen.pointer(index, f"/{name}")
            )
        )
    return flaws


def _was_on_an_earlier_page(seen: Seen, key: Key, item: Object, pull: Pull) -> bool:
    """Whether another object had this id.

    The same object can turn up again while objects are added, and in another form if it was changed in the
    meantime: so what differs has to be older than the pull.
    """
    other = seen.history.objects.get(key) if key in pull.keys else None
    if other is None or other == item or other.get("type") != item.get("type"):
        return False
    times = [read_timestamp(one.get("last_updated")) for one in (other, item)]
    return all(time is not None and (pull.started - time).total_seconds() > _CLOCK_TOLERANCE_S for time in times)


# EVSEs and Connectors


@request_rule("LOC-094", operations=(PUT_LOCATION,))
@response_rule("LOC-094", operations=SENDER_LOCATIONS)
def no_two_evses_have_one_uid(seen: Seen) -> Outcome:
    """The uids of EVSEs that are not REMOVED: in a Location, in a list, and across the pages of a pull.

    Source: mod_locations.asciidoc#mod_locations_evse_object
    """
    live = _uids(seen, removed=False)
    if not live:
        return None
    pull = pull_before(seen.exchange, seen.history)
    on_this_page = {uid for uid, _, _ in live}
    if len(on_this_page) == len(live) and (pull is None or not pull.keys):
        return []
    first: dict[str, tuple[int, int]] = {}
    flaws = []
    for uid, index, place in live:
        other = first.setdefault(uid, (index, place))
        where = _other_holder(seen, uid, index, other if other != (index, place) else None, pull)
        if where:
            message, found = "two EVSEs that are not REMOVED have this uid", shorten(f"{uid}, as {where}")
            flaws.append(Flaw(message, ("another uid",), found, f"{evse_pointer(seen, index, place)}/uid"))
    return flaws


def _other_holder(seen: Seen, uid: str, index: int, other: tuple[int, int] | None, pull: Pull | None) -> str:
    """Where the same uid of the same owner was seen before; empty if nowhere."""
    _, country, party, location, *_ = seen.keys[index]
    if other is not None:
        # The same Location twice in a list is a fault of its own.
        again = other[0] != index and seen.keys[other[0]][3] == location
        return evse_pointer(seen, *other) if seen.keys[other[0]][1:3] == (country, party) and not again else ""
    holder = seen.history.live_evses.get((country, party, uid)) if pull is not None else None
    if holder is None or pull is None or holder[0] == location or holder[1] < pull.started:
        return ""
    return f"in Location {holder[0]}"


@request_rule("LOC-095", operations=(PUT_LOCATION, PUT_EVSE))
@response_rule("LOC-095", operations=SENDER_LOCATIONS)
def uid_of_a_removed_evse_is_not_used_again(seen: Seen) -> Outcome:
    """The uids of EVSEs, and those of EVSEs that are REMOVED: in this message, or in another Location before.

    Source: mod_locations.asciidoc#mod_locations_evse_object
    """
    removed, known = _uids(seen, removed=True), seen.history.removed_evses
    if not removed and not known:
        return None
    owners = [(key[1], key[2]) for key in seen.keys]
    removed_here = {(*owners[index], uid): seen.keys[index][3] for uid, index, _ in removed}
    uids = {uid for uid, _, _ in removed}
    live_here: set[tuple[str, str, str]] = set()
    flaws = []
    for uid, index, place in _uids(seen, removed=False):
        if uid not in uids and not known:
            continue
        whole, location = (*owners[index], uid), seen.keys[index][3]
        live_here.add(whole)
        holder = removed_here.get(whole) or known.get(whole)
        if holder is not None and (whole in removed_here or holder != location):
            flaws.append(_used_again(uid, f"REMOVED in Location {holder}", evse_pointer(seen, index, place)))
    pull = pull_before(seen.exchange, seen.history)
    for uid, index, place in removed if pull is not None else ():
        whole = (*owners[index], uid)
        where = "" if whole in live_here else _other_holder(seen, uid, index, None, pull)
        if where:
            flaws.append(_used_again(uid, f"in use {where}", evse_pointer(seen, index, place)))
    return flaws


def _used_again(uid: str, where: str, pointer: str) -> Flaw:
    message = "the uid of a REMOVED EVSE is used for another one"
    return Flaw(message, ("a new uid",), shorten(f"{uid}, {where}"), f"{pointer}/uid")


def _uids(seen: Seen, *, removed: bool) -> list[tuple[str, int, int]]:
    """uid in the form that compares, index of the item and place in it of each EVSE, REMOVED or not."""
    folded = seen.context.dialect.folded
    return [
        (folded(uid), index, place)
        for index, place, evse in seen.evses
        if (evse.get("status") == "REMOVED") is removed and isinstance(uid := evse.get("uid"), str)
    ]


@request_rule("LOC-103", operations=(PUT_LOCATION, PUT_EVSE))
@response_rule("LOC-103", operations=SENDER_EVSES)
def no_two_connectors_of_an_evse_have_one_id(seen: Seen) -> Outcome:
    """The ids of the Connectors of each EVSE. Source: mod_locations.asciidoc#mod_locations_connector_object"""
    flaws, examined = [], False
    fold = str.upper if seen.context.dialect.ids_ignore_case else str
    for index, place, evse in seen.evses:
        connectors = evse.get("connectors")
        if not isinstance(connectors, list) or not connectors:
            continue
        examined = True
        try:
            ids = [fold(one["id"]) for one in connectors]  # type: ignore[call-overload,arg-type,index]
        except (KeyError, TypeError):
            ids = [fold(name) for one in objects_in(connectors) if isinstance(name := one.get("id"), str)]
        if len(set(ids)) != len(ids):
            twice, _ = Counter(ids).most_common(1)[0]
            pointer = f"{evse_pointer(seen, index, place)}/connectors"
            flaws.append(Flaw("two Connectors of this EVSE have one id", ("different ids",), shorten(twice), pointer))
    return flaws if examined else None
