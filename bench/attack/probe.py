"""What somebody else sees during an attack: how long /healthz and a trace of a small new picture take."""

from __future__ import annotations

import http.client
import json
import math
import os
import random
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Event
from statistics import median
from threading import Thread

from bench.attack.files import bitmap

_PATIENCE = 60
_BOUNDARY = "a-picture-and-a-network"


@dataclass(frozen=True, slots=True)
class Seen:
    """The seconds of every request; infinite for one that failed."""

    health: list[float]
    trace: list[float]

    @property
    def worst_health(self) -> float:
        """The longest that /healthz took, in seconds."""
        return max(self.health, default=math.inf)

    @property
    def worst_trace(self) -> float:
        """The longest that a trace took, in seconds."""
        return max(self.trace, default=math.inf)

    def text(self) -> tuple[str, str]:
        """Return the worst and the median of both, in milliseconds."""
        return _milliseconds(self.health), _milliseconds(self.trace)


def _milliseconds(seconds: list[float]) -> str:
    if not seconds:
        return "none"
    worst, middle = (
        "never" if math.isinf(one) else f"{1000 * one:,.0f}" for one in (max(seconds), median(seconds))
    )
    return f"{worst} ({middle})"


def watch(port: int, begun: Event, stop: Event, results: Queue[Seen]) -> None:
    """Set ``begun``, ask until ``stop`` is set, then put what was seen on ``results``. Runs in a process of its own."""
    with suppress(PermissionError):
        os.nice(-10)  # to measure the server, not how long this process waits for its turn
    _trace(port)  # what is loaded at the first time is loaded now
    begun.set()
    seen = Seen([], [])
    threads = [
        Thread(target=_repeat, args=(stop, 0.05, seen.health, lambda: _health(port))),
        Thread(target=_repeat, args=(stop, 0.25, seen.trace, lambda: _trace(port))),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    results.put(seen)


def _repeat(stop: Event, pause: float, seconds: list[float], ask: Callable[[], bool]) -> None:
    while not stop.is_set():
        start = time.perf_counter()
        try:
            answered = ask()
        except (OSError, http.client.HTTPException):
            answered = False
        seconds.append(time.perf_counter() - start if answered else math.inf)
        time.sleep(pause)


def _health(port: int) -> bool:
    return _request(port, "GET", "/healthz")[0] == http.client.OK


def _trace(port: int) -> bool:
    """Trace a picture that nobody has seen. A refusal counts as waiting: try again when the server says so."""
    picture = bitmap(32, 32, random.randbytes(32 * 32 * 3))
    body = b"".join(
        b'--%s\r\nContent-Disposition: form-data; name="%s"%s\r\n\r\n%s\r\n'
        % (_BOUNDARY.encode(), name, extra, value)
        for name, extra, value in (
            (b"network", b"", b"tiny-vgg"),
            (b"file", b'; filename="p.bmp"\r\nContent-Type: image/bmp', picture),
        )
    )
    body += f"--{_BOUNDARY}--\r\n".encode()
    headers = {"Content-Type": f"multipart/form-data; boundary={_BOUNDARY}"}
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        status, retry_after, content = _request(port, "POST", "/api/v1/traces", body, headers)
        if status in (http.client.OK, http.client.CREATED):
            return bool(json.loads(content)["prediction"])
        if status != http.client.SERVICE_UNAVAILABLE:
            return False
        time.sleep(retry_after)
    return False


def _request(
    port: int, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None
) -> tuple[int, float, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_PATIENCE)
    try:
        connection.request(method, path, body, headers or {})
        answer = connection.getresponse()
        return answer.status, float(answer.getheader("Retry-After") or 1), answer.read()
    finally:
        connection.close()
