"""What the target pushes to the Partner when it is made to, and whether its lists say the same."""

from collections.abc import Callable, Iterator
from functools import partial
from types import MappingProxyType
from typing import Any

from ocpi_schemas.exchange import Exchange
from ocpi_schemas.operation import InterfaceRole
from ocpi_steps import listed, pushing
from ocpi_steps.demands import Demands
from ocpi_steps.outcome import Blocked, Stopped
from ocpi_steps.scene import Scene, Subject

Object = dict[str, Any]

NOTHING = "no request of the target"

_OWNER = ("country_code", "party_id")


def is_push(exchange: Exchange, module: str) -> bool:
    """Whether a request brings something of a module to a Receiver interface."""
    operation = exchange.operation
    return (
        operation is not None
        and operation.module == module
        and operation.interface is InterfaceRole.RECEIVER
        and exchange.request.method in ("PUT", "PATCH")
        and isinstance(exchange.request.body.json, dict)
    )


def _await(scene: Scene, ids: tuple[str, ...], wanted: Callable[[Exchange], bool], what: str) -> Exchange:
    """The push that is wanted; when it does not come that is a finding, and the end of the scenario.

    Raises:
        Blocked: it went to a wrong URL, which is a finding already.
    """
    came = scene.await_request(lambda e: wanted(e) or _strays(e))
    if came is not None and not wanted(came):
        if _is_known_to_be_wrong(scene, came):
            raise Blocked(f"what the target pushes does not arrive: {came.request.method} {came.request.path}")
        came = scene.await_request(wanted)
    scene.expect(
        ids,
        came is not None,
        f"the target does not push {what}",
        expected=["PUT or PATCH"],
        found=scene.arrived() if came is None else "",
        exchange=came,
    )
    if came is None:
        raise Stopped
    return came


def _strays(exchange: Exchange) -> bool:
    return exchange.operation is None and exchange.request.method in ("PUT", "PATCH")


def _is_known_to_be_wrong(scene: Scene, exchange: Exchange) -> bool:
    """Whether the rules have found something wrong in the URL of this request."""
    findings = scene.session.collector.tally(scene.case.id).findings
    return any(finding.exchange == exchange.index and finding.pointer == "url" for finding in findings)


def await_new(scene: Scene, ids: tuple[str, ...], kind: str) -> None:
    """Expect a push of a whole Location or Token that the target has made up; it becomes the subject."""
    name = f"{kind}s.receiver."
    came = _await(
        scene,
        ids,
        lambda e: is_push(e, f"{kind}s") and e.is_operation(f"{name}put_{kind}", f"{name}patch_{kind}"),
        f"a new {kind}",
    )
    scene.subject_ = _pushed(came, kind)


def _pushed(exchange: Exchange, kind: str) -> Subject:
    body = exchange.request.body.json
    path = {name: value for name, value in exchange.path_values if name not in _OWNER}
    return Subject(f"{kind}s", kind, path, body if isinstance(body, dict) else {}, dict(exchange.request.query))


def await_change(scene: Scene, ids: tuple[str, ...]) -> None:
    """Expect a push of the subject or of what is around it."""
    subject = scene.subject
    came = _await(
        scene,
        ids,
        lambda e: is_push(e, "locations") and carried(scene, e, subject) is not None,
        f"the {subject.kind} that it was made to change",
    )
    subject.body = carried(scene, came, subject) or {}


def carried(scene: Scene, exchange: Exchange, subject: Subject) -> Object | None:
    """What a push says of a subject: its body, or the part of it that is the subject; None if it is about others."""
    path, body = exchange.path_parameters, exchange.request.body.json
    folded = scene.dialect.folded
    shared = [name for name in subject.path if name in path]
    if any(folded(path[name]) != folded(subject.path[name]) for name in shared):
        return None
    if any(name not in subject.path and name not in _OWNER for name in path):
        return None  # a part of the subject
    found = body if isinstance(body, dict) else None
    for name, members, kind in (("evse_uid", "evses", "evse"), ("connector_id", "connectors", "connector")):
        if found is not None and name in subject.path and name not in path:
            found = listed.member(scene, found.get(members), kind, subject.path[name])
    return found


def await_status(scene: Scene, ids: tuple[str, ...]) -> None:
    """Expect a push of the status that the target was made to give to the subject."""
    subject, wanted = scene.subject, pushing.changeable(scene.dialect, scene.subject)["status"]

    def fits(exchange: Exchange) -> bool:
        return is_push(exchange, "locations") and (carried(scene, exchange, subject) or {}).get("status") == wanted

    came = _await(scene, ids, fits, f"the new status {wanted} of the EVSE")
    subject.body = carried(scene, came, subject) or {}


