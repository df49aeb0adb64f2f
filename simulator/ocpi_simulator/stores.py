"""The stores of a Partner: its own objects per module, and the objects others push to it."""

from dataclasses import dataclass, field

from ocpi_schemas.timestamps import now
from ocpi_simulator.config import PartnerConfig
from ocpi_simulator.dataset.locations import Locations
from ocpi_simulator.dataset.series import Recipe, Series
from ocpi_simulator.dataset.shape import shape_of
from ocpi_simulator.dataset.tokens import Tokens
from ocpi_simulator.store import Object, OwnObjects, ReceivedObjects


@dataclass(slots=True)
class Stores:
    """By module identifier."""

    own: dict[str, OwnObjects]
    received: dict[str, ReceivedObjects] = field(default_factory=dict)

    def received_of(self, module: str) -> ReceivedObjects:
        """What others pushed of a module."""
        return self.received.setdefault(module, ReceivedObjects())


def own_objects(recipe: Recipe, count: int) -> OwnObjects:
    """Computed objects, each in the shape of the version that is asked for."""

    def project(entry: Object, version: str) -> Object:
        return shape_of(version).project(recipe.object_name, entry)

    return OwnObjects(Series(recipe, count, now()), project)


def make_stores(config: PartnerConfig) -> Stores:
    """The stores a Partner starts with: the objects that a party of its role owns, and nothing received."""
    seed, party = config.seed, config.party
    match config.role:
        case "CPO":
            own = {"locations": own_objects(Locations(seed, party), config.locations)}
        case "EMSP":
            own = {"tokens": own_objects(Tokens(seed, party), config.tokens)}
        case _:
            own = {}
    return Stores(own)
