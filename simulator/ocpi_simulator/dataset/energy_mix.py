"""Energy mix: where the power comes from, in shares that add up to a hundred."""

from typing import Any

from ocpi_simulator.dataset.dice import Dice

_GREEN: tuple[tuple[tuple[str, float], ...], ...] = (
    (("SOLAR", 30), ("WIND", 70)),
    (("WATER", 100),),
    (("GENERAL_GREEN", 12.5), ("SOLAR", 21.3), ("WIND", 41.7), ("WATER", 24.5)),
)
_GREY: tuple[tuple[tuple[str, float], ...], ...] = (
    (("GENERAL_GREEN", 35.9), ("GAS", 6.3), ("COAL", 33.2), ("GENERAL_FOSSIL", 2.9), ("NUCLEAR", 21.7)),
    (("WIND", 40), ("GAS", 45), ("NUCLEAR", 15)),
    (("SOLAR", 18.75), ("WATER", 6.25), ("GENERAL_FOSSIL", 75)),
)
_SUPPLIERS = (
    "Polder Energie",
    "Nordwind Strom",
    "Lumière Verte",
    "Solaris Utilities",
    "Kraft i Nord",
    "Energia Sierra",
)
_PRODUCTS = ("Eco Power", "Basis Strom", "Green Choice", "Standard Mix", "Zonnestroom")


def _impact(category: str, amount: float) -> dict[str, Any]:
    # The field is `source` in older versions.
    return {"category": category, "source": category, "amount": amount}


def energy_mix(dice: Dice) -> dict[str, Any]:
    """OCPI's EnergyMix; a green one has neither fossil nor nuclear sources, nor any impact."""
    green = dice.chance(50)
    mix: dict[str, Any] = {"is_green_energy": green}
    if dice.has(60):
        shares = dice.pick(_GREEN if green else _GREY)
        mix["energy_sources"] = [{"source": source, "percentage": share} for source, share in shares]
    if dice.has(40):
        mix["environ_impact"] = [
            _impact("NUCLEAR_WASTE", 0 if green else 0.0006),
            _impact("CARBON_DIOXIDE", 0 if green else 150 + dice.below(300)),
        ]
    if dice.has(60):
        mix["supplier_name"] = dice.pick(_SUPPLIERS)
    if dice.has(40):
        mix["energy_product_name"] = dice.pick(_PRODUCTS)
    return mix
