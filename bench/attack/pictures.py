"""Pictures that are not what they say."""

from __future__ import annotations

import asyncio

from bench.attack.client import Client, attack
from bench.attack.files import bomb
from scripts.hostile_pictures import hostile_pictures


@attack("12 pictures of 49 megapixels in 150 kB at once", seconds=10, fills=True)
async def bombs(client: Client) -> None:
    await asyncio.gather(*(client.upload(bomb(), "image/png") for _ in range(12)))


@attack("cut, lying, absurd and double files of every format", seconds=8, fills=True)
async def hostile_files(client: Client) -> None:
    for _name, data in hostile_pictures():
        if client.over:
            return
        await client.upload(data, "image/png")
