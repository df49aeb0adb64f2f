"""The Authorization header: that it is there, and how the credentials token stands in it. No message names a token."""

import base64
import binascii
import re

from ocpi_schemas.context import digest
from ocpi_schemas.redaction import decode_token
from ocpi_schemas.rules.rule import Flaw, Outcome, Seen, request_rule

_POINTER = "header Authorization"
_TOKEN = re.compile(r"Token (?! )(.+)", re.DOTALL)
_PRINTABLE = re.compile(r"[\x21-\x7e]+")
_ADDED = " \t\r\n\v\f\0\ufeff\"'"
"""Characters that find their way to the ends of a token: line feeds above all, then quotation marks."""

_ADMITTED = frozenset({"A", "pending", "current"})
"""Kinds of token by which the Partner knows who asks."""


def _credential(seen: Seen) -> str | None:
    """What follows `Token `; None if the header has another form, or a recording shows a stand-in for the token."""
    match = _TOKEN.fullmatch(seen.exchange.request.headers.get("Authorization") or "")
    return None if match is None or "redacted-" in match[1] else match[1]


@request_rule("TRN-004")
def request_is_authorized(seen: Seen) -> Outcome:
    """The presence of the header, in every request to an endpoint of ours.

    Source: transport_and_format.asciidoc#transport_and_format_authorization_header
    """
    if not seen.module:
        return None
    if seen.exchange.request.headers.get("Authorization") is not None:
        return []
    return [Flaw("the request has no Authorization header", ("Authorization: Token …",), "absent", _POINTER)]


@request_rule("TRN-006")
def authorization_has_the_form(seen: Seen) -> Outcome:
    """The word before the token, and the one space between them."""
    value = seen.exchange.request.headers.get("Authorization")
    if not seen.module or value is None:
        return None
    if _TOKEN.fullmatch(value):
        return []
    return [Flaw("the header is not of the form that OCPI gives it", ("Token …",), _outline(value), _POINTER)]


def _outline(value: str) -> str:
    """The form of a header without what may be a token: `Bearer …`."""
    scheme, space, _ = value.partition(" ")
    known = scheme.lower() in ("token", "bearer", "basic", "digest")
    if not space:
        return f"{len(value)} characters without a space" if value else "empty"
    spaces = len(value) - len(scheme) - len(value[len(scheme) :].lstrip(" "))
    return f"{scheme if known else 'another word'}, {spaces} space{'s' if spaces > 1 else ''}, …"


def _decoded(credential: str) -> str | None:
    """What the credential stands for by Base64 with standard alphabet and padding, of UTF-8; None if nothing."""
    try:
        return base64.b64decode(credential, validate=True).decode()
    except (binascii.Error, ValueError):
        return None


def _is_known(seen: Seen, text: str) -> bool:
    """Whether this is a token that the target was given; the Partner may know of more than went by."""
    return digest(text) in seen.history.given_to_target or seen.exchange.token_kind in _ADMITTED


@request_rule("TRN-007")
def token_is_base64(seen: Seen) -> Outcome:
    """How the token is encoded, against the tokens that the target was given where it is one of them."""
    credential, given = _credential(seen), seen.history.given_to_target
    if not seen.module or credential is None:
        return None
    if digest(credential) in given:
        return [_encoding_flaw("the credentials token is sent as it is")]
    text = _decoded(credential)
    if text is None:
        return [_encoding_flaw("the credentials token is not Base64 with the standard alphabet and padding")]
    twice = decode_token(text)
    if twice is not None and digest(twice) in given:
        return [_encoding_flaw("the credentials token is encoded twice")]
    return [] if digest(text.strip(_ADDED)) in given or _is_known(seen, text) else None


def _encoding_flaw(message: str) -> Flaw:
    return Flaw(message, ("Token, a space, and Base64 of the UTF-8 octets of the token",), "", _POINTER)


@request_rule("TRN-008")
def nothing_is_added_to_the_token(seen: Seen) -> Outcome:
    """What the header decodes to: a token that was given, and nothing before or after it."""
    credential, given = _credential(seen), seen.history.given_to_target
    text = _decoded(credential) if seen.module and credential is not None and digest(credential) not in given else None
    if text is None:
        return None
    bare = text.strip(_ADDED)
    if bare == text:
        return [] if _is_known(seen, text) else None
    added = sorted({character for character in text if character in _ADDED and character not in bare})
    found = ", ".join(f"U+{ord(character):04X}" for character in added) or "something"
    message = "the decoded token has characters that do not belong to it, such as the line feed of an echo command"
    return [Flaw(message, ("exactly the token that was given",), f"{found} at its ends", _POINTER)]


@request_rule("TRN-010")
def token_is_printable(seen: Seen) -> Outcome:
    """The characters of a token that stands in the header as it is.

    Source: transport_and_format.md#request-format
    """
    credential = _credential(seen)
    if not seen.module or credential is None:
        return None
    if _PRINTABLE.fullmatch(credential):
        return []
    message = "the token has characters other than printable ASCII, or a space"
    return [Flaw(message, ("characters from U+0021 to U+007E",), "", _POINTER)]
