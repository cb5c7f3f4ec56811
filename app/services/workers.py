"""The threads that compute. The event loop only waits for them: a slow trace delays nobody else."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import ParamSpec, TypeVar

from app.tracing.capture.memory import ran_out

P = ParamSpec("P")
R = TypeVar("R")


class Busy(Exception):
    """More work is waiting than the queue may hold; ``retry_after`` is in seconds."""

    def __init__(self, retry_after: int = 1) -> None:
        super().__init__(f"The server is busy. Try again in {retry_after} s; nothing was lost.")
        self.retry_after = retry_after


class OutOfMemory(Exception):
    """A computation for which there was no memory left; it holds none itself."""

    def __init__(self) -> None:
        super().__init__("The server has no memory left for this now. Try again later, or with fewer cells.")


class Workers:
    """A pool of threads behind a bounded queue."""

    limit: int
    """Computations that may run or wait at once."""

    def __init__(self, count: int, queue_limit: int) -> None:
        """Start with ``count`` threads; at most ``queue_limit`` computations wait for one."""
        self.count = count
        self.limit = count + queue_limit
        self._pending = 0
        self._pool = ThreadPoolExecutor(count, thread_name_prefix="worker")

    @property
    def pending(self) -> int:
        """Computations that run or wait now."""
        return self._pending

    async def run(self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Return what the function returns on a worker thread. To be called on the event loop.

        Raises:
            Busy: where the queue is full; nothing was begun.
            OutOfMemory: the function ran out of memory.
        """
        if self._pending >= self.limit:
            raise Busy
        return await self.run_admitted(function, *args, **kwargs)

    async def run_admitted(self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Do as `run` does for something that was let in before and can no longer be refused: never Busy."""
        loop = asyncio.get_running_loop()
        future = self._pool.submit(lambda: _without_memory_errors(function, *args, **kwargs))
        self._pending += 1
        # Counted until the work itself ends: a caller that gives up does not free the thread.
        future.add_done_callback(lambda _future: self._from_worker(loop))
        return await asyncio.wrap_future(future)

    def _from_worker(self, loop: asyncio.AbstractEventLoop) -> None:
        with suppress(RuntimeError):  # the loop is closed: the server is gone, and its count with it
            loop.call_soon_threadsafe(self._done)

    def _done(self) -> None:
        self._pending -= 1

    def close(self) -> None:
        """Let running work end and drop what waits."""
        self._pool.shutdown(wait=True, cancel_futures=True)


def _without_memory_errors(function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Call a function, and tell in one way that it ran out of memory.

    Raises:
        OutOfMemory: it did.
    """
    try:
        return function(*args, **kwargs)
    except Exception as error:  # what runs out of memory may be told as an error of something else
        if not ran_out(error):
            raise
    # Not as the cause: the other's traceback holds all that filled the memory.
    raise OutOfMemory
