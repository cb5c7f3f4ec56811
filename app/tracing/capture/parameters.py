"""The tensors that a layer computes with, as a reader takes them away: float32, on the CPU."""

from __future__ import annotations

import torch
from torch import Tensor

from app.tracing.capture.graph import INPUT
from app.tracing.capture.program import Program

# Kinds whose tensors have a row for each channel (or unit) that the layer puts out.
_BY_CHANNEL = frozenset({"conv2d", "linear", "batch_norm", "group_norm"})


class UnknownFilter(LookupError):
    """An output channel that a layer's tensors do not have; the message says which they have."""


def parameters(program: Program, layer_id: str) -> dict[str, Tensor]:
    """Return a layer's tensors by the names of `Program.parameters`, without those that only count (int64).

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
    """Return the same for one output channel or unit alone: of every tensor its row, as a tensor of one row.

    Raises:
        KeyError: the graph has no such layer.
        UnknownFilter: the layer has no such channel, or no tensors with rows.
    """
    layer = program.graph.by_id[layer_id]
    if layer.kind not in _BY_CHANNEL:
        raise UnknownFilter(f"{layer_id} is of kind {layer.kind}, which has no filters")
    count = layer.shape[-1] if layer.kind == "linear" else layer.shape[0]
    if not 0 <= channel < count:
        raise UnknownFilter(f"{layer_id} has no filter {channel}; it has 0 to {count - 1}")
    return {name: value[channel : channel + 1] for name, value in parameters(program, layer_id).items()}
