"""All services of one server, created and wired together."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass

from app import resources
from app.services.explanations import Explanations
from app.services.jobs import Jobs
from app.services.networks import Networks
from app.services.pictures import Pictures, picture_limits
from app.services.store import DirectoryStore, Store
from app.services.traces import Traces
from app.services.workers import Busy, Workers
from app.settings import Settings

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
        store = DirectoryStore(settings.data_dir / "store", settings.store_bytes)
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
        """Remove expired pictures and their traces every few minutes, until cancelled."""
        while True:
            await asyncio.sleep(_SWEEP_SECONDS)
            with suppress(Busy, OSError):
                await self.workers.run(self.store.sweep)
                await self.traces.forget_expired()

    async def close(self) -> None:
        """Stop background jobs and passes, and let running work end."""
        await self.jobs.close()
        await self.traces.close()
        self.workers.close()
