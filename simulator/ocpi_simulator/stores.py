"""The stores of a Partner: its own objects per module, and the objects others push to it."""

from dataclasses import dataclass, field

from ocpi_simulator.config import PartnerConfig
from ocpi_simulator.dataset import own_objects
from ocpi_simulator.store import OwnObjects, ReceivedObjects


@dataclass(slots=True)
class Stores:
    """By module identifier."""

    own: dict[str, OwnObjects]
    received: dict[str, ReceivedObjects] = field(default_factory=dict)

    def received_of(self, module: str) -> ReceivedObjects:
        """What others pushed of a module."""
        return self.received.setdefault(module, ReceivedObjects())


def make_stores(config: PartnerConfig) -> Stores:
    """The stores a Partner starts with: computed objects of its own, nothing received."""
    return Stores(own_objects(config))
