"""The table of cities against the lists of the real world."""

import re

import pycountry
import pytest
from faker.config import AVAILABLE_LOCALES

from ocpi_schemas.codes import is_country_alpha_2, is_country_alpha_3, is_language, is_time_zone
from ocpi_simulator.dataset.latin import to_ascii
from ocpi_simulator.dataset.sites import SITES, Site, sites_of


@pytest.mark.parametrize("site", SITES, ids=lambda site: to_ascii(site.city))
def test_a_site_is_made_of_codes_that_exist(site: Site) -> None:
    country = site.country
    assert is_country_alpha_2(country.alpha_2)
    assert is_country_alpha_3(country.alpha_3)
    listed = pycountry.countries.get(alpha_2=country.alpha_2)
    assert listed is not None
    assert listed.alpha_3 == country.alpha_3
    assert is_time_zone(country.time_zone)
    assert is_language(site.language)
    assert site.locale in AVAILABLE_LOCALES
    assert re.fullmatch(r"DOMESTIC_[A-O]", country.domestic)


@pytest.mark.parametrize("site", SITES, ids=lambda site: to_ascii(site.city))
def test_a_site_fits_the_fields_of_old_prints_too(site: Site) -> None:
    assert len(site.city) <= 45
    assert len(site.state) <= 20
    assert 3 <= len(site.postal_code) <= 10
    assert 34 < site.latitude < 71
    assert -25 < site.longitude < 35


def test_cities_are_listed_once() -> None:
    assert len({(site.country.alpha_2, site.city) for site in SITES}) == len(SITES) >= 80


def test_the_cities_of_a_country_are_found_without_case() -> None:
    assert {site.city for site in sites_of("nl")} >= {"Amsterdam", "Utrecht"}
    assert all(site.country.alpha_2 == "NL" for site in sites_of("nl"))


def test_a_country_without_cities_gets_all() -> None:
    assert sites_of("BR") == SITES
