"""Stores: the Partner's own objects (computed, with what changed laid over them) and the objects others push to it."""

from bisect import bisect_left
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ocpi_schemas.json_text import dump
from ocpi_schemas.timestamps import read_timestamp
from ocpi_simulator.dataset.series import Series

CACHED = 4_096
"""So many encoded objects are kept, so that a page that is asked for again costs no computing."""

RECEIVED_LIMIT = 100_000
"""Objects that others may push before the store is full."""


class StoreFullError(Exception):
    """Others have pushed as many objects as the Partner keeps."""


Object = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list, each object as JSON text."""

    total: int
    """Objects that fit the filters, on all pages."""
    items: list[bytes]


def _within(moment: datetime | None, date_from: datetime | None, date_to: datetime | None) -> bool:
    if moment is None:
        return False
    return (date_from is None or moment >= date_from) and (date_to is None or moment < date_to)


@dataclass(slots=True)
class OwnObjects:
    """The objects of one module that the Partner owns, in the order of their creation."""

    series: Series
    project: Callable[[Object, str], Object]
    """Gives a superset object the shape of a version."""
    _overlay: dict[int, Object] = field(default_factory=dict)
    _added: list[Object] = field(default_factory=list)
    _added_ids: dict[str, int] = field(default_factory=dict)
    _encoded: dict[tuple[str, int], bytes] = field(default_factory=dict)

    def __len__(self) -> int:
        return self.series.count + len(self._added)

    def _object(self, index: int) -> Object:
        if index >= self.series.count:
            return self._added[index - self.series.count]
        return self._overlay.get(index) or self.series.object(index)

    def _text(self, version: str, index: int) -> bytes:
        key = (version, index)
        text = self._encoded.get(key)
        if text is None:
            text = self._encoded[key] = dump(self.project(self._object(index), version))
            if len(self._encoded) > CACHED:
                del self._encoded[next(iter(self._encoded))]
        return text

    def index_of(self, object_id: str) -> int | None:
        """Where an object stands; ids compare without case."""
        added = self._added_ids.get(object_id.upper())
        return added if added is not None else self.series.index_of(object_id)

    def get(self, object_id: str, version: str) -> Object | None:
        """An object in the shape of a version, or None; a copy the caller may change."""
        index = self.index_of(object_id)
        return None if index is None else self.project(self._object(index), version)

    def superset(self, object_id: str) -> Object | None:
        """An object with the fields of all versions, or None; not to be changed."""
        index = self.index_of(object_id)
        return None if index is None else self._object(index)

    def supersets(self) -> Iterator[Object]:
        """All objects with the fields of all versions, in the order of their creation; not to be changed."""
        return (self._object(index) for index in range(len(self)))

    def newest_first(self) -> Iterator[Object]:
        """The same the other way round."""
        return (self._object(index) for index in reversed(range(len(self))))

    def latest(self) -> Object | None:
        """The object that was added last, else the one that was changed last, else the first one."""
        if self._added:
            return self._added[-1]
        changed = next(reversed(self._overlay.values()), None)
        return changed if changed is not None else next(self.supersets(), None)

    def create(self, moment: datetime) -> Object:
        """Add the next object that the recipe can make, updated at this moment; gives its superset."""
        made = self.series.recipe.make(len(self), moment)
        self.change(self.series.recipe.id_of(len(self)), made)
        return made

    def change(self, object_id: str, changed: Object) -> None:
        """Put a changed superset object in the place of an own one, or add it as the newest."""
        index = self.index_of(object_id)
        if index is None:
            index = len(self)
            self._added.append(changed)
            self._added_ids[object_id.upper()] = index
        elif index >= self.series.count:
            self._added[index - self.series.count] = changed
        else:
            self._overlay.pop(index, None)  # the one that was changed last stands last
            self._overlay[index] = changed
        for key in [key for key in self._encoded if key[1] == index]:
            del self._encoded[key]

    def page(self, version: str, date_from: datetime | None, date_to: datetime | None, offset: int, limit: int) -> Page:
        """Objects whose `last_updated` is in [date_from, date_to), from `offset` on, at most `limit`."""
        if date_from is None and date_to is None:
            last = min(len(self), offset + limit)
            kept = self._encoded.get
            return Page(
                len(self),
                [kept((version, index)) or self._text(version, index) for index in range(offset, last)],
            )
        base = self.series.between(date_from, date_to)
        moved = sorted(self._overlay)
        back = [index for index in moved if self._fits(self._overlay[index], date_from, date_to)]
        back += [
            self.series.count + place
            for place, added in enumerate(self._added)
            if self._fits(added, date_from, date_to)
        ]
        moved_out = bisect_left(moved, base.stop) - bisect_left(moved, base.start)
        total = len(base) - moved_out + len(back)
        indexes = self._merged(base, moved, back, offset)
        return Page(total, [self._text(version, index) for index, _ in zip(indexes, range(limit), strict=False)])

    @staticmethod
    def _fits(entry: Object, date_from: datetime | None, date_to: datetime | None) -> bool:
        return _within(read_timestamp(entry.get("last_updated")), date_from, date_to)

    @staticmethod
    def _merged(base: range, moved: list[int], back: list[int], offset: int) -> Iterator[int]:
        """The indexes that fit, ascending, from the `offset`-th on: the page is paid for, not what lies before it."""

        def before(index: int) -> int:
            inside = min(max(index, base.start), base.stop)
            still = inside - base.start - (bisect_left(moved, inside) - bisect_left(moved, base.start))
            return still + bisect_left(back, index)

        low, high = 0, max([base.stop, *(index + 1 for index in back[-1:])])
        while low < high:  # the smallest index with more than `offset` fitting ones up to and including it
            middle = (low + high) // 2
            if before(middle + 1) > offset:
                high = middle
            else:
                low = middle + 1
        moved_set, index = frozenset(moved), low
        place = bisect_left(back, index)
        while index < base.stop or place < len(back):
            following = back[place] if place < len(back) else None
            if following is not None and (index >= base.stop or index >= following or following < base.start):
                yield following
                index, place = max(index, following + 1), place + 1
                continue
            if index < base.start:
                index = min(base.start, following) if following is not None else base.start
                continue
            if index not in moved_set:
                yield index
            index += 1


@dataclass(slots=True)
class ReceivedObjects:
    """The objects that others own and push: kept as they came, found without case.

    Where ids are strings with case, `exact` tells objects apart whose ids differ in nothing else.
    """

    _objects: dict[tuple[str, ...], Object] = field(default_factory=dict)
    """By key as it was spelt."""
    _spelled: dict[tuple[str, ...], list[tuple[str, ...]]] = field(default_factory=dict)
    """Keys in capitals -> the keys that have objects."""

    @staticmethod
    def _key(parts: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(part.upper() for part in parts)

    def _places(self, key: tuple[str, ...], *, exact: bool) -> list[tuple[str, ...]]:
        found = self._spelled.get(self._key(key), [])
        return [place for place in found if place == key] if exact else list(found)

    def get(self, *key: str, exact: bool = False) -> Object | None:
        """The object of this owner and id, or None."""
        places = self._places(key, exact=exact)
        return self._objects[places[-1]] if places else None

    def put(self, *key: str, value: Object, exact: bool = False) -> bool:
        """Store an object; True if it is new.

        Raises:
            StoreFullError: too many objects were pushed.
        """
        places = self._places(key, exact=exact)
        if not places and len(self._objects) >= RECEIVED_LIMIT:
            raise StoreFullError
        self._take_away(places)
        self._objects[key] = value
        self._spelled.setdefault(self._key(key), []).append(key)
        return not places

    def delete(self, *key: str, exact: bool = False) -> bool:
        """Take an object away; False if there was none."""
        places = self._places(key, exact=exact)
        self._take_away(places)
        return bool(places)

    def _take_away(self, places: list[tuple[str, ...]]) -> None:
        for place in places:
            del self._objects[place]
            spelled = self._spelled[self._key(place)]
            spelled.remove(place)
            if not spelled:
                del self._spelled[self._key(place)]

    def values(self) -> list[Object]:
        return list(self._objects.values())

    def of_owner(self, *owner: str) -> list[tuple[tuple[str, ...], Object]]:
        """The objects whose key begins so, each with the rest of its key, in capitals."""
        wanted, length = self._key(owner), len(owner)
        keys = ((self._key(key), entry) for key, entry in self._objects.items())
        return [(key[length:], entry) for key, entry in keys if key[:length] == wanted]

    def clear(self) -> None:
        self._objects.clear()
        self._spelled.clear()
