"""Start a ConvScope server in its own process, and this machine's Chromium."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil  # type: ignore[import-untyped]
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
VIEWPORT: ViewportSize = {"width": 1280, "height": 720}
_TIMEOUT_SECONDS = 120
_ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@dataclass(frozen=True, slots=True)
class Live:
    """A running server: its address, its process, and the seconds from its start until it was ready."""

    address: str
    process: psutil.Process
    seconds_to_ready: float

    def resident(self) -> float:
        """Return the server's resident memory in MB."""
        return float(self.process.memory_info().rss) / 1e6

    def peak(self) -> float:
        """Return the server's peak memory in MB (Linux)."""
        status = Path(f"/proc/{self.process.pid}/status").read_text("ascii", errors="replace")
        return float(re.search(r"VmHWM:\s+(\d+)", status)[1]) * 1.024e-3  # type: ignore[index]


@contextmanager
def server(environment: Mapping[str, str] | None = None) -> Iterator[Live]:
    """Start a server with an empty store, yield it when it is ready, and stop it afterwards."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "app", "serve", "--port", str(port)]
    with tempfile.TemporaryDirectory() as folder:
        server_environment = {**os.environ, "CONVSCOPE_DATA_DIR": folder, **(environment or {})}
        start = time.perf_counter()
        with subprocess.Popen(
            command, cwd=ROOT, env=server_environment, stdout=subprocess.DEVNULL
        ) as process:
            try:
                _wait_until_ready(address, process)
                yield Live(address, psutil.Process(process.pid), time.perf_counter() - start)
            finally:
                process.terminate()
                process.wait(30)


def _wait_until_ready(address: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _TIMEOUT_SECONDS
    with httpx.Client(timeout=5) as client:
        while time.monotonic() < deadline:
            if process.poll() is not None:
                raise RuntimeError(f"the server ended with {process.returncode}")
            try:
                if client.get(f"{address}/readyz").status_code == httpx.codes.OK:
                    return
            except httpx.TransportError:
                pass
            time.sleep(0.01)
    raise TimeoutError(f"the server was not ready after {_TIMEOUT_SECONDS} s")


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start this machine's Chromium, headless. The environment variable ``CHROMIUM`` overrides its path."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"), args=_ARGUMENTS
        )
        try:
            yield browser
        finally:
            browser.close()


def wait_until_painted(page: Page) -> None:
    """Wait until the page reports that all visible maps are painted.

    Waits on a promise: `Page.wait_for_function` polls by evaluating a string, which the page's CSP forbids.
    """
    page.evaluate(
        """() => new Promise((resolve) => {
          new PerformanceObserver((list, observer) => {
            if (!list.getEntriesByName("convscope:painted").length) return;
            observer.disconnect();
            resolve(null);
          }).observe({ type: "measure", buffered: true });
        })"""
    )
