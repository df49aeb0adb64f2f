"""What has to fit together inside one Location: times, opening hours, shares of energy, images."""

from collections.abc import Iterator
from datetime import datetime

from ocpi_schemas.finding import shorten
from ocpi_schemas.json_text import Json
from ocpi_schemas.object_memory import Object, objects_in
from ocpi_schemas.rules.locations import PUT_EVSE, PUT_LOCATION, SENDER_EVSES, SENDER_LOCATIONS
from ocpi_schemas.rules.rule import Flaw, Judged, Outcome, Seen, message_rule, request_rule, response_rule
from ocpi_schemas.timestamps import is_later, read_timestamp

# Times


def _times(parts: list[Object]) -> set[str]:
    return {time for part in parts if isinstance(time := part.get("last_updated"), str)}


def _suspects(own: Json, times: set[str]) -> list[str]:
    """Those of the times that can be after the object's own, as far as the seconds tell."""
    if not isinstance(own, str):
        return []
    second = own[:19]
    return [time for time in times if time[:19] >= second and is_later(time, own)]


@request_rule("LOC-085", operations=(PUT_LOCATION,))
@response_rule("LOC-085", operations=SENDER_LOCATIONS)
def location_is_as_young_as_its_parts(seen: Seen) -> Outcome:
    """The `last_updated` of a Location, and those of its EVSEs and Connectors.

    Source: mod_locations.asciidoc#mod_locations_location_object
    """
    flaws, examined = [], False
    for index, location in enumerate(seen.items):
        evses = objects_in(location.get("evses"))
        examined = examined or bool(evses)
        times = _times(evses) | {
            time
            for evse in evses
            for connector in objects_in(evse.get("connectors"))
            if isinstance(time := connector.get("last_updated"), str)
        }
        later = _suspects(location.get("last_updated"), times)
        if later:
            flaws.append(_younger_part(seen.pointer(index), "Location", "EVSE or Connector", location, later))
    return flaws if examined else None


def _younger_part(pointer: str, whole: str, part: str, item: Object, later: list[str]) -> Flaw:
    message = f"the last_updated of this {whole} is before that of an {part} in it"
    return Flaw(message, (f"{max(later)} or later",), shorten(item.get("last_updated")), f"{pointer}/last_updated")


@request_rule("LOC-100", operations=(PUT_LOCATION, PUT_EVSE))
@response_rule("LOC-100", operations=SENDER_EVSES)
def evse_is_as_young_as_its_connectors(seen: Seen) -> Outcome:
    """The `last_updated` of an EVSE, and those of its Connectors.

    Source: mod_locations.asciidoc#mod_locations_evse_object
    """
    flaws, examined = [], False
    for index, place, evse in evses_in(seen):
        own, connectors = evse.get("last_updated"), evse.get("connectors")
        if not isinstance(connectors, list) or not isinstance(own, str):
            continue
        examined = True
        second = own[:19]
        for connector in connectors:
            time = connector.get("last_updated") if isinstance(connector, dict) else None
            if time == own or not isinstance(time, str) or time[:19] < second:
                continue
            if is_later(time, own):
                flaws.append(_younger_part(evse_pointer(seen, index, place), "EVSE", "Connector", evse, [time]))
                break
    return flaws if examined else None


def evses_in(seen: Seen) -> Iterator[tuple[int, int, Object]]:
    """Index of the item, place in it and EVSE; the place is -1 for an item that is the EVSE."""
    if seen.operation is not None and "evse_uid" in seen.operation.path_parameters:
        for index, item in enumerate(seen.items):
            yield index, -1, item
        return
    for index, location in enumerate(seen.items):
        evses = location.get("evses")
        for place, evse in enumerate(evses if isinstance(evses, list) else ()):
            if isinstance(evse, dict):
                yield index, place, evse


def evse_pointer(seen: Seen, index: int, place: int) -> str:
    """Where an EVSE stands in the message."""
    return seen.pointer(index, "" if place < 0 else f"/evses/{place}")


# Where Locations stand in messages


def _locations_in(seen: Seen, *, whole: bool = False) -> list[tuple[str, Object]]:
    """Pointer and object of each Location, in Sessions and CDRs of versions that copy them there too."""
    operation, dialect = seen.operation, seen.context.dialect
    payload = None if operation is None else operation.request if seen.judged is Judged.REQUEST else operation.response
    if payload is None or (whole and payload.partial):
        return []
    if "Location" in payload.any_of:
        return [(seen.pointer(index), item) for index, item in enumerate(seen.items)]
    for name in ("session", "cdr"):
        field = dialect.field(f"{name}.location")
        if payload.any_of in (("Session",), ("CDR",)) and dialect.forms.get(f"{name}.location") == "object":
            return [
                (seen.pointer(index, f"/{field}"), copy)
                for index, item in enumerate(seen.items)
                if isinstance(copy := item.get(field), dict)
            ]
    return []


