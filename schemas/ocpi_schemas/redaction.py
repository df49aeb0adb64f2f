"""Secrets never reach a file: a credentials token becomes a fingerprint, the same one throughout a run."""

import base64
import binascii
import hashlib
import hmac
import re
import secrets
from urllib.parse import quote

_SHORTEST = 4
"""Tokens shorter than this are not searched for in free text: the match would be chance."""

_PASSING = 400
"""So many tokens that merely stood in a header are remembered, each twice: as it is and in Base64."""


_UUID_LENGTH = 36
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
"""What most message ids are: not searched, unless some token could be a part of one."""

_INSIDE_UUID = re.compile(r"[0-9a-f]{0,12}(-[0-9a-f]{0,12})*")


class Redactor:
    """Knows the run's credentials tokens and takes them out of texts."""

    def __init__(self) -> None:
        self._key = secrets.token_bytes(16)
        self._known: dict[str, dict[str, str]] = {}
        """What all spellings in an entry have in common -> the spellings, each with its mark."""
        self._passing: dict[str, dict[str, str]] = {}
        self._tokens: set[str] = set()
        self._spelled: set[str] = set()
        """Every spelling of a token that is known for good."""
        self._uuids = False
        """Whether some token could stand in a UUID."""
        self._shortest = 1_000_000
        """No text that is shorter than this holds a token."""

    def fingerprint(self, token: str) -> str:
        """A stable stand-in for a token, such as `redacted-3f2a9c1d`."""
        digest = hmac.new(self._key, token.encode(), hashlib.sha256).hexdigest()
        return f"redacted-{digest[:8]}"

    def learn(self, token: str) -> None:
        """From now on this token is taken out wherever it stands, in each of its spellings."""
        self._learn(token, self._known)

    def _learn(self, token: str, into: dict[str, dict[str, str]]) -> None:
        if len(token) < _SHORTEST or token in self._tokens or token.startswith("redacted-"):
            return
        mark = self.fingerprint(token)
        encoded = base64.b64encode(token.encode()).decode()
        for spelled in (token, encoded):
            self._shortest = min(self._shortest, len(spelled))
            self._uuids = self._uuids or _INSIDE_UUID.fullmatch(spelled) is not None
            core = max(re.findall(r"[A-Za-z0-9._~-]+", spelled), key=len, default=spelled)
            entry = into.setdefault(core, {})
            for spelling in (spelled, quote(spelled, safe=""), spelled.replace("/", "\\/")):
                entry.setdefault(spelling, mark)
                if into is self._known:
                    self._spelled.add(spelling)
        if into is self._known:
            self._tokens.add(token)

    def learn_header(self, value: str) -> None:
        """Learn what an Authorization header carries, whether it is Base64 or not.

        Anybody can send anything in a header, so only the latest of these are remembered.
        """
        found = spellings(value)
        if not found or found[0] in self._spelled or found[0] in self._passing:
            return
        for token in reversed(found):
            self._learn(token, self._passing)
        while len(self._passing) > _PASSING:
            del self._passing[next(iter(self._passing))]

    def text(self, text: str) -> str:
        """The text without any known token."""
        if len(text) < self._shortest or (not self._uuids and len(text) == _UUID_LENGTH and _UUID.fullmatch(text)):
            return text
        # Plain searching beats one large pattern: most texts are long and hold no token at all. What the spellings of
        # a token have in common is searched first, and they only where it is found.
        marks = {
            spelling: mark
            for tokens in (self._passing, self._known)
            for core, found in tokens.items()
            if core in text
            for spelling, mark in found.items()
        }
        if not marks:
            return text
        longest_first = sorted(marks, key=len, reverse=True)
        pattern = "|".join(re.escape(spelling) for spelling in longest_first)
        return re.sub(pattern, lambda match: marks[match[0]], text)

    def header(self, name: str, value: str) -> str:
        """A header value fit for a file."""
        if name.lower() in ("authorization", "cookie", "set-cookie", "proxy-authorization"):
            self.learn_header(value)
            scheme, space, token = value.partition(" ")
            secret = decode_token(token) or token if space else scheme
            return f"{scheme} {self.fingerprint(secret)}" if space else self.fingerprint(secret)
        return self.text(value)


def encode_token(token: str, encoding: str) -> str:
    """A credentials token as the Authorization header carries it.

    Source: transport_and_format.asciidoc#transport_and_format_authorization_header
    """
    return base64.b64encode(token.encode()).decode() if encoding == "base64" else token


def spellings(authorization: str | None) -> tuple[str, ...]:
    """What the token in an Authorization header can be: as it stands there, and decoded if it is Base64."""
    credential = (authorization or "").rpartition(" ")[2].strip()
    decoded = decode_token(credential)
    return tuple(spelling for spelling in (credential, decoded) if spelling)


def decode_token(text: str) -> str | None:
    """What Base64 text stands for, or None if it is not Base64 of printable UTF-8."""
    try:
        decoded = base64.b64decode(text, validate=True).decode()
    except (binascii.Error, ValueError):
        return None
    return decoded if decoded and decoded.isprintable() else None
