"""What a connection may cost: uvicorn's protocol with bounds on headers, time, and the number of connections.

uvicorn has no bound on headers, on the time until they are there, or on a client that reads nothing of an answer.
`convscope serve` uses this protocol; under another server, a reverse proxy has to set such bounds.
"""

from __future__ import annotations

import asyncio
import math
from collections import Counter
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, ClassVar

import httptools
from uvicorn._types import ASGI3Application
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle

from app.http.addresses import client_key
from app.http.errors import problem
from app.http.middleware import Metrics

MAX_HEADER_BYTES = 64 * 1024

_PIECE_BYTES = 8 * 1024
_MAX_PIPELINED = 16
_SWEEP_SECONDS = 1.0
_LINGER_SECONDS = 2.0
_MAX_LINGERING = 64
_LEAST_READ_BYTES = 16 * 1024
"""What a client has to read of a full buffer while the time for a stalled one passes."""


@dataclass(frozen=True, slots=True)
class ConnectionBounds:
    """Bounds in numbers and seconds; see the settings of the same names."""

    connections: int
    connections_per_address: int
    header_timeout: float
    stall_timeout: float


class Connections:
    """The open connections of one server: how many there are, of whom, and which of them are too slow."""

    def __init__(self, bounds: ConnectionBounds, metrics: Metrics) -> None:
        """Begin without connections."""
        self.bounds = bounds
        self._metrics = metrics
        self._open: dict[GuardedProtocol, None] = {}
        self._lingering: set[GuardedProtocol] = set()
        self._by_client: Counter[str] = Counter()
        self._sweep: asyncio.TimerHandle | None = None
        metrics.connections.set_function(lambda: len(self._open))

    def admit(self, connection: GuardedProtocol) -> bool:
        """Count a new connection, unless there are too many; one that waits for a request makes room for it."""
        client = connection.client_key
        if client and self._by_client[client] >= self.bounds.connections_per_address:
            room = self._close_idle(client)
        elif len(self._open) >= self.bounds.connections:
            room = self._close_idle(None)
        else:
            room = True
        if room:
            self._open[connection] = None
            self._by_client[client] += 1
        return room

    def linger(self, connection: GuardedProtocol) -> bool:
        """Watch a connection that is about to close, and return whether its client may have time to read why."""
        self._remove(connection)
        self._lingering.add(connection)
        return len(self._lingering) <= _MAX_LINGERING

    def forget(self, connection: GuardedProtocol) -> None:
        """Count a connection no longer."""
        self._remove(connection)
        self._lingering.discard(connection)

    def watch(self, loop: asyncio.AbstractEventLoop) -> None:
        """Look at all connections every second, as long as there are any."""
        if self._sweep is None:
            self._sweep = loop.call_later(_SWEEP_SECONDS, self._check_all, loop)

    def count_refusal(self, reason: str) -> None:
        """Count a connection that was closed for what its client did."""
        self._metrics.refused_connections.labels(reason).inc()

    def _remove(self, connection: GuardedProtocol) -> None:
        if connection in self._open:
            del self._open[connection]
            self._by_client[connection.client_key] -= 1
            if not self._by_client[connection.client_key]:
                del self._by_client[connection.client_key]

    def _close_idle(self, client: str | None) -> bool:
        """Close the connection, of this client or of any, that has waited longest for a next request."""
        idle = [one for one in self._open if one.idle and client in {None, one.client_key}]
        if not idle:
            return False
        min(idle, key=lambda connection: connection.waiting_since).close_at_once()
        return True

    def _check_all(self, loop: asyncio.AbstractEventLoop) -> None:
        self._sweep = None
        now = loop.time()
        for connection in [*self._open, *self._lingering]:
            connection.check(now)
        if self._open or self._lingering:
            self.watch(loop)


