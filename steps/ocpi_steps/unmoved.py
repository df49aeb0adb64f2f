"""Whether `last_updated` stays as it is while nothing changes (ruling R31)."""

from ocpi_steps.pages import identity, objects_of
from ocpi_steps.scene import Scene

_TIME = "last_updated"


def expect_unmoved(scene: Scene, ids: tuple[str, ...]) -> None:
    """Expect the same `last_updated` on whatever is the same in the list that was crawled and the page that came last."""
    before = {identity(entry): entry for entry in scene.crawl.objects}
    for entry in objects_of(scene.last):
        old = before.get(identity(entry))
        if old is None or {**old, _TIME: None} != {**entry, _TIME: None}:
            continue
        scene.expect(
            ids,
            old.get(_TIME) == entry.get(_TIME),
            "last_updated has moved although nothing has changed",
            expected=[old.get(_TIME)],
            found=entry.get(_TIME),
        )
