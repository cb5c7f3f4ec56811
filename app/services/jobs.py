"""Long computations in the background, whose progress can be read and which can be cancelled.

One job runs at a time, in small pieces on the threads that answer requests: between two pieces other work has its
turn, so that jobs use only the time that is left. Ended jobs stay in memory for a while, so that asking for the same
again costs nothing.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Generic, Literal, TypeVar

import structlog

from app.services.ownership import NotOwner, same_token
from app.services.workers import Busy, Workers

log = structlog.get_logger("convscope.jobs")

Status = Literal["queued", "running", "done", "cancelled", "failed"]

Q = TypeVar("Q")
R = TypeVar("R")

_RETRY_SECONDS = 5
_MOST_REQUESTS = 64


class UnknownJob(LookupError):
    """No job has that id (any more)."""

    def __init__(self, job_id: str) -> None:
        super().__init__(f"There is no job {job_id}. Ended jobs are kept for a while; ask for it again.")


@dataclass(frozen=True, slots=True, eq=False)
class JobKind(Generic[Q, R]):
    """A kind of job: its query (``Q``), and what it computes (``R``).

    Jobs are submitted and looked up by kind and id, so an id of one kind never gives a job of another.
    """

    name: str


@dataclass(frozen=True, slots=True)
class PartialResult(Generic[R]):
    """What a job has computed after a piece of its work: ``progress`` in [0, 1], and its ``result`` so far."""

    progress: float
    result: R


Work = Callable[[], Iterator[PartialResult[R]]]
"""Begins a job; each step of the iterator is done on a worker thread, and should take some 50 ms."""


@dataclass(eq=False)
class Job(Generic[Q, R]):
    """A computation and its state. ``owner`` names the data that it works on.

    ``tokens`` are of the requests for it that can be withdrawn. ``to_the_end`` says that there were more requests than
    are counted: it goes on without any. ``result`` is None before the first piece. ``problem`` says why it failed.
    """

    kind: JobKind[Q, R]
    id: str
    owner: str
    query: Q
    work: Work[R] | None = field(repr=False)
    status: Status = "queued"
    progress: float = 0.0
    result: R | None = None
    problem: str = ""
    tokens: set[str] = field(default_factory=set, repr=False)
    to_the_end: bool = False
    ended_at: float | None = None

    @property
    def under_way(self) -> bool:
        """Whether it waits or runs."""
        return self.status in {"queued", "running"}


_Key = tuple[JobKind[Any, Any], str]


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
        self._jobs: dict[_Key, Job[Any, Any]] = {}
        self._waiting: deque[Job[Any, Any]] = deque()
        self._running: asyncio.Task[None] | None = None

    def submit(
        self, kind: JobKind[Q, R], job_id: str, owner: str, query: Q, work: Work[R]
    ) -> tuple[Job[Q, R], str | None]:
        """Return the job of that kind and id, begun unless it is under way or done, and a token for this request.

        There is no token where so many have asked that one more cannot be withdrawn: the job then runs to its end.

        Raises:
            Busy: too many jobs are waiting.
        """
        self._expire()
        existing = self._jobs.get((kind, job_id))
        if existing is not None and (existing.under_way or existing.status == "done"):
            return existing, _one_more_request(existing)
        if sum(job.under_way for job in self._jobs.values()) >= self._limit:
            raise Busy(_RETRY_SECONDS)
        # A job that failed or was cancelled starts again, last in order.
        self._jobs.pop((kind, job_id), None)
        job = self._jobs[kind, job_id] = Job(kind, job_id, owner, query, work)
        self._waiting.append(job)
        if self._running is None:
            self._running = asyncio.create_task(self._run())
        return job, _one_more_request(job)

    def get(self, kind: JobKind[Q, R], job_id: str) -> Job[Q, R]:
        """Return a job.

        Raises:
            UnknownJob: there is none of that kind and id.
        """
        self._expire()
        job = self._jobs.get((kind, job_id))
        if job is None:
            raise UnknownJob(job_id)
        return job

    def withdraw(self, kind: JobKind[Any, Any], job_id: str, token: str) -> None:
        """Withdraw the request that a token was given for; the job ends when nobody wants it any more.

        Raises:
            UnknownJob: there is none of that kind and id.
            NotOwner: the token is of no request for this job, or was used already.
        """
        job = self.get(kind, job_id)
        request = next((known for known in job.tokens if same_token(known, token)), None)
        if request is None:
            raise NotOwner("Cancelling takes the owner token that asking gave; each can be used once.")
        job.tokens.remove(request)
        if not job.tokens and not job.to_the_end and job.under_way:
            self._end(job, "cancelled")

    def forget(self, owner: str) -> None:
        """End and drop all jobs of an owner's data."""
        for job in [job for job in self._jobs.values() if job.owner == owner]:
            if job.under_way:
                self._end(job, "cancelled")
            del self._jobs[job.kind, job.id]

    async def close(self) -> None:
        """Wait for the piece that is running; start no other."""
        if self._running is not None:
            self._running.cancel()
            with suppress(asyncio.CancelledError):
                await self._running

    async def _run(self) -> None:
        """Run the waiting jobs, one after another."""
        try:
            while self._waiting:
                await self._do(self._waiting.popleft())
        finally:
            self._running = None

    async def _do(self, job: Job[Any, Any]) -> None:
        job.status = "running"
        try:
            assert job.work is not None  # noqa: S101 - only what has ended has none
            partial_results = await self._workers.run_admitted(job.work)
            while job.under_way:
                partial = await self._workers.run_admitted(next, partial_results, None)
                if partial is None:
                    self._end(job, "done")
                elif job.under_way:
                    job.progress, job.result = partial.progress, partial.result
        except Exception as error:  # the job's `problem` reports it
            log.exception("a job failed", kind=job.kind.name, job=job.id)
            job.problem = str(error)
            self._end(job, "failed")

    def _end(self, job: Job[Any, Any], status: Status) -> None:
        if job.under_way:
            if job.status == "queued":
                self._waiting.remove(job)
            job.status = status
            job.ended_at = self._clock()
            job.work = None  # with all that it holds

    def _expire(self) -> None:
        """Drop what ended long ago, and the oldest of too many."""
        ended_jobs = sorted(
            (job for job in self._jobs.values() if job.ended_at is not None),
            key=lambda job: job.ended_at or 0.0,
        )
        old = self._clock() - self._ttl
        for index, job in enumerate(ended_jobs):
            if (job.ended_at or 0.0) < old or index < len(ended_jobs) - self._keep:
                del self._jobs[job.kind, job.id]


def _one_more_request(job: Job[Any, Any]) -> str | None:
    """Return a token for one more request for a job, or let the job run to its end where there are too many."""
    if len(job.tokens) >= _MOST_REQUESTS:
        job.to_the_end = True
        return None
    token = secrets.token_urlsafe(16)
    job.tokens.add(token)
    return token
