"""Long computations in the background: begun at once, watched while they go on, cancelled on demand.

A job is done in small pieces on the threads that answer requests, one job at a time: between two pieces whatever
else waits for a thread has its turn, so a job takes the time that is left. Jobs live in memory, and for a while after
they end, so that asking for the same again costs nothing.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Literal

import structlog

from app.services.workers import Busy, Workers

log = structlog.get_logger("convscope.jobs")

Status = Literal["queued", "running", "done", "cancelled", "failed"]

_RETRY_SECONDS = 5


class UnknownJob(LookupError):
    """No job has that id (any more)."""

    def __init__(self, job_id: str) -> None:
        super().__init__(f"There is no job {job_id}. Ended jobs are kept for a while; ask for it again.")


@dataclass(frozen=True, slots=True)
class Piece:
    """How far a job is after a piece of its work, in [0, 1], and what it has found so far."""

    progress: float
    found: Any


Work = Callable[[], Iterator[Piece]]
"""Begins a job; each step of the iterator is done on a worker thread, and should take some 50 ms."""


@dataclass(eq=False)
class Job:
    """A computation and how it fares. ``owner`` is whose data it is of, ``about`` what it was asked for with.

    ``asked`` counts those who want it. ``problem`` says why it failed.
    """

    id: str
    owner: str
    about: Any
    work: Work | None = field(repr=False)
    status: Status = "queued"
    progress: float = 0.0
    found: Any = None
    problem: str = ""
    asked: int = 1
    ended_at: float | None = None

    @property
    def under_way(self) -> bool:
        """Whether it waits or runs."""
        return self.status in {"queued", "running"}


class Jobs:
    """All jobs of this server. Its methods are to be called on the event loop, which they never block."""

    def __init__(
        self,
        workers: Workers,
        *,
        limit: int = 32,
        keep: int = 256,
        ttl: float = 3600,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Let at most ``limit`` jobs wait or run; remember ``keep`` ended ones, each for ``ttl`` seconds."""
        self._workers = workers
        self._limit = limit
        self._keep = keep
        self._ttl = ttl
        self._clock = clock
        self._jobs: dict[str, Job] = {}
        self._waiting: deque[Job] = deque()
        self._running: asyncio.Task[None] | None = None

    def submit(self, job_id: str, owner: str, about: Any, work: Work) -> Job:
        """Return the job of that id, which is begun unless it is under way or done; one more wants it.

        Raises:
            Busy: too many jobs are waiting.
        """
        self._expire()
        known = self._jobs.get(job_id)
        if known is not None and (known.under_way or known.status == "done"):
            known.asked += 1
            return known
        if sum(job.under_way for job in self._jobs.values()) >= self._limit:
            raise Busy(_RETRY_SECONDS)
        # What ended otherwise is begun anew, as the youngest.
        self._jobs.pop(job_id, None)
        job = self._jobs[job_id] = Job(job_id, owner, about, work)
        self._waiting.append(job)
        if self._running is None:
            self._running = asyncio.create_task(self._run())
        return job

    def get(self, job_id: str) -> Job:
        """Return a job.

        Raises:
            UnknownJob: there is none of that id.
        """
        self._expire()
        if job_id not in self._jobs:
            raise UnknownJob(job_id)
        return self._jobs[job_id]

    def cancel(self, job_id: str) -> None:
        """Say that one of those who wanted a job does no longer; it ends where nobody else does.

        Raises:
            UnknownJob: there is none of that id.
        """
        job = self.get(job_id)
        job.asked = max(0, job.asked - 1)
        if job.asked == 0 and job.under_way:
            self._end(job, "cancelled")

    def forget(self, owner: str) -> None:
        """End and drop all jobs of an owner's data."""
        for job in [job for job in self._jobs.values() if job.owner == owner]:
            if job.under_way:
                self._end(job, "cancelled")
            del self._jobs[job.id]

    async def close(self) -> None:
        """Let the piece that runs end, and no other begin."""
        if self._running is not None:
            self._running.cancel()
            with suppress(asyncio.CancelledError):
                await self._running

    async def _run(self) -> None:
        """Do what waits, one job after another."""
        try:
            while self._waiting:
                await self._do(self._waiting.popleft())
        finally:
            self._running = None

    async def _do(self, job: Job) -> None:
        job.status = "running"
        try:
            assert job.work is not None  # noqa: S101 - only what has ended has none
            pieces = await self._workers.run_admitted(job.work)
            while job.under_way:
                piece = await self._workers.run_admitted(next, pieces, None)
                if piece is None:
                    self._end(job, "done")
                elif job.under_way:
                    job.progress, job.found = piece.progress, piece.found
        except Exception as error:  # told to whoever asks for the job
            log.exception("a job failed", job=job.id)
            job.problem = str(error)
            self._end(job, "failed")

    def _end(self, job: Job, status: Status) -> None:
        if job.under_way:
            if job.status == "queued":
                self._waiting.remove(job)
            job.status = status
            job.ended_at = self._clock()
            job.work = None  # with all that it holds

    def _expire(self) -> None:
        """Drop what ended long ago, and the oldest of too many."""
        ended = sorted(
            (job for job in self._jobs.values() if job.ended_at is not None),
            key=lambda job: job.ended_at or 0.0,
        )
        old = self._clock() - self._ttl
        for index, job in enumerate(ended):
            if (job.ended_at or 0.0) < old or index < len(ended) - self._keep:
                del self._jobs[job.id]
