"""What the target has to do as a client whatever it pushes or fetches, and what follows for its lists."""

from collections.abc import Callable
from datetime import timedelta
from types import MappingProxyType
from typing import Any

from ocpi_schemas.exchange import Exchange, Side
from ocpi_schemas.timestamps import now, read_timestamp, write_timestamp
from ocpi_simulator.crawl import next_link
from ocpi_steps import listed, pages, pushing, target_pulls
from ocpi_steps.calling_back import endpoints_given
from ocpi_steps.comparing import differences
from ocpi_steps.objects import make_subject
from ocpi_steps.outcome import Blocked
from ocpi_steps.paging import module_of, number_in
from ocpi_steps.scene import Crawl, Scene, Subject
from ocpi_steps.target_pushes import NOTHING, is_push
from ocpi_steps.varying import ID_FIELDS

Ids = tuple[str, ...]
Object = dict[str, Any]

_PATCH = "PATCH"


# What the Partner lists


def _deviate_in_list(scene: Scene, subject: Subject, change: str) -> None:
    name = subject.body[ID_FIELDS[subject.kind]]
    scene.deviate(f"changed_object={name}/{change}@{subject.module}.sender.get_list")


def _change(name: str, value: str | None) -> str:
    return f"{name}:{value or ''}"


def list_odd(scene: Scene, kind: str, name: str, value: str) -> None:
    """List a new object that has another value, given as JSON, in one field."""
    target_pulls.list_new(scene, f"{kind}s")
    if value in ("null", "[]"):
        scene.subject.body.pop(name, None)  # what counts as left out
    _deviate_in_list(scene, scene.subject, _change(name, value))


def list_beside(scene: Scene, kind: str, name: str, value: str | None = None) -> None:
    """List a new object, and before it one that has another value (or none) in one field."""
    other = make_subject(scene, kind)
    target_pulls.list_own(scene, other)
    _deviate_in_list(scene, other, _change(name, value))
    scene.other_ = other
    target_pulls.list_new(scene, f"{kind}s")


def forget(scene: Scene) -> None:
    """Have the Partner know nothing of what was ever pushed to it."""

    async def clear() -> None:
        for store in scene.session.partner.stores.received.values():
            store.clear()

    scene.session.loop.call(clear())


# Fetching


def expect_not_as_own(scene: Scene, ids: Ids) -> None:
    """Expect that the object of another owner in the Partner's list did not become one of the Partner's.

    Raises:
        Blocked: what the target fetches cannot be seen there at all.
    """

    def shown(subject: Subject) -> bool:
        response = pushing.get(scene, subject).response
        return response is not None and response.succeeded and isinstance(response.data, dict)

    if not target_pulls.settled(scene, lambda: shown(scene.subject)):
        raise Blocked(f"the target does not show what it has fetched: {scene.last}")
    message = "an object whose owner is another party was stored as one of the partner's"
    fits = not shown(scene.other)
    scene.expect(ids, fits, message, expected=["HTTP 404"], found="the object, under the partner's party")


def _is_page(exchange: Exchange) -> bool:
    return exchange.operation is not None and exchange.operation.paginated


def expect_last_page(scene: Scene, ids: Ids) -> None:
    """Expect that the target goes on by the links of a list to its last page.

    Raises:
        Blocked: the target fetches nothing, or it all came on one page.
    """
    first = scene.await_request(_is_page)
    if first is None:
        raise Blocked(f"the target was made to fetch a list, but did not: {scene.arrived()}")
    if next_link(first) is None:
        raise Blocked("the list fitted on one page")
    last = scene.await_request(lambda e: _is_page(e) and _module(e) == _module(first) and next_link(e) is None)
    message = "the target stops before the last page"
    wanted = ["GET of every page, by the links"]
    scene.expect(ids, last is not None, message, expected=wanted, found=scene.arrived(), exchange=last or first)


def expect_given_endpoint(scene: Scene, ids: Ids) -> None:
    """Expect that the target fetches a list from an endpoint that the version details gave it last.

    Raises:
        Blocked: it did not take the credentials by which it had to learn them, or fetches nothing.
    """
    taken = scene.offer.exchange.response
    if taken is None or not taken.succeeded:
        raise Blocked(f"the target did not take the partner's credentials: {scene.offer.exchange}")
    came = scene.await_request(_is_page)
    if came is None and scene.arrived() == NOTHING:
        raise Blocked("the target was made to fetch a list, but sent no request")
    given, found = endpoints_given(scene), came.request.url if came else scene.arrived()
    fits = came is not None and any(found.partition("?")[0].rstrip("/") == url.rstrip("/") for url in given)
    message = "the target does not fetch the list from the endpoint in the version details"
    scene.expect(ids, fits, message, expected=given, found=found, exchange=came)


