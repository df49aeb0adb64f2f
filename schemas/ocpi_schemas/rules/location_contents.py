"""What has to fit together inside one Location: times, opening hours, shares of energy, images."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from ocpi_schemas.finding import shorten
from ocpi_schemas.json_text import Json
from ocpi_schemas.object_memory import Object, objects_in
from ocpi_schemas.rules.locations import PUT_EVSE, PUT_LOCATION, SENDER_EVSES, SENDER_LOCATIONS
from ocpi_schemas.rules.rule import Flaw, Judged, Outcome, Seen, message_rule, request_rule, response_rule
from ocpi_schemas.timestamps import is_later, read_timestamp

# Times


def _suspects(own: Any, parts: Any) -> list[str]:
    """The times of parts that can be after the object's own, as far as the seconds tell; mostly none."""
    if not isinstance(own, str):
        return []
    second = own[:19]
    try:
        return [time for part in parts if (time := part["last_updated"]) != own and time[:19] >= second]
    except (KeyError, TypeError):
        times = [time for part in objects_in(parts) if isinstance(time := part.get("last_updated"), str)]
        return [time for time in times if time[:19] >= second]


def _younger_part(pointer: str, whole: str, part: str, item: Object, times: list[str]) -> list[Flaw]:
    """One flaw if some of the times are after the object's own."""
    own = item.get("last_updated")
    later = [time for time in times if is_later(time, own)]
    if not later:
        return []
    message = f"the last_updated of this {whole} is before that of {part} in it"
    return [Flaw(message, (f"{max(later)} or later",), shorten(own), f"{pointer}/last_updated")]


@request_rule("LOC-085", operations=(PUT_LOCATION,))
@response_rule("LOC-085", operations=SENDER_LOCATIONS)
def location_is_as_young_as_its_parts(seen: Seen) -> Outcome:
    """The `last_updated` of a Location, and those of its EVSEs and Connectors.

    Source: mod_locations.asciidoc#mod_locations_location_object
    """
    flaws, examined = [], False
    for index, location in enumerate(seen.items):
        own, evses = location.get("last_updated"), location.get("evses")
        if not isinstance(evses, list) or not evses:
            continue
        examined = True
        connectors = [
            connector
            for evse in evses
            if isinstance(evse, dict) and isinstance(members := evse.get("connectors"), list)
            for connector in members
        ]
        times = _suspects(own, evses) + _suspects(own, connectors)
        if times:
            flaws += _younger_part(seen.pointer(index), "Location", "an EVSE or Connector", location, times)
    return flaws if examined else None


@request_rule("LOC-100", operations=(PUT_LOCATION, PUT_EVSE))
@response_rule("LOC-100", operations=SENDER_EVSES)
def evse_is_as_young_as_its_connectors(seen: Seen) -> Outcome:
    """The `last_updated` of an EVSE, and those of its Connectors.

    Source: mod_locations.asciidoc#mod_locations_evse_object
    """
    flaws, examined = [], False
    for index, place, evse in seen.evses:
        connectors = evse.get("connectors")
        if not isinstance(connectors, list) or not connectors:
            continue
        examined = True
        times = _suspects(evse.get("last_updated"), connectors)
        if times:
            flaws += _younger_part(evse_pointer(seen, index, place), "EVSE", "a Connector", evse, times)
    return flaws if examined else None


def evse_pointer(seen: Seen, index: int, place: int) -> str:
    """Where an EVSE stands in the message."""
    return seen.pointer(index, "" if place < 0 else f"/evses/{place}")


# Where Locations stand in messages


def _locations_in(seen: Seen, *, whole: bool = False) -> list[tuple[int, str, Object]]:
    """Index of the item, path in it and object of each Location, in Sessions and CDRs that have a copy of it too."""
    operation, dialect = seen.operation, seen.context.dialect
    payload = None if operation is None else operation.request if seen.judged is Judged.REQUEST else operation.response
    if payload is None or (whole and payload.partial):
        return []
    if "Location" in payload.any_of:
        return [(index, "", item) for index, item in enumerate(seen.items)]
    names = {"Session": "session.location", "CDR": "cdr.location"}
    name = next((names[kind] for kind in payload.any_of if kind in names), "")
    if dialect.forms.get(name) != "object":
        return []
    field = dialect.field(name)
    return [
        (index, f"/{field}", copy) for index, item in enumerate(seen.items) if isinstance(copy := item.get(field), dict)
    ]


_CARRIERS = ("locations", "sessions", "cdrs")


def _hours_in(seen: Seen) -> list[tuple[int, str, Object]]:
    return [
        (index, f"{path}/opening_times", hours)
        for index, path, location in _locations_in(seen)
        if isinstance(hours := location.get("opening_times"), dict)
    ]


@message_rule("LOC-151", modules=_CARRIERS)
def regular_hours_last_some_time(seen: Seen) -> Outcome:
    """Begin and end of regular hours. Source: mod_locations.asciidoc#mod_locations_regularhours_class

    The end of a day is `00:00` or `23:59`, and hours past midnight end before they begin: all that is taken.
    """
    periods = [
        (index, path, place, period)
        for index, path, hours in _hours_in(seen)
        for place, period in enumerate(objects_in(hours.get("regular_hours")))
    ]
    if not periods:
        return None
    message, expected = "regular hours that end when they begin", ("an end after the begin",)
    return [
        Flaw(message, expected, shorten(end), seen.pointer(index, f"{path}/regular_hours/{place}/period_end"))
        for index, path, place, period in periods
        if isinstance(end := period.get("period_end"), str) and end == period.get("period_begin") and end != "00:00"
    ]


