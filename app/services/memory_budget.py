"""How much memory computations and their readers may hold together, so that a flood of them waits or is refused."""

from __future__ import annotations

import asyncio
import weakref
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from threading import Lock
from types import TracebackType
from typing import Self

from app.services.workers import Busy

_PATIENCE = 5.0
_FOR_SMALL_BYTES = 32 << 20
_RETRY_SECONDS = 5


class Reservation:
    """A number of bytes that somebody may use until they are released. Leaving its ``with`` block releases it."""

    def __init__(self, budget: MemoryBudget, nbytes: int) -> None:
        self._budget = budget
        self.nbytes = nbytes

    def resize(self, nbytes: int) -> None:
        """Change what is reserved: what a computation leaves is known exactly only when it has ended."""
        self._budget.give_back(self.nbytes - nbytes)
        self.nbytes = nbytes

    def release(self) -> None:
        """Give all of it back. A second call does nothing."""
        self.resize(0)

    def keep_with(self, owner: object) -> None:
        """Give it back when an object is gone, which may be on any thread."""
        nbytes, self.nbytes = self.nbytes, 0
        weakref.finalize(owner, self._budget.give_back, nbytes).atexit = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()


@dataclass(frozen=True, slots=True, eq=False)
class _Waiter:
    nbytes: int
    granted: asyncio.Future[None]


class MemoryBudget:
    """A number of bytes that is lent out first come, first served.

    Who needs little does not wait behind who needs much: there is some room that only small requests get. Methods are
    to be called on the event loop, except where they say otherwise.
    """

    def __init__(self, limit: int, patience: float = _PATIENCE) -> None:
        """Lend ``limit`` bytes in all; who cannot be served within ``patience`` seconds is refused."""
        self.limit = limit
        self.patience = patience
        self._evict: Callable[[], bool] = lambda: False
        self._for_small = min(_FOR_SMALL_BYTES, limit // 8)
        self._waiting: deque[_Waiter] = deque()
        self._waiting_small: deque[_Waiter] = deque()
        self._used = 0
        self._lock = Lock()
        # What was given back and is not yet subtracted. Garbage collection gives back too, at any moment and in the
        # middle of any statement, so that it must neither take the lock nor write the sum.
        self._returned: deque[int] = deque()
        self._loop: asyncio.AbstractEventLoop | None = None

    @property
    def reserved(self) -> int:
        """Bytes that are lent out now. Of any thread."""
        with self._lock:
            return self._settle()

    def evict_with(self, evict: Callable[[], bool]) -> None:
        """Make room with a function that drops something kept for later, and returns False when nothing is left."""
        self._evict = evict

    async def reserve(self, nbytes: int, patience: float | None = None) -> Reservation:
        """Return a reservation, after those who asked before; ``patience`` is the budget's own unless given.

        Raises:
            Busy: there was no room for it in time, or is none at all.
        """
        self._loop = asyncio.get_running_loop()
        if nbytes > self._room(nbytes):
            raise Busy(_RETRY_SECONDS)
        waiter = _Waiter(nbytes, self._loop.create_future())
        waiting = self._waiting_small if self._is_small(nbytes) else self._waiting
        waiting.append(waiter)
        self._serve()
        try:
            async with asyncio.timeout(self.patience if patience is None else patience):
                await waiter.granted
        except BaseException as error:
            if waiter.granted.done() and not waiter.granted.cancelled():
                self.give_back(nbytes)
            else:
                waiting.remove(waiter)
                self._serve()
            if isinstance(error, TimeoutError):
                raise Busy(_RETRY_SECONDS) from None
            raise
        return Reservation(self, nbytes)

    def try_reserve(self, nbytes: int) -> Reservation | None:
        """Return a reservation if there is room and nobody waits for it, else None. Of any thread."""
        waited_for = self._waiting or self._waiting_small
        return None if waited_for or not self._take(nbytes) else Reservation(self, nbytes)

    def give_back(self, nbytes: int) -> None:
        """Take bytes back, or lend more if negative. Of any thread."""
        self._returned.append(nbytes)
        if (self._waiting or self._waiting_small) and self._loop is not None:
            with suppress(RuntimeError):  # the loop is closed, and nobody waits any more
                self._loop.call_soon_threadsafe(self._serve)

    def _serve(self) -> None:
        """Grant what fits to those who wait, in their order."""
        for waiting in (self._waiting_small, self._waiting):
            while waiting and not waiting[0].granted.done():  # who gave up takes itself out
                if not self._take_or_evict(waiting[0].nbytes):
                    break
                waiting.popleft().granted.set_result(None)

    def _take_or_evict(self, nbytes: int) -> bool:
        while not self._take(nbytes):
            if not self._evict():
                return False
        return True

    def _is_small(self, nbytes: int) -> bool:
        return nbytes <= self._for_small // 4

    def _room(self, nbytes: int) -> int:
        """Return how much may be lent in all when so much is asked for."""
        return self.limit if self._is_small(nbytes) else self.limit - self._for_small

    def _take(self, nbytes: int) -> bool:
        with self._lock:
            if self._settle() + nbytes > self._room(nbytes):
                return False
            self._used += nbytes
            return True

    def _settle(self) -> int:
        while self._returned:
            self._used -= self._returned.popleft()
        return self._used
