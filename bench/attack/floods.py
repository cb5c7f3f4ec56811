"""More of what is permitted than the server can do, or keep."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

from bench.attack.client import Client, attack
from bench.attack.files import noise


async def _flood(client: Client, at_once: int, one: Callable[[int], Awaitable[object]]) -> None:
    """Do one thing again and again, so many at once, until the time is over."""

    async def again(number: int) -> None:
        while not client.over:
            await one(number)
            number += at_once

    await asyncio.gather(*(again(number) for number in range(at_once)))


@attack("traces of ever new edits without waiting, 64 at once", seconds=8, fills=True)
async def traces(client: Client) -> None:
    await _many_traces(client, await client.upload(noise(64, 64)))


@attack("a picture is deleted after such a flood", fills=True)
async def deletion(client: Client) -> None:
    stored = await client.upload(noise(64, 64))
    await _many_traces(client, stored)
    start = time.monotonic()
    token = {"X-Owner-Token": str(stored.get("owner_token"))}
    await client.ask("DELETE", f"/api/v1/pictures/{stored.get('id')}", headers=token)
    if (seconds := time.monotonic() - start) > 2:
        client.broken.append(f"deleting the picture took {seconds:.1f} s")


async def _many_traces(client: Client, stored: dict[str, Any]) -> None:

    async def one(number: int) -> None:
        edits = [{"kind": "noise", "std": 0.1, "seed": number}]
        request = {"picture": stored.get("id"), "network": "small-vgg", "edits": edits, "wait": False}
        await client.ask_json("POST", "/traces", request)

    await _flood(client, 64, one)


@attack("traces of a deep network, 24 at once, each waited for", seconds=8, fills=True)
async def deep_traces(client: Client) -> None:
    picture = await client.sample()

    async def one(number: int) -> None:
        await client.trace(picture, "efficientnet-lite0", [{"kind": "noise", "std": 0.1, "seed": number}])

    await _flood(client, 24, one)


@attack("pictures that nobody has seen, 1.4 MB each, eight at once", seconds=8, fills=True)
async def uploads(client: Client) -> None:
    async def one(_number: int) -> None:
        await client.upload(noise(800, 600))

    await _flood(client, 8, one)


@attack("hostile ids, names, queries and methods, 32 at once")
async def paths(client: Client) -> None:
    ids = [
        "0" * 32,
        "..%2f..%2fetc%2fpasswd",
        "%00",
        "a" * 60_000,
        "%ff%fe",
        "-1",
        "1e999",
        "%f0%9f%90%88",
        "*",
    ]
    places = [
        "traces/{}", "pictures/{}.png", "occlusions/{}", "networks/{}", "networks/tiny-vgg/layers/{}/filters.png",
        "networks/tiny-vgg/layers/conv1_1/exemplars?channel={}", "traces/{}/maps.safetensors?tile={}&limit={}",
        "traces/{}/layers/{}/cells/{}/{}/{}", "networks/tiny-vgg/exemplars/{}.png",
        "../../static/{}", "traces/{}/export.zip",
    ]  # fmt: skip
    every = [(method, place.replace("{}", one)) for method in ("GET", "HEAD", "DELETE", "OPTIONS", "BREW")
             for place in places for one in ids]  # fmt: skip

    async def one(number: int) -> None:
        method, path = every[number % len(every)]
        if method != "HEAD":  # its answer has the length of a body that does not come
            await client.ask(method, f"/api/v1/{path}")

    await _flood(client, 32, one)
