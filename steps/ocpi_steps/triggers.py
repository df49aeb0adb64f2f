"""Trigger drivers: how a target is made to act where OCPI itself cannot make it."""

import json
import shlex
import subprocess
import sys
import urllib.error
import urllib.request
from dataclasses import dataclass
from typing import Any, Protocol, TextIO, TypeAlias
from urllib.parse import urlsplit

UNSUPPORTED_STATUS = 501
COMMAND_UNSUPPORTED = 127
"""Exit status by which a trigger command says that it does not know an intent."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """The target was told."""


@dataclass(frozen=True, slots=True)
class Unsupported:
    """The driver cannot do this intent."""

    reason: str


@dataclass(frozen=True, slots=True)
class Failed:
    """The driver should be able to, but it went wrong."""

    reason: str


TriggerResult: TypeAlias = Accepted | Unsupported | Failed


@dataclass(frozen=True, slots=True)
class TriggerRequest:
    """One intent with what it is about."""

    intent: str
    subject: str = ""
    parameters: tuple[tuple[str, str], ...] = ()

    def to_json(self) -> dict[str, Any]:
        return {"intent": self.intent, "subject": self.subject, "parameters": dict(self.parameters)}


class Trigger(Protocol):
    """A way to make the target act."""

    @property
    def can_wait(self) -> bool:
        """Whether a person acts, so that waiting takes longer."""

    def fire(self, request: TriggerRequest) -> TriggerResult:
        """Make the target do it."""


class TriggerError(ValueError):
    """A `--trigger` that is none of the known kinds; the message says what to write."""


@dataclass(frozen=True, slots=True)
class NoTrigger:
    """Nothing can be triggered."""

    can_wait: bool = False

    def fire(self, request: TriggerRequest) -> TriggerResult:
        return Unsupported(f"no trigger driver is set, so the target cannot be made to {words_of(request.intent)}")


@dataclass(frozen=True, slots=True)
class HttpTrigger:
    """POSTs the intent to a test hook of the target: 2xx is done, 501 is not supported."""

    url: str
    timeout_s: float
    can_wait: bool = False

    def fire(self, request: TriggerRequest) -> TriggerResult:
        message = urllib.request.Request(  # noqa: S310  (the scheme was checked when it was parsed)
            self.url,
            data=json.dumps(request.to_json()).encode(),
            headers={"Content-Type": "application/json"},
            method="POST",
        )
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(message, timeout=self.timeout_s):
                return Accepted()
        except urllib.error.HTTPError as error:
            if error.code == UNSUPPORTED_STATUS:
                return Unsupported(f"the trigger at {self.url} does not support {request.intent}")
            return Failed(f"the trigger at {self.url} answered HTTP {error.code} to {request.intent}")
        except OSError as error:
            return Failed(f"the trigger at {self.url} gave no answer to {request.intent}: {error}")


@dataclass(frozen=True, slots=True)
class CommandTrigger:
    """Runs a command with the intent as JSON on its standard input: exit 0 is done, 127 is not supported."""

    command: tuple[str, ...]
    timeout_s: float
    can_wait: bool = False

    def fire(self, request: TriggerRequest) -> TriggerResult:
        try:
            done = subprocess.run(  # noqa: S603  (the user names the command)
                [*self.command, request.intent],
                input=json.dumps(request.to_json()),
                text=True,
                capture_output=True,
                timeout=self.timeout_s,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return Failed(f"the trigger command did not end within {self.timeout_s:g} s for {request.intent}")
        except OSError as error:
            return Failed(f"the trigger command cannot be run: {error}")
        if done.returncode == 0:
            return Accepted()
        if done.returncode == COMMAND_UNSUPPORTED:
            return Unsupported(f"the trigger command does not support {request.intent}")
        last = (done.stderr.strip().splitlines() or ["no error message"])[-1][:200]
        return Failed(f"the trigger command failed for {request.intent} (exit {done.returncode}): {last}")


@dataclass(frozen=True, slots=True)
class PromptTrigger:
    """Asks a person at the terminal to make the target act."""

    source: TextIO
    screen: TextIO
    can_wait: bool = True

    def fire(self, request: TriggerRequest) -> TriggerResult:
        about = f" ({request.subject})" if request.subject else ""
        details = "".join(f"\n    {name}: {value}" for name, value in request.parameters)
        self.screen.write(f"\nPlease make the target {words_of(request.intent)}{about}.{details}\n")
        self.screen.write("Press Enter when it is under way, or s and Enter to skip: ")
        self.screen.flush()
        answer = self.source.readline()
        if answer == "" or answer.strip().lower().startswith("s"):
            return Unsupported(f"skipped at the prompt: {words_of(request.intent)}")
        return Accepted()


def words_of(intent: str) -> str:
    """An intent as words: `push location update`."""
    return intent.replace("_", " ")


def make_trigger(text: str, timeout_s: float) -> Trigger:
    """Read `none`, `prompt`, `http:URL` or `command:CMD`.

    Raises:
        TriggerError: it is none of these.
    """
    kind, _, rest = text.partition(":")
    match kind:
        case "none" if not rest:
            return NoTrigger()
        case "prompt" if not rest:
            return PromptTrigger(sys.stdin, sys.stderr)
        case "http" | "https":
            url = text if rest.startswith("//") else rest
            if urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname:
                raise TriggerError(f"--trigger http: needs a URL, such as http://127.0.0.1:9000/trigger, not {url!r}")
            return HttpTrigger(url, timeout_s)
        case "command":
            words = tuple(shlex.split(rest))
            if not words:
                raise TriggerError("--trigger command: needs a command, such as command:./trigger.sh")
            return CommandTrigger(words, timeout_s)
        case _:
            raise TriggerError(f"--trigger {text!r} is not known; write none, prompt, http:URL or command:CMD")
