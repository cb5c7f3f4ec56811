"""Let one hostile client attack a server with little memory, while somebody else uses it: ``python -m bench.attack``.

Each attack has a fresh server, with a limit on its memory, and a picture of somebody else's in a small store. The
table says what the client got, what the other one noticed, and what was left. The exit status is that of the verdicts.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import multiprocessing
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing.context import SpawnProcess
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import NamedTuple

import httpx

from bench.attack import bodies, connections, edits, exports, floods, jobs, ownership, pictures, readers
from bench.attack.client import ATTACKS, Attack, Client, attack
from bench.attack.files import noise
from bench.attack.probe import Seen, watch
from bench.attack.target import Target

MODULES = (bodies, edits, exports, readers, connections, floods, jobs, ownership, pictures)

_MEBIBYTE = 1 << 20
_STORE_BYTES = 64 * _MEBIBYTE
# Beside the pictures there are a secret and an index, which may grow for a while before it is written back.
_DISK_BYTES = _STORE_BYTES + 16 * _MEBIBYTE
# What an accepted request may leave on the disk beside its picture: a block of a file, and a row with its indices.
_KEPT_BYTES, _INDEX_BYTES = 8 * 1024, 5 * _MEBIBYTE
_GRACE = 45
_COLUMNS = (
    "attack",
    "what one client does",
    "statuses",
    "/healthz worst (median), ms",
    "trace worst (median), ms",
    "peak memory",
    "disk left",
    "verdict",
)


class Got(NamedTuple):
    """What the hostile client got."""

    statuses: Counter[str]
    broken: list[str]


@dataclass(frozen=True, slots=True)
class Bounds:
    """What everybody else may notice."""

    health: float
    trace: float
    memory_bytes: int


@attack("nothing: for comparison", seconds=3)
async def none(client: Client) -> None:
    await asyncio.sleep(client.left)


def main() -> int:
    """Print the table; return 1 if a verdict is not "holds"."""
    parser = argparse.ArgumentParser(prog="python -m bench.attack", description=__doc__)
    parser.add_argument(
        "attacks", nargs="*", metavar="ATTACK", help="names, or a part of them; by default all"
    )
    parser.add_argument("--memory", type=int, default=1500, metavar="MB", help="the server's limit; 1500")
    parser.add_argument("--health", type=float, default=100, metavar="MS", help="bound on /healthz; 100")
    parser.add_argument(
        "--trace", type=float, default=2000, metavar="MS", help="bound on a tiny-vgg trace; 2000"
    )
    arguments = parser.parse_args()
    bounds = Bounds(arguments.health / 1000, arguments.trace / 1000, arguments.memory * 1_000_000)
    names = sorted(ATTACKS, key=lambda name: name != "none")
    chosen = [
        name for name in names if not arguments.attacks or any(one in name for one in arguments.attacks)
    ]
    if not chosen:
        parser.error(f"there is no such attack; there are {', '.join(names)}")
    logging.getLogger("httpx").setLevel(logging.WARNING)
    start = time.monotonic()
    rows = []
    for name in chosen:
        print(f"{name} …", file=sys.stderr, flush=True)
        rows.append(play(ATTACKS[name], bounds))
        print(f"  {' · '.join(rows[-1][2:])}", file=sys.stderr, flush=True)
    _print(rows, time.monotonic() - start, bounds)
    return int(any(row[-1] != "holds" for row in rows))


def play(one: Attack, bounds: Bounds) -> list[str]:
    """Play an attack on a fresh server; return its row."""
    spawn = multiprocessing.get_context("spawn")
    settings = {"CONVSCOPE_STORE_BYTES": str(_STORE_BYTES)}
    with (
        tempfile.TemporaryDirectory() as folder,
        Target(Path(folder), bounds.memory_bytes, settings) as target,
    ):
        address = f"http://127.0.0.1:{target.port}/api/v1/pictures"
        own = httpx.post(address, content=noise(64, 64), headers={"Content-Type": "image/bmp"}).json()
        before = target.disk_bytes()
        stop, seen_queue, got_queue = spawn.Event(), spawn.Queue(), spawn.Queue()
        ready, begin, watching = spawn.Event(), spawn.Event(), spawn.Event()
        hostile = spawn.Process(target=_attack, args=(one.name, target.port, ready, begin, got_queue))
        hostile.start()
        ready.wait(30)
        bystander = spawn.Process(target=watch, args=(target.port, watching, stop, seen_queue))
        bystander.start()
        watching.wait(30)
        begin.set()
        if one.restarts:  # everybody is cut off then, and nothing is measured but what stays
            time.sleep(one.seconds)
            target.stop()
        got = _take(got_queue, one.seconds + _GRACE) or Got(Counter(), ["the client got no end"])
        time.sleep(0.3)
        stop.set()
        seen = _take(seen_queue, 90) or Seen([], [])
        _end(hostile, bystander)
        if one.restarts:
            seen = Seen([], [])
            target.start()
        return _row(one, bounds, target, before, own, got, seen)


def _attack(name: str, port: int, ready: Event, begin: Event, got: Queue[Got]) -> None:
    """Play one attack, with no claim on the processor against those who measure."""
    os.nice(15)
    one = ATTACKS[name]
    ready.set()
    begin.wait(60)
    client = Client(port, one.seconds)
    try:
        asyncio.run(one.run(client))
    except (OSError, EOFError, TimeoutError) as error:
        client.statuses[f"gave up: {type(error).__name__}"] += 1
    got.put(Got(client.statuses, client.broken))


def _take(queue: Queue, seconds: float):  # type: ignore[no-untyped-def,type-arg]
    try:
        return queue.get(timeout=seconds)
    except Exception:  # empty, and whatever the other process ended with
        return None


def _end(*processes: SpawnProcess) -> None:
    for process in processes:
        process.join(5)
        if process.is_alive():
            process.kill()
            process.join()


def _row(
    one: Attack, bounds: Bounds, target: Target, before: int, own: dict[str, str], got: Got, seen: Seen
) -> list[str]:
    disk = target.disk_bytes()
    problems = [*got.broken]
    if not target.alive:
        problems.append("the server is dead")
    else:
        problems += _remains(target, own)
    if not one.restarts:
        if seen.worst_health > bounds.health:
            problems.append("/healthz was late")
        if seen.worst_trace > bounds.trace:
            problems.append("a trace was late")
    if target.peak_bytes > bounds.memory_bytes:
        problems.append("too much memory")
    if disk > _DISK_BYTES:
        problems.append("too much on the disk")
    accepted = sum(count for status, count in got.statuses.items() if status in {"200", "201", "202"})
    if disk - before > _INDEX_BYTES + accepted * _KEPT_BYTES and not one.fills:
        problems.append("something stays on the disk")
    if one.name == "traces" and disk - before > _INDEX_BYTES + accepted * _KEPT_BYTES:
        problems.append("what was refused stays on the disk")
    health, trace = ("–", "–") if one.restarts else seen.text()
    return [
        one.name,
        one.does,
        ", ".join(f"{count:,} × {status}" for status, count in got.statuses.most_common(5)) or "–",
        health,
        trace,
        f"{target.peak_bytes / 1e6:,.0f} MB",
        f"{(disk - before) / 1e6:+,.1f} MB",
        "; ".join(problems) or "holds",
    ]


def _remains(target: Target, own: dict[str, str]) -> list[str]:
    """Return what is wrong with a server that lives, after an attack."""
    problems = []
    try:
        if not target.get(f"/api/v1/pictures/{own['id']}.png").is_success:
            problems.append("another's picture is lost")
        if failures := target.failures():
            problems.append(f"{failures} answers of 5xx")
    except httpx.TransportError:
        problems.append("no answer after 30 s")
    if tracebacks := target.log.count("Traceback (most recent call last)"):
        problems.append(f"{tracebacks} tracebacks in the log")
    return problems


def _print(rows: Sequence[Sequence[str]], seconds: float, bounds: Bounds) -> None:
    from bench.report import Report  # imports PyTorch, which the processes above have no use for

    held = sum(row[-1] == "holds" for row in rows)
    notes = [
        f"{held} of {len(rows)} hold. {seconds:.0f} s in all. The server may have {bounds.memory_bytes / 1e6:.0f} MB "
        f"of data (RLIMIT_DATA) and {_STORE_BYTES >> 20} MiB of pictures. Statuses are those that the hostile client "
        "got; the most frequent five.",
        f"A verdict holds if /healthz is answered within {1000 * bounds.health:.0f} ms and a new picture traced by "
        f"tiny-vgg within {bounds.trace:g} s (another try after a 503 included), the process lives within its memory, "
        "another's picture is still there, nothing stays on the disk but what was accepted, and there is neither a "
        "5xx but 503 and 507 nor a traceback.",
        "What a page in a frame can do to the page around it is played in a browser: "
        "`tests/browser/test_learn_pages.py`.",
    ]
    print(Report("One hostile client", _COLUMNS, rows, notes).markdown())


if __name__ == "__main__":
    # Not this module's own names but those of the package's: the processes that are started import it again.
    from bench.attack.__main__ import main as run

    sys.exit(run())
