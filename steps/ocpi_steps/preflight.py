"""Preflight: is there a target at all, which version is spoken, and is the trigger driver honest?"""

import secrets
from dataclasses import dataclass

from ocpi_schemas.data import version_key
from ocpi_schemas.dialect import Dialect, highest_mutual, known_versions, load_dialect
from ocpi_schemas.exchange import Exchange, Headers, Request, Side
from ocpi_schemas.redaction import encode_token
from ocpi_simulator.client import Client, Limits, Outgoing
from ocpi_simulator.loop import BackgroundLoop
from ocpi_simulator.recorder import Recorder
from ocpi_steps.profile import Profile, ProfileError
from ocpi_steps.triggers import Accepted, NoTrigger, PromptTrigger, TriggerRequest, make_trigger


@dataclass(frozen=True, slots=True)
class Reached:
    """Something answered HTTP."""

    dialect: Dialect
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Unreachable:
    """Nothing answered HTTP."""

    reason: str


_HINTS = {
    "refused": "Is the target running, and is the port right?",
    "timeout": "Is the address right, and does a firewall let us through? A slow target needs a larger --timeout.",
    "tls": "The certificate is not one this machine trusts, or the port does not speak TLS. Set SSL_CERT_FILE to a"
    " file with the certificate of a private authority.",
    "not_http": "What listens there does not speak HTTP; is it a TLS port (https://)?",
    "reset": "The target closed the connection without an answer; is it a TLS port (https://)?",
    "redirect": "Give the URL that it redirects to.",
    "url": "Check the host name.",
}


def preflight(profile: Profile, loop: BackgroundLoop) -> Reached | Unreachable:
    """One request to the versions endpoint, and one nonsense intent to the trigger driver.

    Raises:
        ProfileError: the driver claims to have done what it cannot know.
    """
    exchange = loop.call(_ask(profile))
    if exchange.response is None:
        failure = exchange.failure
        kind, message = (failure.kind, failure.message) if failure else ("reset", "no answer")
        return Unreachable(
            f"{profile.target_url} gave no HTTP answer ({kind}: {message}). {_HINTS.get(kind, '')}".strip()
        )
    _check_driver(profile)
    return _choose(profile, exchange)


async def _ask(profile: Profile) -> Exchange:
    versions = [profile.version] if profile.version else known_versions()[::-1]
    client = Client(
        Recorder(), Limits(timeout_s=profile.timeout, body_bytes=1_000_000), Side.PARTNER, lambda _url: None
    )
    await client.start()
    try:
        exchange = None
        for version in versions:
            encoding = load_dialect(version).token_encoding
            authorization = f"Token {encode_token(profile.token, encoding)}"
            request = Request("GET", profile.target_url, Headers((("Authorization", authorization),)))
            exchange = await client.send(Outgoing(request, version))
            if exchange.response is None or exchange.response.status != 401:
                break
        if exchange is None:
            raise ProfileError("no OCPI version is known here")
        return exchange
    finally:
        await client.close()


def _choose(profile: Profile, exchange: Exchange) -> Reached:
    if profile.version is not None:
        return Reached(load_dialect(profile.version))
    listed = exchange.response.data if exchange.response else None
    entries = [entry for entry in listed if isinstance(entry, dict)] if isinstance(listed, list) else []
    offered = [str(entry.get("version")) for entry in entries]
    chosen = highest_mutual(offered)
    if chosen is None:
        highest = max(known_versions(), key=version_key)
        said = f"it offers {', '.join(offered[:8])}" if offered else "its list of versions could not be read"
        return Reached(load_dialect(highest), (f"tested as OCPI {highest}: {said}; choose another with --version",))
    return Reached(load_dialect(chosen))


def _check_driver(profile: Profile) -> None:
    """A driver that says yes to everything proves nothing: it has to refuse an intent that does not exist."""
    trigger = make_trigger(profile.trigger, profile.timeout)
    if isinstance(trigger, NoTrigger | PromptTrigger):
        return
    nonsense = f"nonsense_{secrets.token_hex(4)}"
    if isinstance(trigger.fire(TriggerRequest(nonsense)), Accepted):
        raise ProfileError(
            f"--trigger {profile.trigger} accepts the made-up intent {nonsense!r}: it must refuse what it does not know"
            " (HTTP 501, or exit status 127)"
        )
