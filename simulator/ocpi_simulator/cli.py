"""The `ocpi-simulator` command."""

import asyncio
import contextlib
import errno
import json
import signal
import sys
from collections.abc import Awaitable, Callable
from importlib.metadata import version as installed_version
from pathlib import Path
from typing import Any, TypeVar

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from ocpi_schemas.dialect import known_versions
from ocpi_schemas.exchange import Exchange, Side
from ocpi_schemas.journal import JournalWriter, learn_tokens
from ocpi_schemas.redaction import Redactor
from ocpi_schemas.timestamps import now, write_timestamp
from ocpi_simulator.behaviours import CATALOGUE, Behaviour
from ocpi_simulator.control import Control
from ocpi_simulator.partner import Partner, counterpart
from ocpi_simulator.settings import Address, Settings, SettingsError, from_flags, make_settings, read_file

T = TypeVar("T")

_USAGE = 2
_EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104  (to advise against them)


@click.group(invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="ocpi-conformance", prog_name="ocpi-simulator")
@click.pass_context
def commands(context: click.Context) -> None:
    """A simulated party of the EV roaming network: an OCPI platform to develop and test against.

    \b
    Be a CPO with a thousand Locations, for an eMSP to register with:
        ocpi-simulator serve --role CPO --locations 1000
    See how it can misbehave:
        ocpi-simulator behaviours
    """
    if context.invoked_subcommand is None:
        click.echo(context.get_help(), err=True)
        context.exit(_USAGE)


@commands.command(
    epilog=f"""\b
Examples:
  A CPO in every version that is known, on a free port:
      ocpi-simulator serve
  An eMSP on port 8080, with a token that you know beforehand:
      ocpi-simulator serve --role EMSP --port 8080 --party DE-XYZ --token-a my-token
  One version only, with a thousand Locations, of which a page shows at most 20:
      ocpi-simulator serve --version {known_versions()[-1]} --locations 1000 --page-limit 20
  Fails twice on Locations, and then is well:
      ocpi-simulator serve --behaviour http_error=503@locations.*#2
  Make it act of its own, through the control plane:
      ocpi-simulator serve --control 127.0.0.1:9000
      curl -d '{{"intent": "push_location"}}' http://127.0.0.1:9000/trigger

\b
The file of --config has the same names:
      role = "CPO"
      port = 8080
      behaviour = ["latency=2@tokens.sender.authorize"]

When it listens it prints one line on standard output: ready, and the URL of its versions endpoint. Give that URL
and the CREDENTIALS_TOKEN_A to whoever is to register. SIGTERM or Ctrl-C ends it.
"""
)
@click.option("--role", metavar="ROLE", help="What it is: CPO (default) or EMSP.")
@click.option("--version", multiple=True, metavar="V", help="OCPI version it speaks (repeatable). Default: all known.")
@click.option("--host", metavar="HOST", help="Where it listens. Default: 127.0.0.1")
@click.option("--port", type=int, metavar="PORT", help="0 is any free one (default).")
@click.option("--public-url", metavar="URL", help="How others reach it, if not by host and port: behind a proxy.")
@click.option("--party", metavar="PARTY", help="Its country code and party id. Default: NL-ABC")
@click.option("--token-a", metavar="TOKEN", help="CREDENTIALS_TOKEN_A. Default: a new one, which is shown once.")
@click.option("--locations", type=int, metavar="N", help="So many Locations of its own, as a CPO. Default: 120")
@click.option("--tokens", type=int, metavar="N", help="So many Tokens of its own, as an eMSP. Default: 120")
@click.option("--page-limit", type=int, metavar="N", help="The most objects on a page. Default: 50")
@click.option("--seed", type=int, metavar="N", help="Another seed makes other objects. Default: 1")
@click.option("--behaviour", multiple=True, metavar="WORDS", help="A deviation (repeatable): see the other command.")
@click.option(
    "--control", metavar="HOST:PORT", help="Open the control plane here: trigger, reset, behaviours, journal."
)
@click.option("--journal", metavar="FILE", help="Record every exchange in this file, without tokens.")
@click.option("--config", type=click.Path(path_type=Path), metavar="FILE", help="Settings in TOML; flags win.")
def serve(config: Path | None, **flags: Any) -> None:
    """Be a party: listen, answer, and record, until stopped."""
    settings = make_settings(from_flags(flags), read_file(config) if config is not None else {})
    asyncio.run(_serve(settings))


@commands.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def behaviours(*, as_json: bool) -> None:
    """List the deviations that can be switched on.

    \b
    Write them as NAME[=ARGUMENT][@OPERATIONS][#COUNT]:
        http_error                            always, everywhere
        http_error=503@locations.*#2          twice, on any operation of the locations module
        latency=3@tokens.sender.authorize     real-time authorisation takes three seconds
    """
    entries = [CATALOGUE[name] for name in sorted(CATALOGUE)]
    if as_json:
        click.echo(json.dumps([_behaviour_to_json(entry) for entry in entries], indent=1))
    elif sys.stdout.isatty():
        Console().print(_behaviour_table(entries))
    else:
        for entry in entries:
            click.echo(f"{_words(entry)}\t{entry.description}")


def _words(entry: Behaviour) -> str:
    if not entry.argument:
        return entry.name
    default = f" (default {entry.default})" if entry.default else ""
    return f"{entry.name}={entry.argument}{default}"


