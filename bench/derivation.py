"""What it costs to say how a cell came about, against the bare forward of the same network, in one run.

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
_PATIENCE = 60


@dataclass(frozen=True, slots=True)
class CellQuery:
    """A cell, in one of the layers."""

    layer: str
    cell: tuple[int, ...]

    @property
    def path(self) -> str:
        """Where the server answers it, below a trace."""
        return f"layers/{self.layer}/cells/{'/'.join(map(str, self.cell))}"


def asked(shapes: Mapping[str, tuple[int, ...]], seed: int) -> Iterator[CellQuery]:
    """Yield random cells for ever, of every layer in a drawn order but the input, which is the picture's own."""
    random = Random(seed)
    layers = [layer for layer in shapes if layer != "input"]
    for layer in itertools.cycle(random.sample(layers, len(layers))):
        yield CellQuery(layer, tuple(random.randrange(size) for size in shapes[layer]))


def cases(
    program: Program, values: Mapping[str, Tensor], client: httpx.Client, trace: str, sizes: list[int]
) -> dict[str, Case]:
    """Return the bare forward, and what is compared with it: one cell each time, never the same."""
    shapes = {layer: tuple(value.shape) for layer, value in values.items()}
    own, told = asked(shapes, seed=1), asked(shapes, seed=2)
    pixels = Random(3)
    picture = values["input"]

    @torch.inference_mode()
    def bare() -> object:
        return program.module(picture[None])

    def one() -> object:
        wanted = next(own)
        return derive(program, values, wanted.layer, wanted.cell, limit=MOST_TERMS)

    def answer(path: str) -> object:
        response = client.get(f"/api/v1/traces/{trace}/{path}").raise_for_status()
        sizes.append(len(response.content))
        return response

    def pixel() -> object:
        return answer(CellQuery("input", tuple(pixels.randrange(size) for size in picture.shape)).path)

    return {"bare": bare, "derive": one, "answer": lambda: answer(next(told).path), "pixel": pixel}


def measure(network: str, live: Live, seconds: float) -> tuple[Comparison, int, int]:
    """Compare all cases of one network for about ``seconds``; return the largest answer's bytes, and the layers."""
    program = Networks(Settings()).program(network, "trained")
    values = program.record(torch.rand(program.graph.input_shape))
    sizes: list[int] = []
    with httpx.Client(base_url=live.address, timeout=_PATIENCE) as client:
        upload = {"file": ("photograph.jpg", next(photographs(1)))}
        made = client.post("/api/v1/traces", files=upload, data={"network": network}).raise_for_status()
        compared = alternate(
            cases(program, values, client, made.json()["id"], sizes), seconds=seconds, least=50
        )
    return compared, max(sizes), len(values)


def report(names: list[str], seconds: float) -> Report:
    """Measure the networks one after another, ``seconds`` each."""
    rows = []
    with server() as live:
        for name in names:
            comparison, largest, layers = measure(name, live, seconds)
            derived = _percentiles(comparison.seconds["derive"])
            rows.append(
                [
                    f"{name} ({layers} layers)",
                    f"{derived[0]:.2f} / {derived[1]:.2f} {aim(derived[0], _AIM)}",
                    comparison.ratio("derive", "bare").written(),
                    " / ".join(f"{value:.1f}" for value in _percentiles(comparison.seconds["answer"])),
                    " / ".join(f"{value:.1f}" for value in _percentiles(comparison.seconds["pixel"])),
                    f"{largest / 1000:.0f}",
                    Spread.of(comparison.seconds["bare"]).written(factor=1e3),
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
        f"its program and up to {MOST_TERMS} terms. *bare*: `module(x)` in `inference_mode`. Ratios are of times from "
        "the same round, medians with quartiles.",
        "*answer*: the same over HTTP, from a server in its own process, at the first request for that cell. *pixel*: "
        "a cell of the input, whose terms are the photograph's pixels.",
    ]
    return Report("Derivations: what one cell costs", columns, rows, notes)


def _percentiles(seconds: Sequence[float]) -> tuple[float, float]:
    """The median and the 95th percentile, in ms."""
    listed = sorted(seconds)
    return listed[len(listed) // 2] * 1e3, listed[len(listed) * 95 // 100] * 1e3


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("networks", nargs="*", help="ids; all of them by default")
    parser.add_argument("--seconds", type=float, default=8, help="for each network")
    parser.add_argument("--threads", type=int, default=server_threads(), help="torch threads; the server's")
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    names = arguments.networks or [card.id for card in Networks(Settings()).cards]
    print(report(names, arguments.seconds).markdown())


if __name__ == "__main__":
    main()
