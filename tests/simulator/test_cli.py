"""The `ocpi-simulator` command, as others run it: a process with arguments, streams, signals and an exit status."""

import asyncio
import io
import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from loopback import TOKEN_A, ask, emsp_config, in_loop, running

from ocpi_schemas.dialect import known_versions
from ocpi_schemas.exchange import Exchange
from ocpi_schemas.journal import read_journal
from ocpi_schemas.party import PartyId
from ocpi_simulator.actions import Done, perform
from ocpi_simulator.behaviours import CATALOGUE
from ocpi_simulator.cli import commands, main
from ocpi_simulator.config import PartnerConfig
from ocpi_simulator.intents import Intent
from ocpi_simulator.settings import OPTIONS, Address, Settings, SettingsError, from_flags, make_settings, read_file

VERSION = known_versions()[-1]
COMMAND = [sys.executable, "-c", "from ocpi_simulator.cli import main; main()"]


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """The command up to its end, in this process: starting one takes a while."""
    out, err = io.StringIO(), io.StringIO()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["ocpi-simulator", *arguments])
        patch.setattr(sys, "stdout", out)
        patch.setattr(sys, "stderr", err)
        with pytest.raises(SystemExit) as ended:
            main()
    return subprocess.CompletedProcess(arguments, ended.value.code or 0, out.getvalue(), err.getvalue())  # type: ignore[arg-type]


def assert_refused(done: subprocess.CompletedProcess[str], *told: str) -> None:
    """Exit status 2, nothing on standard output, one clear line on standard error."""
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("Error: ")
    assert done.stderr.count("\n") == 1
    for text in told:
        assert text in done.stderr


