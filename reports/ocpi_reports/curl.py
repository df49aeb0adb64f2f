"""A request as a `curl` line to send it again; the credentials token is a shell variable."""

import re
from shlex import quote

from ocpi_schemas.exchange import Exchange, Side

TOKEN_VARIABLE = "OCPI_TOKEN"
"""What a reader sets to the token as it stands in the header: Base64 where the version demands that."""

_BY_CURL = frozenset({"host", "content-length", "connection", "transfer-encoding", "accept-encoding"})
_LONGEST_BODY = 4_000
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


def curl_command(exchange: Exchange) -> str | None:
    """How to send a request of ours again; None for what the target sent, which is not ours to replay."""
    if exchange.client is not Side.PARTNER:
        return None
    request = exchange.request
    # Globbing off: brackets in a query are meant as they stand.
    parts = ["curl --globoff --include", f"--request {quote(request.method)}", f"--url {quote(request.url)}"]
    for name, value in request.headers:
        if name.lower() in _BY_CURL or name.startswith("@"):
            continue
        if name.lower() == "authorization":
            scheme, space, _ = value.partition(" ")
            start = quote(f"{name}: {scheme} " if space else f"{name}: ")
            parts.append(f'--header {start}"${TOKEN_VARIABLE}"')
        else:
            parts.append(f"--header {quote(f'{name}: {value}')}")
    if request.body:
        parts.append(f"--data-{_data(request.body.raw)}")
    return " \\\n  ".join(parts)


def _data(raw: bytes) -> str:
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        return "binary @body.bin"
    if len(text) > _LONGEST_BODY or _UNPRINTABLE.search(text):
        return "binary @body.json"
    return f"raw {quote(text)}"