_CARRIERS = ("locations", "sessions", "cdrs")


def _hours_in(seen: Seen) -> list[tuple[str, Object]]:
    return [
        (f"{pointer}/opening_times", hours)
        for pointer, location in _locations_in(seen)
        if isinstance(hours := location.get("opening_times"), dict)
    ]


@message_rule("LOC-151", modules=_CARRIERS)
def regular_hours_last_some_time(seen: Seen) -> Outcome:
    """Begin and end of regular hours. Source: mod_locations.asciidoc#mod_locations_regularhours_class

    The end of a day is `00:00` or `23:59`, and hours past midnight end before they begin: all that is taken.
    """
    periods = [
        (f"{pointer}/regular_hours/{place}", period)
        for pointer, hours in _hours_in(seen)
        for place, period in enumerate(objects_in(hours.get("regular_hours")))
    ]
    if not periods:
        return None
    return [
        Flaw(
            "regular hours that end when they begin", ("an end after the begin",), shorten(end), f"{pointer}/period_end"
        )
        for pointer, period in periods
        if isinstance(end := period.get("period_end"), str) and end == period.get("period_begin") and end != "00:00"
    ]


@message_rule("LOC-130", modules=_CARRIERS)
def exceptional_closings_stay_clear_of_openings(seen: Seen) -> Outcome:
    """Exceptional closings, and exceptional openings. Source: mod_locations.asciidoc#mod_locations_hours_class"""
    both = [
        (pointer, openings, closings)
        for pointer, hours in _hours_in(seen)
        if (openings := _periods(hours.get("exceptional_openings")))
        and (closings := _periods(hours.get("exceptional_closings")))
    ]
    if not both:
        return None
    message, expected = "this exceptional closing overlaps an exceptional opening", ("a period outside the openings",)
    return [
        Flaw(message, expected, pointer=f"{pointer}/exceptional_closings/{place}")
        for pointer, openings, closings in both
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
    for pointer, mix in _energy_mixes_in(seen):
        shares = [share.get("percentage") for share in objects_in(mix.get("energy_sources"))]
        read = [float(share) for share in shares if _is_percentage(share)]  # type: ignore[arg-type]
        if not shares or len(read) != len(shares):
            continue
        examined = True
        if abs(sum(read) - 100) > 1:
            message = "the percentages of the energy sources do not add up to 100"
            flaws.append(Flaw(message, ("100",), f"{sum(read):g}", f"{pointer}/energy_sources"))
    return flaws if examined else None


def _is_percentage(value: Json) -> bool:
    """Whether it is a share that a whole can be made of; another number is a fault of its own."""
    return not isinstance(value, bool | str | list | dict | None) and 0 <= value <= 100


def _energy_mixes_in(seen: Seen) -> Iterator[tuple[str, Object]]:
    if seen.operation is None:
        return
    carriers = _locations_in(seen, whole=True)
    if seen.operation.module == "tariffs":
        carriers = [(seen.pointer(index), item) for index, item in enumerate(seen.items)]
    elif seen.operation.module == "cdrs":
        carriers += [
            (seen.pointer(index, f"/tariffs/{place}"), tariff)
            for index, item in enumerate(seen.items)
            for place, tariff in enumerate(objects_in(item.get("tariffs")))
        ]
    for pointer, carrier in carriers:
        mix = carrier.get("energy_mix")
        if isinstance(mix, dict):
            yield f"{pointer}/energy_mix", mix


# Images

_LOGOS = frozenset({"NETWORK", "OPERATOR", "OWNER"})
_PHOTOS = frozenset({"CHARGER", "ENTRANCE", "LOCATION"})


@request_rule("LOC-134", operations=(PUT_LOCATION,))
@response_rule("LOC-134", operations=SENDER_LOCATIONS)
def images_are_a_logo_and_a_photo(seen: Seen) -> Outcome:
    """The categories of the images of a Location that has images: on itself, its EVSEs and its businesses.

    Source: mod_locations.asciidoc#mod_locations_image_class
    """
    flaws, examined = [], False
    for index, location in enumerate(seen.items):
        categories = _image_categories(location)
        if not categories:
            continue
        examined = True
        for kind, wanted in (("logo", _LOGOS), ("photo", _PHOTOS)):
            if not categories & wanted:
                message = f"this Location has images, but no {kind}"
                flaws.append(Flaw(message, tuple(sorted(wanted)), shorten(sorted(categories)), seen.pointer(index)))
    return flaws if examined else None


def _image_categories(location: Object) -> set[str]:
    images = objects_in(location.get("images"))
    for evse in objects_in(location.get("evses")):
        if evse.get("images"):
            images += objects_in(evse["images"])
    for business in ("operator", "suboperator", "owner"):
        details = location.get(business)
        logo = details.get("logo") if isinstance(details, dict) else None
        if isinstance(logo, dict):
            images.append(logo)
    return {str(image.get("category")) for image in images}
