"""All services of one server, created and wired together."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import ParamSpec, TypeVar

import structlog

from app import resources
from app.services import allocator
from app.services.explanations import Explanations
from app.services.jobs import Jobs
from app.services.memory_budget import MemoryBudget
from app.services.networks import Networks
from app.services.pictures import Pictures, picture_limits
from app.services.readers import Readers
from app.services.store.sqlite_store import SqliteStore
from app.services.store.store import Store, StoreUnavailable
from app.services.traces import Traces
from app.services.workers import Busy, Workers
from app.settings import MEBIBYTE, Settings

P = ParamSpec("P")
R = TypeVar("R")

log = structlog.get_logger("convscope")

_SWEEP_SECONDS = 300
_IDLE_SECONDS = 3
_LITTLE_BYTES = 32 * MEBIBYTE
_SMALL_BYTES = 2 * MEBIBYTE  # so much does every thread have beside the budget


@dataclass(frozen=True, slots=True)
class Services:
    """Everything that routes and pages need."""

    settings: Settings
    networks: Networks
    pictures: Pictures
    traces: Traces
    workers: Workers
    store: Store
    jobs: Jobs
    explanations: Explanations
    budget: MemoryBudget
    readers: Readers

    @classmethod
    def start(cls, settings: Settings) -> Services:
        """Create all services; nothing heavy is loaded yet."""
        store = SqliteStore(settings.data_dir / "store", settings.store_bytes, settings.address_bytes or None)
        pictures = Pictures(
            store, picture_limits(settings), settings.picture_ttl, resources.static_dir() / "samples"
        )
        networks = Networks(settings)
        workers = Workers(settings.worker_count, settings.queue_limit)
        budget = MemoryBudget(settings.cache_bytes + settings.working_bytes)
        readers = Readers(settings.readers)
        traces = Traces(
            networks, pictures, store, workers, budget, readers, settings.cache_bytes, settings.picture_ttl
        )
        jobs = Jobs(workers)
        explanations = Explanations(networks, jobs, budget)
        return cls(settings, networks, pictures, traces, workers, store, jobs, explanations, budget, readers)

    async def run_within(self, nbytes: int, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Return what a function returns on a worker thread that takes at most so much memory for it.

        Raises:
            Busy: there is no room for it in time, or too much is waiting.
            OutOfMemory: the function ran out of memory nevertheless.
        """
        if nbytes <= _SMALL_BYTES:
            return await self.workers.run(function, *args, **kwargs)
        with await self.budget.reserve(nbytes):
            return await self.workers.run(function, *args, **kwargs)

    async def sweep_periodically(self) -> None:
        """Remove expired pictures and their traces now and every few minutes, until cancelled."""
        while True:
            try:
                await self.workers.run(self.store.sweep)
                await self.traces.forget_expired()
            except Busy:
                pass  # the next time
            except StoreUnavailable as error:
                log.warning("the store could not be swept", reason=str(error))
            await asyncio.sleep(_SWEEP_SECONDS)

    async def return_memory_periodically(self) -> None:
        """Give freed memory back to the system when nothing is computed, or when it is much, until cancelled.

        Passes that follow one another reuse what the ones before have freed.
        """
        was_idle = False
        while True:
            await asyncio.sleep(_IDLE_SECONDS)
            idle = self.workers.pending == 0
            worthwhile = _LITTLE_BYTES if idle and was_idle else allocator.KEPT_BYTES
            if allocator.freed_bytes() > worthwhile:
                await self.workers.run_admitted(allocator.return_freed_memory)
            was_idle = idle

    async def close(self) -> None:
        """Stop background jobs and passes, and let running work end."""
        await self.jobs.close()
        await self.traces.close()
        self.workers.close()
        self.store.close()
