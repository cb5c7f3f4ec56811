"""A class at once: thirty people who each choose pictures, while somebody asks whether the server lives.

``python -m bench.load``
"""

from __future__ import annotations

import argparse
import asyncio
import multiprocessing
import time
from multiprocessing.synchronize import Event
from statistics import quantiles

import httpx

from bench.live import server
from bench.pictures import photographs
from bench.report import Report

_STREAM = "maps.safetensors?dtype=u8&tile=64&limit=16&scale=layer"


async def person(client: httpx.AsyncClient, pictures: list[bytes], network: str, until: float) -> list[float]:
    """Do what the page does for one picture after another; return each one's seconds."""
    spent = []
    for picture in pictures:
        if time.perf_counter() > until:
            break
        began = time.perf_counter()
        stored = await client.post("/pictures", content=picture, headers={"Content-Type": "image/jpeg"})
        stored.raise_for_status()
        wanted = {"picture": stored.json()["id"], "network": network, "wait": False}
        begun = await client.post("/traces", json=wanted)
        begun.raise_for_status()
        (await client.get(f"/traces/{begun.json()['id']}/{_STREAM}")).raise_for_status()
        spent.append(time.perf_counter() - began)
    return spent


async def crowd(address: str, pictures: list[list[bytes]], network: str, seconds: float) -> list[float]:
    """Let everybody begin at once, and return the seconds of every picture."""
    limits = httpx.Limits(max_connections=len(pictures))
    async with httpx.AsyncClient(base_url=f"{address}/api/v1", timeout=60, limits=limits) as client:
        until = time.perf_counter() + seconds
        spent = await asyncio.gather(*(person(client, own, network, until) for own in pictures))
    return [time for own in spent for time in own]


def watch(address: str, over: Event, answers: multiprocessing.Queue[list[float]]) -> None:
    """Ask /healthz twenty times a second until it is over; hand the seconds of every answer on."""
    spent = []
    with httpx.Client(base_url=address, timeout=60) as client:
        while not over.is_set():
            began = time.perf_counter()
            client.get("/healthz").raise_for_status()
            spent.append(time.perf_counter() - began)
            time.sleep(0.05)
    answers.put(spent)


def report(people: int, network: str, seconds: float) -> Report:
    """Measure so many people for so many seconds."""
    each = max(1, int(seconds * 20))
    made = list(photographs(people * min(each, 40), size=(320, 240)))
    pictures = [made[person::people] for person in range(people)]
    spawn = multiprocessing.get_context("spawn")
    over, answers = spawn.Event(), spawn.Queue()
    with server() as live:
        watcher = spawn.Process(target=watch, args=(live.address, over, answers))
        watcher.start()
        began = time.perf_counter()
        spent = asyncio.run(crowd(live.address, pictures, network, seconds))
        lasted = time.perf_counter() - began
        over.set()
        health = answers.get(timeout=30)
        watcher.join()
        memory = f"The server's memory: {live.peak():.0f} MB at most, {live.resident():.0f} MB afterwards."

    def row(what: str, measured: list[float]) -> list[str]:
        percentiles = quantiles(measured, n=20, method="inclusive")
        figures = (percentiles[9], percentiles[18], max(measured))
        return [what, *(f"{1000 * figure:.0f}" for figure in figures), f"{len(measured) / lasted:.0f}"]

    rows = [row(f"{people} people, {network}: picture to last map", spent), row("/healthz meanwhile", health)]
    notes = [
        "Milliseconds. A picture is three requests: upload, trace, stream. The people, one Python process, share the "
        f"server's cores. {lasted:.0f} s.",
        memory,
    ]
    return Report("A class at once", ["what", "p50", "p95", "most", "a second"], rows, notes)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=30)
    parser.add_argument("--network", default="tiny-vgg")
    parser.add_argument("--seconds", type=float, default=10)
    arguments = parser.parse_args()
    print(report(arguments.people, arguments.network, arguments.seconds).markdown())


if __name__ == "__main__":
    main()
