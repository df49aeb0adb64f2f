"""Opening times: round the clock or by the week, with exceptions that are yet to come."""

from datetime import datetime, timedelta
from typing import Any

from ocpi_schemas.timestamps import write_timestamp
from ocpi_simulator.dataset.dice import Dice

NOTICE = timedelta(days=380)
"""From an object's update to what it announces, at least. A series spans a year, so all of it is in the future."""

_ANNOUNCED_WITHIN_DAYS = 300

Day = tuple[tuple[str, str], ...]
"""Periods in which it is open, none of them across midnight."""

_WEEKS: tuple[tuple[Day, ...], ...] = (
    (*[(("08:00", "20:00"),)] * 5, (), ()),
    (*[(("07:00", "18:00"),)] * 7,),
    (*[(("09:00", "12:30"), ("13:30", "18:00"))] * 5, (("10:00", "16:00"),), ()),
    (*[(("06:00", "23:59"),)] * 4, *[(("00:00", "01:30"), ("06:00", "23:59"))] * 2, (("08:00", "22:00"),)),
    (*[(("10:00", "21:00"),)] * 6, (("12:00", "18:00"),)),
    ((), *[(("05:30", "23:30"),)] * 6),
)


def announced(dice: Dice, updated: datetime) -> datetime:
    """A full hour in the future, also when the object is served that was updated first."""
    day = updated.replace(hour=0, minute=0, second=0, microsecond=0) + NOTICE
    return day + timedelta(days=dice.below(_ANNOUNCED_WITHIN_DAYS), hours=dice.below(24))


def _period(begin: datetime, hours: int) -> dict[str, str]:
    return {"period_begin": write_timestamp(begin), "period_end": write_timestamp(begin + timedelta(hours=hours))}


def opening_times(dice: Dice, updated: datetime) -> dict[str, Any]:
    """OCPI's Hours. Exceptional closings never overlap exceptional openings."""
    hours: dict[str, Any] = {"twentyfourseven": True}
    if dice.has(60):
        hours["twentyfourseven"] = False
        hours["regular_hours"] = [
            {"weekday": number, "period_begin": begin, "period_end": end}
            for number, day in enumerate(dice.pick(_WEEKS), 1)
            for begin, end in day
        ]
        if dice.has(25):
            hours["exceptional_openings"] = [_period(announced(dice, updated), 1 + dice.below(6))]
    if dice.has(25):
        # A year behind the openings, so that they cannot overlap.
        hours["exceptional_closings"] = [_period(announced(dice, updated) + timedelta(days=365), 2 + dice.below(24))]
    return hours
