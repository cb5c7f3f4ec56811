"""Clients that ask for much and do not read it."""

from __future__ import annotations

import asyncio

from bench.attack.client import Client, attack
from bench.attack.files import noise

_DEEP = "efficientnet-lite0"
_ALL = "maps.safetensors?dtype=f32&tile=0&limit=0"
# What the kernel's buffers on both sides may hold of an answer that the server has stopped sending.
_BUFFERED = 16 << 20


async def _begin(client: Client) -> str:
    """Begin a deep trace of a new picture without waiting for it; return its id."""
    stored = await client.upload(noise(224, 224))
    request = {"picture": stored.get("id", ""), "network": _DEEP, "wait": False}
    return str((await client.ask_json("POST", "/traces", request)).json().get("id", "unknown"))


@attack("20 sockets that ask for all values of 20 deep traces and do not read", seconds=10)
async def stalled_readers(client: Client) -> None:
    traces = [await _begin(client) for _ in range(20)]
    writers = []
    for trace in traces:
        try:
            _, writer = await client.open(receive_buffer=4096)
            writer.transport.pause_reading()
            writer.write(client.head("GET", f"/api/v1/traces/{trace}/{_ALL}", {}))
            writers.append(writer)
        except (OSError, TimeoutError):
            client.statuses["refused"] += 1
    await asyncio.sleep(client.left)
    for writer in writers:
        writer.transport.abort()


@attack("400 streams of all values, each closed after the first bytes", seconds=6)
async def broken_streams(client: Client) -> None:
    trace = await client.trace(await client.sample(), _DEEP)

    for _ in range(20):
        if not client.over:
            await asyncio.gather(*(client.abandon(f"/traces/{trace}/{_ALL}", 20) for _ in range(20)))


@attack("a picture is deleted while its values are streamed")
async def a_deleted_picture(client: Client) -> None:
    stored = await client.upload(noise(224, 224))
    trace = await client.trace(str(stored.get("id")), _DEEP)
    reader, writer = await client.open(receive_buffer=65_536)
    writer.write(client.head("GET", f"/api/v1/traces/{trace}/{_ALL}", {}))
    await reader.read(1024)
    token = {"X-Owner-Token": str(stored.get("owner_token"))}
    await client.ask("DELETE", f"/api/v1/pictures/{stored.get('id')}", headers=token)
    received = 0
    try:
        async with asyncio.timeout(20):
            while part := await reader.read(1 << 20):
                received += len(part)
    except (OSError, TimeoutError):
        pass
    writer.close()
    if received > _BUFFERED:
        client.broken.append(f"{received >> 20} MiB of it sent after it was deleted")
