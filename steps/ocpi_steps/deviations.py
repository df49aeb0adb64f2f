"""Requests that are wrong on purpose, by the words that scenarios use for them."""

from collections.abc import Callable
from types import MappingProxyType

from ocpi_simulator.peers import new_token
from ocpi_simulator.wish import Wish
from ocpi_steps.outcome import Blocked
from ocpi_steps.scene import Scene

_JSON_CUT = b'{"status_code": 1000, '


def _raw_token(scene: Scene) -> Wish:
    """The token as it is, where Base64 is due."""
    return Wish(raw_authorization=f"Token {scene.session.peer.outbound or ''}", deliberate=True, token_kind="raw")


def _no_token(_scene: Scene) -> Wish:
    return Wish(raw_authorization="", deliberate=True, token_kind="none")


def _unknown_token(_scene: Scene) -> Wish:
    return Wish(token=f"unknown-{new_token()[:16]}", deliberate=True, token_kind="unknown")


def _token_a(scene: Scene) -> Wish:
    if scene.session.profile.registered:
        raise Blocked("with --registered there is no CREDENTIALS_TOKEN_A; run without it")
    return Wish(token=scene.session.profile.token, deliberate=True, token_kind="A")


def _other_case(scene: Scene) -> Wish:
    token = (scene.session.peer.outbound or "").swapcase()
    if token == scene.session.peer.outbound:
        raise Blocked("the target's token has no letters")
    return Wish(token=token, deliberate=True, token_kind="unknown")


DEVIATIONS: MappingProxyType[str, Callable[[Scene], Wish]] = MappingProxyType(
    {
        "without an Authorization header": _no_token,
        "with a token that the target does not know": _unknown_token,
        "with its token in another case of letters": _other_case,
        "with its token unencoded": _raw_token,
        "with CREDENTIALS_TOKEN_A": _token_a,
        "with malformed JSON": lambda _scene: Wish(body=_JSON_CUT, deliberate=True),
        "with header names in lower case": lambda _scene: Wish(lower_case_headers=True),
        "with header names in upper case": lambda _scene: Wish(upper_case_headers=True),
    }
)
"""What a request is like -> how it is made. The last two are no faults: header names have no case."""

WORDS = "|".join(sorted(DEVIATIONS, key=len, reverse=True))
"""All of them as one alternative of a regular expression."""


def wish_for(scene: Scene, words: str | None) -> Wish:
    """The request that these words describe; the usual one without words."""
    return DEVIATIONS[words](scene) if words else Wish()