def expect_step_back(scene: Scene, ids: Ids) -> None:
    """Expect that after a page which says that the list got shorter the target asks for an earlier place again.

    Raises:
        Blocked: the target fetched no second page.
    """

    def place(exchange: Exchange) -> int:
        text = exchange.request.query.get("offset", "0")
        return int(text) if text.isdigit() else 0

    first = scene.await_request(_is_page)
    second = scene.await_request(lambda e: _is_page(e) and place(e) > 0) if first else None
    if first is None or second is None:
        raise Blocked(f"the target did not go on to a second page: {scene.arrived()}")
    counts = [number_in(page, "X-Total-Count") for page in (first, second)]
    again = scene.await_request(lambda e: _is_page(e) and place(e) < place(second))
    message = f"X-Total-Count fell from {counts[0]} to {counts[1]}, and an object was missed"
    wanted = [f"GET with offset={place(second) - 1}"]
    scene.expect(ids, again is not None, message, expected=wanted, found=scene.arrived(), exchange=again or second)


# Pushing


def _pushes(scene: Scene) -> list[Exchange]:
    """What the target has pushed since it was set in motion."""
    came = scene.session.partner.recorder.since(scene.triggered_at)
    return [e for e in came if e.client is Side.TARGET and is_push(e, _module(e))]


def _module(exchange: Exchange) -> str:
    return exchange.operation.module if exchange.operation else ""


def _patched(scene: Scene) -> Exchange:
    """The PATCH by which the target pushed.

    Raises:
        Blocked: it did not use PATCH.
    """
    came = scene.await_request(lambda e: is_push(e, _module(e))) if not _pushes(scene) else None
    patch = next((e for e in [*_pushes(scene), *([came] if came else [])] if e.request.method == _PATCH), None)
    if patch is None:
        raise Blocked(f"the target pushed no change with PATCH: {scene.arrived()}")
    return patch


_IDENTIFIERS = frozenset({"id", "uid", "country_code", "party_id", "type", "last_updated"})
"""Fields that a PATCH may hold without a change: they identify the object, or are demanded."""


def expect_only_changes(scene: Scene, ids: Ids) -> None:
    """Expect of the PATCH that was pushed that each field in it is another than in the list fetched before."""
    patch = _patched(scene)
    before = listed.before(scene, scene.subject)
    body: Any = patch.request.body.json
    if before is None or not isinstance(body, dict):
        raise Blocked("the object was not in the list that was fetched before")
    if len(patch.path_parameters) > len(scene.subject.path) + 2:  # beside the owner
        raise Blocked("the target patched a part of the object")
    idle = [
        name
        for name, value in body.items()
        if name not in _IDENTIFIERS and name in before and not list(differences(before[name], value))
    ]
    message = "the PATCH holds fields that have not changed"
    found = ", ".join(idle)
    scene.expect(ids, not idle, message, expected=["only fields to be updated"], found=found, exchange=patch)


def _same_object(scene: Scene, patch: Exchange, method: str) -> Callable[[Exchange], bool]:
    def fits(exchange: Exchange) -> bool:
        operation = exchange.operation
        if operation is None or _module(exchange) != _module(patch) or exchange.request.method != method:
            return False
        return exchange.index > patch.index and _is_around(scene, patch, exchange)

    return fits


def _is_around(scene: Scene, patch: Exchange, exchange: Exchange) -> bool:
    """Whether a request is about the object of a PATCH, or about what that is a part of."""
    folded, wanted, path = scene.dialect.folded, patch.path_parameters, exchange.path_parameters
    return bool(path) and all(folded(wanted.get(name)) == folded(value) for name, value in path.items())


def expect_look(scene: Scene, ids: Ids) -> None:
    """Expect a GET of the object after a PATCH that failed.

    Raises:
        Blocked: the target did not use PATCH, or it did not fail.
    """
    patch = _failed_patch(scene)
    got, put = _same_object(scene, patch, "GET"), _same_object(scene, patch, "PUT")
    came = _next(scene, patch, lambda e: got(e) or put(e))
    looked = came is not None and came.request.method == "GET"
    message = "the target does not look at the object after its PATCH has failed"
    found = f"{came.request.method} {came.request.path}" if came else scene.arrived()
    scene.expect(ids, looked, message, expected=["GET of the object"], found=found, exchange=came or patch)


