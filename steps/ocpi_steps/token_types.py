"""Tokens of one uid and different types, at the target's Receiver interface (ruling R56)."""

import copy
from types import MappingProxyType
from typing import Any

from ocpi_schemas.exchange import Exchange
from ocpi_simulator.wish import Wish
from ocpi_steps import listed, pushing
from ocpi_steps.demands import Demands
from ocpi_steps.objects import token_query, token_subject
from ocpi_steps.scene import Scene, Subject

_UPDATED = "2024-02-29T12:00:00Z"


def store_typed(scene: Scene, token_type: str) -> None:
    """Have the target store a new Token of a type; it becomes the subject."""
    scene.subject_ = token_subject(scene, token_type=token_type)
    pushing.store(scene, scene.subject_)


def twin_of(scene: Scene, token_type: str) -> Subject:
    """A Token of another type with the uid of the subject; the same one however the subject changes."""
    body: dict[str, Any] = copy.deepcopy(scene.subject.body)
    body |= {"type": token_type, "valid": True, "whitelist": "NEVER", "last_updated": _UPDATED}
    return Subject("tokens", "token", scene.subject.path, body, token_query(scene, token_type))


def store_twin(scene: Scene, token_type: str) -> None:
    """Have the target store it; the subject stays what it is."""
    pushing.store(scene, twin_of(scene, token_type))


def expect_twin(scene: Scene, ids: tuple[str, ...], token_type: str) -> None:
    """Expect it back as it was sent."""
    twin = twin_of(scene, token_type)
    back = pushing.read_back(scene, twin, ids)
    if back is not None:
        pushing.expect_same(scene, ids, twin.body, back)


def request(scene: Scene, *, typed: bool) -> Exchange:
    """GET the subject with its type in the query, or without any: then a Token of the default type is meant."""
    subject = scene.subject
    query = {"type": str(subject.body["type"])} if typed else {}
    wish = Wish(deliberate=query != subject.query and not typed)
    return scene.send("tokens.receiver.get_token", path=subject.path, query=query, wish=wish)


def expect_not_it(scene: Scene, ids: tuple[str, ...]) -> None:
    """Expect anything but the subject in the answer."""
    response = scene.answer(ids)
    data = (response.one if response.succeeded else None) or {}
    scene.expect(
        ids,
        not listed.is_same(scene, data, scene.subject),
        "a Token of another type than RFID is given back where none was named",
        expected=["HTTP 404", "a Token of type RFID"],
        found=data.get("type", ""),
        pointer="/data/type",
    )


DEMANDS: Demands = MappingProxyType(
    {
        "the target does not answer with this token": expect_not_it,
    }
)
"""What is demanded -> who looks at it."""
