"""Memory is lent first come, first served; who cannot have any is told so, and nobody waits for ever."""

from __future__ import annotations

import asyncio
import gc
from concurrent.futures import ThreadPoolExecutor

import pytest

from app.services.memory_budget import MemoryBudget
from app.services.workers import Busy

pytestmark = pytest.mark.anyio


async def test_what_fits_is_lent_and_given_back_once() -> None:
    budget = MemoryBudget(114)
    with await budget.reserve(60) as reserved:
        assert budget.reserved == 60
        reserved.resize(10)
        assert budget.reserved == 10
        reserved.release()
    assert budget.reserved == 0


async def test_those_who_wait_are_served_in_their_order() -> None:
    budget = MemoryBudget(114)
    order: list[int] = []

    async def use(name: int, nbytes: int) -> None:
        with await budget.reserve(nbytes):
            order.append(name)
            await asyncio.sleep(0.01)

    # The third would fit beside the first, but the second asked before.
    await asyncio.gather(use(1, 60), use(2, 60), use(3, 40), use(4, 100))
    assert order == [1, 2, 3, 4]
    assert budget.reserved == 0


async def test_what_is_kept_for_later_goes_before_anybody_waits() -> None:
    budget = MemoryBudget(114)
    kept = [await budget.reserve(40), await budget.reserve(40)]

    def evict() -> bool:
        if kept:
            kept.pop(0).release()
            return True
        return False

    budget.evict_with(evict)
    with await budget.reserve(50):
        assert len(kept) == 1


async def test_who_cannot_be_served_in_time_is_refused_and_the_next_goes_on() -> None:
    budget = MemoryBudget(114, patience=0.05)
    first = await budget.reserve(80)
    with pytest.raises(Busy):
        await budget.reserve(101)
    refused, served = await asyncio.gather(budget.reserve(50), budget.reserve(20), return_exceptions=True)
    assert isinstance(refused, Busy)
    assert budget.reserved == 100 or isinstance(served, Busy)
    first.release()
    with await budget.reserve(80):
        pass


async def test_who_gives_up_holds_nothing() -> None:
    budget = MemoryBudget(114)
    first = await budget.reserve(80)
    waiting = asyncio.create_task(budget.reserve(50))
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    cut_short = asyncio.create_task(budget.reserve(50))
    await asyncio.sleep(0)
    first.release()
    await asyncio.sleep(0)
    cut_short.cancel()  # just as it is granted
    await asyncio.gather(cut_short, return_exceptions=True)
    if not cut_short.cancelled():
        cut_short.result().release()
    assert budget.reserved == 0


async def test_who_needs_little_does_not_wait_behind_who_needs_much() -> None:
    budget = MemoryBudget(800)
    large = await budget.reserve(700)
    waiting = asyncio.create_task(budget.reserve(500))
    await asyncio.sleep(0)
    with await budget.reserve(25):
        assert not waiting.done()
    large.release()
    (await waiting).release()
    assert budget.reserved == 0


class Owner:
    """Something that holds memory."""


async def test_a_reservation_ends_with_what_holds_the_memory() -> None:
    budget = MemoryBudget(114)
    owner = Owner()
    (await budget.reserve(90)).keep_with(owner)
    assert budget.reserved == 90
    waiting = asyncio.create_task(budget.reserve(50))
    await asyncio.sleep(0)
    assert not waiting.done()
    with ThreadPoolExecutor(1) as pool:
        owners = [owner]
        del owner
        pool.submit(owners.clear).result()
    gc.collect()
    (await waiting).release()
    assert budget.reserved == 0


async def test_a_thread_takes_only_what_nobody_waits_for() -> None:
    budget = MemoryBudget(114)
    reservation = budget.try_reserve(60)
    assert reservation is not None
    assert budget.try_reserve(60) is None
    waiting = asyncio.create_task(budget.reserve(60))
    await asyncio.sleep(0)
    assert budget.try_reserve(10) is None
    await asyncio.to_thread(reservation.release)
    (await waiting).release()
