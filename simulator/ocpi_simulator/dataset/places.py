"""Places: points on the map and postal codes, near and of a site."""

from math import cos, pi, radians, sin
from typing import Any

from ocpi_simulator.dataset.dice import Dice
from ocpi_simulator.dataset.sites import Site

RADIUS_KM = 1.8
"""How far from the centre of its city a Location lies at most: still in the right country."""

NEARBY_KM = 0.05
"""How far from its Location an EVSE or an entrance lies at most."""

_KM_PER_DEGREE = 111.2

# Letters that both Dutch and British codes use; without S, since SA, SD and SS are not issued.
_LETTERS = "ABDEGHJLNPRTWXZ"
_DIGITS = "0123456789"


def scattered(dice: Dice, latitude: float, longitude: float, radius_km: float) -> tuple[float, float]:
    """A point within a radius of another one; degrees."""
    distance, angle = radius_km * dice.between(0, 1), dice.between(0, 2 * pi)
    north, east = distance * cos(angle), distance * sin(angle)
    return latitude + north / _KM_PER_DEGREE, longitude + east / (_KM_PER_DEGREE * cos(radians(latitude)))


def geo_location(dice: Dice, point: tuple[float, float]) -> dict[str, Any]:
    """OCPI's GeoLocation of a point, with five to seven decimals."""
    decimals = dice.pick((5, 6, 6, 7))
    latitude, longitude = point
    return {"latitude": f"{latitude:.{decimals}f}", "longitude": f"{longitude:.{decimals}f}"}


def postal_code(dice: Dice, site: Site) -> str:
    """A code as the site's country writes it; whether it was issued is not known here."""
    return "".join(
        dice.pick(_DIGITS) if char == "#" else dice.pick(_LETTERS) if char == "@" else char for char in site.postal_code
    )
