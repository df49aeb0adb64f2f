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


class Redactor:
    """Knows the run's credentials tokens and takes them out of texts."""

    def __init__(self) -> None:
        self._key = secrets.token_bytes(16)
        self._spellings: dict[str, str] = {}
        self._pattern: re.Pattern[str] | None = None

    def fingerprint(self, token: str) -> str:
        """A stable stand-in for a token, such as `redacted-3f2a9c1d`."""
        digest = hmac.new(self._key, token.encode(), hashlib.sha256).hexdigest()
        return f"redacted-{digest[:8]}"

    def learn(self, token: str) -> None:
        """From now on this token is taken out wherever it stands, in each of its spellings."""
        if len(token) < _SHORTEST or token in self._spellings or token.startswith("redacted-"):
            return
        mark = self.fingerprint(token)
        encoded = base64.b64encode(token.encode()).decode()
        for spelling in (token, encoded, quote(token, safe=""), quote(encoded, safe=""), token.replace("/", "\\/")):
            self._spellings.setdefault(spelling, mark)
        longest_first = sorted(self._spellings, key=len, reverse=True)
        self._pattern = re.compile("|".join(re.escape(spelling) for spelling in longest_first))

    def learn_header(self, value: str) -> None:
        """Learn what an Authorization header carries, whether it is Base64 or not."""
        token = value.rpartition(" ")[2].strip()
        self.learn(token)
        if (decoded := decode_token(token)) is not None:
            self.learn(decoded)

    def text(self, text: str) -> str:
        """The text without any known token."""
        if self._pattern is None:
            return text
        return self._pattern.sub(lambda match: self._spellings[match[0]], text)

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
