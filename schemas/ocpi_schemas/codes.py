"""Lists of the real world that OCPI refers to: countries, languages, currencies, time zones."""

from collections.abc import Callable
from functools import cache
from zoneinfo import available_timezones

import pycountry


@cache
def _alpha_2() -> frozenset[str]:
    # XK is user-assigned, but it is what everybody sends for Kosovo.
    return frozenset(country.alpha_2 for country in pycountry.countries) | {"XK"}


@cache
def _alpha_3() -> frozenset[str]:
    return frozenset(country.alpha_3 for country in pycountry.countries) | {"XKX"}


@cache
def _languages() -> frozenset[str]:
    return frozenset(language.alpha_2 for language in pycountry.languages if hasattr(language, "alpha_2"))


@cache
def _currencies() -> frozenset[str]:
    return frozenset(currency.alpha_3 for currency in pycountry.currencies)


@cache
def _time_zones() -> frozenset[str]:
    return frozenset(available_timezones())


def is_country_alpha_2(text: str) -> bool:
    """ISO 3166-1 alpha-2; without case, since OCPI carries it in a CiString."""
    return text.upper() in _alpha_2()


def is_country_alpha_3(text: str) -> bool:
    """ISO 3166-1 alpha-3."""
    return text in _alpha_3()


def is_language(text: str) -> bool:
    """ISO 639-1."""
    return text in _languages()


def is_currency(text: str) -> bool:
    """ISO 4217."""
    return text in _currencies()


def is_time_zone(text: str) -> bool:
    """A name of the IANA time zone database, links included."""
    return text in _time_zones()


FORMATS: dict[str, Callable[[str], bool]] = {
    "iso-3166-1-alpha-2": is_country_alpha_2,
    "iso-3166-1-alpha-3": is_country_alpha_3,
    "iso-639-1": is_language,
    "iso-4217": is_currency,
    "iana-time-zone": is_time_zone,
}
"""The `format` names that the schema documents use."""

FORMAT_NAMES: dict[str, str] = {
    "iso-3166-1-alpha-2": "an ISO 3166-1 alpha-2 country code",
    "iso-3166-1-alpha-3": "an ISO 3166-1 alpha-3 country code",
    "iso-639-1": "an ISO 639-1 language code",
    "iso-4217": "an ISO 4217 currency code",
    "iana-time-zone": "a name of the IANA time zone database",
}
