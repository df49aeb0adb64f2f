"""Words: street and company names of a country's language, made once per process and then only picked from."""

from dataclasses import dataclass
from functools import cache

from faker import Faker

from ocpi_simulator.dataset.latin import to_ascii

STREETS = 64
COMPANIES = 24
LONGEST_STREET = 32
"""Characters, also when written in ASCII: with a house number it stays within the 45 of an older `address`."""
LONGEST_COMPANY = 48

_SEED = 20
_TRIES = 40

# Faker has no street names of its own for these; it would mix in English ones.
_KNOWN_STREETS: dict[str, tuple[str, ...]] = {
    "bg_BG": (
        "бул. Витоша",
        "бул. България",
        "ул. Раковски",
        "бул. Цариградско шосе",
        "ул. Граф Игнатиев",
        "ул. Шипка",
    ),
    "et_EE": ("Narva maantee", "Pärnu maantee", "Tartu maantee", "Liivalaia", "Paldiski maantee", "Sõpruse puiestee"),
    "is_IS": ("Laugavegur", "Suðurlandsbraut", "Miklabraut", "Borgartún", "Hverfisgata", "Snorrabraut"),
    "lt_LT": ("Gedimino pr.", "Konstitucijos pr.", "Ukmergės g.", "Savanorių pr.", "Kalvarijų g.", "Laisvės al."),
    "lv_LV": ("Brīvības iela", "Krišjāņa Barona iela", "Čaka iela", "Valdemāra iela", "Maskavas iela", "Lāčplēša iela"),
}


@dataclass(frozen=True, slots=True)
class Words:
    """What names are made of in one locale."""

    streets: tuple[str, ...]
    companies: tuple[str, ...]


def _is_usable(text: str, longest: int) -> bool:
    return text.isprintable() and len(text) >= 3 and max(len(text), len(to_ascii(text))) <= longest


_PROVIDERS = ["faker.providers.address", "faker.providers.company", "faker.providers.person"]
"""What is needed of Faker; loading all of it takes several times as long."""


@cache
def words_of(locale: str) -> Words:
    """The words of a locale. The first call takes some ten milliseconds: Faker loads the locale."""
    faker = Faker(locale, providers=_PROVIDERS)
    faker.seed_instance(_SEED)
    # dict.fromkeys keeps the order, which a set would not, and the order decides what an index picks.
    streets = _KNOWN_STREETS.get(locale) or tuple(
        dict.fromkeys(
            street[0].upper() + street[1:]
            for street in (faker.street_name().strip() for _ in range(STREETS + _TRIES))
            if _is_usable(street, LONGEST_STREET)
        )
    )
    # Not `faker.company()`: in some locales it names companies that exist.
    companies = dict.fromkeys(
        name
        for name in (f"{faker.last_name()} {faker.company_suffix()}" for _ in range(COMPANIES + _TRIES))
        if _is_usable(name, LONGEST_COMPANY)
    )
    return Words(streets[:STREETS], tuple(companies)[:COMPANIES])
