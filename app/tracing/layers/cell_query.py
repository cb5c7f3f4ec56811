"""A question about one cell, and the values of the layer's inputs that answer it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from app.tracing.layers.layer import Hyperparameters, Layer
from app.tracing.layers.shapes import NotDerivable
from app.tracing.layers.terms import Cell, Floats, TermArray
from app.tracing.layers.windows import Axes


@dataclass(frozen=True, slots=True, eq=False)
class CellQuery:
    """A layer, one of its cells, and what the layer reads: ``sources`` (C, H, W) or (N,) as float32, in order.

    ``flattened_maps`` is the layer of maps (C, H, W) whose flattened vector is the layer's input, if it is one.
    """

    layer: Layer
    cell: Cell
    sources: tuple[NDArray[np.float32], ...]
    parameters: Mapping[str, Tensor] = field(default_factory=dict)
    flattened_maps: Layer | None = None

    @property
    def hyperparameters(self) -> Hyperparameters:
        """The layer's hyperparameters."""
        return self.layer.hyperparameters

    @property
    def source(self) -> NDArray[np.float32]:
        """The only input of the layer.

        Raises:
            NotDerivable: it has none, or more: a kernel that was computed, say.
        """
        if len(self.sources) != 1:
            raise NotDerivable
        return self.sources[0]

    def parameter(self, name: str, row: int) -> Floats | None:
        """Return one output channel's part of a parameter, float64; None where the layer has no such tensor."""
        tensor = self.parameters.get(name)
        return None if tensor is None else tensor.detach()[row].cpu().double().numpy()

    def number(self, name: str, row: int) -> float | None:
        """Return one output channel's number of a parameter; None where the layer has no such tensor."""
        tensor = self.parameters.get(name)
        return None if tensor is None else float(tensor.detach()[row])


def single_term(query: CellQuery, position: Cell, index: int = 0) -> TermArray:
    """Return the one cell of a source that a layer reads, at a position that the source has."""
    value = np.array([query.sources[index][position]], dtype=np.float64)
    return TermArray(query.layer.inputs[index], np.array([position], dtype=np.intp), value, value)


def same_cell_term(query: CellQuery) -> TermArray:
    """Return the cell of the only source at the same place.

    Raises:
        NotDerivable: the source has another shape.
    """
    if query.source.shape != query.layer.shape:
        raise NotDerivable
    return single_term(query, query.cell)


def window_terms(
    query: CellQuery,
    channels: range,
    axes: Axes,
    weights: Floats | None = None,
    padding_is_empty: bool = False,
) -> TermArray:
    """Return what the window of a cell (channel, row, column) covers on some channels of the only source.

    ``padding_is_empty``: padding has no value (a maximum never takes it), instead of 0.
    """
    positions_along = [axis.positions(at) for axis, at in zip(axes, query.cell[1:], strict=True)]
    cells = [
        np.array(
            [-1 if (cell := axis.cell_at(position)) is None else cell for position in along], dtype=np.intp
        )
        for axis, along in zip(axes, positions_along, strict=True)
    ]
    shape = (len(channels), len(cells[0]), len(cells[1]))
    # A padding's −1 reads some cell, whose value is replaced below.
    values = query.source[channels.start : channels.stop][:, cells[0][:, None], cells[1]].astype(np.float64)
    rows, columns = (np.array(along, dtype=np.intp) for along in positions_along)
    positions = np.empty((*shape, 3), dtype=np.intp)
    positions[..., 0] = np.arange(channels.start, channels.stop)[:, None, None]
    positions[..., 1] = rows[:, None]
    positions[..., 2] = columns
    height, width = query.source.shape[1:]
    outside = ((rows < 0) | (rows >= height))[:, None] | (columns < 0) | (columns >= width)
    padding = padding_cells = None
    if outside.any():
        values[:, (cells[0] < 0)[:, None] | (cells[1] < 0)] = 0.0
        padding = np.broadcast_to(outside, shape).ravel()
        pairs = np.stack(np.broadcast_arrays(cells[0][:, None], cells[1]), axis=-1)
        padding_cells = np.broadcast_to(pairs, (*shape, 2)).reshape(-1, 2)
    flat = values.ravel()
    products = flat if weights is None else flat * weights + 0.0  # + 0 turns −0 into 0
    return TermArray(
        query.layer.inputs[0],
        positions.reshape(-1, 3),
        flat,
        products,
        weights,
        padding,
        padding_cells,
        padding_is_empty,
    )