def expect_put_instead(scene: Scene, ids: Ids) -> None:
    """Expect a PUT of the object, or of what it is a part of, after a PATCH that failed because it is not there."""
    patch = _failed_patch(scene)
    put = _next(scene, patch, _same_object(scene, patch, "PUT"))
    message = "the target does not put the object that the partner does not have"
    scene.expect(ids, put is not None, message, expected=["PUT of the object"], found=scene.arrived(), exchange=put)


def _failed_patch(scene: Scene) -> Exchange:
    patch = _patched(scene)
    if patch.response is not None and patch.response.succeeded:
        raise Blocked("the partner has the object, so the PATCH did not fail")
    return patch


def _next(scene: Scene, patch: Exchange, wanted: Callable[[Exchange], bool]) -> Exchange | None:
    scene.since = patch.index + 1
    return scene.await_request(wanted)


def expect_no_repetition(scene: Scene, ids: Ids) -> None:
    """Expect that no push which failed in this scenario was sent again, even after another one went through.

    Raises:
        Blocked: no push failed.
    """
    came = scene.session.partner.recorder.since(scene.begun)
    pushes = [e for e in came if e.client is Side.TARGET and is_push(e, _module(e))]
    failed = next((e for e in pushes if e.response is None or not e.response.succeeded), None)
    if failed is None:
        raise Blocked("no push of the target has failed")

    def repeats(exchange: Exchange) -> bool:
        one, other = exchange.request, failed.request
        same = (one.method, one.url, one.body.json) == (other.method, other.url, other.body.json)
        return exchange.client is Side.TARGET and exchange.index > failed.index and same

    again = next((e for e in pushes if repeats(e)), None) or scene.session.wait_for(
        repeats, scene.since, scene.session.quiet_s
    )
    message = "a message that could not be delivered is sent again later"
    found = f"the same {failed.request.method} as in exchange {failed.index}" if again else ""
    expected = ["newer content, or none"]
    scene.expect(ids, again is None, message, expected=expected, found=found, exchange=again or failed)


_STEP, _NEAR, _FURTHEST = timedelta(minutes=15), timedelta(minutes=1), timedelta(hours=14)


def expect_utc(scene: Scene, ids: Ids) -> None:
    """Expect that `last_updated` of what was just pushed is not off by a time zone.

    Another difference has other reasons, such as a clock that is wrong.
    """
    body: Any = scene.last.request.body.json
    text = body.get("last_updated") if isinstance(body, dict) else None
    moment = read_timestamp(text)
    if moment is None:
        raise Blocked("what was pushed has no last_updated")
    off = abs(moment - scene.last.started)
    rest = off % _STEP
    local = _STEP - _NEAR <= off <= _FURTHEST and min(rest, _STEP - rest) <= _NEAR
    message = "last_updated is off by a time zone: local time that is written as if it were UTC"
    expected = [f"about {write_timestamp(scene.last.started)}"]
    scene.expect(ids, not local, message, expected=expected, found=text, pointer="/last_updated")


# The lists of the target


def _again(scene: Scene) -> Crawl:
    """The list that was fetched before, once more."""
    made = pages.crawl(scene, module_of(scene.crawl.first), {})
    if made.cut or made.problem:
        raise Blocked(f"the list could not be fetched to its end: {made.cut or made.problem}")
    return made


def _own_name(scene: Scene) -> str:
    """The id of the subject, as the URL has it: a PATCH does not repeat it."""
    parameter = {"location": "location_id", "token": "token_uid"}[scene.subject.kind]
    return scene.dialect.folded(scene.subject.path[parameter])


def _places(scene: Scene, crawl: Crawl) -> dict[str, int]:
    name = ID_FIELDS[scene.subject.kind]
    return {scene.dialect.folded(entry.get(name)): place for place, entry in enumerate(crawl.objects)}


def expect_behind_others(scene: Scene, ids: Ids) -> None:
    """Expect that a new object stands behind all that were in the list before."""
    known, after = _places(scene, scene.crawl), _places(scene, _again(scene))
    own = after.get(_own_name(scene))
    if own is None:
        raise Blocked("the new object is not in the list")
    older = [place for name, place in after.items() if name in known]
    behind = sum(place > own for place in older)
    message = "a new object does not stand behind those that were created before"
    found = f"place {own}, before {behind} older ones"
    scene.expect(ids, not behind, message, expected=[f"place {len(after) - 1}"], found=found)


