"""Measure a trace after one edit, compared with a whole trace, by the position of the edited layer.

``python -m bench.edits``
"""

from __future__ import annotations

import argparse
from functools import partial
from itertools import count

import torch

from app.imaging.decode import decode
from app.services.networks import Networks
from app.services.trace import Trace, TraceSpec, compute
from app.settings import Settings
from app.tracing.capture.graph import LayerGraph
from app.tracing.editing.edits import ScaleChannel
from bench.pictures import photographs
from bench.report import Report, server_threads
from bench.timing import Case, Spread, alternate

NETWORKS = ("tiny-vgg", "small-vgg", "efficientnet-lite0")
_PLACES = (0.0, 0.25, 0.5, 0.75, 1.0)


def sample_convolutions(graph: LayerGraph) -> list[str]:
    """Return convolutions from the first to the last, evenly spaced."""
    convolutions = [layer.id for layer in graph.layers if layer.kind == "conv2d"]
    sampled = [convolutions[round(place * (len(convolutions) - 1))] for place in _PLACES]
    return list(dict.fromkeys(sampled))


def share_after(graph: LayerGraph, layer_id: str) -> float:
    """Return the share of the network's multiply-adds in this layer and all later ones."""
    counts = {layer.id: layer.multiply_adds or 0 for layer in graph.layers}
    names = list(counts)
    return sum(counts[name] for name in names[names.index(layer_id) :]) / sum(counts.values())


def rows(networks: Networks, name: str, seconds: float) -> list[list[str]]:
    """Measure one network; return one row per edited layer."""
    picture = decode(next(photographs(1)))
    spec = TraceSpec("0" * 32, name)
    base = compute(networks, lambda: picture, spec, "base")
    serial = count()
    graph = base.graph
    layers = sample_convolutions(graph)

    def trace_edited(layer_id: str, alike: tuple[Trace, ...]) -> Trace:
        # Use a new factor each time, so that not even the edited network is cached.
        edit = ScaleChannel(layer=layer_id, channel=0, factor=0.5 + next(serial) * 1e-7)
        edited = TraceSpec(spec.picture, name, edits=(edit,))
        return compute(networks, lambda: picture, edited, "edited", alike=alike)

    cases: dict[str, Case] = {
        "bare": lambda: base.program.record(base.preprocessed.tensor),
        "whole": partial(trace_edited, layers[0], ()),
        **{layer_id: partial(trace_edited, layer_id, (base,)) for layer_id in layers},
    }
    comparison = alternate(cases, seconds=seconds, min_rounds=7)
    whole = comparison.spread("whole")
    return [
        [
            f"{name}, {layer_id}",
            f"{share_after(graph, layer_id):.2f}",
            comparison.ratio(layer_id, "bare").text(),
            comparison.ratio(layer_id, "whole").text(),
            Spread.of(comparison.seconds[layer_id]).text(factor=1e3),
            whole.text(factor=1e3),
            str(whole.count),
        ]
        for layer_id in layers
    ]


def report(seconds: float) -> Report:
    """Measure all networks, each for ``seconds``."""
    networks = Networks(Settings())
    columns = [
        "edit of one channel at",
        "multiply-adds from there on",
        "÷ forward",
        "÷ whole trace",
        "ms",
        "whole trace, ms",
        "rounds",
    ]
    notes = [
        "Medians (quartiles); ratios compare times from the same round. *forward*: `Program.record` of the unedited "
        "network. *whole trace*: preprocessing, making the edited network, and running it from its first layer. *ms*: "
        "the same, reusing the layers before the edit from a trace that has them. Each edit is new.",
    ]
    table_rows = [row for name in NETWORKS for row in rows(networks, name, seconds)]
    return Report("Edits: the cost of one edit", columns, table_rows, notes)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=8, help="seconds for each network")
    arguments = parser.parse_args()
    torch.set_num_threads(server_threads())
    print(report(arguments.seconds).markdown())


if __name__ == "__main__":
    main()