def await_removal(scene: Scene, ids: tuple[str, ...]) -> None:
    """Expect a push that says that an EVSE is REMOVED; the EVSE becomes the subject."""
    known = {(scene.dialect.folded(one), scene.dialect.folded(two)) for one, two in _removed(scene.crawl.objects)}

    def news(exchange: Exchange) -> list[tuple[str, str]]:
        if not is_push(exchange, "locations"):
            return []
        folded = scene.dialect.folded
        return [pair for pair in _removed_by(exchange) if (folded(pair[0]), folded(pair[1])) not in known]

    came = _await(scene, ids, lambda e: bool(news(e)), "the status REMOVED of an EVSE")
    location_id, uid = news(came)[0]
    around = Subject("locations", "location", {"location_id": location_id}, {})
    scene.subject_ = Subject("locations", "evse", around.path | {"evse_uid": uid}, {"status": "REMOVED"}, parent=around)


def _removed(locations: list[Object]) -> Iterator[tuple[str, str]]:
    for location in locations:
        for evse in listed.objects_in(location.get("evses")):
            if evse.get("status") == "REMOVED":
                yield str(location.get("id")), str(evse.get("uid"))


def _removed_by(exchange: Exchange) -> list[tuple[str, str]]:
    path, body = exchange.path_parameters, exchange.request.body.json
    if not isinstance(body, dict) or "connector_id" in path:
        return []
    if "evse_uid" in path:
        return [(path["location_id"], path["evse_uid"])] if body.get("status") == "REMOVED" else []
    return list(_removed([body | {"id": path["location_id"]}]))


def await_invalid_token(scene: Scene, ids: tuple[str, ...]) -> None:
    """Expect a push that makes a Token invalid; the Token becomes the subject."""

    def fits(exchange: Exchange) -> bool:
        body = exchange.request.body.json
        return is_push(exchange, "tokens") and isinstance(body, dict) and body.get("valid") is False

    came = _await(scene, ids, fits, "a Token with valid false")
    subject = _pushed(came, "token")
    parameter = came.operation.query.get("type") if came.operation else None
    if parameter is not None:
        subject.body = {"type": parameter.value_in(came.request.query) or parameter.default} | subject.body
    scene.subject_ = subject


def expect_put(scene: Scene, ids: tuple[str, ...]) -> None:
    """Expect that the push that came was a PUT."""
    method = scene.last.request.method
    scene.expect(ids, method == "PUT", "something new is not pushed with PUT", expected=["PUT"], found=method)


def expect_shown(scene: Scene, ids: tuple[str, ...]) -> None:
    """Expect that the target's Sender interface has the subject in the state in which it was pushed, or a later one."""
    subject, pushed = scene.subject, scene.subject.body
    shown = listed.current(scene, subject)
    if shown is None:
        what = f"the {subject.kind} that was pushed is not on the Sender interface"
        scene.expect(ids, False, what, expected=[str(subject.path)], found="absent")
        return
    listed.expect_same_state(scene, ids, pushed, shown, "the Sender interface does not say what was pushed")


def expect_listed(scene: Scene, ids: tuple[str, ...]) -> None:
    """Expect that the subject is in the target's list, and there no other than it was pushed."""
    subject = scene.subject
    found = listed.find(scene, subject.module, lambda entry: listed.is_same(scene, entry, subject))
    if found is None:
        what = f"the {subject.kind} that was pushed is not in the list"
        scene.expect(ids, False, what, expected=[str(subject.path)], found="absent")
        return
    listed.expect_same_state(scene, ids, subject.body, found, "the list does not say what was pushed")


def expect_asked_for(scene: Scene, ids: tuple[str, ...]) -> None:
    """Expect a GET of the subject at its address: on the Sender interface if it is the Partner's own.

    Raises:
        Blocked: the target sent no request at all.
    """
    subject = scene.subject
    interface = "sender" if "country_code" in subject.path else "receiver"
    operation = f"{subject.module}.{interface}.get_{subject.kind}"
    wanted = {name: value for name, value in subject.path.items() if name not in _OWNER}
    came = scene.await_request(lambda e: e.is_operation(operation) and _names(scene, e, wanted))
    arrived = scene.arrived()
    if came is None and arrived == NOTHING:
        raise Blocked("the target was made to ask, but sent no request")
    what = f"the {subject.kind} is not asked for at its address"
    scene.expect(ids, came is not None, what, expected=["/".join(wanted.values())], found=arrived, exchange=came)


def _names(scene: Scene, exchange: Exchange, wanted: dict[str, str]) -> bool:
    """Whether the URL of a request has these ids."""
    folded, path = scene.dialect.folded, exchange.path_parameters
    return all(folded(path.get(name)) == folded(value) for name, value in wanted.items())


PUSHES: Demands = MappingProxyType(
    {
        "a new location": partial(await_new, kind="location"),
        "a new token": partial(await_new, kind="token"),
        "the change": await_change,
        "the new status": await_status,
        "the status REMOVED": await_removal,
        "a token with valid false": await_invalid_token,
    }
)
"""What the target is to push -> who waits for it."""

DEMANDS: Demands = MappingProxyType(
    {
        "it does so with PUT": expect_put,
        "the list of the target has it so": expect_listed,
        "its owner gives it so": expect_shown,
        "the target asks for it at its address": expect_asked_for,
    }
)
"""What is demanded -> who looks at it."""
