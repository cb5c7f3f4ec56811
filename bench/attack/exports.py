"""Exports that are asked for and not taken: nothing of them may stay."""

from __future__ import annotations

import asyncio

from bench.attack.client import Client, attack

_DEEP = "efficientnet-lite0"


@attack("export.zip of a deep trace with a Range that cannot be met, three times")
async def an_unmet_range(client: Client) -> None:
    trace = await client.trace(await client.sample(), _DEEP)
    for _ in range(3):
        await client.get(f"/traces/{trace}/export.zip", Range="bytes=999999999999-")


@attack("export.zip of a deep trace, begun 24 times and closed after the first bytes", seconds=8)
async def closed_exports(client: Client) -> None:
    trace = await client.trace(await client.sample(), _DEEP)

    for _ in range(6):
        patience = max(1.0, client.left)
        await asyncio.gather(*(client.abandon(f"/traces/{trace}/export.zip", patience) for _ in range(4)))


@attack("four exports that are not read, while the server is told to stop", seconds=5, restarts=True)
async def exports_at_the_end(client: Client) -> None:
    trace = await client.trace(await client.sample(), _DEEP)
    readers = []
    for _ in range(4):
        reader, writer = await client.open(receive_buffer=65_536)
        writer.write(client.head("GET", f"/api/v1/traces/{trace}/export.zip", {}))
        readers.append((reader, writer))
    for reader, _ in readers:
        client.statuses[(await reader.read(64))[9:12].decode() or "cut"] += 1
    await asyncio.sleep(client.left + 5)  # the server stops meanwhile
    for _, writer in readers:
        writer.transport.abort()
