"""Targets that are no OCPI system: each a raw TCP server that answers every connection in one bad way."""

import asyncio
import gzip
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

Answer = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


async def request_of(reader: asyncio.StreamReader) -> str:
    """Read one request's head; the path that it asks for."""
    head = await reader.readuntil(b"\r\n\r\n")
    return head.split(b" ", 2)[1].decode("latin-1")


def head(status: str, *headers: str) -> bytes:
    return "\r\n".join([f"HTTP/1.1 {status}", *headers, "", ""]).encode()


async def closes(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Closes the connection at once."""


async def is_not_http(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Speaks another protocol."""
    writer.write(b"220 mail.example ESMTP ready\r\n")
    await writer.drain()


async def hangs(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Takes the request and never answers."""
    await reader.read()


async def answers_html(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answers with a web page."""
    await request_of(reader)
    page = b"<html><script>alert(1)</script>It works!</html>"
    writer.write(head("200 OK", "Content-Type: text/html", f"Content-Length: {len(page)}", "Connection: close") + page)
    await writer.drain()


async def is_truncated(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Announces more than it sends."""
    await request_of(reader)
    writer.write(head("200 OK", "Content-Type: application/json", "Content-Length: 500") + b'{"data": [')
    await writer.drain()


async def drips(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Sends the body byte by byte, for ever."""
    await request_of(reader)
    writer.write(head("200 OK", "Content-Type: application/json", "Content-Length: 100000"))
    while True:
        writer.write(b" ")
        await writer.drain()
        await asyncio.sleep(0.05)  # the pace of the target, not a wait of the test


async def is_endless(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Sends a body of 100 MB."""
    await request_of(reader)
    writer.write(head("200 OK", "Content-Type: application/json", "Content-Length: 100000000", "Connection: close"))
    for _ in range(1000):
        writer.write(b" " * 100_000)
        await writer.drain()


async def is_a_bomb(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Sends a little gzip that stands for a lot."""
    await request_of(reader)
    body = gzip.compress(b" " * 50_000_000)
    headers = (
        "Content-Type: application/json",
        "Content-Encoding: gzip",
        f"Content-Length: {len(body)}",
        "Connection: close",
    )
    writer.write(head("200 OK", *headers) + body)
    await writer.drain()


async def redirects_elsewhere(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Sends everyone to another host."""
    await request_of(reader)
    writer.write(head("307 Temporary Redirect", "Location: http://elsewhere.invalid/", "Content-Length: 0"))
    await writer.drain()


async def redirects_in_circles(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Sends everyone back to where they came from."""
    path = await request_of(reader)
    writer.write(head("307 Temporary Redirect", f"Location: {path}", "Content-Length: 0", "Connection: close"))
    await writer.drain()


async def has_wild_headers(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answers with headers that no parser likes."""
    await request_of(reader)
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: two\r\n: nameless\r\n\r\n{}")
    await writer.drain()


def answers_versions(*versions: str) -> Answer:
    """Answers everything with a list of versions."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await request_of(reader)
        entries = ",".join(f'{{"version":"{version}","url":"http://127.0.0.1:1/{version}"}}' for version in versions)
        body = f'{{"data":[{entries}],"status_code":1000,"timestamp":"2026-01-01T00:00:00Z"}}'.encode()
        writer.write(head("200 OK", "Content-Type: application/json", f"Content-Length: {len(body)}") + body)
        await writer.drain()

    return answer


@asynccontextmanager
async def served(answer: Answer) -> AsyncIterator[str]:
    """A server that answers so; gives the URL of its versions endpoint."""

    async def one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await answer(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(one, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/ocpi/versions"
    finally:
        server.close()