@message_rule("LOC-130", modules=_CARRIERS)
def exceptional_closings_stay_clear_of_openings(seen: Seen) -> Outcome:
    """Exceptional closings, and exceptional openings. Source: mod_locations.asciidoc#mod_locations_hours_class"""
    both = [
        (index, path, openings, closings)
        for index, path, hours in _hours_in(seen)
        if (openings := _periods(hours.get("exceptional_openings")))
        and (closings := _periods(hours.get("exceptional_closings")))
    ]
    if not both:
        return None
    message, expected = "this exceptional closing overlaps an exceptional opening", ("a period outside the openings",)
    return [
        Flaw(message, expected, pointer=seen.pointer(index, f"{path}/exceptional_closings/{place}"))
        for index, path, openings, closings in both
        for place in _overlapping(openings, closings)
    ]


_Period = tuple[datetime, datetime, int]


def _periods(value: Json) -> list[_Period]:
    """Begin, end and place of the periods in a list that can be read."""
    read = [
        (read_timestamp(period.get("period_begin")), read_timestamp(period.get("period_end")), place)
        for place, period in enumerate(objects_in(value))
    ]
    return [(begin, end, place) for begin, end, place in read if begin is not None and end is not None and begin < end]


def _overlapping(openings: list[_Period], closings: list[_Period]) -> list[int]:
    """Places of closings that overlap an opening: one walk through all of them by time."""
    latest: dict[bool, tuple[datetime, int] | None] = {True: None, False: None}
    found: set[int] = set()
    walk = [(*period, False) for period in openings] + [(*period, True) for period in closings]
    for begin, end, place, is_closing in sorted(walk):
        other, own = latest[not is_closing], latest[is_closing]
        if other is not None and begin < other[0]:
            found.add(place if is_closing else other[1])
        if own is None or end > own[0]:
            latest[is_closing] = (end, place)
    return sorted(found)


# Energy


@message_rule("LOC-120", modules=(*_CARRIERS, "tariffs"))
def energy_sources_add_up(seen: Seen) -> Outcome:
    """The percentages of the sources in an EnergyMix, if there are any.

    Source: mod_locations.asciidoc#mod_locations_energysource_class
    """
    flaws, examined = [], False
    for index, path, mix in _energy_mixes_in(seen):
        shares = [share.get("percentage") for share in objects_in(mix.get("energy_sources"))]
        read = [float(share) for share in shares if _is_percentage(share)]  # type: ignore[arg-type]
        if not shares or len(read) != len(shares):
            continue
        examined = True
        if abs(sum(read) - 100) > 1:
            message = "the percentages of the energy sources do not add up to 100"
            flaws.append(Flaw(message, ("100",), f"{sum(read):g}", seen.pointer(index, f"{path}/energy_sources")))
    return flaws if examined else None


def _is_percentage(value: Json) -> bool:
    """Whether it is a share that a whole can be made of; another number is a fault of its own."""
    return not isinstance(value, bool | str | list | dict | None) and 0 <= value <= 100


def _energy_mixes_in(seen: Seen) -> Iterator[tuple[int, str, Object]]:
    if seen.operation is None:
        return
    carriers = _locations_in(seen, whole=True)
    if seen.operation.module == "tariffs":
        carriers = [(index, "", item) for index, item in enumerate(seen.items)]
    elif seen.operation.module == "cdrs":
        carriers += [
            (index, f"/tariffs/{place}", tariff)
            for index, item in enumerate(seen.items)
            for place, tariff in enumerate(objects_in(item.get("tariffs")))
        ]
    for index, path, carrier in carriers:
        mix = carrier.get("energy_mix")
        if isinstance(mix, dict):
            yield index, f"{path}/energy_mix", mix


# Images

_LOGOS = frozenset({"NETWORK", "OPERATOR", "OWNER"})
_PHOTOS = frozenset({"CHARGER", "ENTRANCE", "LOCATION"})


@request_rule("LOC-134", operations=(PUT_LOCATION,))
@response_rule("LOC-134", operations=SENDER_LOCATIONS)
def images_are_a_logo_and_a_photo(seen: Seen) -> Outcome:
    """The categories of the images of a Location that has images: on itself, its EVSEs and its businesses.

    Source: mod_locations.asciidoc#mod_locations_image_class
    """
    flaws = []
    categories = _image_categories(seen)
    for index, shown in categories.items():
        for kind, wanted in (("logo", _LOGOS), ("photo", _PHOTOS)):
            if not shown & wanted:
                message = f"this Location has images, but no {kind}"
                flaws.append(
                    Flaw(message, tuple(sorted(wanted)), shorten(", ".join(sorted(shown))), seen.pointer(index))
                )
    return flaws if categories else None


def _image_categories(seen: Seen) -> dict[int, set[str]]:
    """Index of each Location with images -> the categories of these."""
    images: list[tuple[int, object]] = []
    for index, location in enumerate(seen.items):
        images += [(index, image) for image in objects_in(location.get("images"))]
        for business in ("operator", "suboperator", "owner"):
            details = location.get(business)
            if isinstance(details, dict):
                images.append((index, details.get("logo")))
    images += [
        (index, image) for index, _, evse in seen.evses if "images" in evse for image in objects_in(evse["images"])
    ]
    categories: dict[int, set[str]] = {}
    for index, image in images:
        if isinstance(image, dict):
            categories.setdefault(index, set()).add(str(image.get("category")))
    return categories
