"""Turns that are shared fairly: who asks for many waits behind himself, not the others behind him."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

CLIENT_SHARE = 0.75
"""The part that one client may have of what all clients may have at once."""


class FairTurns:
    """Lets so many proceed at once. Where more wait, the clients are served in rotation, each in its own order."""

    def __init__(self, count: int) -> None:
        """Let ``count`` proceed at once. To be used on one event loop."""
        self._free = count
        # A client that has been served goes to the end.
        self._waiting: dict[str, deque[asyncio.Future[None]]] = {}

    @asynccontextmanager
    async def turn(self, client: str) -> AsyncIterator[None]:
        """Wait for a turn, and have it until the block is left."""
        if self._free:
            self._free -= 1
        else:
            await self._wait(client)
        try:
            yield
        finally:
            self._pass_on()

    async def _wait(self, client: str) -> None:
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(client, deque()).append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            # The turn may come at the moment at which nobody wants it any more.
            if turn.done() and not turn.cancelled():
                self._pass_on()
            raise

    def _pass_on(self) -> None:
        """Give a turn to the next of the client that has waited longest since it was served."""
        while self._waiting:
            client = next(iter(self._waiting))
            queue = self._waiting.pop(client)
            turn = queue.popleft()
            if queue:
                self._waiting[client] = queue
            if not turn.done():
                turn.set_result(None)
                return
        self._free += 1
