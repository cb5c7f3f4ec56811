"""One server's services, wired together, started and ended."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from app.services import container
from app.services.container import Services
from app.services.trace import TraceSpec
from app.settings import Settings
from tests.app.api.pictures import png

pytestmark = pytest.mark.anyio


async def test_starting_loads_nothing_heavy_and_works(tmp_path: Path) -> None:
    services = Services.start(Settings(data_dir=tmp_path, device="cpu", workers=1))
    assert services.networks._results == {}
    assert services.workers.count == 1
    stored = await services.workers.run(services.pictures.add, png((40, 40)))
    known, _ = await services.traces.begin(TraceSpec(stored.id, "lenet"))
    assert (await services.traces.get(known)).prediction
    await services.close()


async def test_what_has_expired_is_forgotten_while_the_server_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(container, "_SWEEP_SECONDS", 0.01)
    services = Services.start(Settings(data_dir=tmp_path, device="cpu"))
    stored = await services.workers.run(services.pictures.add, png((40, 40)))
    known, _ = await services.traces.begin(TraceSpec(stored.id, "lenet"))
    await services.traces.get(known)
    assert services.traces.cached_bytes > 0
    services.store.put(f"pictures/{stored.id}", b"", -1)
    sweeping = asyncio.create_task(services.sweep_periodically())
    async with asyncio.timeout(20):
        while services.traces.cached_bytes:  # noqa: ASYNC110 - nobody is told of a sweep
            await asyncio.sleep(0.01)
    sweeping.cancel()
    await services.close()


async def test_closing_ends_what_is_under_way(tmp_path: Path) -> None:
    services = Services.start(Settings(data_dir=tmp_path, device="cpu"))
    sample = next(iter(services.pictures.samples))
    await services.traces.begin(TraceSpec(sample, "lenet"))
    await services.close()
    with pytest.raises(RuntimeError, match="shutdown"):
        await services.workers.run(lambda: None)


async def test_freed_memory_is_given_back_when_nothing_is_computed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    returned = asyncio.Event()
    loop = asyncio.get_running_loop()
    monkeypatch.setattr(container, "_IDLE_SECONDS", 0.01)
    monkeypatch.setattr(container.allocator, "freed_bytes", lambda: 100 << 20)
    monkeypatch.setattr(
        container.allocator, "return_freed_memory", lambda: loop.call_soon_threadsafe(returned.set)
    )
    services = Services.start(Settings(data_dir=tmp_path, device="cpu"))
    returning = asyncio.create_task(services.return_memory_periodically())
    async with asyncio.timeout(20):
        await returned.wait()
    returning.cancel()
    await services.close()
