"""Simulate a class: thirty people who each choose pictures, while a probe requests /healthz.

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
    """Make the page's requests for one picture after another; return the seconds of each."""
    durations = []
    for picture in pictures:
        if time.perf_counter() > until:
            break
        start = time.perf_counter()
        stored = await client.post("/pictures", content=picture, headers={"Content-Type": "image/jpeg"})
        stored.raise_for_status()
        trace_request = {"picture": stored.json()["id"], "network": network, "wait": False}
        trace = await client.post("/traces", json=trace_request)
        trace.raise_for_status()
        (await client.get(f"/traces/{trace.json()['id']}/{_STREAM}")).raise_for_status()
        durations.append(time.perf_counter() - start)
    return durations


async def crowd(address: str, pictures: list[list[bytes]], network: str, seconds: float) -> list[float]:
    """Start everybody at once and return the seconds of every picture."""
    limits = httpx.Limits(max_connections=len(pictures))
    async with httpx.AsyncClient(base_url=f"{address}/api/v1", timeout=60, limits=limits) as client:
        until = time.perf_counter() + seconds
        durations = await asyncio.gather(*(person(client, files, network, until) for files in pictures))
    return [duration for one_person in durations for duration in one_person]


def probe_health(address: str, stop: Event, results: multiprocessing.Queue[list[float]]) -> None:
    """Request /healthz twenty times a second until ``stop`` is set; put the seconds of every request on ``results``."""
    durations = []
    with httpx.Client(base_url=address, timeout=60) as client:
        while not stop.is_set():
            start = time.perf_counter()
            client.get("/healthz").raise_for_status()
            durations.append(time.perf_counter() - start)
            time.sleep(0.05)
    results.put(durations)


def report(people: int, network: str, seconds: float) -> Report:
    """Measure ``people`` people for ``seconds`` seconds."""
    pictures_each = max(1, int(seconds * 20))
    photos = list(photographs(people * min(pictures_each, 40), size=(320, 240)))
    pictures = [photos[person::people] for person in range(people)]
    spawn = multiprocessing.get_context("spawn")
    stop, results = spawn.Event(), spawn.Queue()
    with server() as live:
        probe = spawn.Process(target=probe_health, args=(live.address, stop, results))
        probe.start()
        start = time.perf_counter()
        durations = asyncio.run(crowd(live.address, pictures, network, seconds))
        elapsed = time.perf_counter() - start
        stop.set()
        health = results.get(timeout=30)
        probe.join()
        memory = f"The server's memory: peak {live.peak():.0f} MB, {live.resident():.0f} MB afterwards."

    def row(label: str, seconds_each: list[float]) -> list[str]:
        percentiles = quantiles(seconds_each, n=20, method="inclusive")
        figures = (percentiles[9], percentiles[18], max(seconds_each))
        return [label, *(f"{1000 * figure:.0f}" for figure in figures), f"{len(seconds_each) / elapsed:.0f}"]

    rows = [
        row(f"{people} people, {network}: picture to last map", durations),
        row("/healthz during this time", health),
    ]
    notes = [
        "Milliseconds. A picture takes three requests: upload, trace, stream. One Python process simulates the people "
        f"on the server's cores. {elapsed:.0f} s.",
        memory,
    ]
    return Report("A class at once", ["what", "p50", "p95", "max", "per second"], rows, notes)


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
