"""Settings of the `ocpi-simulator` command: from flags and a TOML file with the same names, checked before it runs."""

import difflib
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from ocpi_schemas.data import version_key
from ocpi_schemas.dialect import known_versions
from ocpi_schemas.party import PartyId
from ocpi_simulator.behaviours import parse_behaviour
from ocpi_simulator.client import url_problem
from ocpi_simulator.config import PartnerConfig
from ocpi_simulator.peers import new_token, token_problem

ROLES = ("CPO", "EMSP")
"""The roles that the simulator can play."""

MOST_OBJECTS = 1_000_000_000


class SettingsError(ValueError):
    """A setting that makes no sense; the message names the flag, or the file and field, and the remedy."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where to listen."""

    host: str
    port: int

    @staticmethod
    def parse(text: str) -> "Address":
        """Read `HOST:PORT`, or `PORT` for a port of the loopback interface.

        Raises:
            ValueError: it is neither.
        """
        host, colon, port = text.rpartition(":")
        if not (port.isascii() and port.isdigit() and int(port) <= _PORTS) or (colon and not host):
            raise ValueError(f"{text!r} is not HOST:PORT, such as 127.0.0.1:9000; port 0 is any free one")
        return Address(host.strip("[]") or "127.0.0.1", int(port))


@dataclass(frozen=True, slots=True)
class Settings:
    """What `ocpi-simulator serve` is to do."""

    partner: PartnerConfig
    control: Address | None = None
    journal: Path | None = None
    token_is_new: bool = False
    """Nobody gave a CREDENTIALS_TOKEN_A, so one was made, which the user has to be told."""


@dataclass(frozen=True, slots=True)
class Given:
    """A value, and where the user wrote it: what an error message begins with."""

    value: Any
    where: str


_PORTS = 65_535
_Reader = Callable[[Any], Any]


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError(f"{value!r} is not a text; put it in quotes")  # noqa: TRY004  (as all that is wrong here)
    return value


def _whole(low: int, high: int) -> _Reader:
    def read(value: Any) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            raise ValueError(f"{value!r} is not a whole number from {low} to {high}")
        return value

    return read


def _texts(read: _Reader) -> _Reader:
    def read_all(value: Any) -> tuple[Any, ...]:
        entries = [value] if isinstance(value, str) else value
        if not isinstance(entries, list | tuple) or not all(isinstance(entry, str) for entry in entries):
            raise ValueError(f"{value!r} is neither a text in quotes nor a list of such")
        return tuple(read(entry) for entry in entries)

    return read_all


def _role(value: Any) -> str:
    role = _text(value).upper()
    if role not in ROLES:
        raise ValueError(f"{value!r} is not {' or '.join(ROLES)}")
    return role


def _version(value: str) -> str:
    if value not in known_versions():
        raise ValueError(f"{value!r} is not a version that is known here; there are {', '.join(known_versions())}")
    return value


def _behaviour(value: str) -> str:
    parse_behaviour(value)
    return value


def _token(value: Any) -> str:
    if not isinstance(value, str):  # not shown: it may be a secret all the same
        raise ValueError("a token is a text; put it in quotes")  # noqa: TRY004  (as all that is wrong here)
    problem = token_problem(value)
    if problem is not None:
        raise ValueError(problem)
    return value


def _public_url(value: Any) -> str:
    url = _text(value)
    problem = url_problem(url) or ("with a query or fragment" if "?" in url or "#" in url else None)
    if problem is not None:
        raise ValueError(f"{url!r} cannot be used: {problem}; write a URL such as https://ocpi.example.com")
    return url


def _host(value: Any) -> str:
    host = _text(value).strip("[]")
    if not host or any(character.isspace() or character == "/" for character in host):
        raise ValueError(f"{value!r} is neither a host name nor an IP address, such as 127.0.0.1")
    return host


OPTIONS: Mapping[str, _Reader] = MappingProxyType(
    {
        "role": _role,
        "version": _texts(_version),
        "host": _host,
        "port": _whole(0, _PORTS),
        "party": lambda value: PartyId.parse(_text(value)),
        "token_a": _token,
        "locations": _whole(0, MOST_OBJECTS),
        "tokens": _whole(0, MOST_OBJECTS),
        "seed": _whole(0, 2**63 - 1),
        "behaviour": _texts(_behaviour),
        "control": lambda value: Address.parse(_text(value)),
        "journal": lambda value: Path(_text(value)),
        "public_url": _public_url,
        "page_limit": _whole(1, 100_000),
    }
)
"""Name of an option, as the file has it -> what makes a setting of its value, or says what to write instead."""

_FIELDS = {"version": "versions", "behaviour": "behaviours"}
"""Options that the configuration of a Partner calls otherwise."""


def read_file(path: Path) -> dict[str, Given]:
    """Read a settings file: TOML with the names of the options, `-` and `_` alike.

    Raises:
        SettingsError: the file cannot be read, or has a field that is not known.
    """
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(f"--config {path}: {error.strerror or error}") from error
    except ValueError as error:  # not UTF-8, or not TOML
        raise SettingsError(f"--config {path}: not TOML: {' '.join(str(error).split())}") from error
    made: dict[str, Given] = {}
    for key, value in content.items():
        name = key.replace("-", "_")
        if name not in OPTIONS:
            raise SettingsError(f"{path}: no option is named {key!r}; {_instead(name)}")
        if name in made:
            raise SettingsError(f"{path}: {key}: written twice; leave one of the two")
        made[name] = Given(value, f"{path}: {key}")
    return made


def _instead(name: str) -> str:
    close = difflib.get_close_matches(name, OPTIONS, n=1)
    return f"did you mean {close[0]}?" if close else f"there are {', '.join(OPTIONS)}"


def from_flags(flags: Mapping[str, Any]) -> dict[str, Given]:
    """The flags that were given, by option name; None and an empty list mean that one was not."""
    return {
        name: Given(value, f"--{name.replace('_', '-')}") for name, value in flags.items() if value not in (None, ())
    }


def make_settings(flags: Mapping[str, Given], file: Mapping[str, Given]) -> Settings:
    """Settings of flags and a file; flags win.

    Raises:
        SettingsError: a value has the wrong type, or makes no sense.
    """
    read = {name: _read(name, given) for name, given in {**file, **flags}.items()}
    control, journal = read.pop("control", None), read.pop("journal", None)
    if "version" in read:
        read["version"] = tuple(sorted(set(read["version"]), key=version_key))
    token_is_new = "token_a" not in read
    if token_is_new:
        read["token_a"] = new_token()
    config = PartnerConfig(**{_FIELDS.get(name, name): value for name, value in read.items()})
    if control is not None and control.port and control.port == config.port:
        where = (flags.get("control") or file["control"]).where
        raise SettingsError(f"{where}: OCPI is served on port {config.port}; choose another one for the control plane")
    return Settings(config, control, journal, token_is_new)


def _read(name: str, given: Given) -> Any:
    try:
        return OPTIONS[name](given.value)
    except ValueError as error:
        raise SettingsError(f"{given.where}: {error}") from error
