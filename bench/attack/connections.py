"""Connections that are held, and headers and bodies that never end."""

from __future__ import annotations

import asyncio

from bench.attack.client import Client, attack
from bench.attack.files import noise

_HALF = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-Half: "


class Held:
    """Connections that one client holds open, and how many of them the server has ended."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.ended = 0
        self.streams: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []

    async def open(self, count: int, beginning: bytes = b"") -> None:
        """Connect so many times, and send the beginning of a request on each."""
        for _ in range(count):
            try:
                reader, writer = await self.client.open()
                writer.write(beginning)
                self.streams.append((reader, writer))
            except (OSError, TimeoutError):
                self.ended += 1
        self.client.statuses["opened"] += len(self.streams)

    async def until_ended(self) -> None:
        """Wait until the server has ended them all, or the time is over; count what it said."""

        async def one(reader: asyncio.StreamReader) -> None:
            try:
                answer = await reader.read(1024)
                if answer:
                    self.client.statuses[answer[9:12].decode()] += 1
                while answer:
                    answer = await reader.read(1024)
            except OSError:
                pass
            self.ended += 1

        await asyncio.wait([asyncio.create_task(one(reader)) for reader, _ in self.streams] or [_nothing()],
                           timeout=max(0.1, self.client.left))  # fmt: skip

    def close(self, promise: str) -> None:
        """Close what is left; if any is, the promise is broken."""
        left = sum(not reader.at_eof() and reader.exception() is None for reader, _ in self.streams)
        for _, writer in self.streams:
            writer.transport.abort()
        self.client.statuses["ended by the server"] += self.ended
        if left:
            self.client.broken.append(f"{left} {promise}")


def _nothing() -> asyncio.Task[None]:
    return asyncio.create_task(asyncio.sleep(0))


@attack("500 connections with half of their headers, held", seconds=13)
async def half_sent_headers(client: Client) -> None:
    held = Held(client)
    await held.open(500, _HALF)
    await held.until_ended()
    held.close("half-sent headers held for more than 10 s")


@attack("100 connections that send a byte of header each second", seconds=13)
async def slow_headers(client: Client) -> None:
    held = Held(client)
    await held.open(100, _HALF)

    async def drip() -> None:
        while True:
            for _, writer in held.streams:
                if not writer.transport.is_closing():
                    writer.write(b"a")
            await asyncio.sleep(1)

    dripping = asyncio.create_task(drip())
    await held.until_ended()
    dripping.cancel()
    held.close("slow headers held for more than 10 s")


@attack("300 connections that ask once and stay", seconds=8)
async def idle_connections(client: Client) -> None:
    held = Held(client)
    await held.open(300, b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
    await held.until_ended()
    held.close("idle connections held")


@attack("one header of 150 MiB, and a million small ones")
async def endless_headers(client: Client) -> None:
    await asyncio.gather(_push(client, b"a" * 65_536), _push(client, b"a\r\nX-Another: b\r\nX-Third: "))


async def _push(client: Client, piece: bytes) -> None:
    """Send headers until the server answers or ends the connection; say so if it takes far more than 64 kB of them."""
    sent = 0
    reader, writer = await client.open()
    answer = asyncio.create_task(reader.read(1024))
    try:
        writer.write(_HALF)
        block = piece * (1 + 65_536 // len(piece))
        while sent < 150 << 20 and not client.over and not answer.done():
            writer.write(block)
            sent += len(block)
            async with asyncio.timeout(max(0.1, client.left)):
                await writer.drain()
            await asyncio.sleep(0)
        async with asyncio.timeout(1):
            client.statuses[(await answer)[9:12].decode() or "ended by the server"] += 1
    except (OSError, TimeoutError):
        client.statuses["cut"] += 1
    finally:
        answer.cancel()
        writer.transport.abort()
    if sent > 16 << 20:  # beyond what the kernel's buffers hold
        client.broken.append(f"{sent >> 20} MiB of headers were read before an answer")


@attack("60 uploads of 15 MiB with the last byte withheld", seconds=8)
async def withheld_bytes(client: Client) -> None:
    body = bytes(15 << 20)
    head = client.head(
        "POST", "/api/v1/pictures", {"Content-Type": "image/png", "Content-Length": str(len(body) + 1)}
    )

    async def one() -> None:
        try:
            reader, writer = await client.open()
        except (OSError, TimeoutError):
            client.statuses["refused"] += 1
            return
        try:
            writer.write(head)
            async with asyncio.timeout(max(0.1, client.left)):
                for start in range(0, len(body), 1 << 18):
                    writer.write(body[start : start + (1 << 18)])
                    await writer.drain()
                answer = await reader.read(1024)
                client.statuses[answer[9:12].decode() or "cut"] += 1
        except OSError:
            client.statuses["cut"] += 1
        except TimeoutError:
            client.statuses["held"] += 1
        finally:
            writer.transport.abort()

    await asyncio.gather(*(one() for _ in range(60)))


@attack("60 uploads closed in the middle")
async def closed_uploads(client: Client) -> None:
    picture = noise(256, 256)
    head = client.head(
        "POST", "/api/v1/pictures", {"Content-Type": "image/bmp", "Content-Length": str(len(picture))}
    )
    for _ in range(60):
        try:
            _, writer = await client.open()
        except (OSError, TimeoutError):
            client.statuses["refused"] += 1
            continue
        writer.write(head + picture[:100_000])
        await asyncio.sleep(0.02)
        writer.transport.abort()
        client.statuses["closed"] += 1
