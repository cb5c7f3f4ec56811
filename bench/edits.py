"""What changing one thing costs: a trace after one edit, against the whole of it, by where the edit is.

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


def chosen(graph: LayerGraph) -> list[str]:
    """Return convolutions from the first to the last, at even distances."""
    convolutions = [layer.id for layer in graph.layers if layer.kind == "conv2d"]
    at = [convolutions[round(place * (len(convolutions) - 1))] for place in _PLACES]
    return list(dict.fromkeys(at))


def share_after(graph: LayerGraph, layer_id: str) -> float:
    """Return what part of the network's multiply-adds is in the layers that follow, this one included."""
    counts = {layer.id: layer.multiply_adds or 0 for layer in graph.layers}
    names = list(counts)
    return sum(counts[name] for name in names[names.index(layer_id) :]) / sum(counts.values())


def rows(networks: Networks, name: str, seconds: float) -> list[list[str]]:
    """Measure one network: a row for each place."""
    picture = decode(next(photographs(1)))
    spec = TraceSpec("0" * 32, name)
    base = compute(networks, lambda: picture, spec, "base")
    serial = count()
    graph = base.graph
    layers = chosen(graph)

    def traced(layer_id: str, alike: tuple[Trace, ...]) -> Trace:
        # A factor never used before, so that not even the edited network is remembered.
        edit = ScaleChannel(layer=layer_id, channel=0, factor=0.5 + next(serial) * 1e-7)
        edited = TraceSpec(spec.picture, name, edits=(edit,))
        return compute(networks, lambda: picture, edited, "edited", alike=alike)

    cases: dict[str, Case] = {
        "bare": lambda: base.program.record(base.preprocessed.tensor),
        "whole": partial(traced, layers[0], ()),
        **{layer_id: partial(traced, layer_id, (base,)) for layer_id in layers},
    }
    compared = alternate(cases, seconds=seconds, least=7)
    whole = compared.spread("whole")
    return [
        [
            f"{name}, {layer_id}",
            f"{share_after(graph, layer_id):.2f}",
            compared.ratio(layer_id, "bare").written(),
            compared.ratio(layer_id, "whole").written(),
            Spread.of(compared.seconds[layer_id]).written(factor=1e3),
            whole.written(factor=1e3),
            str(whole.count),
        ]
        for layer_id in layers
    ]


def report(seconds: float) -> Report:
    """Measure all networks, ``seconds`` each."""
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
        "Medians (quartiles); ratios are of times from the same round. *forward*: `Program.record` of the network as "
        "it is. *whole trace*: preprocessing, the edited network made and run from its first layer. *ms*: the same "
        "with what comes before the edit taken over from a trace that has it. Each edit is new.",
    ]
    found = [row for name in NETWORKS for row in rows(networks, name, seconds)]
    return Report("Edits: what changing one thing costs", columns, found, notes)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=8, help="for each network")
    arguments = parser.parse_args()
    torch.set_num_threads(server_threads())
    print(report(arguments.seconds).markdown())


if __name__ == "__main__":
    main()
