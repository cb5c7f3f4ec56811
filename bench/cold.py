"""Measure how long a start takes, and a server's memory after each kind of trace.

``python -m bench.cold``
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import time
from pathlib import Path

import httpx
import psutil  # type: ignore[import-untyped]

from bench.live import ROOT, Live, server
from bench.pictures import photographs
from bench.report import Report
from bench.timing import Spread

SHALLOW, DEEP = "tiny-vgg", "efficientnet-lite0"
MANY = 20


def import_seconds(module: str) -> float:
    """Return the seconds that a fresh Python takes to import a module."""
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", f"import {module}"], cwd=ROOT, check=True)
    return time.perf_counter() - start


class Client:
    """A client that has pictures traced."""

    def __init__(self, live: Live) -> None:
        self._http = httpx.Client(base_url=f"{live.address}/api/v1", timeout=120)
        self._metrics = f"{live.address}/metrics"

    def trace(self, picture: bytes, network: str) -> float:
        """Upload a picture, wait for its trace, and return the seconds."""
        start = time.perf_counter()
        files = {"file": ("picture.jpg", picture, "image/jpeg")}
        self._http.post("/traces", files=files, data={"network": network}).raise_for_status()
        return time.perf_counter() - start

    def cached_mb(self) -> float:
        """Return the megabytes of values in the server's trace cache."""
        text = self._http.get(self._metrics).text
        match = re.search(r"^convscope_cached_bytes (\S+)", text, re.MULTILINE)
        return float(match[1]) / 1e6 if match else float("nan")


def report(starts: int) -> Report:
    """Start a server ``starts`` times, and send traces to the last one."""
    rows: list[list[str]] = []

    def add_times(what: str, seconds: list[float]) -> None:
        rows.append([what, Spread.of(seconds).text(), "", "", str(len(seconds))])

    add_times("a bare Python", [import_seconds("sys") for _ in range(starts)])
    for module in ("torch", "app.main"):
        add_times(f"import {module}", [import_seconds(module) for _ in range(starts)])
    until_ready = []
    for _ in range(starts - 1):
        with server() as live:
            until_ready.append(live.seconds_to_ready)
    with server() as live:
        until_ready.append(live.seconds_to_ready)
        add_times("start to /readyz", until_ready)
        client = Client(live)
        pictures = list(photographs(MANY + 2))

        def add_memory(what: str, seconds: float) -> None:
            memory = f"{live.resident():,.0f}"
            rows.append(
                [what, f"{seconds:.2f}" if seconds else "", memory, f"{client.cached_mb():,.0f}", "1"]
            )

        add_memory("ready, before any trace", 0)
        add_memory(f"after a {SHALLOW} trace", client.trace(pictures[0], SHALLOW))
        add_memory(f"after a first {DEEP} trace", client.trace(pictures[0], DEEP))
        add_memory(f"after a second {DEEP} trace", client.trace(pictures[1], DEEP))
        durations = [client.trace(picture, DEEP) for picture in pictures[2:]]
        add_memory(f"after {MANY} more, all different", sum(durations) / len(durations))
        peak = _peak(live.process)
    columns = ["what", "seconds", "resident, MB", "cached traces, MB", "times"]
    notes = [
        "Seconds: median (quartiles) of separate processes. For a trace, from the upload to its manifest; for many "
        "traces, the mean.",
        "*cached traces* is bounded by CONVSCOPE_CACHE_BYTES (512 MiB by default)."
        + (f" Peak resident memory: {peak:,.0f} MB." if peak else ""),
    ]
    return Report("Cold start and memory", columns, rows, notes)


def _peak(process: psutil.Process) -> float | None:
    try:
        status = Path(f"/proc/{process.pid}/status").read_text(encoding="utf-8")
        match = re.search(r"VmHWM:\s+(\d+) kB", status)
    except OSError:
        return None
    return int(match[1]) * 1024 / 1e6 if match else None


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--starts", type=int, default=3, help="number of starts")
    print(report(parser.parse_args().starts).markdown())


if __name__ == "__main__":
    main()
