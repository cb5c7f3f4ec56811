"""Turns go round the clients, in the order of each."""

from __future__ import annotations

import asyncio

import pytest

from app.services.fair_turns import FairTurns

pytestmark = pytest.mark.anyio


async def served(turns: FairTurns, clients: list[str]) -> list[str]:
    """Return the order in which clients are served who ask one after another while somebody has the only turn."""
    order: list[str] = []

    async def ask(client: str) -> None:
        async with turns.turn(client):
            order.append(client)
            await asyncio.sleep(0)

    async with turns.turn("first"):
        tasks = [asyncio.create_task(ask(client)) for client in clients]
        await asyncio.sleep(0)
        assert not order
    await asyncio.gather(*tasks)
    return order


async def test_who_asks_for_many_does_not_go_before_who_asks_for_one() -> None:
    assert await served(FairTurns(1), ["many"] * 4 + ["one"]) == ["many", "one", "many", "many", "many"]


async def test_no_more_proceed_at_once_than_there_are_turns() -> None:
    turns, running, most = FairTurns(2), 0, 0

    async def ask(client: str) -> None:
        nonlocal running, most
        async with turns.turn(client):
            running += 1
            most = max(most, running)
            await asyncio.sleep(0)
            running -= 1

    await asyncio.gather(*(ask(str(number % 3)) for number in range(12)))
    assert most == 2


@pytest.mark.parametrize("served_first", [False, True], ids=["while it waits", "as its turn comes"])
async def test_who_gives_up_leaves_the_turn_to_the_next(*, served_first: bool) -> None:
    turns = FairTurns(1)
    holder = turns.turn("first")
    await holder.__aenter__()
    impatient = asyncio.create_task(served_by(turns, "impatient"))
    patient = asyncio.create_task(served_by(turns, "patient"))
    await asyncio.sleep(0)
    if served_first:
        await holder.__aexit__(None, None, None)
        impatient.cancel()
    else:
        impatient.cancel()
        await asyncio.sleep(0)
        await holder.__aexit__(None, None, None)
    assert await asyncio.wait_for(patient, 1) == "patient"
    with pytest.raises(asyncio.CancelledError):
        await impatient
    assert await asyncio.wait_for(served_by(turns, "next"), 1) == "next"


async def served_by(turns: FairTurns, client: str) -> str:
    async with turns.turn(client):
        return client
