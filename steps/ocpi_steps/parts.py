"""EVSEs and Connectors inside the Locations that the Partner pushes: adding, changing and removing them."""

import copy
from types import MappingProxyType
from typing import Any

from ocpi_schemas.timestamps import read_timestamp
from ocpi_steps import pushing
from ocpi_steps.demands import Demands
from ocpi_steps.listed import expect_no_differences, objects_in, part_of
from ocpi_steps.objects import connector_of, evse_of, later, location_subject
from ocpi_steps.outcome import Blocked
from ocpi_steps.scene import Scene, Subject

_NUMBER = 9
"""New parts get this number, which none of the others has."""


def root_of(subject: Subject) -> Subject:
    """The Location that a subject is, or is in."""
    while subject.parent is not None:
        subject = subject.parent
    return subject


def added_part(scene: Scene, kind: str) -> Subject:
    """A new EVSE or Connector for a Location that the target stores from now on without it.

    Raises:
        Blocked: the target does not store the Location, or does not show it.
    """
    location = location_subject(scene)
    pushing.store(scene, location)
    evse = evse_of(location)
    if kind == "connector":
        connector = connector_of(evse)
        made: dict[str, Any] = copy.deepcopy(connector.body) | {"id": str(_NUMBER)}
        subject = Subject("locations", kind, evse.path | {"connector_id": str(_NUMBER)}, made, parent=evse)
        siblings: Any = evse.body["connectors"]
    else:
        uid = f"{location.body['id']}-{_NUMBER}"
        made = {name: value for name, value in copy.deepcopy(evse.body).items() if name != "evse_id"} | {"uid": uid}
        subject = Subject("locations", kind, location.path | {"evse_uid": uid}, made, parent=location)
        siblings = location.body["evses"]
    touch(subject)
    siblings.append(subject.body)
    look_around(scene, subject)
    return subject


def touch(subject: Subject) -> None:
    """Give the subject a `last_updated` after those of all that is around it."""
    subject.body["last_updated"] = later(root_of(subject).body)


def change(scene: Scene, subject: Subject) -> dict[str, Any]:
    """Change the subject, and give the fields that are now different."""
    touch(subject)
    changed = pushing.changeable(scene.dialect, subject) | {"last_updated": subject.body["last_updated"]}
    subject.body |= changed
    return changed


def remove(scene: Scene, subject: Subject) -> None:
    """PATCH the status of an EVSE to REMOVED."""
    touch(subject)
    subject.body["status"] = "REMOVED"
    pushing.patch(scene, subject, {name: subject.body[name] for name in ("status", "last_updated")})


def look_around(scene: Scene, subject: Subject) -> None:
    """Note what the target says now of the Location that the subject is in, or is to be in.

    It may leave out or spell otherwise what was pushed; that is another requirement than what a change does to it.

    Raises:
        Blocked: the target does not show the Location.
    """
    root = root_of(subject)
    scene.other_ = Subject(root.module, root.kind, root.path, _shown(scene, root))


def expect_new_values(scene: Scene, ids: tuple[str, ...]) -> None:
    """Expect that the fields that were patched are as in the PATCH.

    Raises:
        Blocked: the target does not show the Location.
    """
    sent = {name: scene.subject.body.get(name) for name in _changed_fields(scene)}
    back = part_of(scene, _shown(scene, root_of(scene.subject)), scene.subject) or {}
    expect_no_differences(scene, ids, sent, back, "a field does not have the value of the PATCH")


def expect_there(scene: Scene, ids: tuple[str, ...]) -> None:
    """Expect that the subject is in its Location.

    Raises:
        Blocked: the target does not show the Location.
    """
    root = root_of(scene.subject)
    found = part_of(scene, _shown(scene, root), scene.subject)
    what = f"the {scene.subject.kind} is not in its Location"
    wanted = "/".join(name for name in scene.subject.path.values() if name not in root.path.values())
    scene.expect(ids, found is not None, what, expected=[wanted], found="absent" if found is None else wanted)


def _changed_fields(scene: Scene) -> set[str]:
    return {*pushing.changeable(scene.dialect, scene.subject), "last_updated"}


def expect_rest(scene: Scene, ids: tuple[str, ...]) -> None:
    """Expect that the Location is what it was, but for the subject's changes, and the times of what is around it.

    Raises:
        Blocked: the target does not show the Location.
    """
    before, after = copy.deepcopy(scene.other.body), _shown(scene, root_of(scene.subject))
    level: Subject | None = scene.subject.parent
    while level is not None:
        if (around := part_of(scene, before, level)) is not None:
            around.pop("last_updated", None)
        level = level.parent
    _overlook_change(scene, before, after)
    expect_no_differences(scene, ids, before, after, "what was not changed is not what it was")


def _overlook_change(scene: Scene, before: Any, after: dict[str, Any]) -> None:
    """Make what was before say of the change what there is now."""
    subject, parent = scene.subject, scene.subject.parent
    old, new = part_of(scene, before, subject), part_of(scene, after, subject)
    if old is not None:
        old |= {name: (new or {}).get(name) for name in _changed_fields(scene)}
    elif new is not None and parent is not None:
        siblings = "connectors" if subject.kind == "connector" else "evses"
        around = part_of(scene, before, parent) or {}
        around[siblings] = [*objects_in(around.get(siblings)), new]


def expect_time(scene: Scene, ids: tuple[str, ...], kind: str) -> None:
    """Expect that what is around the subject is as new as the subject, or newer (ruling R32).

    Raises:
        Blocked: the target does not show it.
    """
    parent = scene.subject.parent
    while parent is not None and parent.kind != kind:
        parent = parent.parent
    if parent is None:
        raise Blocked(f"there is no {kind} around the {scene.subject.kind}")
    new = scene.subject.body.get("last_updated")
    shown = _shown(scene, parent).get("last_updated")
    due, moved = read_timestamp(new), read_timestamp(shown)
    scene.expect(
        ids,
        due is not None and moved is not None and moved >= due,
        f"the {kind} does not have the new last_updated of the {scene.subject.kind} in it",
        expected=[f"{new} or later"],
        found=shown,
        pointer="/data/last_updated",
    )


def _shown(scene: Scene, subject: Subject) -> dict[str, Any]:
    response = pushing.get(scene, subject).response
    data = response.one if response is not None and response.succeeded else None
    if data is None:
        raise Blocked(f"the target does not show the {subject.kind} that it stores: {scene.last}")
    return data


DEMANDS: Demands = MappingProxyType(
    {
        "what was patched has the new values": expect_new_values,
        "the location has it": expect_there,
        "everything else in the location is what it was": expect_rest,
    }
)
"""What is demanded -> who looks at it."""
