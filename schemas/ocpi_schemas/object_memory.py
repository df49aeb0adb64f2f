"""What is remembered of the objects in exchanges: the last word on each, for rules that compare."""

import re
from collections import Counter
from datetime import datetime, timedelta

from ocpi_schemas.context import ActiveSession, Context, History, Patched, Pull, Recent
from ocpi_schemas.exchange import Exchange, Side
from ocpi_schemas.json_text import Json
from ocpi_schemas.operation import Operation

Object = dict[str, Json]
Key = tuple[str, ...]
Store = Recent[Key, Object]

_PARTS = (("evses", "uid"), ("connectors", "id"))
"""The lists in which a Location and an EVSE have their parts, and the id of a part."""

_LONGEST_COUNT = 18

_NEXT = re.compile(r'<([^<>]*)>\s*;[^,]*?\brel\s*=\s*"?next\b', re.IGNORECASE)


def objects_in(value: object) -> list[Object]:
    """The objects in a list; none if it is something else."""
    return [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []


# Keys


def object_key(context: Context, exchange: Exchange, item: Object) -> Key:
    """What an object is remembered by: module, owner where the version says so, and ids in the form that compares.

    A Location: (module, country, party, id, ""); an EVSE or Connector has its path: (…, location, evse, connector).
    """
    dialect, path, operation = context.dialect, exchange.path_parameters, exchange.operation
    module = operation.module if operation else ""
    ids: tuple[object, ...]
    if "evse_uid" in path:
        ids = (path["location_id"], path["evse_uid"], path.get("connector_id", ""))
    else:
        ids = (item.get("id", item.get("uid", _addressed(operation, path))), _token_type(context, exchange, item))
    return (module, *_owner(context, exchange, path, item), *(dialect.folded(part) for part in ids))


def _addressed(operation: Operation | None, path: dict[str, str]) -> str:
    """The id in the URL, of an object that does not carry its own."""
    last = operation.path[-1] if operation and operation.path else ""
    return path.get(last[1:-1], "")


def _token_type(context: Context, exchange: Exchange, item: Object) -> object:
    """The type, where it is what tells Tokens with one uid apart; else nothing."""
    operation = exchange.operation
    if operation is None or operation.module != "tokens":
        return ""
    if context.dialect.forms.get("token.identity") != "uid_and_type":
        return ""
    parameter = operation.query.get("type")
    named = parameter.value_in(exchange.request.query) or parameter.default if parameter else ""
    return item.get("type", named)


def _owner(context: Context, exchange: Exchange, path: dict[str, str], item: Object) -> tuple[str, str]:
    """Country and party; empty in versions whose objects do not say whose they are."""
    dialect = context.dialect
    if not dialect.field("object.owner_country"):
        return "", ""
    country = item.get(dialect.field("object.owner_country"), path.get("country_code"))
    party = item.get(dialect.field("object.owner_party"), path.get("party_id"))
    if country is None and party is None:
        roles = context.target if exchange.server is Side.TARGET else context.partner
        parties = {role.party for role in roles}
        if len(parties) == 1:
            sole = parties.pop()
            country, party = sole.country_code, sole.party_id
    return str(country or "").upper(), str(party or "").upper()


def part_of(store: Store, key: Key, context: Context) -> Object | None:
    """What is remembered under a key; an EVSE or Connector also as a part of its Location."""
    if len(key) == 5:
        return store.get(key)
    part = store.get((*key[:4], ""))
    for (members, name), wanted in zip(_PARTS, key[4:], strict=True):
        if part is not None and wanted:
            part = _member(part, members, name, wanted, context)
    return store.get(key) if part is None else part


def _member(whole: Object, members: str, name: str, wanted: str, context: Context) -> Object | None:
    folded = context.dialect.folded
    return next((entry for entry in objects_in(whole.get(members)) if folded(entry.get(name)) == wanted), None)


# Remembering


def remember_objects(exchange: Exchange, context: Context, history: History) -> None:
    """Take note of the objects that an exchange carried from one side to the other."""
    operation, response = exchange.operation, exchange.response
    if operation is None or not operation.functional:
        return
    accepted = response is not None and response.succeeded
    body = exchange.request.body.json if exchange.request.body else None
    if operation.request is not None and isinstance(body, dict):
        store = history.objects if exchange.client is Side.TARGET else history.pushed
        key = object_key(context, exchange, body)
        if not accepted:
            if store is history.objects:
                _doubt(history, key, context)
        elif operation.request.partial:
            _patch(store, key, body, context, history)
        else:
            _keep(store, key, body, context, history)
            if store is history.objects:
                _keep_more(exchange, {key: body}, context, history)
    if operation.response is not None and accepted and response is not None:
        data = response.data
        _remember_answer(exchange, objects_in(data if isinstance(data, list) else [data]), context, history)


def _remember_answer(exchange: Exchange, items: list[Object], context: Context, history: History) -> None:
    keyed = [(object_key(context, exchange, item), item) for item in items]
    counts = Counter(key for key, _ in keyed)
    store = history.objects if exchange.server is Side.TARGET else history.pushed
    for key, item in keyed:
        if counts[key] == 1:
            _keep(store, key, item, context, history)
        else:
            store.forget(key)  # two objects of one id: neither is what the id stands for
    if store is history.objects:
        _keep_more(exchange, {key: item for key, item in keyed if counts[key] == 1}, context, history)
        _remember_page(exchange, [key for key, _ in keyed], context, history)


def _keep(store: Store, key: Key, item: Object, context: Context, history: History) -> None:
    """Remember a whole object; an EVSE or Connector also in the Location around it, if that is known."""
    store.put(key, item)
    if len(key) == 6:
        _place(store, key, item, context, history)


def _place(store: Store, key: Key, part: Object, context: Context, history: History) -> None:
    """Put a part into its Location: into a new one, since what was sent is never changed."""
    location_key, evse_key = (*key[:4], ""), (*key[:5], "")
    location = store.get(location_key)
    if location is None:
        return
    if key[5]:
        evse = _member(location, "evses", "uid", key[4], context)
        if evse is None:
            return
        part = _with(evse, "connectors", "id", key[5], part, context)
        _rebase(history, evse_key, evse, part)
    changed = _with(location, "evses", "uid", key[4], part, context)
    _rebase(history, location_key, location, changed)
    store.put(location_key, changed)


def _rebase(history: History, key: Key, old: Object, new: Object) -> None:
    """A new part leaves the fields of the object around it, and the PATCHes of them, as they are."""
    known = history.patched.get(key)
    if known is not None and known.base is old:
        history.patched.put(key, Patched(new, known.object))


def _with(whole: Object, members: str, name: str, wanted: str, part: Object, context: Context) -> Object:
    folded = context.dialect.folded
    others: list[Json] = [entry for entry in objects_in(whole.get(members)) if folded(entry.get(name)) != wanted]
    return whole | {members: [*others, part]}


def _keep_more(exchange: Exchange, kept: dict[Key, Object], context: Context, history: History) -> None:
    """What is remembered of the target's objects beside themselves."""
    over = exchange.started + timedelta(seconds=exchange.duration_s)
    for key in kept:
        history.sent_until.put(key, over)
        if len(key) == 6:
            history.sent_until.put((*key[:4], ""), over)
    module = exchange.operation.module if exchange.operation else ""
    if module == "locations":
        for key, item in kept.items():
            _keep_evses(key, item, over, context, history)
    elif module == "sessions":
        for key, item in kept.items():
            _keep_session(key, item, context, history)


def _keep_evses(key: Key, item: Object, over: datetime, context: Context, history: History) -> None:
    """Which Location has which EVSE."""
    _, country, party, location, *below = key
    if len(below) == 2 and below[1]:
        return
    evses = [item] if len(below) == 2 else objects_in(item.get("evses"))
    folded, holder = context.dialect.folded, (location, over)
    history.live_evses.put_all(
        {(country, party, folded(evse.get("uid"))): holder for evse in evses if evse.get("status") != "REMOVED"}
    )
    for evse in evses:
        if evse.get("status") == "REMOVED":
            _keep_removed((country, party, folded(evse.get("uid"))), location, history)


def _keep_removed(uid: tuple[str, str, str], location: str, history: History) -> None:
    history.removed_evses.put(uid, location)
    holder = history.live_evses.get(uid)
    if holder is not None and holder[0] == location:
        history.live_evses.forget(uid)


def session_place(key: Key, session: Object, context: Context) -> Key | None:
    """(owner country, owner party, Location, EVSE) of a Session; None if no EVSE is named."""
    names = [at_path(session, context.dialect.field(name)) for name in ("session.location_id", "session.evse_uid")]
    if not all(isinstance(name, str) and name not in ("", "#NA") for name in names):
        return None
    return (key[1], key[2], *(context.dialect.folded(name) for name in names))


def at_path(item: Json, path: str) -> Json:
    """What stands at a path of a dialect's field, such as `location.evses.0.uid`; None if nothing does."""
    found = item if path else None
    for step in path.split("."):
        if isinstance(found, dict):
            found = found.get(step)
        elif isinstance(found, list) and step.isdigit() and int(step) < len(found):
            found = found[int(step)]
        else:
            return None
    return found


def _keep_session(key: Key, session: Object, context: Context, history: History) -> None:
    place = session_place(key, session, context)
    if place is not None and session.get("status") == "ACTIVE":
        start = at_path(session, context.dialect.field("session.start"))
        history.active_sessions.put(place, ActiveSession(key[3], start, session.get("last_updated")))


# Patches


def _doubt(history: History, key: Key, context: Context) -> None:
    """A change that was not accepted: what the target thinks the object is like, nobody knows."""
    base = part_of(history.objects, key, context)
    if base is not None:
        history.patched.put(key, Patched(base, {}))


def _patch(store: Store, key: Key, change: Object, context: Context, history: History) -> None:
    if store is history.objects and len(key) == 6 and not key[5] and change.get("status") == "REMOVED":
        _keep_removed((key[1], key[2], key[4]), key[3], history)
    base = part_of(store, key, context)
    if base is None:
        return
    if store is history.pushed:
        _keep(store, key, base | change, context, history)
        return
    # The whole object stays as the target sent it: a PATCH says nothing of the fields that it leaves out.
    known = history.patched.get(key)
    before = known.object if known is not None and known.base is base else base
    history.patched.put(key, Patched(base, before | change))


def after_patches(history: History, key: Key, context: Context) -> Object | None:
    """The target's object with its PATCHes on top; None if it is not known."""
    base = part_of(history.objects, key, context)
    known = history.patched.get(key)
    if base is not None and known is not None and known.base is base:
        return known.object or None
    return base


# Pulls


def pull_before(exchange: Exchange, history: History) -> Pull | None:
    """The pages of the target's list that go before this one (none before the first); None if it follows no other."""
    operation = exchange.operation
    if operation is None or not operation.paginated or exchange.server is not Side.TARGET:
        return None
    query = exchange.request.query
    filters = frozenset((name, value) for name, value in query.items() if name not in ("offset", "limit"))
    offset = query.get("offset", "0")
    if offset == "0":
        return Pull(filters, exchange.started)
    pull = history.pulls.get(operation.id)
    if pull is None:
        return None
    follows = exchange.request.url == pull.next_url or (filters == pull.filters and offset == str(pull.position))
    return pull if follows else None


def vanished(exchange: Exchange, pull: Pull, keys: list[Key], context: Context, history: History) -> list[Key]:
    """Objects that the target sent before a complete pull, of which this is the last page, and that the pull lacks."""
    if exchange.operation is None or not pull.is_whole or not _is_last_page(exchange, pull.position + len(keys)):
        return []
    module, here = exchange.operation.module, set(keys)
    gone: list[Key] = []
    for key, _ in history.objects.items():  # noqa: PERF102 (not a dict)
        if key[0] == module and len(key) == 5 and key not in here and key not in pull.keys:
            sent = history.sent_until.get(key)
            if sent is not None and sent < pull.started and _is_asked_for(key, exchange, context):
                gone.append(key)
    return gone


def _is_last_page(exchange: Exchange, seen: int) -> bool:
    """Whether this page leads to no other, and by its own count there is no more than was seen up to its end."""
    response = exchange.response
    if response is None or not response.succeeded or not isinstance(response.data, list):
        return False
    total = (response.headers.get("X-Total-Count") or "").strip()
    counted = total.isascii() and total.isdigit() and len(total) < _LONGEST_COUNT and int(total) <= seen
    return counted and not response.headers.get("Link")


def _is_asked_for(key: Key, exchange: Exchange, context: Context) -> bool:
    """Whether a list that was asked for in this way has to have the objects of this owner."""
    if not context.dialect.field("object.owner_country"):
        return True
    party, country = (exchange.request.headers.get(name) for name in context.dialect.routing_headers[:2])
    if party and country:
        return (key[1], key[2]) == (country.upper(), party.upper())
    return len(context.target) <= 1


def _remember_page(exchange: Exchange, keys: list[Key], context: Context, history: History) -> None:
    pull = pull_before(exchange, history)
    if pull is None or exchange.operation is None or exchange.response is None:
        return
    if exchange.operation.module == "locations":  # once missed, no longer expected
        for key in vanished(exchange, pull, keys, context, history):
            history.objects.forget(key)
    following = _NEXT.search(exchange.response.headers.get("Link") or "")
    pull.keys.update(keys)
    pull.position += len(keys)
    pull.next_url = following[1] if following else ""
    history.pulls[exchange.operation.id] = pull
