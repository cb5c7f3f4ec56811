"""Exactly which pixels of the input one cell sees, through whatever lies between: found backwards, layer by layer.

`receptive_field` says what all cells of a layer have in common, where they have. Here a single cell is followed
through branches, paddings that repeat other cells, uneven windows and whole-map operations. By the kinds of the
layers alone: a weight of 0, or a maximum that lies elsewhere, leaves a pixel in the field.

A region is one bit mask an axis, and stands for all combinations of them: exact for every window, holes of dilated
ones included. Where branches that read different cells of one layer meet again, several regions are kept.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce
from math import prod
from operator import or_

import numpy as np

from app.tracing.capture import layer_kinds
from app.tracing.capture.graph import INPUT, Layer, LayerGraph
from app.tracing.derivation import windows
from app.tracing.derivation.pointwise import softmax_axis
from app.tracing.derivation.poolings import axis_without_batch, mean_axes
from app.tracing.derivation.terms import Cell, NotDerivable
from app.tracing.derivation.windows import bits, cells_read, every, mask

Region = tuple[int, ...]  # a bit mask an axis
_MOST_REGIONS = 16  # of one layer; of more, one region that holds them all
Shape = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Rectangle:
    """Pixels of the input tensor; ``bottom`` and ``right`` are exclusive."""

    top: int
    left: int
    bottom: int
    right: int


def receptive_field_of_cell(graph: LayerGraph, layer_id: str, cell: Cell) -> Rectangle | None:
    """Return the smallest rectangle of the input that holds every pixel which a cell depends on.

    Clipped to the input. None where the cell depends on no pixel (it lies in padding, say), where a layer on
    the way is of a kind that is not known, or where the input is not (C, H, W).
    """
    if len(graph.input_shape) != 3:
        return None
    waiting: dict[str, list[Region]] = {layer_id: [tuple(1 << at for at in cell)]}
    start = next(index for index, layer in enumerate(graph.layers) if layer.id == layer_id)
    for layer in reversed(graph.layers[: start + 1]):
        if layer.id not in waiting or layer.kind == INPUT:
            continue
        shapes = [graph.by_id[source].shape for source in layer.inputs]
        reading = _KINDS.get(layer.kind)
        if reading is None:
            return None
        for region in waiting.pop(layer.id):
            try:
                read = reading(layer, region, shapes)
            except NotDerivable:
                return None
            for source, found in zip(layer.inputs, read, strict=True):
                if all(found):
                    waiting[source] = _joined(waiting.get(source, []), found)
    if INPUT not in waiting:
        return None
    _, rows, columns = _union(waiting[INPUT])
    return Rectangle(_first(rows), _first(columns), rows.bit_length(), columns.bit_length())


def _joined(regions: list[Region], added: Region) -> list[Region]:
    """Return regions that together hold the cells of some and of one more; two are one where that adds no cell."""
    for index, region in enumerate(regions):
        both = _union([region, added])
        differing = sum(one != other for one, other in zip(region, added, strict=True))
        if both in (region, added) or differing <= 1:
            return _joined(regions[:index] + regions[index + 1 :], both)
    found = [*regions, added]
    return found if len(found) <= _MOST_REGIONS else [_union(found)]


def _union(regions: list[Region]) -> Region:
    """Return the smallest region that holds all of them."""
    return tuple(reduce(or_, axis) for axis in zip(*regions, strict=True))


def _first(cells: int) -> int:
    return (cells & -cells).bit_length() - 1


def _whole(region: Region, shape: Shape, axes: set[int]) -> Region:
    """The region, with all cells along some axes."""
    return tuple(
        every(extent) if axis in axes else cells
        for axis, (cells, extent) in enumerate(zip(region, shape, strict=True))
    )


def _same(layer: Layer, region: Region, shapes: list[Shape]) -> list[Region]:
    _one(layer, shapes)
    return [region]


def _one(layer: Layer, shapes: list[Shape], rank: int | None = None) -> Shape:
    """The shape of the only input.

    Raises:
        Underivable: there are more (a kernel that was computed), or it has another number of axes.
    """
    if len(shapes) != 1 or len(shapes[0]) != (len(layer.shape) if rank is None else rank):
        raise NotDerivable
    return shapes[0]


def _windows(layer: Layer, region: Region, shapes: list[Shape]) -> list[Region]:
    shape = _one(layer, shapes, 3)
    axes = windows.axes(layer, (shape[1], shape[2]))
    assert axes  # noqa: S101 - only layers with windows come here
    channels = _group(layer, region[0], shape[0]) if layer.kind == "conv2d" else region[0]
    return [(channels, cells_read(axes[0], region[1]), cells_read(axes[1], region[2]))]


def _group(layer: Layer, outputs: int, count: int) -> int:
    """The channels that some output channels of a convolution read."""
    groups = int(layer.hyperparameters["groups"])  # type: ignore[arg-type]
    if groups == 1:
        return every(count)
    each, own = layer.shape[0] // groups, every(count // groups)
    found = 0
    for group in {channel // each for channel in bits(outputs)}:
        found |= own << group * (count // groups)
    return found


def _normalized(layer: Layer, region: Region, shapes: list[Shape]) -> list[Region]:
    shape = _one(layer, shapes)
    found = layer.hyperparameters
    if layer.kind == "group_norm":
        size = shape[0] // int(found["num_groups"])  # type: ignore[arg-type]
        channels = mask(
            other
            for group in {channel // size for channel in bits(region[0])}
            for other in range(group * size, (group + 1) * size)
        )
        return [(channels, *_whole(region, shape, {1, 2})[1:])]
    own = bool(found.get("training")) or found.get("track_running_stats") is False
    return [_whole(region, shape, {1, 2}) if own else region]


def _spread(_layer: Layer, region: Region, shapes: list[Shape]) -> list[Region]:
    """Arithmetic: each operand at the same place, or at 0 along the axes on which it is spread."""
    found = []
    for shape in shapes:
        if len(shape) > len(region):
            raise NotDerivable
        own = region[len(region) - len(shape) :]
        found.append(tuple(1 if extent == 1 else cells for cells, extent in zip(own, shape, strict=True)))
    return found


def _concatenated(layer: Layer, region: Region, shapes: list[Shape]) -> list[Region]:
    axis = axis_without_batch(int(layer.hyperparameters["dim"]), len(region))  # type: ignore[arg-type]
    if sum(shape[axis] for shape in shapes) != layer.shape[axis]:
        raise NotDerivable  # a constant is among the inputs
    found = []
    before = 0
    for shape in shapes:
        own = region[axis] >> before & every(shape[axis])
        found.append((*region[:axis], own, *region[axis + 1 :]))
        before += shape[axis]
    return found


def _reshaped(layer: Layer, region: Region, shapes: list[Shape]) -> list[Region]:
    """Flatten: the cells at the same places in row-major order."""
    shape = shapes[0]
    if len(shapes) != 1 or prod(shape) != prod(layer.shape):
        raise NotDerivable
    if all(cells == every(extent) for cells, extent in zip(region, layer.shape, strict=True)):
        return [tuple(map(every, shape))]
    places = np.ravel_multi_index(np.ix_(*map(bits, region)), layer.shape).ravel()
    return [tuple(mask(set(axis.tolist())) for axis in np.unravel_index(places, shape))]


def _linear(layer: Layer, region: Region, shapes: list[Shape]) -> list[Region]:
    shape = _one(layer, shapes)
    return [(*region[:-1], every(shape[-1]))]


def _softmax(layer: Layer, region: Region, shapes: list[Shape]) -> list[Region]:
    shape = _one(layer, shapes)
    dim = layer.hyperparameters.get("dim")
    return [_whole(region, shape, {softmax_axis(dim if isinstance(dim, int) else None, len(shape))})]


def _mean(layer: Layer, region: Region, shapes: list[Shape]) -> list[Region]:
    shape = _one(layer, shapes, len(shapes[0]))
    axes = mean_axes(layer.hyperparameters.get("dim"), len(shape))  # type: ignore[arg-type]
    if len(axes) == len(shape):
        return [tuple(map(every, shape))]
    kept = len(region) == len(shape)
    free = [cells for axis, cells in enumerate(region) if not (kept and axis in axes)]
    if len(free) != len(shape) - len(axes):
        raise NotDerivable
    return [tuple(every(extent) if axis in axes else free.pop(0) for axis, extent in enumerate(shape))]


_KINDS: dict[str, Callable[[Layer, Region, list[Shape]], list[Region]]] = {
    **dict.fromkeys(("conv2d", "zero_pad2d", *layer_kinds.POOLINGS), _windows),
    **dict.fromkeys(("identity", "dropout", *layer_kinds.ACTIVATIONS), _same),
    **dict.fromkeys(("batch_norm", "group_norm"), _normalized),
    **dict.fromkeys(layer_kinds.ARITHMETIC, _spread),
    "cat": _concatenated,
    "flatten": _reshaped,
    "linear": _linear,
    "softmax": _softmax,
    "mean": _mean,
}
