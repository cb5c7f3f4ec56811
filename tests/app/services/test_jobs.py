"""Background jobs: one at a time, in pieces between which others have their turn; told of, cancelled, forgotten."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from app.services.jobs import JobKind, Jobs, PartialResult, UnknownJob
from app.services.ownership import NotOwner
from app.services.workers import Busy, Workers

pytestmark = pytest.mark.anyio

COUNT: JobKind[None, Any] = JobKind("count")


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@asynccontextmanager
async def running_jobs(
    limit: int = 8, keep: int = 8, ttl: float = 60
) -> AsyncIterator[tuple[Jobs, Workers, Clock]]:
    clock, workers = Clock(), Workers(1, 8)
    jobs = Jobs(workers, limit=limit, keep=keep, ttl=ttl, clock=clock)
    yield jobs, workers, clock
    await jobs.close()
    workers.close()


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not condition():  # noqa: ASYNC110 - a job tells nobody when it changes
            await asyncio.sleep(0.001)


def counting(pieces: int, gate: threading.Event | None = None) -> Callable[[], Iterator[PartialResult]]:
    """Work of so many pieces, each of which waits for the gate."""

    def work() -> Iterator[PartialResult]:
        for done in range(1, pieces + 1):
            if gate:
                assert gate.wait(20)
                gate.clear()
            yield PartialResult(done / pieces, list(range(done)))

    return work


async def test_a_job_goes_on_by_itself_and_tells_how_far_it_is() -> None:
    async with running_jobs() as (jobs, _, _clock):
        gate = threading.Event()
        job, _ = jobs.submit(COUNT, "a", "cat", None, counting(2, gate))
        assert (job.status, job.progress, job.result) == ("queued", 0, None)
        await until(lambda: job.status == "running")
        gate.set()
        await until(lambda: job.progress == 0.5)
        assert job.result == [0]
        assert job.status == "running"
        gate.set()
        await until(lambda: job.status == "done")
        assert (job.progress, job.result) == (1, [0, 1])
        assert jobs.get(COUNT, "a") is job


async def test_between_two_pieces_others_have_their_turn_on_the_only_thread() -> None:
    async with running_jobs() as (jobs, workers, _clock):
        began, gate = threading.Event(), threading.Event()

        def work() -> Iterator[PartialResult]:
            began.set()
            assert gate.wait(20)
            for done in range(1, 1001):
                yield PartialResult(done / 1000, done)

        job, _ = jobs.submit(COUNT, "a", "cat", None, work)
        await until(began.is_set)
        request = asyncio.create_task(workers.run(lambda: job.progress))
        await until(lambda: workers.pending == 2)
        gate.set()
        assert await request < 1
        await until(lambda: job.status == "done")


async def test_one_job_runs_at_a_time_in_the_order_of_asking() -> None:
    async with running_jobs() as (jobs, _, _clock):
        order: list[str] = []

        def noting(name: str) -> Callable[[], Iterator[PartialResult]]:
            def work() -> Iterator[PartialResult]:
                for done in (1, 2):
                    order.append(name)
                    yield PartialResult(done / 2, None)

            return work

        for name in ("a", "b", "c"):
            jobs.submit(COUNT, name, "cat", None, noting(name))
        await until(lambda: jobs.get(COUNT, "c").status == "done")
        assert order == ["a", "a", "b", "b", "c", "c"]


async def test_the_same_job_is_done_once() -> None:
    async with running_jobs() as (jobs, _, _clock):
        first, _ = jobs.submit(COUNT, "a", "cat", None, counting(1))
        assert jobs.submit(COUNT, "a", "cat", None, counting(1))[0] is first
        await until(lambda: first.status == "done")
        assert jobs.submit(COUNT, "a", "cat", None, counting(1))[0] is first
        assert first.result == [0]


async def test_a_job_is_cancelled_when_the_last_who_wanted_it_does_no_longer() -> None:
    async with running_jobs() as (jobs, _, _clock):
        gate = threading.Event()
        job, first = jobs.submit(COUNT, "a", "cat", None, counting(3, gate))
        _, second = jobs.submit(COUNT, "a", "cat", None, counting(3, gate))
        assert first
        assert second
        waiting, _ = jobs.submit(COUNT, "b", "cat", None, counting(1))
        gate.set()
        await until(lambda: job.progress > 0)
        jobs.withdraw(COUNT, "a", first)
        assert job.status == "running"
        for token in (first, "guess", ""):
            with pytest.raises(NotOwner):
                jobs.withdraw(COUNT, "a", token)
        assert job.status == "running"
        jobs.withdraw(COUNT, "a", second)
        assert job.status == "cancelled"
        gate.set()
        await until(lambda: waiting.status == "done")
        assert (job.status, job.result) == ("cancelled", [0])
        # Asked for again it begins anew.
        again, _ = jobs.submit(COUNT, "a", "cat", None, counting(1))
        assert again is not job
        await until(lambda: again.status == "done")


async def test_a_job_that_waits_is_cancelled_before_it_begins() -> None:
    async with running_jobs() as (jobs, _, _clock):
        gate, begun = threading.Event(), threading.Event()

        def work() -> Iterator[PartialResult]:
            begun.set()
            yield PartialResult(1, None)

        first, _ = jobs.submit(COUNT, "a", "cat", None, counting(1, gate))
        waiting, token = jobs.submit(COUNT, "b", "cat", None, work)
        jobs.withdraw(COUNT, "b", token or "")
        assert waiting.status == "cancelled"
        gate.set()
        await until(lambda: first.status == "done")
        last, _ = jobs.submit(COUNT, "c", "cat", None, counting(1))
        await until(lambda: last.status == "done")
        assert not begun.is_set()


async def test_a_job_that_fails_says_why_and_the_next_one_runs() -> None:
    async with running_jobs() as (jobs, _, _clock):

        def work() -> Iterator[PartialResult]:
            yield PartialResult(0.5, "half")
            raise ValueError("no such luck")

        job, _ = jobs.submit(COUNT, "a", "cat", None, work)
        following, _ = jobs.submit(COUNT, "b", "cat", None, counting(1))
        await until(lambda: following.status == "done")
        assert (job.status, job.problem, job.result) == ("failed", "no such luck", "half")
        assert jobs.submit(COUNT, "a", "cat", None, counting(1))[0] is not job


async def test_too_many_are_refused_and_none_is_begun() -> None:
    async with running_jobs(limit=2) as (jobs, _, _clock):
        gate = threading.Event()
        first, _ = jobs.submit(COUNT, "a", "cat", None, counting(1, gate))
        jobs.submit(COUNT, "b", "cat", None, counting(1))
        with pytest.raises(Busy) as refused:
            jobs.submit(COUNT, "c", "cat", None, counting(1))
        assert refused.value.retry_after >= 1
        with pytest.raises(UnknownJob):
            jobs.get(COUNT, "c")
        assert jobs.submit(COUNT, "a", "cat", None, counting(1))[0] is first
        gate.set()
        await until(lambda: jobs.get(COUNT, "b").status == "done")
        jobs.submit(COUNT, "c", "cat", None, counting(1))


async def test_what_ended_is_kept_for_a_time_and_not_without_bound() -> None:
    async with running_jobs(keep=2, ttl=60) as (jobs, _, clock):
        for name in ("a", "b", "c"):
            clock.now += 1
            job, _ = jobs.submit(COUNT, name, "cat", None, counting(1))
            await until(lambda job=job: job.status == "done")  # type: ignore[misc]
        with pytest.raises(UnknownJob):
            jobs.get(COUNT, "a")
        assert jobs.get(COUNT, "b").status == jobs.get(COUNT, "c").status == "done"
        clock.now = 62.5
        with pytest.raises(UnknownJob):
            jobs.get(COUNT, "b")
        assert jobs.get(COUNT, "c").status == "done"


async def test_what_is_of_an_owner_is_forgotten_with_it() -> None:
    async with running_jobs() as (jobs, _, _clock):
        gate = threading.Event()
        running, _ = jobs.submit(COUNT, "a", "cat", None, counting(2, gate))
        queued, _ = jobs.submit(COUNT, "b", "cat", None, counting(1))
        other, _ = jobs.submit(COUNT, "c", "dog", None, counting(1))
        jobs.forget("cat")
        for name in ("a", "b"):
            with pytest.raises(UnknownJob):
                jobs.get(COUNT, name)
        gate.set()
        await until(lambda: other.status == "done")
        assert running.status == queued.status == "cancelled"


async def test_what_is_cancelled_waits_no_longer() -> None:
    async with running_jobs() as (jobs, _, _clock):
        gate = threading.Event()
        running, _ = jobs.submit(COUNT, "a", "cat", None, counting(1, gate))
        await until(lambda: running.status == "running")
        for number in range(100):
            _, token = jobs.submit(COUNT, str(number), "cat", None, counting(1))
            jobs.withdraw(COUNT, str(number), token or "")
        assert not jobs._waiting
        gate.set()
        await until(lambda: running.status == "done")


async def test_closing_ends_after_the_piece_that_runs() -> None:
    async with running_jobs() as (jobs, _, _clock):
        job, _ = jobs.submit(COUNT, "a", "cat", None, counting(10**9))
        await until(lambda: job.progress > 0)
    assert job.progress < 1


async def test_a_job_of_one_kind_is_not_had_as_another() -> None:
    other: JobKind[None, Any] = JobKind("count")  # even one of the same name

    async with running_jobs() as (jobs, _, _clock):
        gate = threading.Event()
        job, _ = jobs.submit(COUNT, "a", "cat", None, counting(1, gate))
        with pytest.raises(UnknownJob):
            jobs.get(other, "a")
        with pytest.raises(UnknownJob):
            jobs.withdraw(other, "a", "token")
        second, _ = jobs.submit(other, "a", "cat", None, counting(1, gate))
        assert second is not job
        assert (jobs.get(COUNT, "a"), jobs.get(other, "a")) == (job, second)
        jobs.forget("cat")
        gate.set()


async def test_a_job_that_more_have_asked_for_than_are_counted_runs_to_its_end() -> None:
    async with running_jobs() as (jobs, _, _clock):
        gate = threading.Event()
        job, mine = jobs.submit(COUNT, "a", "cat", None, counting(1, gate))
        tokens = [jobs.submit(COUNT, "a", "cat", None, counting(1, gate))[1] for _ in range(1000)]
        counted = [token for token in tokens if token is not None]
        assert len(job.tokens) == len(counted) + 1 < 100
        for token in [mine or "", *counted]:
            jobs.withdraw(COUNT, "a", token)
        assert job.under_way
        gate.set()
        await until(lambda: job.status == "done")


async def test_a_token_is_for_one_job() -> None:
    async with running_jobs() as (jobs, _, _clock):
        gate = threading.Event()
        _, one = jobs.submit(COUNT, "a", "cat", None, counting(1, gate))
        _, other = jobs.submit(COUNT, "b", "cat", None, counting(1))
        for job_id, token in (("a", other), ("b", one)):
            with pytest.raises(NotOwner):
                jobs.withdraw(COUNT, job_id, token or "")
        gate.set()
