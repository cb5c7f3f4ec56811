from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable

import numpy as np
import pytest
import torch

from app.services.workers import Busy, OutOfMemory, Workers

pytestmark = pytest.mark.anyio


async def test_work_runs_on_another_thread_and_gives_back_what_it_returns_or_raises() -> None:
    workers = Workers(1, 4)
    assert await workers.run(threading.current_thread) is not threading.current_thread()
    with pytest.raises(ZeroDivisionError):
        await workers.run(lambda: 1 // 0)
    workers.close()


async def test_beyond_the_queue_the_answer_is_busy_and_the_loop_is_never_blocked() -> None:
    workers = Workers(1, 1)
    gate = threading.Event()
    running = asyncio.create_task(workers.run(gate.wait))
    waiting = asyncio.create_task(workers.run(lambda: "second"))
    await asyncio.sleep(0)
    assert workers.pending == 2
    with pytest.raises(Busy) as refused:
        await workers.run(lambda: "third")
    assert refused.value.retry_after >= 1
    gate.set()
    assert await running
    assert await waiting == "second"
    assert await workers.run(lambda: "again") == "again"
    workers.close()


async def test_a_caller_that_gives_up_does_not_free_a_thread_that_still_works() -> None:
    workers = Workers(1, 0)
    gate, started = threading.Event(), threading.Event()

    def work() -> None:
        started.set()
        gate.wait()

    given_up = asyncio.create_task(workers.run(work))
    while not started.is_set():  # noqa: ASYNC110 - the other side is a thread
        await asyncio.sleep(0.001)
    given_up.cancel()
    with pytest.raises(asyncio.CancelledError):
        await given_up
    with pytest.raises(Busy):
        await workers.run(lambda: None)
    gate.set()
    while workers.pending:  # noqa: ASYNC110
        await asyncio.sleep(0.001)
    assert await workers.run(lambda: "free") == "free"
    workers.close()


def _torch_fails() -> None:
    torch.empty(1 << 60)


def _numpy_fails() -> None:
    np.empty(1 << 50, dtype=np.uint8)


@pytest.mark.parametrize("fails", [_torch_fails, _numpy_fails])
async def test_whatever_runs_out_of_memory_says_so_in_one_way(fails: Callable[[], None]) -> None:
    workers = Workers(1, 1)
    with pytest.raises(OutOfMemory, match="no memory left") as raised:
        await workers.run(fails)
    assert raised.value.__context__ is None
    workers.close()
