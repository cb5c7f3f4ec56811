"""Background jobs of others, and more jobs than there is time for."""

from __future__ import annotations

import asyncio
from typing import Any

from bench.attack.client import Client, attack

_LONG: dict[str, Any] = {"patch": 40, "stride": 4}


async def _delete(client: Client, job: dict[str, Any]) -> int:
    token = job.get("owner_token")
    headers = {"X-Owner-Token": str(token)} if token else {}
    return (await client.ask("DELETE", f"/api/v1/occlusions/{job.get('id')}", headers=headers)).status


@attack("cancels another's occlusion: as a stranger, and twice as one of two who asked")
async def cancelled_jobs(client: Client) -> None:
    victim = client.another()
    trace = await victim.trace(await client.sample(), "efficientnet-lite0")

    async def lost(promise: str) -> None:
        status = (await victim.get(f"/occlusions/{job.get('id')}")).json().get("status")
        if status not in {"queued", "running", "done"}:
            client.broken.append(promise)

    job = (await victim.ask_json("POST", f"/traces/{trace}/occlusions", _LONG)).json()
    await _delete(client, {"id": job.get("id")})
    await _delete(client, {"id": job.get("id"), "owner_token": "0" * 64})
    await lost("a stranger cancelled another's job")
    job = (await victim.ask_json("POST", f"/traces/{trace}/occlusions", _LONG)).json()
    own = (await client.ask_json("POST", f"/traces/{trace}/occlusions", _LONG)).json()
    for _ in range(3):
        await _delete(client, own)
    await lost("one of two who asked for a job cancelled it for both")
    await _delete(victim, job)


@attack("occlusions of ever new sizes, 16 at once")
async def many_jobs(client: Client) -> None:
    trace = await client.trace(await client.sample(), "tiny-vgg")

    async def again(patch: int) -> None:
        stride = 1
        while not client.over:
            request = {
                "patch": patch,
                "stride": stride % 16 + 1,
                "fill": ["black", "grey", "white"][stride % 3],
            }
            await client.ask_json("POST", f"/traces/{trace}/occlusions", request)
            stride += 1

    await asyncio.gather(*(again(patch) for patch in range(1, 17)))
