"""What a request may send: a bound for each route, on its time, and on all bodies that are in memory together.

Plain ASGI. A body is bounded while it is read, before the application parses any of it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.http.addresses import client_key
from app.http.errors import BodyTooLarge, BodyTooSlow, response_to
from app.services.workers import Busy

SMALL_BODY_BYTES = 64 * 1024
"""The bound of every route that takes no uploads, and what each request may have outside the budget."""

_FORM_OVERHEAD = 256 * 1024
_DRAIN_FACTOR = 8
_DRAIN_SECONDS = 30.0
_DRAINS = 4
"""Refused bodies that are read and dropped at a time: more would only keep the event loop from other requests."""
_RETRY_SECONDS = 5

Uploads = Mapping[tuple[str, str], tuple[str, ...]]
"""The media types, or their beginnings, of which a method and path take files."""


@dataclass(frozen=True, slots=True)
class BodyBounds:
    """Bounds in bytes and seconds; see the settings of the same names."""

    max_upload_bytes: int
    bodies_bytes: int
    body_timeout: float
    stall_timeout: float
    room_timeout: float = 30.0
    """How long a body waits until others have left room for it."""

    @property
    def max_form_bytes(self) -> int:
        """The largest file with a form around it."""
        return self.max_upload_bytes + _FORM_OVERHEAD


class BodyBudget:
    """The bytes of bodies in memory, of all clients and of each.

    One client can use at most half, so that a client who never sends a last byte leaves room for the others.
    """

    def __init__(self, max_bytes: int, largest: int) -> None:
        """Make a budget in which a body of ``largest`` bytes always has room when there is no other."""
        self._max_bytes = max(max_bytes, largest)
        self._max_share = max(self._max_bytes // 2, largest)
        self._shares: dict[str, int] = {}
        self._waiting: list[tuple[str, int, asyncio.Future[None]]] = []
        self.held = 0

    async def reserve(self, client: str, count: int, seconds: float) -> None:
        """Take ``count`` bytes; wait for room for some seconds, while nothing more is read.

        Raises:
            Busy: there was none in that time.
        """
        if self._fits(client, count):
            self._take(client, count)
            return
        room: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        entry = (client, count, room)
        self._waiting.append(entry)
        try:
            async with asyncio.timeout(seconds):
                await room
        except BaseException as error:
            if entry in self._waiting:
                self._waiting.remove(entry)
            elif room.done() and not room.cancelled():  # given in the very turn in which the wait ended
                self.release(client, count)
            if isinstance(error, TimeoutError):
                raise Busy(_RETRY_SECONDS) from error
            raise

    def release(self, client: str, count: int) -> None:
        """Give back bytes, and give them to who waits for them, the first comer first."""
        self.held -= count
        self._shares[client] -= count
        if not self._shares[client]:
            del self._shares[client]
        for entry in list(self._waiting):
            waiting_client, waiting_count, room = entry
            if not room.done() and self._fits(waiting_client, waiting_count):
                self._waiting.remove(entry)
                self._take(waiting_client, waiting_count)
                room.set_result(None)

    def _fits(self, client: str, count: int) -> bool:
        share = self._shares.get(client, 0)
        return self.held + count <= self._max_bytes and share + count <= self._max_share

    def _take(self, client: str, count: int) -> None:
        self.held += count
        self._shares[client] = self._shares.get(client, 0) + count


class BodyLimit:
    """Refuses a body that is larger than its route takes, slow to come, or more than there is room for.

    A browser that is still sending when the connection closes shows a broken connection instead of the answer,
    so what follows of a refused body is read and dropped, up to a bound.
    """

    def __init__(self, app: ASGIApp, bounds: BodyBounds, budget: BodyBudget, uploads: Uploads) -> None:
        """Wrap an application; ``uploads`` are the routes that take files."""
        self.app = app
        self.bounds = bounds
        self.budget = budget
        self.uploads = uploads
        self.drains = asyncio.Semaphore(_DRAINS)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        body = _Body(self, scope, headers, receive)
        if body.is_announced_too_large:
            waits = headers.get("expect", "").lower() == "100-continue"
            await body.refuse(body.too_large(), scope, send, drain=not waits)
            return
        started = False

        async def answer(message: Message) -> None:
            nonlocal started
            if body.refusal is not None and not started:
                return  # the application's own words about a body that it never got
            started = True
            await send(message)

        try:
            await self.app(scope, body.receive, answer)
        except Exception:
            if body.refusal is None or started:
                raise
        finally:
            body.release()
        if body.refusal is not None and not started:
            await body.refuse(body.refusal, scope, send, drain=not isinstance(body.refusal, BodyTooSlow))


class _Body:
    """One request's body while it comes."""

    def __init__(self, guard: BodyLimit, scope: Scope, headers: Headers, receive: Receive) -> None:
        self._guard = guard
        self._receive = receive
        self._client = client_key(scope["client"][0] if scope.get("client") else None)
        self._received = 0
        self._reserved = 0
        self._whole = False
        self._deadline = asyncio.get_running_loop().time() + guard.bounds.body_timeout
        media_type = headers.get("content-type", "").lower()
        path = scope["path"].removeprefix(scope.get("root_path", ""))
        accepted = guard.uploads.get((scope["method"], path), ())
        self._is_upload = media_type.startswith(accepted)
        self.limit = guard.bounds.max_form_bytes if self._is_upload else SMALL_BODY_BYTES
        self.refusal: Exception | None = None
        announced = headers.get("content-length", "")
        # What it takes of the budget: all of it at once, so that no two wait for what the other has.
        self._length = int(announced) if announced.isdecimal() else self.limit

    @property
    def is_announced_too_large(self) -> bool:
        """Whether it need not be read to be refused."""
        return self._length > self.limit

    def too_large(self) -> BodyTooLarge:
        if self._is_upload:
            mebibytes = self._guard.bounds.max_upload_bytes / 2**20
            return BodyTooLarge(f"A file may have at most {mebibytes:.1f} MiB; this request is larger.")
        return BodyTooLarge(f"This request is too large; at most {self.limit} bytes are permitted.")

    async def receive(self) -> Message:
        """Return the next message, or raise what is wrong with the body."""
        if self._whole:  # the next message is a disconnect, which may come at any time: no deadline
            return await self._receive()
        if self.refusal is not None:
            raise self.refusal
        try:
            return await self._next()
        except (BodyTooLarge, BodyTooSlow, Busy) as error:
            self.refusal = error
            self.release()
            raise

    async def _next(self) -> Message:
        message = await self._receive_in_time()
        count = len(message.get("body", b""))
        self._received += count
        if self._received > self.limit:
            self._whole = not message.get("more_body")
            raise self.too_large()
        if self._received > SMALL_BODY_BYTES and not self._reserved:
            await self._guard.budget.reserve(self._client, self._length, self._guard.bounds.room_timeout)
            self._reserved = self._length
        self._whole = not message.get("more_body")
        return message

    async def _receive_in_time(self) -> Message:
        bounds = self._guard.bounds
        stalled_at = asyncio.get_running_loop().time() + bounds.stall_timeout
        try:
            async with asyncio.timeout_at(min(self._deadline, stalled_at)):
                return await self._receive()
        except TimeoutError as error:
            if self._deadline <= stalled_at:
                message = f"A request's body has to arrive within {bounds.body_timeout:g} s."
            else:
                message = f"Nothing of the request's body arrived for {bounds.stall_timeout:g} s."
            raise BodyTooSlow(message) from error

    def release(self) -> None:
        """Give back what the body took of the budget."""
        if self._reserved:
            self._guard.budget.release(self._client, self._reserved)
            self._reserved = 0

    async def refuse(self, error: Exception, scope: Scope, send: Send, *, drain: bool) -> None:
        """Answer with the refusal, and let the rest of the body come before the connection is closed."""
        response = response_to(error)
        if self._whole:
            await response(scope, self._receive, send)
            return
        response.headers["Connection"] = "close"
        await send(
            {"type": "http.response.start", "status": response.status_code, "headers": response.raw_headers}
        )
        await send({"type": "http.response.body", "body": bytes(response.body), "more_body": True})
        if drain:
            await self._drain()
        await send({"type": "http.response.body", "body": b""})

    async def _drain(self) -> None:
        most = _DRAIN_FACTOR * self._guard.bounds.max_form_bytes
        message: Message = {"more_body": True}
        with suppress(TimeoutError):
            seconds = min(_DRAIN_SECONDS, self._guard.bounds.body_timeout)
            async with asyncio.timeout(seconds), self._guard.drains:
                while message.get("more_body") and self._received <= most:
                    message = await self._receive()
                    self._received += len(message.get("body", b""))
