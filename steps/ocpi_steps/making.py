"""What the target is made to do by a trigger, in the words that scenarios use for it."""

from collections.abc import Callable
from types import MappingProxyType

from ocpi_simulator.intents import Intent
from ocpi_steps import joining, pushing
from ocpi_steps.scene import Scene

SUBJECT_KEYS = (
    ("removable_evse", "an EVSE, as location/evse, that may be taken out of use for ever"),
    ("expendable_token", "the uid of a Token that may be made invalid"),
)
"""The keys under [subjects] of a profile for what there is no way back from. The target chooses what is not named."""


def _address(scene: Scene) -> str:
    """The subject as triggers name it: `location/evse/connector`, or the uid of a Token."""
    return "/".join(scene.subject.path.values())


def _change_status(scene: Scene) -> None:
    status = str(pushing.changeable(scene.dialect, scene.subject)["status"])
    scene.trigger(Intent.PUSH_EVSE_STATUS, _address(scene), status=status)


def _remove_evse(scene: Scene) -> None:
    # There is no way back, so which one is for the target to say, if the profile does not.
    scene.trigger(Intent.REMOVE_EVSE, scene.session.profile.subjects.get("removable_evse", ""))


def _invalidate_token(scene: Scene) -> None:
    scene.trigger(Intent.PUSH_TOKEN_UPDATE, scene.session.profile.subjects.get("expendable_token", ""))


DOINGS: MappingProxyType[str, Callable[[Scene], None]] = MappingProxyType(
    {
        "create a location": lambda scene: scene.trigger(Intent.PUSH_LOCATION),
        "change the location": lambda scene: scene.trigger(Intent.PUSH_LOCATION_UPDATE, _address(scene)),
        "change the status of the evse": _change_status,
        "change the connector": lambda scene: scene.trigger(Intent.PUSH_CONNECTOR_UPDATE, _address(scene)),
        "remove an evse": _remove_evse,
        "create a token": lambda scene: scene.trigger(Intent.PUSH_TOKEN),
        "invalidate a token": _invalidate_token,
        "check what the partner stores of the location": lambda scene: scene.trigger(
            Intent.CHECK_STORED_LOCATION, _address(scene)
        ),
        "check what the partner stores of the token": lambda scene: scene.trigger(
            Intent.CHECK_STORED_TOKEN, _address(scene)
        ),
        "fetch the list of locations": lambda scene: scene.trigger(Intent.PULL_LOCATIONS),
        "fetch the location": lambda scene: scene.trigger(Intent.PULL_LOCATION, scene.subject.path["location_id"]),
        "fetch the list of tokens": lambda scene: scene.trigger(Intent.PULL_TOKENS),
        "register with the partner": joining.register,
        "register with the partner for a version of its own choice": lambda scene: joining.register(
            scene, any_version=True
        ),
        "renew its credentials": joining.update,
        "switch to that version": lambda scene: joining.update(scene, second_version=True),
        "unregister": joining.unregister,
    }
)
"""What the target does -> how it is told."""
