"""Measure the derivation of one cell, compared with the bare forward pass of the same network in one run.

``python -m bench.derivation``
"""

from __future__ import annotations

import argparse
import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random

import httpx
import torch
from torch import Tensor

from app.api.cells import MOST_TERMS
from app.services.networks import Networks
from app.settings import Settings
from app.tracing.capture.program import Program
from app.tracing.derivation.derivation import derive
from bench.live import Live, server
from bench.pictures import photographs
from bench.report import Report, aim, server_threads
from bench.timing import Case, Comparison, Spread, alternate

_AIM = 5.0  # ms, the median of one derivation
_TIMEOUT_SECONDS = 60


@dataclass(frozen=True, slots=True)
class CellQuery:
    """A cell of a layer."""

    layer: str
    cell: tuple[int, ...]

    @property
    def path(self) -> str:
        """The cell's path in the REST interface, below its trace."""
        return f"layers/{self.layer}/cells/{'/'.join(map(str, self.cell))}"


def random_cells(shapes: Mapping[str, tuple[int, ...]], seed: int) -> Iterator[CellQuery]:
    """Yield random cells without end, from every layer except the input, in a random order of layers."""
    random = Random(seed)
    layers = [layer for layer in shapes if layer != "input"]
    for layer in itertools.cycle(random.sample(layers, len(layers))):
        yield CellQuery(layer, tuple(random.randrange(size) for size in shapes[layer]))


def cases(
    program: Program, values: Mapping[str, Tensor], client: httpx.Client, trace: str, sizes: list[int]
) -> dict[str, Case]:
    """Return the bare forward pass and the cases compared with it; each call uses another cell."""
    shapes = {layer: tuple(value.shape) for layer, value in values.items()}
    local_queries, http_queries = random_cells(shapes, seed=1), random_cells(shapes, seed=2)
    pixels = Random(3)
    picture = values["input"]

    @torch.inference_mode()
    def bare() -> object:
        return program.module(picture[None])

    def derive_one() -> object:
        query = next(local_queries)
        return derive(program, values, query.layer, query.cell, limit=MOST_TERMS)

    def get(path: str) -> object:
        response = client.get(f"/api/v1/traces/{trace}/{path}").raise_for_status()
        sizes.append(len(response.content))
        return response

    def pixel() -> object:
        return get(CellQuery("input", tuple(pixels.randrange(size) for size in picture.shape)).path)

    return {
        "bare": bare,
        "derive": derive_one,
        "answer": lambda: get(next(http_queries).path),
        "pixel": pixel,
    }


def measure(network: str, live: Live, seconds: float) -> tuple[Comparison, int, int]:
    """Compare all cases of one network for about ``seconds``.

    Return the comparison, the largest response's bytes, and the number of layers.
    """
    program = Networks(Settings()).program(network, "trained")
    values = program.record(torch.rand(program.graph.input_shape))
    sizes: list[int] = []
    with httpx.Client(base_url=live.address, timeout=_TIMEOUT_SECONDS) as client:
        upload = {"file": ("photograph.jpg", next(photographs(1)))}
        response = client.post("/api/v1/traces", files=upload, data={"network": network}).raise_for_status()
        comparison = alternate(
            cases(program, values, client, response.json()["id"], sizes), seconds=seconds, min_rounds=50
        )
    return comparison, max(sizes), len(values)


def report(names: list[str], seconds: float) -> Report:
    """Measure the networks one after another, each for ``seconds``."""
    rows = []
    with server() as live:
        for name in names:
            comparison, largest, layers = measure(name, live, seconds)
            derive_ms = _percentiles(comparison.seconds["derive"])
            rows.append(
                [
                    f"{name} ({layers} layers)",
                    f"{derive_ms[0]:.2f} / {derive_ms[1]:.2f} {aim(derive_ms[0], _AIM)}",
                    comparison.ratio("derive", "bare").text(),
                    " / ".join(f"{value:.1f}" for value in _percentiles(comparison.seconds["answer"])),
                    " / ".join(f"{value:.1f}" for value in _percentiles(comparison.seconds["pixel"])),
                    f"{largest / 1000:.0f}",
                    Spread.of(comparison.seconds["bare"]).text(factor=1e3),
                    str(len(comparison.seconds["bare"])),
                ]
            )
    columns = [
        "network",
        "derive, ms: p50 / p95",
        "derive ÷ bare",
        "answer, ms: p50 / p95",
        "pixel, ms: p50 / p95",
        "largest answer, kB",
        "bare, ms",
        "rounds",
    ]
    notes = [
        "*derive*: `derive` of one random cell of a recorded trace, another layer each time, with its receptive field, "
        f"its program and up to {MOST_TERMS} terms. *bare*: `module(x)` in `inference_mode`. Ratios compare times "
        "from the same round; medians with quartiles.",
        "*answer*: the same over HTTP, from a server in its own process, for the first request for that cell. *pixel*: "
        "a cell of the input, whose terms are the photograph's pixels.",
    ]
    return Report("Derivations: the cost of one cell", columns, rows, notes)


def _percentiles(seconds: Sequence[float]) -> tuple[float, float]:
    """Return the median and the 95th percentile, in ms."""
    ordered = sorted(seconds)
    return ordered[len(ordered) // 2] * 1e3, ordered[len(ordered) * 95 // 100] * 1e3


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("networks", nargs="*", help="ids; all of them by default")
    parser.add_argument("--seconds", type=float, default=8, help="seconds for each network")
    parser.add_argument(
        "--threads", type=int, default=server_threads(), help="torch threads; by default the server's number"
    )
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    names = arguments.networks or [card.id for card in Networks(Settings()).cards]
    print(report(names, arguments.seconds).markdown())


if __name__ == "__main__":
    main()
