"""Measure recording a network and encoding its maps, compared with the bare forward pass of the same module.

``python -m bench.server``
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import torch
from torch import Tensor

from app import resources
from app.imaging import render
from app.imaging.decode import Limits, Picture
from app.imaging.preprocess import preprocess
from app.imaging.stream import Plan
from app.services.allocator import keep_freed_memory
from app.services.memory_budget import MemoryBudget
from app.services.networks import Networks
from app.services.pictures import Pictures
from app.services.readers import Readers
from app.services.store.sqlite_store import SqliteStore
from app.services.trace import TraceSpec
from app.services.traces import Traces
from app.services.workers import Workers
from app.settings import Settings
from app.tracing.capture.graph import LayerGraph
from app.tracing.capture.program import Program
from bench.first_screen import MapRequest, first_screen
from bench.pictures import photographs
from bench.report import Report, aim, server_threads
from bench.timing import Case, Comparison, alternate

DEEP = "efficientnet-lite0"
_AIMS = {
    ("tiny-vgg", "stream"): 2.0,
    ("tiny-vgg", "atlases"): 3.0,
    (DEEP, "first screen"): 1.3,
}


Clock = Callable[[], float]


class Service:
    """The server's trace service, with no cache: it forgets every trace at once."""

    def __init__(self, networks: Networks, settings: Settings, folder: Path, picture: bytes) -> None:
        store = SqliteStore(folder, settings.store_bytes)
        limits = Limits(settings.max_upload_bytes, settings.max_pixels, settings.max_side)
        self.pictures = Pictures(store, limits, settings.picture_ttl, resources.static_dir() / "samples")
        self.workers = Workers(settings.worker_count, settings.queue_limit)
        ttl = settings.picture_ttl
        self.traces = Traces(
            networks,
            self.pictures,
            store,
            self.workers,
            MemoryBudget(settings.cache_bytes + settings.working_bytes),
            Readers(settings.readers),
            cache_bytes=0,
            ttl=ttl,
        )
        self.picture_id = self.pictures.add(picture).id
        self.loop = asyncio.new_event_loop()

    @property
    def picture(self) -> Picture:
        """The picture to trace."""
        return self.pictures.get(self.picture_id)

    def stream(self, network: str, request: MapRequest) -> None:
        """Do the work of two requests of the page: start a trace and read its whole stream."""
        self.loop.run_until_complete(self._stream(network, request))

    async def _stream(self, network: str, request: MapRequest) -> None:
        trace_id, _ = await self.traces.begin(TraceSpec(self.picture_id, network))
        plan = request.plan(await self.traces.graph(trace_id))
        async for _part in await self.traces.stream(trace_id, plan):
            pass
        await self.traces.get(trace_id)

    def close(self) -> None:
        """Stop the service's threads."""
        self.loop.run_until_complete(self.traces.close())
        self.workers.close()
        self.loop.close()


def cases(program: Program, tensor: Tensor, screen: MapRequest | None) -> dict[str, Case]:
    """Return the bare forward pass and the cases compared with it."""
    graph = program.graph
    everything = MapRequest(tile=64, limit=16, layers=frozenset())

    @torch.inference_mode()
    def bare() -> object:
        return program.module(tensor[None])

    named_cases: dict[str, Case] = {
        "bare": bare,
        "trace": lambda: program.record(tensor),
        "stream": lambda: _encode(everything.plan(graph), program.record(tensor)),
        "atlases": lambda: [render.atlas(value) for value in program.record(tensor).values()],
    }
    if screen:
        named_cases["first screen"] = lambda: _encode_while_recording(screen.plan(graph), program, tensor)
        named_cases["first screen after"] = lambda: _encode(screen.plan(graph), program.record(tensor))
    return named_cases


def _encode_while_recording(plan: Plan, program: Program, tensor: Tensor) -> list[bytes]:
    """Encode each layer as soon as it is computed, as the server does, but on one thread."""
    planned_layers = dict(plan.layers)
    parts = [plan.header]

    def send(layer_id: str, value: Tensor) -> None:
        if layer_id in planned_layers:
            parts.append(plan.encode(layer_id, value))

    program.record(tensor, send)
    return parts