class GuardedProtocol(HttpToolsProtocol):
    """One connection, within bounds. What is refused is told why, where the client can still read it."""

    guard: ClassVar[Connections]

    def __init__(self, *arguments: Any, **named: Any) -> None:
        """Begin as uvicorn does."""
        super().__init__(*arguments, **named)
        self.client_key = ""
        self.waiting_since = 0.0
        """Since when this connection has waited for the headers of its next request."""
        self._answering: RequestResponseCycle | None = None
        self._in_headers = False
        self._piece = 0
        self._overhead = 0
        self._refused = False
        self._lingers_until = math.inf
        self._unread = 0
        self._unread_since = 0.0

    @property
    def idle(self) -> bool:
        """Whether the connection only waits for a next request, some of whose headers may be there."""
        if self._answering is None:
            return True
        return self._answering.response_complete and not self.pipeline

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Admit a connection, or tell its client that there are too many."""
        super().connection_made(transport)
        self.client_key = client_key(self.client[0] if self.client else None)
        self.waiting_since = self.loop.time()
        self.guard.watch(self.loop)
        if not self.guard.admit(self):
            self._refuse("too-many", 503, "Too many connections are open. Try again in a few seconds.")

    def connection_lost(self, exc: Exception | None) -> None:
        """Count the connection no longer."""
        self.guard.forget(self)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Parse what came in pieces, so that hardly more than the bound on headers is parsed of a larger one."""
        if self._refused:
            return
        self._unset_keepalive_if_required()
        view = memoryview(data)
        for start in range(0, len(view), _PIECE_BYTES):
            if not self._parse(view[start : start + _PIECE_BYTES]):
                break

    def _parse(self, piece: memoryview) -> bool:
        """Parse a piece, and return whether what follows it is to be parsed too."""
        self._piece = len(piece)
        self._overhead += self._piece
        try:
            self.parser.feed_data(piece)
        except httptools.HttpParserUpgrade:
            return False  # to a protocol that this server does not have: the request is answered as it is
        except httptools.HttpParserError:
            self.send_400_response("This is no valid HTTP request.")
        if self._overhead > MAX_HEADER_BYTES:
            self._refuse("headers", 431, f"A request may have at most {MAX_HEADER_BYTES} bytes of headers.")
        return not self._refused

    def on_message_begin(self) -> None:
        """Begin to count what a request has besides its body: headers, sizes of chunks, trailers."""
        super().on_message_begin()
        self._in_headers = True
        self._overhead = self._piece  # some of which may have been of the request before

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header. What comes after a body is dropped: nobody asks for it."""
        if self._in_headers:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """Start the request, unless too many wait already for those before them on this connection."""
        self._in_headers = False
        if len(self.pipeline) < _MAX_PIPELINED:
            super().on_headers_complete()
        else:
            self._refuse("pipelined", 503, f"At most {_MAX_PIPELINED} requests may wait on one connection.")
            raise ConnectionError("the parser goes no further")

    def on_body(self, body: bytes) -> None:
        """Take a part of a body. It makes up for the sizes of its chunks, unless they are tiny."""
        self._overhead = max(0, self._overhead - 2 * len(body))
        super().on_body(body)

    def on_response_complete(self) -> None:
        """Begin to wait for the next request."""
        self.waiting_since = self.loop.time()
        super().on_response_complete()

    def send_400_response(self, msg: str) -> None:
        """Answer what is not HTTP."""
        self._refuse("malformed", 400, msg)

    def check(self, now: float) -> None:
        """Close a connection that has not sent its headers, or not read what waits for it, for too long."""
        if now > self._lingers_until:
            self.transport.abort()
        elif self._stalls(now):
            self.guard.count_refusal("stalled")
            self.transport.abort()
        elif self.idle and not self._refused and now - self.waiting_since > self.guard.bounds.header_timeout:
            if self._in_headers:
                seconds = self.guard.bounds.header_timeout
                self._refuse("slow", 408, f"A request's headers have to arrive within {seconds:g} s.")
            else:  # nothing of a request has come, so there is nothing to answer
                self.transport.close()

    def close_at_once(self) -> None:
        """Close the connection, although its client may not have read all of the last answer."""
        self._lingers_until = self.loop.time() + _LINGER_SECONDS
        self.guard.linger(self)
        self.transport.close()

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: ASGI3Application) -> None:
        self._answering = cycle
        super()._start_asgi_task(cycle, app)

    def _stalls(self, now: float) -> bool:
        """Whether the client has read next to nothing, for too long, of what waits for it."""
        unread = self.transport.get_write_buffer_size()
        if unread == 0 or unread > self._unread or unread <= self._unread - _LEAST_READ_BYTES:
            self._unread, self._unread_since = unread, now
        return unread > 0 and now - self._unread_since > self.guard.bounds.stall_timeout

    def _refuse(self, reason: str, status: int, detail: str) -> None:
        """Say why, unless an earlier request is being answered, and close the connection."""
        if self._refused:
            return
        self._refused = True
        self.guard.count_refusal(reason)
        self._unset_keepalive_if_required()
        if self.pipeline and self.pipeline[0][0].more_body:  # the refused request itself
            self.pipeline.popleft()
        answering = self._answering
        if answering is not None and not answering.response_complete:
            if not answering.more_body:  # the refused request is a later one; those before it are answered
                last = self.pipeline[0][0] if self.pipeline else answering
                last.keep_alive = False
                return
            answering.disconnected = True
            answering.message_event.set()
            if answering.response_started:
                self.transport.abort()
                return
        response = problem(status, reason, HTTPStatus(status).phrase, detail)
        headers = [(b"connection", b"close"), *response.raw_headers]
        lines = [b"%s: %s\r\n" % header for header in headers]
        self.transport.write(b"".join([STATUS_LINE[status], *lines, b"\r\n", bytes(response.body)]))
        self._lingers_until = self.loop.time() + _LINGER_SECONDS
        if self.guard.linger(self) and self.transport.can_write_eof():
            # Closing now could reset the connection before the client has read this.
            self.transport.write_eof()
        else:
            self.transport.close()


def guarded_protocol(connections: Connections) -> type[GuardedProtocol]:
    """Return the protocol whose connections are counted together, as uvicorn's option `http` takes it."""

    class Protocol(GuardedProtocol):
        guard = connections

    return Protocol
