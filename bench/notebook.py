"""Compare the usual notebook code, hooks and a matplotlib grid per layer, with a trace and an atlas per layer.

``python -m bench.notebook``
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Iterable
from io import BytesIO

import matplotlib as mpl
import torch
from matplotlib import pyplot
from torch import Tensor, nn

from app.imaging import render
from app.imaging.decode import decode
from app.imaging.preprocess import preprocess
from app.services.networks import Networks
from app.settings import Settings
from app.tracing.capture.program import Program
from bench.pictures import photographs
from bench.report import Report, aim, server_threads
from bench.timing import Comparison, alternate

AIM = 100.0
_NETWORKS = ("lecture-cnn", "lenet", "tiny-vgg", "small-vgg")
_MANY_MAPS = 40
"""matplotlib is slow for layers of more maps than this; their networks are measured in one round."""
_REPEATS = 20


def grids(module: nn.Module, tensor: Tensor, paths: Iterable[str]) -> list[bytes]:
    """Hook the modules at ``paths``, run the network, and return each module's maps as a matplotlib grid in PNG."""
    outputs: dict[str, Tensor] = {}

    def keep(path: str) -> torch.utils.hooks.RemovableHandle:
        def hook(_module: nn.Module, _inputs: object, output: Tensor) -> None:
            outputs[path] = output[0].detach().clone()

        return module.get_submodule(path).register_forward_hook(hook)

    handles = [keep(path) for path in paths]
    with torch.no_grad():
        module(tensor[None])
    for handle in handles:
        handle.remove()
    files = []
    for maps in outputs.values():
        columns = math.ceil(math.sqrt(len(maps)))
        rows = math.ceil(len(maps) / columns)
        figure, axes = pyplot.subplots(rows, columns, squeeze=False)
        for axis in axes.flat:
            axis.axis("off")
        for axis, values in zip(axes.flat, maps, strict=False):
            axis.imshow(values, cmap="gray")
        file = BytesIO()
        figure.savefig(file, format="png")
        pyplot.close(figure)
        files.append(file.getvalue())
    return files


def atlases(program: Program, tensor: Tensor, layers: Iterable[str]) -> list[bytes]:
    """Record a forward pass and return each layer's atlas as PNG."""
    values = program.record(tensor)
    return [render.atlas(values[layer_id]).png for layer_id in layers]


def measure(network: str, seconds: float) -> tuple[Comparison, int, int]:
    """Compare both on the layers that hooks reach; return the comparison and the numbers of layers and maps."""
    networks = Networks(Settings())
    program = networks.program(network, "trained")
    tensor = preprocess(decode(next(photographs(1))), networks.card(network).preprocessing).tensor
    layers_by_path = {
        layer.module: layer for layer in program.graph.layers if layer.module and len(layer.shape) == 3
    }
    layers = [layer.id for layer in layers_by_path.values()]
    maps = sum(layer.shape[0] for layer in layers_by_path.values())
    min_rounds = 1 if max(layer.shape[0] for layer in layers_by_path.values()) > _MANY_MAPS else 3
    cases = {
        "notebook": lambda: grids(program.module, tensor, layers_by_path),
        "ours": lambda: atlases(program, tensor, layers),
    }
    comparison = alternate(cases, seconds=seconds, min_rounds=min_rounds, repeats={"ours": _REPEATS})
    return comparison, len(layers), maps


def report(names: list[str], seconds: float) -> Report:
    """Measure the networks one after another, each for ``seconds`` or one round if that takes longer."""
    mpl.use("Agg")
    rows = []
    for name in names:
        comparison, layers, maps = measure(name, seconds)
        ratio = comparison.ratio("notebook", "ours")
        notebook, ours = comparison.spread("notebook"), comparison.spread("ours")
        rows.append(
            [
                name,
                f"{ratio.text(0)} {aim(ratio.median, AIM, at_least=True)}",
                notebook.text(0, factor=1e3),
                ours.text(1, factor=1e3),
                str(layers),
                str(maps),
                str(ours.count),
            ]
        )
    columns = ["network", "notebook ÷ ours", "notebook, ms", "ours, ms", "layers", "maps", "rounds"]
    notes = [
        "Medians (quartiles). *notebook*: forward hooks, then one figure per layer with `plt.subplots`, `imshow` for "
        "each map and `savefig`. *ours*: `Program.record` and `render.atlas`. Both make PNG files of the same layers' "
        "maps in memory, because overwriting a file on disk can cost more than making it.",
        f"*ours* is the mean of {_REPEATS} runs per round. A network with layers of more than {_MANY_MAPS} maps takes "
        "matplotlib most of a minute and is measured in one round.",
    ]
    return Report("Notebook: hooks and matplotlib compared with a trace", columns, rows, notes)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("networks", nargs="*", default=list(_NETWORKS))
    parser.add_argument("--seconds", type=float, default=8, help="seconds for each network")
    arguments = parser.parse_args()
    torch.set_num_threads(server_threads())
    print(report(arguments.networks, arguments.seconds).markdown())


if __name__ == "__main__":
    main()
