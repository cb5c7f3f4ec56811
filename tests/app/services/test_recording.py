"""Who waits for a layer of a trace in the making is woken when it is there, or when no more will come."""

from __future__ import annotations

import asyncio

import pytest
import torch

from app.imaging.stream import Plan
from app.services.recording import Recording
from app.services.trace import TraceSpec

pytestmark = pytest.mark.anyio


def recording() -> Recording:
    return Recording(asyncio.get_running_loop(), TraceSpec("a" * 32, "tiny-vgg"))


async def test_a_layer_that_a_worker_adds_wakes_who_waits_for_it() -> None:
    trace = recording()
    waiting = asyncio.create_task(trace.until("second"))
    await asyncio.to_thread(trace.add, "first", torch.zeros(1))
    await asyncio.sleep(0.01)
    assert not waiting.done()
    await asyncio.to_thread(trace.add, "second", torch.zeros(1))
    await asyncio.wait_for(waiting, 1)


async def test_a_pass_that_fails_before_its_first_layer_is_an_error_of_the_stream() -> None:
    trace = recording()
    plan = Plan((("input", (3, 2, 2)),), dtype="f32", tile=0, limit=0, scale="layer", metadata={})
    waiting = asyncio.create_task(trace.until_first(plan))
    await asyncio.sleep(0)
    trace.finished.set_exception(ValueError("no"))
    with pytest.raises(ValueError, match="no"):
        await asyncio.wait_for(waiting, 1)


async def test_a_stream_may_begin_before_the_pass_has_ended() -> None:
    trace = recording()
    plan = Plan((("input", (3, 2, 2)),), dtype="f32", tile=0, limit=0, scale="layer", metadata={})
    trace.add("input", torch.zeros(3, 2, 2))
    await asyncio.wait_for(trace.until_first(plan), 1)
    assert not trace.finished.done()
