"""Locations that are unusual but right: what a Receiver has to take although few send it."""

import copy
from collections.abc import Callable, Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import Any

from ocpi_schemas.dialect import Dialect
from ocpi_schemas.schema import load_schemas
from ocpi_schemas.timestamps import now, write_timestamp
from ocpi_simulator.dataset.images import BASE
from ocpi_steps.objects import location_subject
from ocpi_steps.scene import Scene, Subject

Object = dict[str, Any]

_EVSES, _CONNECTORS = 5, 3
_LONG = {"address": 255, "location.state": 45}
"""Lengths since the errata of May 2026 (ruling R19)."""


def _many_parts(_dialect: Dialect, location: Object) -> None:
    pattern = location["evses"][0]
    pattern.pop("evse_id", None)
    location["evses"] = [
        copy.deepcopy(pattern)
        | {
            "uid": f"{location['id']}-{number}",
            "connectors": [
                copy.deepcopy(pattern["connectors"][0]) | {"id": str(place)} for place in range(1, _CONNECTORS + 1)
            ],
        }
        for number in range(1, _EVSES + 1)
    ]


def _many_images(dialect: Dialect, location: Object) -> None:
    categories = load_schemas(dialect.version).documents["ImageCategory"]["enum"]
    location["images"] = [
        {
            "url": f"{BASE}/images/{location['id'].lower()}/{category.lower()}-{number}.jpeg",
            "category": category,
            "type": "jpeg",
        }
        for category in categories
        for number in (1, 2, 3)
    ]


def _open_schedule(_dialect: Dialect, location: Object) -> None:
    begin = write_timestamp(now().replace(microsecond=0) + timedelta(days=30))
    location["evses"][0]["status_schedule"] = [{"period_begin": begin, "status": "INOPERATIVE"}]


def _long_texts(dialect: Dialect, location: Object) -> None:
    for name, length in _LONG.items():
        field = dialect.field(name) or name
        location[field] = ("Lange Lijnbaansdwarsstraat " * length)[:length].strip().ljust(length, "x")


VARIETIES: Mapping[str, Callable[[Dialect, Object], None]] = MappingProxyType(
    {
        "several EVSEs of several Connectors": _many_parts,
        "several images of each category": _many_images,
        "a status schedule without an end": _open_schedule,
        "an address of 255 and a state of 45 characters": _long_texts,
    }
)
"""What is unusual about a Location -> what is done to a usual one."""


def varied(scene: Scene, words: str) -> Subject:
    """A new Location of the Partner that is unusual in this way."""
    subject = location_subject(scene)
    VARIETIES[words](scene.dialect, subject.body)
    return subject
