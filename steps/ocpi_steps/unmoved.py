"""Whether `last_updated` stays as it is while nothing changes (ruling R31)."""

from collections.abc import Iterator
from types import MappingProxyType

from ocpi_schemas.json_text import Json
from ocpi_steps.demands import Demands
from ocpi_steps.pages import identity, objects_of
from ocpi_steps.scene import Scene

_TIME = "last_updated"


def timeless(value: Json) -> Json:
    """A value without any `last_updated` in it."""
    if isinstance(value, dict):
        return {name: timeless(entry) for name, entry in value.items() if name != _TIME}
    return [timeless(entry) for entry in value] if isinstance(value, list) else value


def _times(value: Json) -> Iterator[Json]:
    """Every `last_updated` in a value, in its order."""
    if isinstance(value, dict):
        if _TIME in value:
            yield value[_TIME]
        for name in sorted(value):
            yield from _times(value[name])
    elif isinstance(value, list):
        for entry in value:
            yield from _times(entry)


def expect_unmoved(scene: Scene, ids: tuple[str, ...]) -> None:
    """Expect the same times on whatever else is the same in the list that was crawled and the page that came last."""
    before = {identity(entry): entry for entry in scene.crawl.objects}
    for entry in objects_of(scene.last):
        old = before.get(identity(entry))
        if old is None or timeless(old) != timeless(entry):
            continue
        earlier, later = list(_times(old)), list(_times(entry))
        scene.expect(
            ids,
            earlier == later,
            f"{_TIME} has moved although nothing has changed",
            expected=[next((one for one, two in zip(earlier, later, strict=False) if one != two), "as before")],
            found=next((two for one, two in zip(earlier, later, strict=False) if one != two), ""),
        )


DEMANDS: Demands = MappingProxyType(
    {
        "what did not change has the last_updated that it had": expect_unmoved,
    }
)
"""What is demanded -> who looks at it."""
