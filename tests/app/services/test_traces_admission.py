"""What is refused leaves nothing in the store, and nothing of the store is awaited on the event loop."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.main import create_app
from app.services.container import Services
from app.services.edits import parse_edits
from app.services.recording import Recording
from app.services.store.sqlite_store import SqliteStore
from app.services.trace import TraceSpec
from app.services.traces import KnownTrace
from app.services.workers import Busy
from app.settings import Settings
from app.tracing.editing.edits import InvalidEdit
from tests.app.api.pictures import png
from tests.app.services.test_traces import Gate, sample, services, until

pytestmark = [pytest.mark.anyio, pytest.mark.numbers]


def keys(running: Services) -> set[str]:
    """Return every key of the store."""
    store = running.store
    assert isinstance(store, SqliteStore)
    return {
        key for (key,) in store._index.run(lambda index: index.execute("SELECT key FROM entries").fetchall())
    }


def shifted(running: Services, dx: int) -> TraceSpec:
    plain = sample(running)
    return TraceSpec(plain.picture, plain.network, edits=parse_edits([{"kind": "shift", "dx": dx, "dy": 0}]))


async def test_a_flood_of_traces_writes_nothing_for_those_that_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with services(tmp_path, workers=1, queue_limit=3) as running:
        await running.traces.get((await running.traces.begin(sample(running)))[0])
        gate = Gate(monkeypatch)
        before = keys(running)
        answers = await asyncio.gather(
            *(running.traces.begin(shifted(running, dx)) for dx in range(-16, 16)), return_exceptions=True
        )
        begun = [answer[0] for answer in answers if isinstance(answer, tuple)]
        refused = [answer for answer in answers if isinstance(answer, Busy)]
        assert begun
        assert refused
        assert len(begun) + len(refused) == 32
        assert keys(running) - before == {f"specs/{known.id}" for known in begun}
        assert running.traces.in_progress <= running.workers.limit
        gate.opened.set()
        for known in begun:
            assert (await running.traces.get(known)).id == known.id


async def test_an_upload_that_comes_with_a_refused_trace_is_not_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with services(tmp_path, workers=2, queue_limit=1) as running:
        await running.traces.get((await running.traces.begin(sample(running)))[0])
        gate = Gate(monkeypatch)
        await running.traces.begin(shifted(running, 1))
        await until(gate.reached)
        upload = running.pictures.prepare(png((40, 40)))
        before = keys(running)
        # by requests whose specifications are being written
        monkeypatch.setattr(running.traces, "_admitted", Counter({"192.0.2.2": 2}))
        with pytest.raises(Busy):
            await running.traces.begin(TraceSpec(upload.id, "tiny-vgg"), "192.0.2.1", upload)
        monkeypatch.setattr(running.traces, "_admitted", Counter[str]())
        edits = parse_edits([{"kind": "mute", "layer": "conv1_1", "channel": 9999}])
        gate.opened.set()
        while running.traces.in_progress:  # noqa: ASYNC110 - counted, not signalled
            await asyncio.sleep(0.001)
        with pytest.raises(InvalidEdit):
            await running.traces.begin(TraceSpec(upload.id, "tiny-vgg", edits=edits), "192.0.2.1", upload)
        assert keys(running) == before
        known, new = await running.traces.begin(TraceSpec(upload.id, "tiny-vgg"), "192.0.2.1", upload)
        assert new
        assert (await running.traces.get(known)).spec.picture == upload.id


async def test_a_deleted_picture_takes_every_specification_and_stays_out_of_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with services(tmp_path) as running:
        upload = running.pictures.add(png((40, 40)))
        await running.traces.get((await running.traces.begin(TraceSpec(upload.id, "tiny-vgg")))[0])
        gate = Gate(monkeypatch)
        edits = parse_edits([{"kind": "flip"}])
        known, _ = await running.traces.begin(TraceSpec(upload.id, "tiny-vgg", edits=edits))
        await until(gate.reached)
        running.pictures.delete(upload.id, upload.owner_token or "")
        running.traces.forget_picture(upload.id)
        assert keys(running) == {"secrets/owner"}
        gate.opened.set()
        await running.traces.get(known)
        assert running.traces.cached_bytes == 0


def test_the_store_is_never_asked_on_the_event_loop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def off_the_loop(name: str, method: Callable[..., Any]) -> Callable[..., Any]:
        def checked(*arguments: Any, **named: Any) -> Any:
            asked.append(name)
            with pytest.raises(RuntimeError):
                asyncio.get_running_loop()
            return method(*arguments, **named)

        return checked

    for name in ("get", "has", "put", "put_if_absent", "delete", "delete_group", "sweep"):
        monkeypatch.setattr(SqliteStore, name, off_the_loop(name, getattr(SqliteStore, name)))
    with TestClient(create_app(Settings(data_dir=tmp_path, device="cpu"))) as client:
        picture = client.post("/api/v1/pictures", files={"file": ("a.png", png((40, 40)))}).json()
        trace = client.post("/api/v1/traces", json={"picture": picture["id"], "network": "lenet"}).json()
        for path in (
            "/",
            f"/?picture={picture['id']}",
            f"/api/v1/traces/{trace['id']}",
            f"/api/v1/traces/{trace['id']}/maps.safetensors",
            f"/api/v1/pictures/{picture['id']}.png",
        ):
            assert client.get(path).status_code == 200
        for token in ("", picture["owner_token"]):
            client.delete(f"/api/v1/pictures/{picture['id']}", headers={"X-Owner-Token": token})
        assert client.get(f"/api/v1/traces/{trace['id']}").status_code == 404
        assert client.delete(f"/api/v1/pictures/{picture['id']}").status_code == 404
    assert {"get", "has", "put", "put_if_absent", "delete_group", "sweep"} <= set(asked)


async def test_one_client_leaves_room_for_the_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with services(tmp_path, workers=1, queue_limit=7) as running:
        await running.traces.get((await running.traces.begin(sample(running)))[0])
        gate = Gate(monkeypatch)

        def record(dx: int, client: str) -> Recording:
            return running.traces._record(KnownTrace(f"{dx:032x}", shifted(running, dx), client))

        many = [record(dx, "192.0.2.1") for dx in range(1, 7)]
        with pytest.raises(Busy):
            record(7, "192.0.2.1")
        one = record(8, "192.0.2.2")
        order: list[str] = []

        async def finish(recording: Recording) -> None:
            await recording.finished
            order.append(recording.client)

        tasks = [asyncio.create_task(finish(recording)) for recording in [*many, one]]
        await until(gate.reached)
        gate.opened.set()
        await asyncio.gather(*tasks)
        assert order.index("192.0.2.2") <= 2
