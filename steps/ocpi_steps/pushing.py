"""Pushing objects to the target's Receiver interface, and reading back what it stored."""

from typing import Any

from ocpi_schemas.dialect import Dialect
from ocpi_schemas.exchange import Exchange
from ocpi_schemas.json_text import Json
from ocpi_simulator.wish import PLAIN, Wish
from ocpi_steps.comparing import differences_in
from ocpi_steps.outcome import Blocked
from ocpi_steps.scene import Scene, Subject


def operation_name(subject: Subject, verb: str) -> str:
    """`put`, `patch`, `get` on the Receiver interface: `locations.receiver.put_evse`."""
    return f"{subject.module}.receiver.{verb}_{subject.kind}"


def put(scene: Scene, subject: Subject, *, body: Json = None, wish: Wish = PLAIN) -> Exchange:
    """PUT the object of a subject."""
    sent = subject.body if body is None else body
    return scene.send(operation_name(subject, "put"), path=subject.path, query=subject.query, body=sent, wish=wish)


def patch(scene: Scene, subject: Subject, change: dict[str, Json], *, wish: Wish = PLAIN) -> Exchange:
    """PATCH some fields of the subject's object."""
    name = operation_name(subject, "patch")
    return scene.send(name, path=subject.path, query=subject.query, body=change, wish=wish)


def get(scene: Scene, subject: Subject, *, wish: Wish = PLAIN) -> Exchange:
    """GET the subject's object as the target stores it."""
    return scene.send(operation_name(subject, "get"), path=subject.path, query=subject.query, wish=wish)


def store(scene: Scene, subject: Subject) -> None:
    """Have the target store a subject; a scenario that builds on it is blocked if it does not."""
    if subject.parent is not None:
        store(scene, subject.parent)
        return
    exchange = put(scene, subject)
    if exchange.response is None or not exchange.response.succeeded:
        raise Blocked(f"the target did not take the {subject.kind}: {exchange}")


def read_back(scene: Scene, subject: Subject, requirements: tuple[str, ...]) -> dict[str, Json] | None:
    """What the target stores for a subject; None after a finding that it does not give it back."""
    exchange = get(scene, subject)
    response = scene.answer(requirements, exchange)
    data = response.one if response.succeeded else None
    scene.expect(
        requirements,
        data is not None,
        f"the {subject.kind} that was pushed is not given back",
        expected=[f"HTTP 200 with the {subject.kind}"],
        found=f"HTTP {response.status}, OCPI {response.status_code}",
        exchange=exchange,
    )
    return data


def expect_same(scene: Scene, requirements: tuple[str, ...], sent: Any, back: Any, *leave: str) -> None:
    """Expect that what came back means what was sent, but for some fields."""
    wanted = {name: value for name, value in sent.items() if name not in leave}
    found = differences_in(scene.dialect, wanted, back)
    scene.expect(requirements, not found, "what is stored is not what was sent") if not found else None
    for pointer, one, other in found[:10]:
        scene.expect(
            requirements,
            False,
            "what is stored is not what was sent",
            expected=[one],
            found="absent" if other is None else other,
            pointer=f"/data{pointer}",
        )


def changeable(dialect: Dialect, subject: Subject) -> dict[str, Json]:
    """A change that any object of this kind can take, in every version."""
    match subject.kind:
        case "location":
            return {"name": "Renamed by the partner"}
        case "evse":
            return {"status": "INOPERATIVE" if subject.body.get("status") != "INOPERATIVE" else "AVAILABLE"}
        case "connector":
            amperage = dialect.field("connector.amperage")
            return {amperage: 20 if subject.body.get(amperage) != 20 else 24}
        case "token":
            return {"valid": not subject.body.get("valid", True)}
        case _:
            raise Blocked(f"no change is known for a {subject.kind}")