@contextmanager
def serving(*arguments: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A running simulator and its versions URL."""
    process = subprocess.Popen(
        [*COMMAND, "serve", *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, bufsize=1
    )
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        match = re.fullmatch(r"ready (http\S+/ocpi/versions)\n", line)
        assert match, (line, process.communicate()[1] if process.poll() is not None else "")
        yield process, match[1]
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def stop(process: subprocess.Popen[str], number: int = signal.SIGTERM) -> tuple[str, str]:
    """End it; gives the rest of its output."""
    process.send_signal(number)
    rest = process.communicate(timeout=20)
    assert process.returncode == 0, rest[1]
    return rest


def error_line(process: subprocess.Popen[str], start: str) -> str:
    assert process.stderr is not None
    for line in process.stderr:
        if line.startswith(start):
            return line.removeprefix(start).strip()
    raise AssertionError(f"no line begins with {start!r}")


@asynccontextmanager
async def emsp_of(url: str, token: str, version: str = VERSION) -> AsyncIterator[Any]:
    """An eMSP that is registered with a simulator."""
    async with running(emsp_config()) as (emsp,):
        result = await perform(emsp, Intent.REGISTER, "", {"url": url, "token": token, "version": version})
        assert result == Done()
        yield emsp


# Serving


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_says_when_it_is_ready_and_ends_cleanly(number: int) -> None:
    with serving("--token-a", TOKEN_A) as (process, _):
        assert stop(process, number) == ("", ""), "one line on standard output, and nothing to say beside it"


def test_a_token_that_was_made_is_shown_once_and_good(tmp_path: Path) -> None:
    journal = tmp_path / "journal.jsonl"
    with serving("--journal", str(journal)) as (process, url):
        token = error_line(process, "CREDENTIALS_TOKEN_A ")

        async def use() -> None:
            async with emsp_of(url, token) as emsp:
                assert await perform(emsp, Intent.PULL_LOCATIONS) == Done()

        asyncio.run(use())
        out, err = stop(process)
        assert token not in out + err
    assert token not in journal.read_text()


def test_the_journal_is_whole_and_without_tokens(tmp_path: Path) -> None:
    journal = tmp_path / "journal.jsonl"
    with serving("--journal", str(journal), "--token-a", TOKEN_A, "--version", VERSION) as (process, url):

        async def use() -> list[str]:
            async with emsp_of(url, TOKEN_A) as emsp:
                peer = emsp.peers.newest()
                assert peer is not None
                return [TOKEN_A, peer.inbound or "", peer.outbound or ""]

        tokens = asyncio.run(use())
        stop(process)
    exchanges: list[Exchange] = []
    content = read_journal(journal, exchanges.append)
    assert content.complete
    assert len(exchanges) == 5
    assert content.about["partner"] == {"role": "CPO", "party": "NL-ABC", "versions": [VERSION]}
    assert content.about["target"] == {"role": "EMSP", "version": VERSION}
    assert not any(token in journal.read_text() for token in tokens)


def test_what_is_asked_for_is_what_is_served() -> None:
    arguments = ["--role", "emsp", "--party", "be-xyz", "--token-a", TOKEN_A, "--tokens", "7", "--page-limit", "3"]
    with serving(*arguments, "--seed", "5", "--version", VERSION, "--host", "localhost") as (process, url):
        assert url.startswith("http://localhost:")

        async def use() -> None:
            listed = await ask("GET", url, token=TOKEN_A)
            assert [entry["version"] for entry in listed.data] == [VERSION]
            details = (await ask("GET", listed.data[0]["url"], token=TOKEN_A)).data["endpoints"]
            assert ("tokens", "SENDER") in [(entry["identifier"], entry["role"]) for entry in details]

        asyncio.run(use())
        stop(process)


def test_behaviours_are_on_from_the_start() -> None:
    words = ["--behaviour", "http_status=202#1", "--behaviour", "latency=0"]
    with serving("--token-a", TOKEN_A, *words) as (process, url):

        async def statuses() -> list[int]:
            return [(await ask("GET", url, token=TOKEN_A)).status for _ in range(2)]

        assert asyncio.run(statuses()) == [202, 200]
        stop(process)


def test_the_control_plane_is_told_on_standard_error() -> None:
    with serving("--token-a", TOKEN_A, "--control", "127.0.0.1:0", "--version", VERSION) as (process, url):
        control = error_line(process, "control ")
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+", control)

        async def use() -> None:
            async with emsp_of(url, TOKEN_A) as emsp:
                answer = await ask("POST", f"{control}/trigger", body={"intent": "push_location"})
                assert (answer.status, answer.envelope) == (200, {})
                assert emsp.recorder.since(0)[-1].is_operation("locations.receiver.put_location")
                lines = (await ask("GET", f"{control}/journal")).text
                assert TOKEN_A.encode() not in lines

        asyncio.run(use())
        stop(process)


def test_without_control_there_is_none() -> None:
    with serving("--token-a", TOKEN_A) as (process, _):
        assert "control" not in stop(process)[1]


def test_it_ends_while_a_request_is_under_way() -> None:
    with serving("--token-a", TOKEN_A, "--behaviour", "latency=3600") as (process, url):
        host, _, port = url.removeprefix("http://").partition("/")[0].partition(":")
        with socket.create_connection((host, int(port))) as connection:
            connection.sendall(b"GET /ocpi/versions HTTP/1.1\r\nHost: x\r\n\r\n")
            out, _ = stop(process)
            assert out == ""


def test_a_file_has_the_same_names_and_flags_win(tmp_path: Path) -> None:
    file = tmp_path / "simulator.toml"
    file.write_text(f'role = "EMSP"\ntoken-a = "{TOKEN_A}"\nversion = "{VERSION}"\npage_limit = 2\ntokens = 5\n')
    with serving("--config", str(file), "--token-a", "another-token") as (process, url):

        async def use() -> None:
            assert (await ask("GET", url, token=TOKEN_A)).status == 401
            assert len((await ask("GET", url, token="another-token")).data) == 1

        asyncio.run(use())
        stop(process)


# What is refused


def test_a_port_in_use(tmp_path: Path) -> None:
    journal = tmp_path / "journal.jsonl"
    journal.write_text("of the one that runs\n")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        assert_refused(run("serve", "--port", port, "--journal", str(journal)), f"127.0.0.1:{port} is in use", "--port")
        assert_refused(run("serve", "--control", f"127.0.0.1:{port}"), f"127.0.0.1:{port} is in use", "--control")
    assert journal.read_text() == "of the one that runs\n"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--party", "ABC"], ["--party", "NL-ABC"]),
        (["--version", "9.9"], ["--version", "'9.9'", VERSION]),
        (["--role", "HUB"], ["--role", "'HUB'", "CPO or EMSP"]),
        (["--behaviour", "nonsense"], ["--behaviour", "nonsense", "latency"]),
        (["--behaviour", "latency=soon"], ["--behaviour", "seconds"]),
        (["--port", "x"], ["--port", "'x'"]),
        (["--port", "70000"], ["--port", "70000", "65535"]),
        (["--locations", "-1"], ["--locations", "-1"]),
        (["--page-limit", "0"], ["--page-limit", "from 1"]),
        (["--host", "a b"], ["--host"]),
        (["--host", "192.0.2.1"], ["192.0.2.1", "no address of this machine"]),
        (["--public-url", "example.com"], ["--public-url", "http"]),
        (["--control", "nowhere"], ["--control", "HOST:PORT"]),
        (["--control", "127.0.0.1:9", "--port", "9"], ["--control", "another"]),
        (["--journal", "/no/such/folder/journal"], ["--journal", "No such file"]),
        (["--config", "/no/such/file.toml"], ["--config", "No such file"]),
        (["--colour", "blue"], ["--colour"]),
        (["extra"], ["extra"]),
        (["--seed"], ["--seed"]),
    ],
)
def test_flags_that_make_no_sense(arguments: list[str], told: list[str]) -> None:
    assert_refused(run("serve", *arguments), *told)


@pytest.mark.parametrize("token", ["", "a b", "ü" * 3, "x" * 65])
def test_a_bad_token_is_not_repeated(token: str) -> None:
    done = run("serve", "--token-a", token)
    assert_refused(done, "--token-a", "token")
    assert not token or token not in done.stderr


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("locatoins = 3", ["'locatoins'", "locations"]),
        ("locations = '3'", ["locations", "'3'", "whole number"]),
        ("locations = true", ["locations", "True", "whole number"]),
        ("locations = 1.5", ["locations", "whole number"]),
        ("party = 3", ["party", "put it in quotes"]),
        ("party = 'x'", ["party", "NL-ABC"]),
        ("token_a = 12345678", ["token_a", "put it in quotes"]),
        ("behaviour = [1]", ["behaviour", "list"]),
        ("behaviour = ['x']", ["behaviour", "no behaviour 'x'"]),
        ("version = ['0.1']", ["version", VERSION]),
        ("page-limit = 1\npage_limit = 2", ["page_limit", "twice"]),
        ("role = ", ["not TOML"]),
        ("[control]\nport = 1", ["control", "put it in quotes"]),
        ("control = 'x:y'", ["control", "HOST:PORT"]),
        ("xyz = 1", ["'xyz'", "there are role"]),
    ],
)
def test_files_that_make_no_sense(tmp_path: Path, content: str, told: list[str]) -> None:
    file = tmp_path / "simulator.toml"
    file.write_text(content)
    with pytest.raises(SettingsError) as caught:
        make_settings({}, read_file(file))
    message = str(caught.value)
    assert str(file) in message
    assert "\n" not in message
    assert "12345678" not in message
    for text in told:
        assert text in message


def test_a_bad_file_is_one_line_and_exit_status_2(tmp_path: Path) -> None:
    file = tmp_path / "simulator.toml"
    file.write_bytes(b"role = \xff\n")
    assert_refused(run("serve", "--config", str(file)), str(file))
    arguments = [*COMMAND, "serve", "--config", str(file)]
    assert_refused(subprocess.run(arguments, capture_output=True, text=True, timeout=60, check=False), str(file))


# Settings


def test_defaults() -> None:
    made = make_settings({}, {})
    assert made.token_is_new
    assert made.partner == PartnerConfig(token_a=made.partner.token_a)
    assert (made.control, made.journal) == (None, None)
    assert make_settings({}, {}).partner.token_a != made.partner.token_a


def test_each_flag_has_its_setting() -> None:
    flags = {
        "role": "emsp",
        "version": (VERSION, known_versions()[0], VERSION),
        "host": "[::1]",
        "port": 8080,
        "public_url": "https://ocpi.example.com/x",
        "party": "de*xyz",
        "token_a": "t",
        "locations": 1,
        "tokens": 2,
        "page_limit": 3,
        "seed": 4,
        "behaviour": ("latency=1",),
        "control": "9000",
        "journal": "j.jsonl",
    }
    assert flags.keys() == OPTIONS.keys()
    assert make_settings(from_flags(flags), {}) == Settings(
        PartnerConfig(
            role="EMSP",
            versions=tuple(known_versions()),
            host="::1",
            port=8080,
            public_url="https://ocpi.example.com/x",
            party=PartyId("DE", "XYZ"),
            token_a="t",
            locations=1,
            tokens=2,
            page_limit=3,
            seed=4,
            behaviours=("latency=1",),
        ),
        Address("127.0.0.1", 9000),
        Path("j.jsonl"),
    )


def test_serve_offers_every_option() -> None:
    offered = {option.name for option in commands.commands["serve"].params}  # type: ignore[attr-defined]
    assert offered == OPTIONS.keys() | {"config"}


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("127.0.0.1:9000", Address("127.0.0.1", 9000)),
        ("0", Address("127.0.0.1", 0)),
        ("[::1]:1", Address("::1", 1)),
        ("localhost:65535", Address("localhost", 65535)),
    ],
)
def test_addresses(text: str, address: Address) -> None:
    assert Address.parse(text) == address


@pytest.mark.parametrize("text", ["", ":", ":9000", "host", "host:", "host:x", "host:65536", "host:-1", "host:٣"])
def test_what_is_no_address(text: str) -> None:
    with pytest.raises(ValueError, match="HOST:PORT"):
        Address.parse(text)


texts = st.text(max_size=20)
values = st.none() | st.booleans() | st.integers() | st.floats() | texts | st.lists(texts, max_size=3)


@given(st.dictionaries(st.sampled_from(sorted(OPTIONS)), values, max_size=4))
@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_any_values_are_taken_or_refused_with_the_place_named(given_values: dict[str, Any]) -> None:
    flags = from_flags(given_values)
    refused: SettingsError | None = None
    try:
        assert isinstance(make_settings(flags, {}), Settings)
    except SettingsError as error:
        refused = error
    assert refused is None or any(entry.where in str(refused) for entry in flags.values())


# The other commands


def test_without_a_command_it_explains_itself() -> None:
    done = run()
    assert (done.returncode, done.stdout) == (2, "")
    assert "ocpi-simulator serve" in done.stderr
    assert_refused(run("brew"), "brew")


@pytest.mark.parametrize("arguments", [["--help"], ["serve", "--help"], ["behaviours", "-h"], ["--version"]])
def test_help_is_no_mistake(arguments: list[str]) -> None:
    made = CliRunner().invoke(commands, arguments)
    assert made.exit_code == 0
    assert "Usage: " in made.output or "version" in made.output


def test_help_teaches_by_examples() -> None:
    shown = CliRunner().invoke(commands, ["serve", "--help"]).output
    for example in re.findall(r"ocpi-simulator serve (.+)", shown):
        words = example.split()
        assert all(word in shown for word in words if word.startswith("--"))
        context = commands.commands["serve"].make_context("serve", words)  # type: ignore[attr-defined]
        flags = {name: value for name, value in context.params.items() if name != "config"}
        make_settings(from_flags(flags), {})


def test_behaviours_are_listed() -> None:
    runner = CliRunner()
    text = runner.invoke(commands, ["behaviours"]).output
    assert len(text.splitlines()) == len(CATALOGUE)
    content = json.loads(runner.invoke(commands, ["behaviours", "--json"]).output)
    assert [entry["name"] for entry in content] == sorted(CATALOGUE)
    for entry in content:
        assert entry["description"] == CATALOGUE[entry["name"]].description
        assert entry["name"] in text


@in_loop
async def test_two_commands_can_register_with_each_other() -> None:
    """Nothing but what the commands offer: the control plane of one makes it register with the other."""
    with (
        serving("--token-a", TOKEN_A) as (_, cpo_url),
        serving("--role", "EMSP", "--party", "DE-XYZ", "--token-a", TOKEN_A, "--control", "127.0.0.1:0") as (emsp, _),
    ):
        control = error_line(emsp, "control ")
        order = {"intent": "register", "parameters": {"url": cpo_url, "token": TOKEN_A}}
        assert (await ask("POST", f"{control}/trigger", body=order)).envelope == {}
        for intent in ("pull_locations", "push_token", "push_token_update", "update_credentials", "unregister"):
            answer = await ask("POST", f"{control}/trigger", body={"intent": intent})
            assert (answer.status, answer.envelope) == (200, {}), intent


@pytest.mark.skipif(not hasattr(os, "openpty"), reason="needs a terminal")
def test_on_a_terminal_it_shows_what_happens() -> None:
    main_end, other_end = os.openpty()
    process = subprocess.Popen(
        [*COMMAND, "serve", "--token-a", TOKEN_A], stdout=subprocess.PIPE, stderr=other_end, text=True
    )
    os.close(other_end)
    try:
        assert process.stdout is not None
        url = process.stdout.readline().removeprefix("ready ").strip()
        asyncio.run(ask("GET", url, token=TOKEN_A))
        asyncio.run(ask("GET", url.replace("versions", "%1b%5b2J")))
        process.send_signal(signal.SIGTERM)
        shown = b""
        try:
            while chunk := os.read(main_end, 4096):
                shown += chunk
        except OSError:  # Linux says so when the other end is closed
            pass
        assert process.wait(timeout=20) == 0
    finally:
        os.close(main_end)
        if process.poll() is None:
            process.kill()
        process.communicate()
    assert "GET /ocpi/versions 200" in shown.decode()
    assert "CPO NL-ABC" in shown.decode()
    assert TOKEN_A not in shown.decode()
