"""OCPI's DateTime: reading every listed form, writing the one that nobody refuses."""

import re
from datetime import UTC, datetime

_FORM = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?:[Zz]|([+-])(\d\d):?(\d\d))?", re.ASCII
)


def read_timestamp(text: object) -> datetime | None:
    """The moment a DateTime names, in UTC; None if it names none.

    More is read than OCPI allows (offsets, more decimals), so that a wrong form is one finding and not many.
    Source: types.asciidoc#types_datetime_type: without a designator it is UTC.
    """
    if not isinstance(text, str):
        return None
    match = _FORM.fullmatch(text)
    if match is None:
        return None
    fraction = (match[7] or "").ljust(6, "0")[:6]
    second = min(int(match[6]), 59)
    try:
        moment = datetime(
            int(match[1]), int(match[2]), int(match[3]), int(match[4]), int(match[5]), second, int(fraction), tzinfo=UTC
        )
        if match[8]:
            wanted = text[: -len(text[text.rindex(match[8]) :])] + f"{match[8]}{match[9]}:{match[10]}"
            return datetime.fromisoformat(wanted).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return moment


def is_plainly_before(one: str, other: str) -> bool:
    """Whether the texts of two DateTimes alone, both without offset, show that one is before the other by a second.

    Most pairs differ in this way, and reading takes its time.
    """
    return (
        one[:19] < other[:19]
        and (one[-1:] == "Z" or not one[19:].strip(".0123456789"))
        and (other[-1:] == "Z" or not other[19:].strip(".0123456789"))
    )


def is_later(one: object, other: object) -> bool:
    """Whether a DateTime names a later moment than another; False if one of the two names none."""
    if one == other or not isinstance(one, str) or not isinstance(other, str) or is_plainly_before(one, other):
        return False
    first, second = read_timestamp(one), read_timestamp(other)
    return first is not None and second is not None and first > second


def write_timestamp(moment: datetime) -> str:
    """The form every reading of the text agrees on: UTC, designator Z, no more decimals than needed (0 or 3)."""
    moment = moment.astimezone(UTC)
    text = moment.isoformat(timespec="milliseconds" if moment.microsecond >= 1000 else "seconds")
    return f"{text[:-6]}Z"


def now() -> datetime:
    """The present, in UTC and whole milliseconds."""
    moment = datetime.now(UTC)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)
