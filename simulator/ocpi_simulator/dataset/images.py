"""Images: references to pictures of the sizes that OCPI recommends. All lie at example.com; nothing is there."""

from typing import Any

from ocpi_simulator.dataset.dice import Dice

BASE = "https://example.com"

_PHOTOS = ("CHARGER", "ENTRANCE", "LOCATION")
_SIZES = ((800, 600), (1024, 768), (1920, 1080), (1280, 960))


def logo(name: str, category: str = "OPERATOR") -> dict[str, Any]:
    """A square logo with its thumbnail; `name` is a part of a URL."""
    return {
        "url": f"{BASE}/images/{name}.png",
        "thumbnail": f"{BASE}/images/{name}-small.png",
        "category": category,
        "type": "png",
        "width": 512,
        "height": 512,
    }


def photo(dice: Dice, name: str) -> dict[str, Any]:
    """A photo of the charger, the entrance or the whole; `name` is a part of a URL."""
    category, (width, height) = dice.pick(_PHOTOS), dice.pick(_SIZES)
    url = f"{BASE}/images/{name}/{category.lower()}"
    image: dict[str, Any] = {
        "url": f"{url}.jpeg",
        "category": category,
        "type": "jpeg",
        "width": width,
        "height": height,
    }
    if dice.has(50):
        image["thumbnail"] = f"{url}-small.jpeg"
    return image