def _behaviour_to_json(entry: Behaviour) -> dict[str, Any]:
    return {
        "name": entry.name,
        "argument": entry.argument or None,
        "default": entry.default or None,
        "description": entry.description,
        "in": sorted(entry.kinds),
    }


def _behaviour_table(entries: list[Behaviour]) -> Table:
    table = Table("behaviour", "argument", "what it does", box=None, pad_edge=False, header_style="bold")
    for entry in entries:
        default = f" (default {entry.default})" if entry.default else ""
        table.add_row(Text(entry.name, "cyan"), Text(f"{entry.argument}{default}"), Text(entry.description))
    return table


# Serving


async def _serve(settings: Settings) -> None:
    partner, redactor = Partner(settings.partner), Redactor()
    redactor.learn(settings.partner.token_a or "")
    stopped, journal, control, trigger = _stop_signal(), None, None, ""
    try:
        await _listen(partner.start, Address(settings.partner.host, settings.partner.port), "--port")
        # Only now: another one that runs already may be writing to the same file.
        journal = _open_journal(settings, redactor)
        if journal is not None:
            partner.recorder.listen(journal.append)
        if settings.control is not None:
            control = Control(partner, settings.control.host, settings.control.port, redactor)
            trigger = await _listen(control.start, settings.control, "--control")
        _tell(partner, settings, trigger, redactor)
        await stopped.wait()
    finally:
        if control is not None:
            await control.stop()
        await partner.stop()
        if journal is not None:
            journal.close(complete=stopped.is_set())


def _stop_signal() -> asyncio.Event:
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        with contextlib.suppress(NotImplementedError):  # Windows has no such handlers
            asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    return stopped


def _open_journal(settings: Settings, redactor: Redactor) -> JournalWriter | None:
    if settings.journal is None:
        return None
    config = settings.partner
    about: dict[str, Any] = {
        "tool": {"name": "ocpi-simulator", "version": installed_version("ocpi-conformance")},
        "partner": {"role": config.role, "party": str(config.party), "versions": list(config.versions)},
        "target": {"role": counterpart(config.role)},
        "started": write_timestamp(now()),
        "seed": config.seed,
    }
    if len(config.versions) == 1:
        about["target"]["version"] = config.versions[0]
    try:
        return JournalWriter(settings.journal, redactor, about)
    except OSError as error:
        raise SettingsError(f"--journal {settings.journal}: {error.strerror or error}") from error


_WHY_NOT = {
    errno.EADDRINUSE: "is in use; stop what uses it, or choose another port (0 is any free one)",
    errno.EACCES: "may not be used by you; choose a port above 1023",
    errno.EADDRNOTAVAIL: "is no address of this machine; choose another host, such as 127.0.0.1",
}


async def _listen(start: Callable[[], Awaitable[T]], address: Address, flag: str) -> T:
    try:
        return await start()
    except OSError as error:
        reason = _WHY_NOT.get(error.errno or 0, f"cannot be listened on: {error.strerror or error}")
        raise SettingsError(f"{flag}: {address.host}:{address.port} {reason}") from error


def _tell(partner: Partner, settings: Settings, trigger: str, redactor: Redactor) -> None:
    """What the user has to know, on standard error; then the one line that scripts wait for."""
    config, screen = settings.partner, Console(stderr=True, highlight=False, soft_wrap=True)
    if screen.is_terminal:
        name = f"{config.role} {config.party}, OCPI {', '.join(config.versions)}"
        screen.print(Text(name, "bold"))
        partner.recorder.listen(_exchange_printer(screen, redactor, config.side))
    if settings.token_is_new:
        screen.print(Text(f"CREDENTIALS_TOKEN_A {config.token_a}"))
    if trigger:
        screen.print(Text(f"control {trigger.removesuffix('/trigger')}"))
    if config.host in _EVERYWHERE and config.public_url is None:
        screen.print(Text(f"others cannot use the host {config.host} in our URLs; say with --public-url what they can"))
    sys.stdout.write(f"ready {partner.versions_url}\n")
    sys.stdout.flush()


def _exchange_printer(screen: Console, redactor: Redactor, own_side: Side) -> Callable[[Exchange], None]:
    """Shows each exchange in a line: out or in, what was asked, what was answered."""

    def show(exchange: Exchange) -> None:
        learn_tokens(exchange, redactor)
        arrow, response = "→" if exchange.client is own_side else "←", exchange.response
        outcome = f"{response.status} {response.status_code or ''}" if response else "no answer"
        fine = response is not None and response.succeeded
        deviations = f"  ({', '.join(exchange.behaviours)})" if exchange.behaviours else ""
        line = f"{arrow} {exchange.request.method} {redactor.text(exchange.request.path)} {outcome}{deviations}"
        visible = "".join(character if character.isprintable() else "�" for character in line)
        screen.print(Text(visible, "" if fine else "yellow"))

    return show


def main() -> None:
    """Entry point: a mistake of the user's is one line on standard error and exit status 2."""
    try:
        sys.exit(commands.main(prog_name="ocpi-simulator", standalone_mode=False))
    except (click.ClickException, SettingsError) as error:
        message = error.format_message() if isinstance(error, click.ClickException) else str(error)
        click.echo(f"Error: {' '.join(message.split())}", err=True)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(0)
    sys.exit(_USAGE)
