"""The trace service under simultaneous requests: one computation, nobody blocked, nothing lost."""

from __future__ import annotations

import asyncio
import gc
import threading
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
import safetensors.torch
import torch

from app.imaging.stream import Plan
from app.services.container import Services
from app.services.edits import parse_edits
from app.services.readers import PictureDeleted
from app.services.trace import Trace, TraceSpec, needed_bytes
from app.services.traces import KnownTrace, UnknownTrace
from app.services.workers import Busy
from app.settings import Settings
from app.tracing.capture.program import OnLayer, Program
from tests.app.api.pictures import png

pytestmark = [pytest.mark.anyio, pytest.mark.numbers]


@asynccontextmanager
async def services(tmp_path: Path, **settings: int) -> AsyncIterator[Services]:
    running = Services.start(Settings(data_dir=tmp_path, device="cpu", **settings))  # type: ignore[arg-type]
    try:
        yield running
    finally:
        await running.close()


def sample(running: Services, name: str = "chelsea") -> TraceSpec:
    return TraceSpec(
        next(item.id for item in running.pictures.samples.values() if item.name == name), "tiny-vgg"
    )


async def stream(running: Services, known: KnownTrace) -> AsyncIterator[bytes]:
    graph = await running.traces.graph(known)
    whole = Plan(tuple((layer.id, layer.shape) for layer in graph.layers), dtype="f32", tile=0, limit=0)
    return await running.traces.stream(known, whole)