def _encode(plan: Plan, values: Mapping[str, Tensor]) -> list[bytes]:
    return [plan.header, *(plan.encode(layer_id, values[layer_id]) for layer_id, _ in plan.layers)]


def measure(
    network: str, seconds: float, screen: MapRequest | None, clock: Clock
) -> tuple[Comparison, LayerGraph]:
    """Compare all cases of one network for about ``seconds``."""
    settings = Settings()
    networks = Networks(settings)
    program = networks.program(network, "trained")
    photograph = next(photographs(1))
    with tempfile.TemporaryDirectory() as folder:
        service = Service(networks, settings, Path(folder), photograph)
        try:
            steps = networks.card(network).preprocessing
            service_cases = cases(program, preprocess(service.picture, steps).tensor, screen)
            service_cases["preprocessing"] = lambda: preprocess(service.picture, steps)
            request = screen or MapRequest(tile=64, limit=16, layers=frozenset())
            service_cases["service"] = lambda: service.stream(network, request)
            return alternate(service_cases, seconds=seconds, min_rounds=7, clock=clock), program.graph
        finally:
            service.close()


def report(names: list[str], seconds: float, screen: MapRequest | None, clock: Clock) -> Report:
    """Measure the networks one after another, each for ``seconds``."""
    rows = []
    for name in names:
        network_screen = screen if name == DEEP else None
        comparison, graph = measure(name, seconds, network_screen, clock)
        bare = comparison.spread("bare")

        def ratio(case: str, name: str = name, comparison: Comparison = comparison) -> str:
            if case not in comparison.seconds:
                return "–"
            spread = comparison.ratio(case, "bare")
            bound = _AIMS.get((name, case))
            verdict = f" {aim(spread.median, bound)}" if bound else ""
            return f"{spread.text()} fast {comparison.fastest_ratio(case, 'bare'):.2f}{verdict}"

        rows.append(
            [
                f"{name} ({len(graph.layers)} layers)",
                ratio("trace"),
                ratio("stream"),
                ratio("first screen"),
                ratio("first screen after"),
                ratio("atlases"),
                ratio("service"),
                bare.text(factor=1e3),
                comparison.spread("preprocessing").text(factor=1e3),
                comparison.spread("service").text(factor=1e3),
                str(bare.count),
            ]
        )
    columns = [
        "network",
        "trace ÷ bare",
        "+ stream ÷ bare",
        "+ first screen ÷ bare",
        "first screen after ÷ bare",
        "+ atlases ÷ bare",
        "service ÷ bare",
        "bare, ms",
        "preprocessing, ms",
        "service, ms",
        "rounds",
    ]
    notes = [
        "Medians (quartiles). Ratios compare times from the same round; *fast* compares the 10th percentiles of all "
        "rounds. *bare*: `module(x)` in `inference_mode`; *trace*: `Program.record`; *stream*: all layers in the "
        "page's format, u8, tile 64, limit 16; *atlases*: every layer's PNG.",
        "*service*: the trace service, from the specification to the last byte of the page's stream and the whole "
        "trace, including preprocessing and thread switches, with nothing cached.",
    ]
    if clock is time.process_time:
        notes.append("Times are processor time of all our threads, not elapsed time.")
    if screen:
        notes.append(
            f"*first screen*: the {len(screen.layers)} layers that Explore requests at 1280 × 720, tile "
            f"{screen.tile}, limit {screen.limit}, each encoded as soon as it is computed; *after*: encoded when all "
            f"of {DEEP} is computed."
        )
    return Report("Server: the cost of recording and encoding", columns, rows, notes)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("networks", nargs="*", help="ids; all of them by default")
    parser.add_argument("--seconds", type=float, default=8, help="seconds for each network")
    parser.add_argument(
        "--threads", type=int, default=server_threads(), help="torch threads; by default the server's number"
    )
    parser.add_argument("--cpu", action="store_true", help="count processor time, for a busy machine")
    arguments = parser.parse_args()
    settings = Settings()
    keep_freed_memory()
    torch.set_num_threads(arguments.threads)
    names = arguments.networks or [card.id for card in Networks(settings).cards]
    requests = first_screen(DEEP) if DEEP in names else []
    clock = time.process_time if arguments.cpu else time.perf_counter
    print(report(names, arguments.seconds, requests[-1] if requests else None, clock).markdown())


if __name__ == "__main__":
    main()
