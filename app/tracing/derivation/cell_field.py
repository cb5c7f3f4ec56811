"""Exactly which pixels of the input one cell sees, found backwards from layer to layer.

A layer's `ReceptiveField` says what all its cells have in common, where they have. Here a single cell is traced back
through branches, paddings that repeat other cells, uneven windows and whole-map operations. Only what layers of a kind
read counts, not their numbers: a weight of 0, or a maximum that lies elsewhere, leaves a pixel in the field.

Where branches that read different cells of one layer meet again, several regions of it are kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from operator import or_

from app.tracing.capture.graph import LayerGraph
from app.tracing.layer_kinds.geometry import regions_read
from app.tracing.layers.layer import INPUT
from app.tracing.layers.regions import Region
from app.tracing.layers.shapes import NotDerivable
from app.tracing.layers.terms import Cell

_MOST_REGIONS = 16  # of one layer; more are replaced by one region that holds them all


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
    pending: dict[str, list[Region]] = {layer_id: [tuple(1 << at for at in cell)]}
    start = next(index for index, layer in enumerate(graph.layers) if layer.id == layer_id)
    for layer in reversed(graph.layers[: start + 1]):
        if layer.id not in pending or layer.kind == INPUT:
            continue
        shapes = [graph.by_id[source].shape for source in layer.inputs]
        for region in pending.pop(layer.id):
            try:
                source_regions = regions_read(layer, region, shapes)
            except NotDerivable:
                return None
            for source, source_region in zip(layer.inputs, source_regions, strict=True):
                if all(source_region):
                    pending[source] = _with_region(pending.get(source, []), source_region)
    if INPUT not in pending:
        return None
    _, rows, columns = _union(pending[INPUT])
    return Rectangle(_lowest(rows), _lowest(columns), rows.bit_length(), columns.bit_length())


def _with_region(regions: list[Region], region: Region) -> list[Region]:
    """Return regions that together hold the cells of some and of one more; two become one where that adds no cell."""
    for index, other in enumerate(regions):
        both = _union([other, region])
        differing_axes = sum(one != another for one, another in zip(other, region, strict=True))
        if both in (other, region) or differing_axes <= 1:
            return _with_region(regions[:index] + regions[index + 1 :], both)
    extended = [*regions, region]
    return extended if len(extended) <= _MOST_REGIONS else [_union(extended)]


def _union(regions: list[Region]) -> Region:
    """Return the smallest region that holds all of them."""
    return tuple(reduce(or_, axis) for axis in zip(*regions, strict=True))


def _lowest(bit_mask: int) -> int:
    """Return the lowest index of a bit mask."""
    return (bit_mask & -bit_mask).bit_length() - 1