class Gate:
    """Stops every forward pass after a number of layers, until it is opened; counts the passes."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, after: str = "input") -> None:
        self.opened = threading.Event()
        self.reached = threading.Event()
        self.passes = 0
        record = Program.record
        gate = self

        def slow(
            program: Program,
            picture: torch.Tensor,
            on_layer: OnLayer | None = None,
            known_values: Mapping[str, torch.Tensor] | None = None,
        ) -> object:
            gate.passes += 1

            def on_layer_then_wait(layer_id: str, value: torch.Tensor) -> None:
                if on_layer:
                    on_layer(layer_id, value)
                if layer_id == after:
                    gate.reached.set()
                    gate.opened.wait()

            return record(program, picture, on_layer_then_wait, known_values)

        monkeypatch.setattr(Program, "record", slow)


async def until(event: threading.Event) -> None:
    while not event.is_set():  # noqa: ASYNC110 - the other side is a thread
        await asyncio.sleep(0.001)


async def test_simultaneous_equal_requests_share_one_computation(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = Gate(monkeypatch)

    async with services(tmp_path) as running:
        known, new = await running.traces.begin(sample(running))
        assert new
        requests = [asyncio.create_task(running.traces.get(known)) for _ in range(20)]
        again, new = await running.traces.begin(sample(running))
        assert (again, new) == (known, False)
        gate.opened.set()
        answers = await asyncio.gather(*requests)
        assert gate.passes == 1
        assert all(answer is answers[0] for answer in answers)
        assert await running.traces.get(known) is answers[0]
        assert gate.passes == 1


async def test_layers_are_streamed_while_the_network_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = Gate(monkeypatch, after="pool1")

    async with services(tmp_path) as running:
        known, _ = await running.traces.begin(sample(running))
        parts = await stream(running, known)
        await until(gate.reached)
        early = [await anext(parts), await anext(parts)]
        assert not gate.opened.is_set()
        gate.opened.set()
        content = b"".join([*early, *[part async for part in parts]])
        tensors = safetensors.torch.load(content)
        trace = await running.traces.get(known)
        assert all(torch.equal(tensors[layer_id], values) for layer_id, values in trace.values.items())


async def test_a_caller_that_leaves_does_not_take_the_trace_from_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = Gate(monkeypatch)

    async with services(tmp_path) as running:
        known, _ = await running.traces.begin(sample(running))
        leaver = asyncio.create_task(running.traces.get(known))
        stayer = asyncio.create_task(running.traces.get(known))
        await until(gate.reached)
        leaver.cancel()
        gate.opened.set()
        assert (await stayer).id == known.id
        assert gate.passes == 1


async def test_what_is_forgotten_is_computed_again_also_by_another_process(tmp_path: Path) -> None:
    async with services(tmp_path, cache_bytes=0) as running:
        known, _ = await running.traces.begin(sample(running))
        first = await running.traces.get(known)
    async with services(tmp_path) as another:
        second = await another.traces.get(await another.traces.find(known.id))
        assert second is not first
        assert all(torch.equal(second.values[name], first.values[name]) for name in first.values)
        with pytest.raises(UnknownTrace):
            await another.traces.find("0" * 32)


async def test_a_full_queue_is_busy_and_what_runs_is_finished(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with services(tmp_path, workers=1, queue_limit=1) as running:
        first, _ = await running.traces.begin(sample(running))
        await running.traces.get(first)  # weights are loaded, nothing runs
        gate = Gate(monkeypatch)
        slow, _ = await running.traces.begin(sample(running, "coffee"))
        await until(gate.reached)
        waiting = asyncio.create_task(running.workers.run(lambda: "waited"))
        while running.workers.pending < 2:  # noqa: ASYNC110 - counted, not signalled
            await asyncio.sleep(0)
        with pytest.raises(Busy):
            await running.traces.begin(sample(running, "rocket"))
        gate.opened.set()
        assert await waiting == "waited"
        assert (await running.traces.get(slow)).id == slow.id
        assert (await running.traces.begin(sample(running, "rocket")))[1]


async def test_passes_wait_outside_the_workers_so_that_answers_overtake_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with services(tmp_path, workers=2, queue_limit=2) as running:
        for network in ("tiny-vgg", "lecture-cnn"):
            first, _ = await running.traces.begin(replace(sample(running), network=network))
            await running.traces.get(first)
        gate = Gate(monkeypatch)
        specs = [
            replace(sample(running, name), network=network)
            for name in ("coffee", "rocket")
            for network in ("tiny-vgg", "lecture-cnn")
        ]
        await running.traces.begin(specs[0])
        for index, spec in enumerate(specs[1:]):
            running.traces._record(KnownTrace(f"{index:032x}", spec))
        await until(gate.reached)
        assert running.traces.in_progress == 4
        assert running.workers.pending == 2
        with pytest.raises(Busy):
            running.traces._record(KnownTrace("f" * 32, specs[0]))
        gate.opened.set()
        while running.traces.in_progress:  # noqa: ASYNC110 - counted, not signalled
            await asyncio.sleep(0.001)
        assert gate.passes == 4


async def test_a_failed_pass_is_told_to_all_and_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with services(tmp_path) as running:
        with monkeypatch.context() as broken:
            broken.setattr(Program, "record", lambda *_: 1 / 0)
            known, _ = await running.traces.begin(sample(running))
            with pytest.raises(ZeroDivisionError):
                await running.traces.get(known)
            with pytest.raises(ZeroDivisionError):
                await stream(running, known)
        assert (await running.traces.get(known)).id == known.id


async def test_memory_is_bounded_and_a_storage_counts_once(tmp_path: Path) -> None:
    async with services(tmp_path) as probe:
        known, _ = await probe.traces.begin(sample(probe))
        trace = await probe.traces.get(known)
        values = [
            4 * torch.Size(layer.shape).numel() for layer in trace.graph.layers if layer.kind != "flatten"
        ]
        crop, colour, small = (step.image for step in trace.preprocessed.steps if step.image is not None)
        assert crop is colour
        size = sum(values) + 3 * (crop.width * crop.height + small.width * small.height)
        size += 4 * 3 * 32 * 32  # the scaled picture; the normalised one is the input's own memory
        assert trace.nbytes == size
    async with services(tmp_path, cache_bytes=2 * size) as running:
        for name in ("chelsea", "coffee", "rocket", "astronaut"):
            known, _ = await running.traces.begin(sample(running, name))
            await running.traces.get(known)
            assert 0 < running.traces.cached_bytes <= 2 * size


async def test_what_edits_add_to_a_trace_is_counted(tmp_path: Path) -> None:
    async with services(tmp_path) as running:
        plain = sample(running)
        sizes = {}
        for name, edits in {
            "none": [],
            "moved": [{"kind": "flip"}, {"kind": "grey"}],
            "bent": [
                {"kind": "weight", "layer": "conv2_1", "filter": 0, "channel": 0, "value": 1},
                {"kind": "convolution", "layer": "conv2_2", "padding_mode": "circular"},
            ],
        }.items():
            known, _ = await running.traces.begin(replace(plain, edits=parse_edits(edits)))
            sizes[name] = (await running.traces.get(known)).nbytes
        assert sizes["moved"] - sizes["none"] == 2 * (4 + 1) * 3 * 32 * 32
        # One convolution's weights, and both biases; weights that no edit changes are the network's own.
        assert sizes["bent"] - sizes["none"] == 4 * (10 * 10 * 3 * 3 + 10 + 10)


async def test_a_stream_is_sent_in_parts_and_never_refused_half_way(tmp_path: Path) -> None:
    async with services(tmp_path, workers=1, queue_limit=1) as running:
        spec = replace(sample(running), network="small-vgg")
        known, _ = await running.traces.begin(spec)
        trace = await running.traces.get(known)
        parts = await stream(running, known)
        first = await anext(parts)
        gate = threading.Event()
        jobs = [asyncio.create_task(running.workers.run(gate.wait)) for _ in range(2)]
        while running.workers.pending < 2:  # noqa: ASYNC110 - counted, not signalled
            await asyncio.sleep(0)
        with pytest.raises(Busy):
            await running.workers.run(lambda: None)
        rest = asyncio.create_task(_all(parts))
        await asyncio.sleep(0)
        gate.set()
        received = await rest
        await asyncio.gather(*jobs)
        assert len(received) > 2
        largest = max(4 * value.numel() for value in trace.values.values())
        assert max(map(len, received)) < largest + 300 * 1024
        tensors = safetensors.torch.load(first + b"".join(received))
        assert all(torch.equal(tensors[layer_id], values) for layer_id, values in trace.values.items())


async def _all(parts: AsyncIterator[bytes]) -> list[bytes]:
    return [part async for part in parts]


async def test_a_failure_after_the_pass_is_told_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with services(tmp_path) as running:
        known, _ = await running.traces.begin(sample(running))
        await running.traces.get(known)
        running.traces._cache.clear()
        spec = sample(running)
        with monkeypatch.context() as broken:
            broken.setattr(Trace, "nbytes", property(lambda _: 1 / 0))
            recording = running.traces._record(KnownTrace(known.id, spec))
            with pytest.raises(ZeroDivisionError):
                await asyncio.wait_for(recording.finished, 30)


async def test_a_layer_graph_is_told_without_a_pass(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gate = Gate(monkeypatch)

    async with services(tmp_path, cache_bytes=0) as running:
        spec = replace(
            sample(running), edits=parse_edits([{"kind": "mute", "layer": "conv1_1", "channel": 0}])
        )
        known, _ = await running.traces.begin(spec)
        assert await running.traces.find(known.id) == known  # of one that is being made
        graph = await running.traces.graph(known)
        assert graph.gains == {"conv1_1": {0: 0.0}}
        gate.opened.set()
        assert (await running.traces.get(known)).graph is graph


# ---- memory ------------------------------------------------------------------------------------------------


def muted(spec: TraceSpec, channel: int) -> TraceSpec:
    """Return another trace of the same picture."""
    edits = parse_edits([{"kind": "scale", "layer": "conv1_1", "channel": 0, "factor": 1 + channel / 100}])
    return replace(spec, edits=edits)


async def test_many_distinct_traces_on_one_worker_and_little_memory_all_finish(tmp_path: Path) -> None:
    async with services(tmp_path, workers=1, cache_bytes=1 << 20) as running:
        spec = sample(running)
        program = running.networks.program(spec.network, spec.checkpoint)
        # Room for one pass and what is kept, not for two passes.
        running.budget.limit = needed_bytes(program, spec) + (2 << 20)
        begun = [(await running.traces.begin(muted(spec, index)))[0] for index in range(40)]

        async def trace_id(known: KnownTrace) -> str:
            return (await running.traces.get(known)).id

        async with asyncio.timeout(60):
            trace_ids = await asyncio.gather(*map(trace_id, begun))
        assert len(set(trace_ids)) == 40
        await asyncio.sleep(0.01)
        assert running.traces.held_bytes == running.traces.cached_bytes
        assert running.budget.reserved == running.traces.cached_bytes


async def test_what_a_reader_holds_counts_until_it_is_gone(tmp_path: Path) -> None:
    async with services(tmp_path, cache_bytes=0, readers=1) as running:
        known, _ = await running.traces.begin(sample(running))
        await running.traces.get(known)
        await asyncio.sleep(0.01)
        assert (running.traces.held_bytes, running.budget.reserved) == (0, 0)
        parts = await stream(running, known)
        assert await anext(parts)
        await running.traces.get(known)
        assert running.traces.held_bytes == running.budget.reserved > 100_000
        with pytest.raises(Busy):
            await stream(running, known)
        del parts
        gc.collect()
        await asyncio.sleep(0.01)
        assert (running.traces.held_bytes, running.budget.reserved, len(running.readers)) == (0, 0, 0)


async def test_a_pass_for_which_no_room_comes_is_refused(tmp_path: Path) -> None:
    async with services(tmp_path, cache_bytes=0) as running:
        running.budget.patience = 0.01
        small = [await running.budget.reserve(8 << 20) for _ in range(4)]
        with await running.budget.reserve(running.budget.limit - (64 << 20)):
            small += [await running.budget.reserve(8 << 20) for _ in range(4)]
            known, _ = await running.traces.begin(sample(running))
            with pytest.raises(Busy):
                await running.traces.get(known)
        assert (await running.traces.get(known)).id == known.id


async def test_a_stream_breaks_off_where_its_picture_is_deleted(tmp_path: Path) -> None:
    async with services(tmp_path) as running:
        stored = await running.workers.run(running.pictures.add, png((40, 40)))
        known, _ = await running.traces.begin(TraceSpec(stored.id, "tiny-vgg"))
        parts = await stream(running, known)
        assert await anext(parts)
        assert stored.owner_token is not None
        running.pictures.delete(stored.id, stored.owner_token)
        running.traces.forget_picture(stored.id)
        with pytest.raises(PictureDeleted):
            await anext(parts)
