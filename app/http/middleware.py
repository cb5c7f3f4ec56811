"""What every request passes through: security headers, compression, metrics and a log line.

Each is plain ASGI middleware, which passes the parts of a streamed response on as they come.
"""

from __future__ import annotations

import base64
import hashlib
import re
import time
from collections.abc import Awaitable, Callable, MutableMapping
from functools import lru_cache
from typing import Any

import structlog
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from starlette.datastructures import MutableHeaders
from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.http.bodies import BodyBudget
from app.services.memory_budget import MemoryBudget
from app.services.readers import Readers
from app.services.traces import Traces
from app.services.workers import Workers

log = structlog.get_logger("convscope.request")

_SOURCES = (
    "default-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:; "
    "object-src 'none'; base-uri 'none'; form-action 'self'"
)
_PAGE_POLICY = _SOURCES + "; frame-ancestors *"
# The interactive documentation styles itself inline, and searches in a worker that it makes itself.
_DOCS_POLICY = (
    _SOURCES + "; frame-ancestors 'none'; style-src 'self' 'unsafe-inline'; worker-src 'self' blob:"
)
_DOCS = ("/docs", "/redoc")
_INLINE_SCRIPT = re.compile(rb"<script>(.*?)</script>", re.DOTALL)
_TEXT = re.compile(r"/$|/learn(/|$)|/static/")

Wrap = Callable[[Message], Awaitable[None]]


class Metrics:
    """The metrics of one application that Prometheus collects."""

    def __init__(self) -> None:
        """Make the collectors, in a registry of their own so that two applications can live in one process."""
        self.registry = CollectorRegistry()
        labels = ("method", "route", "status")
        self.requests = Counter("convscope_requests", "Requests answered.", labels, registry=self.registry)
        self.seconds = Histogram(
            "convscope_request_seconds", "Time to the end of an answer.", ("route",), registry=self.registry
        )
        self.pending = Gauge(
            "convscope_pending_computations",
            "Pieces of work that a thread does or will do.",
            registry=self.registry,
        )
        self.in_progress = Gauge(
            "convscope_traces_in_progress", "Traces that are computed or wait to be.", registry=self.registry
        )
        self.cached = Gauge(
            "convscope_cached_bytes",
            "Memory that the values of finished traces take, kept or still being read.",
            registry=self.registry,
        )

        self.reserved = Gauge(
            "convscope_reserved_bytes",
            "Memory that finished traces, computations and answers in progress may take.",
            registry=self.registry,
        )
        self.readers = Gauge(
            "convscope_readers", "Map streams and exports that are being sent.", registry=self.registry
        )

        self.bodies = Gauge(
            "convscope_bodies_bytes", "Memory that arriving bodies take.", registry=self.registry
        )

        self.connections = Gauge("convscope_connections", "Open connections.", registry=self.registry)
        self.refused_connections = Counter(
            "convscope_refused_connections",
            "Connections closed for what their client did or failed to do.",
            ("reason",),
            registry=self.registry,
        )

    def watch_bodies(self, budget: BodyBudget) -> None:
        """Report how much of this budget is in use."""
        self.bodies.set_function(lambda: budget.held)

    def watch(self, workers: Workers, traces: Traces, budget: MemoryBudget, readers: Readers) -> None:
        """Report the queue of these workers, and the memory of these traces and of all computations."""
        self.pending.set_function(lambda: workers.pending)
        self.in_progress.set_function(lambda: traces.in_progress)
        self.cached.set_function(lambda: traces.held_bytes)
        self.reserved.set_function(lambda: budget.reserved)
        self.readers.set_function(lambda: len(readers))


class Observe:
    """Counts and logs every request with the route that answered it."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        """Wrap an application."""
        self.app = app
        self.metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began = time.perf_counter()
        status = 500

        async def note(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, note)
        finally:
            duration = time.perf_counter() - began
            route = _route_of(scope)
            self.metrics.requests.labels(scope["method"], route, str(status)).inc()
            self.metrics.seconds.labels(route).observe(duration)
            log.info(
                "request",
                method=scope["method"],
                path=scope["path"],
                status=status,
                ms=round(duration * 1000, 1),
            )


class SafeHeaders:
    """Adds security headers: browsers load content from this server only, and do not guess its type."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap an application."""
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        documentation = scope["path"].startswith(_DOCS)
        start: Message = {}
        body = b""

        async def add(message: Message) -> None:
            if message["type"] == "http.response.start":
                _add_headers(message, _PAGE_POLICY)
            await send(message)

        async def add_to_documentation(message: Message) -> None:
            """Send the page when it is whole: its policy names the scripts in it."""
            nonlocal start, body
            if message["type"] == "http.response.start":
                start = message
                return
            body += message.get("body", b"")
            if not message.get("more_body"):
                _add_headers(start, _docs_policy(body))
                await send(start)
                await send({"type": "http.response.body", "body": body})

        await self.app(scope, receive, add_to_documentation if documentation else add)


def _add_headers(message: Message, policy: str) -> None:
    headers = MutableHeaders(scope=message)
    headers.setdefault("Content-Security-Policy", policy)
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "same-origin")
    headers.setdefault("Cross-Origin-Resource-Policy", "cross-origin")


@lru_cache(maxsize=16)
def _docs_policy(page: bytes) -> str:
    """Return the policy of a page that FastAPI makes, whose inline scripts are allowed by their digests."""
    digests = [base64.b64encode(hashlib.sha256(script).digest()) for script in _INLINE_SCRIPT.findall(page)]
    allowed = "".join(f" 'sha256-{digest.decode()}'" for digest in digests)
    return f"{_DOCS_POLICY}; script-src 'self'{allowed}"


class CompressPages:
    """Compresses the pages and their files; never maps and pictures, which are compressed or streamed as they are."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap an application."""
        self.app = app
        self.compressed = GZipMiddleware(app, minimum_size=1000, compresslevel=6)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        text = scope["type"] == "http" and _TEXT.match(scope["path"])
        await (self.compressed if text else self.app)(scope, receive, send)


class AnswerHead:
    """Answers HEAD with the status and headers of GET, without a body (RFC 9110, section 9.3.2)."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap an application that knows GET."""
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self.app(scope, receive, send)
            return

        async def without_body(message: Message) -> None:
            if message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        as_get = {**scope, "method": "GET"}
        try:
            await self.app(as_get, receive, without_body)
        finally:
            if "route" in as_get:
                scope["route"] = as_get["route"]  # `Observe` reads it


def _route_of(scope: MutableMapping[str, Any]) -> str:
    """Return the name of the operation that answered, so that ids do not become labels."""
    return getattr(scope.get("route"), "name", "other")
