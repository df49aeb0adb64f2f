"""Profile: what a run is told about its target, from flags and a TOML file, checked before anything is sent."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from ocpi_schemas.dialect import known_versions, load_dialect
from ocpi_schemas.party import PartyId
from ocpi_simulator.client import url_problem
from ocpi_steps.triggers import TriggerError, make_trigger


class ProfileError(ValueError):
    """A profile that makes no sense; the message names the option or field and the remedy."""


ROLES = ("CPO", "EMSP")


@dataclass(frozen=True, slots=True)
class Profile:
    """The target and how to test it. Field names are the option names."""

    target_url: str
    target_role: str
    version: str | None = None
    """None: the highest that both sides have."""
    token: str = ""
    registered: bool = False
    inbound_token: str = ""
    module: tuple[str, ...] = ()
    """Only these modules; empty: all."""
    select: str = ""
    listen: str = "127.0.0.1:0"
    public_url: str = ""
    trigger: str = "none"
    expectations: Path | None = None
    strict: bool = False
    complete: bool = False
    timeout: float = 10.0
    quiet: float = 1.0
    """Seconds in which nothing must come, where a target has to keep still; in a profile file only."""
    settle: float = 60.0
    """Seconds within which a token that was replaced has to die; in a profile file only."""
    out: Path = Path("conformance-results")
    party: str = "DE-TST"
    """Our own party."""
    seed: int | None = None
    """None: a new one each run, so that a target that remembers the last run's objects is no problem."""
    allow_host: tuple[str, ...] = ()
    """Hosts beside the target's own that may be called."""
    subjects: Mapping[str, str] = field(default_factory=dict)
    """Objects of the target that scenarios need and cannot find out: `blocked_token` -> uid."""

    @property
    def host(self) -> str:
        return self.listen.rpartition(":")[0].strip("[]")

    @property
    def port(self) -> int:
        return int(self.listen.rpartition(":")[2])

    @property
    def party_id(self) -> PartyId:
        return PartyId.parse(self.party)

    @property
    def allowed_hosts(self) -> frozenset[str]:
        return frozenset({urlsplit(self.target_url).hostname or "", *self.allow_host})


_LISTS = ("module", "allow_host")
_PATHS = ("expectations", "out")
_FIELDS: Mapping[str, type | tuple[type, ...]] = {
    "target_url": str,
    "target_role": str,
    "version": str,
    "token": str,
    "registered": bool,
    "inbound_token": str,
    "module": list,
    "select": str,
    "listen": str,
    "public_url": str,
    "trigger": str,
    "expectations": str,
    "strict": bool,
    "complete": bool,
    "timeout": (int, float),
    "quiet": (int, float),
    "settle": (int, float),
    "out": str,
    "party": str,
    "seed": int,
    "allow_host": list,
    "subjects": dict,
}


def read_config(path: Path) -> dict[str, Any]:
    """Read a profile file: TOML with the names of the options, `-` and `_` alike.

    Raises:
        ProfileError: the file cannot be read, or has a field that is not known or of the wrong type.
    """
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ProfileError(f"--config {path}: {error.strerror or error}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ProfileError(f"--config {path}: not TOML: {error}") from error
    made: dict[str, Any] = {}
    value: Any
    for key, value in content.items():
        name = key.replace("-", "_")
        kind = _FIELDS.get(name)
        if kind is None:
            raise ProfileError(f"{path}: no option is named {key!r}; there are {', '.join(sorted(_FIELDS))}")
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            raise ProfileError(f"{path}: {key} has the wrong type: {value!r}")
        if isinstance(value, list) and not all(isinstance(entry, str) for entry in value):
            raise ProfileError(f"{path}: {key} must be a list of texts")
        made[name] = value
    return made


def make_profile(values: Mapping[str, Any]) -> Profile:
    """A profile of option values; None and absent mean the default.

    Raises:
        ProfileError: something is missing, malformed or contradictory.
    """
    given: dict[str, Any] = {name: value for name, value in values.items() if value not in (None, (), [])}
    for name, flag in (("target_url", "--target-url URL"), ("target_role", "--target-role ROLE")):
        if name not in given:
            raise ProfileError(f"{flag} is missing (or {name} in the --config file)")
    for name in _LISTS:
        if name in given:
            given[name] = tuple(given[name])
    for name in _PATHS:
        if name in given:
            given[name] = Path(given[name])
    given["target_role"] = str(given["target_role"]).upper()
    profile = Profile(**given)
    for check in (_check_target, _check_version, _check_registration, _check_network):
        check(profile)
    return profile


def _check_target(profile: Profile) -> None:
    problem = url_problem(profile.target_url)
    if problem:
        raise ProfileError(f"--target-url {profile.target_url!r} cannot be requested: {problem}")
    if profile.target_role not in ROLES:
        raise ProfileError(f"--target-role {profile.target_role} is not one of {', '.join(ROLES)}")
    if not profile.token:
        raise ProfileError("--token is missing: the credentials token that the target issued to you")


def _check_version(profile: Profile) -> None:
    if profile.version is None:
        return
    if profile.version not in known_versions():
        raise ProfileError(f"--version {profile.version} is not known; known are {', '.join(known_versions())}")
    unknown = set(profile.module) - set(load_dialect(profile.version).modules)
    if unknown:
        names = ", ".join(load_dialect(profile.version).modules)
        raise ProfileError(f"--module {sorted(unknown)[0]} is no module of OCPI {profile.version}; there are {names}")


def _check_registration(profile: Profile) -> None:
    if profile.registered and not profile.inbound_token:
        raise ProfileError("--registered needs --inbound-token: the token that the target uses towards you")
    if profile.inbound_token and not profile.registered:
        raise ProfileError("--inbound-token is for --registered runs only; a registration makes its own")


def _check_network(profile: Profile) -> None:
    host, _, port = profile.listen.rpartition(":")
    if not host or not port.isdigit() or int(port) > 65_535:
        raise ProfileError(f"--listen {profile.listen!r} is not HOST:PORT")
    if profile.public_url and url_problem(profile.public_url):
        raise ProfileError(f"--public-url {profile.public_url!r}: {url_problem(profile.public_url)}")
    if not 0 < profile.timeout <= 600:
        raise ProfileError(f"--timeout {profile.timeout:g} must be more than 0 and at most 600 seconds")
    if not 0 < profile.quiet <= 60:
        raise ProfileError(f"quiet = {profile.quiet:g} must be more than 0 and at most 60 seconds")
    if not 0 <= profile.settle <= 600:
        raise ProfileError(f"settle = {profile.settle:g} must be at least 0 and at most 600 seconds")
    try:
        make_trigger(profile.trigger, profile.timeout)
        PartyId.parse(profile.party)
    except (TriggerError, ValueError) as error:
        raise ProfileError(str(error)) from error
