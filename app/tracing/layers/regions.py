"""Regions: sets of a layer's cells, and the cells of its inputs that such a set reads.

A region has one bit mask for each axis (bit i stands for index i), and means all combinations of the indices. This
represents every window exactly, including the holes of dilated ones.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

from app.tracing.layers.layer import Layer
from app.tracing.layers.shapes import NotDerivable, Shape
from app.tracing.layers.windows import Axis

Region = tuple[int, ...]


def mask(indices: Iterable[int]) -> int:
    """Return the bit mask of some indices."""
    bit_mask = 0
    for index in indices:
        bit_mask |= 1 << index
    return bit_mask


def full_mask(extent: int) -> int:
    """Return the bit mask of all of ``extent`` indices."""
    return (1 << extent) - 1


def mask_indices(bit_mask: int) -> list[int]:
    """Return the indices of a bit mask, ascending."""
    return [index for index, bit in enumerate(reversed(f"{bit_mask:b}")) if bit == "1"]


def over_axes(region: Region, shape: Shape, axes: set[int]) -> Region:
    """Return the region with all cells along some axes."""
    return tuple(
        full_mask(extent) if axis in axes else cells
        for axis, (cells, extent) in enumerate(zip(region, shape, strict=True))
    )


@lru_cache(maxsize=4096)
def cells_read(axis: Axis, outputs: int) -> int:
    """Return the cells that some outputs read along an axis, both as bit masks."""
    cells = 0
    for output in mask_indices(outputs):
        cells |= _cells_read_by(axis, output)
    return cells


@lru_cache(maxsize=65536)
def _cells_read_by(axis: Axis, output: int) -> int:
    return mask(cell for cell in map(axis.cell_at, axis.positions(output)) if cell is not None)


def only_shape(layer: Layer, shapes: Sequence[Shape], rank: int | None = None) -> Shape:
    """Return the shape of a layer's only input.

    Raises:
        NotDerivable: there are more (a kernel that was computed), or it has another number of axes than the layer
            (or than ``rank``).
    """
    if len(shapes) != 1 or len(shapes[0]) != (len(layer.shape) if rank is None else rank):
        raise NotDerivable
    return shapes[0]


def same_cells(layer: Layer, region: Region, shapes: Sequence[Shape]) -> list[Region]:
    """Return the regions that a layer reads if each of its cells is computed from the cell at the same position."""
    only_shape(layer, shapes)
    return [region]
