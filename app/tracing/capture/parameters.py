"""The tensors that a layer computes with, for export: float32, on the CPU."""

from __future__ import annotations

import torch
from torch import Tensor

from app.tracing.capture.program import Program
from app.tracing.layer_kinds.registry import kind_named
from app.tracing.layers.layer import INPUT


class UnknownFilter(LookupError):
    """An output channel for which a layer has no tensors; the message says which channels there are."""


def parameters(program: Program, layer_id: str) -> dict[str, Tensor]:
    """Return a layer's tensors by the names of `Program.parameters`, without counters (int64).

    Raises:
        KeyError: the graph has no such layer.
    """
    if layer_id == INPUT:
        return {}
    return {
        name: value.detach().to("cpu", torch.float32)
        for name, value in program.parameters(layer_id).items()
        if value.is_floating_point()
    }


def filter_parameters(program: Program, layer_id: str, channel: int) -> dict[str, Tensor]:
    """Return the same for one output channel or unit: of every tensor one row, as a tensor of one row.

    Raises:
        KeyError: the graph has no such layer.
        UnknownFilter: the layer has no such channel, or no tensors with rows.
    """
    layer = program.graph.by_id[layer_id]
    axis = kind_named(layer.kind).parameter_axis
    if axis is None:
        raise UnknownFilter(f"{layer_id} is of kind {layer.kind}, which has no filters")
    count = layer.shape[axis]
    if not 0 <= channel < count:
        raise UnknownFilter(f"{layer_id} has no filter {channel}; it has 0 to {count - 1}")
    return {name: value[channel : channel + 1] for name, value in parameters(program, layer_id).items()}