def expect_place_kept(scene: Scene, ids: Ids) -> None:
    """Expect that an object stands where it stood before it changed."""
    name = _own_name(scene)
    known, after = _places(scene, scene.crawl), _places(scene, _again(scene))
    if name not in known or name not in after:
        raise Blocked("the object was not in both lists")
    before = [one for one in known if one in after]
    now_ = [one for one in sorted(after, key=lambda one: after[one]) if one in known]
    message = "an object has moved in the list because it was updated"
    wanted, found = before.index(name), now_.index(name)
    scene.expect(ids, wanted == found, message, expected=[f"place {wanted}"], found=f"place {found}")


def begin_crawl(scene: Scene, module: str) -> None:
    """Fetch the whole list, and the first page of what was updated until now: what is updated from now on is not in it.

    Raises:
        Blocked: the list does not say how long it is, or is empty.
    """
    scene.crawl_ = pages.crawl(scene, module, {})
    said = scene.crawl.first.response.envelope.get("timestamp") if scene.crawl.first.response else None
    moment = read_timestamp(said) or now()
    if not any("." in str(entry.get("last_updated")) for entry in scene.crawl.objects):
        moment = moment.replace(microsecond=0) - timedelta(seconds=1)
    query = {"limit": "1", "date_to": write_timestamp(moment)}
    scene.filtered_ = pages.crawl(scene, module, query, 1)
    if any(number_in(one.first, "X-Total-Count") is None for one in (scene.crawl, scene.filtered)):
        raise Blocked("the list does not say how long it is")
    if not scene.filtered.objects:
        raise Blocked("the target lists no object that was updated before now")


def expect_count_up(scene: Scene, ids: Ids) -> None:
    """Expect a higher X-Total-Count on the next page, after an object was created."""
    _expect_count(scene, ids, scene.crawl, "an object was created", lambda before, after: after > before)


def expect_count_down(scene: Scene, ids: Ids) -> None:
    """Expect a lower X-Total-Count on the next page with `date_to`, after an object was updated.

    Raises:
        Blocked: that object was not within the filter, or is still.
    """
    bound = read_timestamp(scene.filtered.first.request.query.get("date_to"))
    before = listed.before(scene, scene.subject)
    was = read_timestamp(before.get("last_updated")) if before else None
    became = read_timestamp(scene.subject.body.get("last_updated"))
    if was is None or became is None or bound is None or not was < bound < became:
        raise Blocked("the object that was updated did not fall out of the filter")
    _expect_count(scene, ids, scene.filtered, "an object fell out of the filter", lambda before, after: after < before)


def _expect_count(scene: Scene, ids: Ids, crawl: Crawl, event: str, fits: Callable[[int, int], bool]) -> None:
    before = number_in(crawl.first, "X-Total-Count") or 0
    url = next_link(crawl.first) or crawl.first.request.url
    page = scene.send(f"{module_of(crawl.first)}.sender.get_list", url=url)
    after = number_in(page, "X-Total-Count")
    message = f"{event} while pages are fetched, and X-Total-Count does not show it"
    moved = after is not None and fits(before, after)
    found = "absent" if after is None else after
    expected = [f"another number than {before}"]
    scene.expect(ids, moved, message, expected=expected, found=found, pointer="header X-Total-Count", exchange=page)


DEMANDS: MappingProxyType[str, Callable[[Scene, Ids], None]] = MappingProxyType(
    {
        "the target goes on to the last page": expect_last_page,
        "the target fetches it from the endpoint that it was given": expect_given_endpoint,
        "it is not stored as an object of the partner": expect_not_as_own,
        "the target fetches from the place before once more": expect_step_back,
        "the PATCH holds only what has changed": expect_only_changes,
        "its last_updated is the time in UTC": expect_utc,
        "the target looks at what the partner has": expect_look,
        "the target puts it as a whole": expect_put_instead,
        "what has failed is not sent again": expect_no_repetition,
        "it stands behind all others in the list": expect_behind_others,
        "it has kept its place in the list": expect_place_kept,
        "the next page counts one more": expect_count_up,
        "the next page by date counts one less": expect_count_down,
    }
)
"""What is demanded of the target, in the words that scenarios use for it."""
