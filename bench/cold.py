"""How long a start takes, and how much memory a server holds after what people do with it.

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


def imported(module: str) -> float:
    """Return the seconds in which a fresh Python imports a module."""
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", f"import {module}"], cwd=ROOT, check=True)
    return time.perf_counter() - began


class Client:
    """Somebody who has pictures traced."""

    def __init__(self, live: Live) -> None:
        self._http = httpx.Client(base_url=f"{live.address}/api/v1", timeout=120)
        self._metrics = f"{live.address}/metrics"

    def trace(self, picture: bytes, network: str) -> float:
        """Upload a picture, wait for its trace, and return the seconds that took."""
        began = time.perf_counter()
        files = {"file": ("picture.jpg", picture, "image/jpeg")}
        self._http.post("/traces", files=files, data={"network": network}).raise_for_status()
        return time.perf_counter() - began

    def cached(self) -> float:
        """Return the megabytes of values that the server keeps on purpose."""
        text = self._http.get(self._metrics).text
        found = re.search(r"^convscope_cached_bytes (\S+)", text, re.MULTILINE)
        return float(found[1]) / 1e6 if found else float("nan")


def report(starts: int) -> Report:
    """Start a server ``starts`` times, and put the last one to work."""
    rows: list[list[str]] = []

    def timed(what: str, seconds: list[float]) -> None:
        rows.append([what, Spread.of(seconds).written(), "", "", str(len(seconds))])

    timed("a bare Python", [imported("sys") for _ in range(starts)])
    for module in ("torch", "app.main"):
        timed(f"import {module}", [imported(module) for _ in range(starts)])
    until_ready = []
    for _ in range(starts - 1):
        with server() as live:
            until_ready.append(live.seconds_to_ready)
    with server() as live:
        until_ready.append(live.seconds_to_ready)
        timed("start to /readyz", until_ready)
        client = Client(live)
        pictures = list(photographs(MANY + 2))

        def remember(what: str, seconds: float) -> None:
            memory = f"{live.resident():,.0f}"
            rows.append([what, f"{seconds:.2f}" if seconds else "", memory, f"{client.cached():,.0f}", "1"])

        remember("ready, nobody there", 0)
        remember(f"after a {SHALLOW} trace", client.trace(pictures[0], SHALLOW))
        remember(f"after a first {DEEP} trace", client.trace(pictures[0], DEEP))
        remember(f"after a second {DEEP} trace", client.trace(pictures[1], DEEP))
        spent = [client.trace(picture, DEEP) for picture in pictures[2:]]
        remember(f"after {MANY} more, all different", sum(spent) / len(spent))
        peak = _peak(live.process)
    columns = ["what", "seconds", "resident, MB", "kept traces, MB", "times"]
    notes = [
        "Seconds: median (quartiles) of separate processes; of a trace, from the upload to its manifest; of many "
        "traces, the mean.",
        "*kept traces* is the cache, bounded by CONVSCOPE_CACHE_BYTES (512 MiB unless set)."
        + (f" The most memory that was ever resident: {peak:,.0f} MB." if peak else ""),
    ]
    return Report("Cold start and memory", columns, rows, notes)


def _peak(process: psutil.Process) -> float | None:
    try:
        status = Path(f"/proc/{process.pid}/status").read_text(encoding="utf-8")
        found = re.search(r"VmHWM:\s+(\d+) kB", status)
    except OSError:
        return None
    return int(found[1]) * 1024 / 1e6 if found else None


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--starts", type=int, default=3, help="how often to start")
    print(report(parser.parse_args().starts).markdown())


if __name__ == "__main__":
    main()
