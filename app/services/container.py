"""All services of one server, created and wired together."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

import structlog

from app import resources
from app.services.explanations import Explanations
from app.services.jobs import Jobs
from app.services.networks import Networks
from app.services.pictures import Pictures, picture_limits
from app.services.store.sqlite_store import SqliteStore
from app.services.store.store import Store, StoreUnavailable
from app.services.traces import Traces
from app.services.workers import Busy, Workers
from app.settings import Settings

log = structlog.get_logger("convscope")

_SWEEP_SECONDS = 300


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

    @classmethod
    def start(cls, settings: Settings) -> Services:
        """Create all services; nothing heavy is loaded yet."""
        store = SqliteStore(settings.data_dir / "store", settings.store_bytes, settings.address_bytes or None)
        pictures = Pictures(
            store, picture_limits(settings), settings.picture_ttl, resources.static_dir() / "samples"
        )
        networks = Networks(settings)
        workers = Workers(settings.worker_count, settings.queue_limit)
        traces = Traces(networks, pictures, store, workers, settings.cache_bytes, settings.picture_ttl)
        jobs = Jobs(workers)
        explanations = Explanations(networks, jobs)
        return cls(settings, networks, pictures, traces, workers, store, jobs, explanations)

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

    async def close(self) -> None:
        """Stop background jobs and passes, and let running work end."""
        await self.jobs.close()
        await self.traces.close()
        self.workers.close()
        self.store.close()
