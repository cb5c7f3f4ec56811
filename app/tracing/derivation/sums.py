"""Weighted sums: a cell of a convolution, a unit of a linear layer."""

from __future__ import annotations

import numpy as np

from app.tracing.capture import layer_kinds
from app.tracing.capture.graph import LayerGraph
from app.tracing.derivation import windows
from app.tracing.derivation.terms import (
    CellArithmetic,
    CellQuery,
    ChannelSum,
    Floats,
    NotDerivable,
    TermArray,
)
from app.tracing.derivation.windows import Axis

# Kinds that put out one number for each one they read, in the same order.
_ONE_TO_ONE = layer_kinds.ACTIVATIONS | {"dropout", "identity", "batch_norm"}


def convolution(asked: CellQuery) -> CellArithmetic:
    """Return Σ window × kernel + bias: the cross-correlation that PyTorch calls convolution."""
    channel, row, column = asked.cell
    source = asked.source
    kernel = asked.parameter("weight", channel)
    if kernel is None or source.ndim != 3:
        raise NotDerivable
    axes = windows.axes(asked.layer, source.shape[1:])
    assert axes  # noqa: S101 - a convolution has windows
    count = len(kernel)
    group = channel // (asked.layer.shape[0] // int(asked.hyperparameters["groups"]))
    gathered = gather(asked, range(group * count, (group + 1) * count), axes, (row, column), kernel.ravel())
    sums = gathered.products.reshape(count, -1).sum(1).tolist()
    listed = [
        ChannelSum(gathered.input, group * count + index, value + 0.0) for index, value in enumerate(sums)
    ]
    return _sum(gathered, asked.number("bias", channel), listed)


def linear(asked: CellQuery) -> CellArithmetic:
    """Return Σ input × weight + bias, along the last axis of the input."""
    *before, unit = asked.cell
    source = asked.source
    weights = asked.parameter("weight", unit)
    if weights is None:
        raise NotDerivable
    values = source[tuple(before)].astype(np.float64)
    positions = np.empty((len(values), source.ndim), dtype=np.intp)
    positions[:, :-1] = before
    positions[:, -1] = np.arange(len(values))
    gathered = TermArray(asked.layer.inputs[0], positions, values, values * weights + 0.0, weights)
    return _sum(gathered, asked.number("bias", unit), _sums_of_maps(asked, gathered.products))


def gather(
    asked: CellQuery,
    channels: range,
    axes: tuple[Axis, Axis],
    place: tuple[int, int],
    weights: Floats | None = None,
    missing: bool = False,
) -> TermArray:
    """Return what a window at (row, column) of the output finds on some channels of the only source.

    ``missing``: padding has no value (it is never chosen), instead of 0.
    """
    places = [axis.positions(at) for axis, at in zip(axes, place, strict=True)]
    cells = [
        np.array([-1 if (cell := axis.real(position)) is None else cell for position in along], dtype=np.intp)
        for axis, along in zip(axes, places, strict=True)
    ]
    shape = (len(channels), len(cells[0]), len(cells[1]))
    # A padding's −1 reads some cell, whose value is put aside below.
    values = asked.source[channels.start : channels.stop][:, cells[0][:, None], cells[1]].astype(np.float64)
    rows, columns = (np.array(along, dtype=np.intp) for along in places)
    positions = np.empty((*shape, 3), dtype=np.intp)
    positions[..., 0] = np.arange(channels.start, channels.stop)[:, None, None]
    positions[..., 1] = rows[:, None]
    positions[..., 2] = columns
    height, width = asked.source.shape[1:]
    outside = ((rows < 0) | (rows >= height))[:, None] | (columns < 0) | (columns >= width)
    padding = real = None
    if outside.any():
        values[:, (cells[0] < 0)[:, None] | (cells[1] < 0)] = 0.0
        padding = np.broadcast_to(outside, shape).ravel()
        pairs = np.stack(np.broadcast_arrays(cells[0][:, None], cells[1]), axis=-1)
        real = np.broadcast_to(pairs, (*shape, 2)).reshape(-1, 2)
    flat = values.ravel()
    products = flat if weights is None else flat * weights + 0.0  # + 0: a zero has no sign
    return TermArray(
        asked.layer.inputs[0], positions.reshape(-1, 3), flat, products, weights, padding, real, missing
    )


def _sum(gathered: TermArray, bias: float | None, sums: list[ChannelSum]) -> CellArithmetic:
    total = float(gathered.products.sum()) + (bias or 0.0)
    return CellArithmetic(
        operation="sum",
        result=total,
        gathered=(gathered,),
        magnitude=float(np.abs(gathered.products).sum()) + abs(bias or 0.0),
        per_channel=len(gathered) // len(sums) if sums else 0,
        channel_sums=sums,
        bias=bias,
        sum=total,
    )


def _sums_of_maps(asked: CellQuery, products: Floats) -> list[ChannelSum]:
    """The sums per channel of the maps that were flattened into the vector that a linear layer reads."""
    maps = flattened_maps(asked.graph, asked.layer.inputs[0])
    if maps is None:
        return []
    sums = products.reshape(asked.graph.by_id[maps].shape[0], -1).sum(1).tolist()
    return [ChannelSum(maps, channel, value) for channel, value in enumerate(sums)]


def flattened_maps(graph: LayerGraph, layer_id: str) -> str | None:
    """Return the layer of maps (C, H, W) of which a layer is the flattened vector, if it is."""
    layer = graph.by_id[layer_id]
    while layer.kind in _ONE_TO_ONE and len(layer.inputs) == 1 and len(layer.shape) == 1:
        layer = graph.by_id[layer.inputs[0]]
    if layer.kind != "flatten" or len(layer.shape) != 1 or len(layer.inputs) != 1:
        return None
    maps = graph.by_id[layer.inputs[0]]
    return maps.id if len(maps.shape) == 3 else None
