"""How much memory a run of a layer graph takes at most, known before it begins.

A pass keeps every layer's output, in float32. While a layer runs, PyTorch allocates more: padded copies, maps
rearranged for the processor, indices. Each layer kind says how much, as its `workspace`. The numbers are bounds that
hold on any processor; tests compare them with what a process is measured to take.
"""

from __future__ import annotations

from math import prod

import torch

from app.tracing.capture.graph import LayerGraph
from app.tracing.layer_kinds.registry import kind_named
from app.tracing.layers.workspace import Workspace

_CELL = 4
_OVERHEAD = 4 << 20  # what does not grow with the layers: buffers of each thread, and rounding


def output_bytes(graph: LayerGraph) -> int:
    """Return what the outputs of all layers take."""
    return _CELL * sum(prod(layer.shape) for layer in graph.layers)


def pass_bytes(graph: LayerGraph) -> int:
    """Return the most that a pass takes at any moment, its outputs included."""
    return output_bytes(graph) + _CELL * max(_meanwhile(graph).values()) + _OVERHEAD


def gradient_bytes(graph: LayerGraph) -> int:
    """Return the most that a pass and the way back from a class's score to the input take."""
    workspaces = _workspaces(graph)
    saved = _CELL * sum(workspace.saved for workspace in workspaces.values())
    # In-place operations overwrite what the way back needs, so copies are saved.
    copies = output_bytes(graph) if graph.overwritten else 0
    # The way back runs each layer once more, from the gradient of its output to those of its inputs.
    step = max(
        2 * workspaces[layer.id].cells
        + 2 * prod(layer.shape)
        + 2 * sum(prod(graph.by_id[name].shape) for name in layer.inputs)
        for layer in graph.layers
    )
    return output_bytes(graph) + saved + copies + _CELL * step + 2 * _OVERHEAD


def largest_layer(graph: LayerGraph) -> str:
    """Return the id of the layer that takes most, with what PyTorch needs while it runs."""
    meanwhile = _meanwhile(graph)
    return max(graph.layers, key=lambda layer: prod(layer.shape) + meanwhile[layer.id]).id


def _meanwhile(graph: LayerGraph) -> dict[str, int]:
    """Return the cells that each layer takes while it runs, beside its output.

    Where an edit multiplies channels, that is done on a copy of the output.
    """
    return {
        layer.id: workspaces.cells + (prod(layer.shape) if layer.id in graph.gains else 0)
        for layer, workspaces in zip(graph.layers, _workspaces(graph).values(), strict=True)
    }


def _workspaces(graph: LayerGraph) -> dict[str, Workspace]:
    """Return what each layer allocates beside its output."""
    return {
        layer.id: kind_named(layer.kind).workspace(
            layer.hyperparameters, [graph.by_id[name].shape for name in layer.inputs], layer.shape
        )
        for layer in graph.layers
    }


# The last three are what oneDNN and C++ say.
_MESSAGES = (
    "can't allocate memory",
    "not enough memory",
    "out of memory",
    "could not create a primitive",
    "could not create a memory",
    "std::bad_alloc",
)


def ran_out(error: BaseException) -> bool:
    """Tell whether an error, or what it was raised from, is a way to say that there is no memory left."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, MemoryError | torch.OutOfMemoryError):
            return True
        if isinstance(cause, RuntimeError) and any(text in str(cause) for text in _MESSAGES):
            return True
        cause = cause.__cause__
    return False
