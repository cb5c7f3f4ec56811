"""The server that is attacked: our own, on this machine, with a limit on its memory and a small store."""

from __future__ import annotations

import os
import re
import resource
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from threading import Event, Thread

import httpx

ROOT = Path(__file__).resolve().parents[2]
_TIMEOUT_SECONDS = 120


class Target:
    """A server on a folder of its own. ``peak_bytes`` is the most memory that it has had, whether it lives or not."""

    def __init__(self, folder: Path, memory_bytes: int, settings: Mapping[str, str]) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self.data = folder / "data"
        self.peak_bytes = 0
        self._log = folder / "log.txt"
        self._memory_bytes = memory_bytes
        self._environment = {**os.environ, **settings, "CONVSCOPE_DATA_DIR": str(self.data)}
        self._process: subprocess.Popen[bytes] | None = None
        self._stopping = Event()

    def __enter__(self) -> Target:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Start the server and wait until it is ready."""
        command = [sys.executable, "-m", "app", "serve", "--port", str(self.port)]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                command, cwd=ROOT, env=self._environment, stdout=log, stderr=subprocess.STDOUT
            )
        # Data, not address space: PyTorch maps files and reserves addresses that take no memory.
        resource.prlimit(self._process.pid, resource.RLIMIT_DATA, (self._memory_bytes, self._memory_bytes))
        self._stopping = Event()
        Thread(target=self._watch_memory, args=(self._process.pid, self._stopping), daemon=True).start()
        deadline = time.monotonic() + _TIMEOUT_SECONDS
        while time.monotonic() < deadline:
            if not self.alive:
                raise RuntimeError(f"the server did not start:\n{self.log[-2000:]}")
            try:
                if self.get("/readyz", 5).is_success and self._rests():
                    return
            except httpx.TransportError:
                time.sleep(0.02)
        raise TimeoutError(f"the server was not ready after {_TIMEOUT_SECONDS} s")

    def stop(self) -> None:
        """Tell the server to stop; after 20 s, make it."""
        self._stopping.set()
        if self._process is None:
            return
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    @property
    def alive(self) -> bool:
        """Whether the process lives."""
        return self._process is not None and self._process.poll() is None

    @property
    def log(self) -> str:
        """What the server has written."""
        return self._log.read_text("utf-8", errors="replace")

    def get(self, path: str, patience: float = 30) -> httpx.Response:
        """Get something, as a bystander."""
        return httpx.get(f"http://127.0.0.1:{self.port}{path}", timeout=patience)

    def _rests(self) -> bool:
        """Whether nothing is computed: after it says that it is ready, it loads what edits need."""
        time.sleep(0.1)
        return "convscope_pending_computations 0.0" in self.get("/metrics", 5).text

    def failures(self) -> int:
        """Return how many requests the server itself has counted as failed: 5xx, but for "busy" and "disk full"."""
        try:
            text = self.get("/metrics").text
        except httpx.TransportError:
            return 0
        counts = re.findall(r'convscope_requests_total{[^}]*status="(5\d\d)"} (\S+)', text)
        return int(sum(float(count) for status, count in counts if status not in {"503", "507"}))

    def disk_bytes(self) -> int:
        """Return what the folder takes on the disk, in blocks as they are."""
        total = 0
        for path in self.data.rglob("*"):
            try:
                total += path.lstat().st_blocks * 512
            except FileNotFoundError:
                continue  # swept meanwhile
        return total

    def _watch_memory(self, pid: int, stopping: Event) -> None:
        while not stopping.is_set():
            try:
                status = Path(f"/proc/{pid}/status").read_text("ascii", errors="replace")
            except OSError:
                return
            if match := re.search(r"VmHWM:\s+(\d+)", status):
                self.peak_bytes = max(self.peak_bytes, int(match[1]) * 1024)
            stopping.wait(0.1)
