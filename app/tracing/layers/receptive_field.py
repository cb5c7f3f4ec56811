"""How large a part of the input a layer's cells see, and where that part lies, for all cells at once.

The arithmetic follows Araujo, Norris and Sim, "Computing Receptive Fields of Convolutional Neural Networks",
Distill 2019: through a window of size k, stride s, dilation d and padding p, a field of size r, stride j and
offset o becomes ``r + d(k − 1)j``, ``s·j`` and ``o − p·j``. What a single cell sees is in
`app.tracing.derivation.cell_field`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.tracing.layers.shapes import Shape
from app.tracing.layers.windows import Axes

Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class ReceptiveField:
    """The field of a layer's cells, in pixels of the input tensor, (vertical, horizontal) each.

    The cell at (row, column) sees ``size`` pixels that begin at ``offset + (row, column) · stride``. The
    offset is negative where the field hangs over the padding. A ``stride`` of 0 says that all rows (or
    columns) see the same ``size`` pixels, or that the layer has no rows and ``size`` is what the whole layer sees.
    """

    size: Pair
    stride: Pair
    offset: Pair

    @classmethod
    def of_input(cls) -> ReceptiveField:
        """Return the field of the input itself: every pixel sees itself."""
        return cls(size=(1, 1), stride=(1, 1), offset=(0, 0))

    def through(self, axes: Axes) -> ReceptiveField | None:
        """Return the field after a window has slid over cells with this field; None if the windows are not alike."""
        rows, columns = (axis.common for axis in axes)
        if rows is None or columns is None:
            return None
        window = (rows, columns)
        return ReceptiveField(
            size=_pair(
                r + axis.dilation * (axis.kernel - 1) * j
                for r, axis, j in zip(self.size, window, self.stride, strict=True)
            ),
            stride=_pair(axis.stride * j for axis, j in zip(window, self.stride, strict=True)),
            offset=_pair(
                o - axis.padding * j for o, axis, j in zip(self.offset, window, self.stride, strict=True)
            ),
        )

    def over_all(self, extent: Sequence[int], axes: tuple[bool, bool] = (True, True)) -> ReceptiveField:
        """Return the field of something that sees all cells of a layer of ``extent``, along some axes or both."""
        return ReceptiveField(
            size=_pair(
                r + (n - 1) * j if whole else r
                for r, n, j, whole in zip(self.size, extent, self.stride, axes, strict=True)
            ),
            stride=_pair(0 if whole else j for j, whole in zip(self.stride, axes, strict=True)),
            offset=self.offset,
        )


@dataclass(frozen=True, slots=True)
class FieldSource:
    """An input of a layer: the field of its cells, and its shape with the batch."""

    field: ReceptiveField
    shape: Shape


def union(fields: Sequence[ReceptiveField]) -> ReceptiveField | None:
    """Return the field that holds all of them, or None where strides differ: no one field fits all cells."""
    first = fields[0]
    if any(field.stride != first.stride for field in fields):
        return None
    offset = _pair(min(field.offset[axis] for field in fields) for axis in (0, 1))
    end = _pair(max(field.offset[axis] + field.size[axis] for field in fields) for axis in (0, 1))
    return ReceptiveField(size=(end[0] - offset[0], end[1] - offset[1]), stride=first.stride, offset=offset)


def field_of_same_cells(
    _hyperparameters: Mapping[str, Any], sources: Sequence[FieldSource], shape: Shape
) -> ReceptiveField | None:
    """Return the field of cells that are made of the cells at their own row and column, whatever the hyperparameters.

    ``shape`` is the output's, with the batch. None where an input has other rows or columns, which are repeated.
    """
    aligned = all(source.shape[2:] == shape[2:] or source.field.stride == (0, 0) for source in sources)
    return union([source.field for source in sources]) if aligned else None


def field_over_axes(sources: Sequence[FieldSource], axes: tuple[bool, bool]) -> ReceptiveField | None:
    """Return the field of cells that see all cells of the only input along some of its axes (rows, columns)."""
    if len(sources) > 1:  # a kernel that was computed, say
        return None
    source = sources[0]
    return source.field.over_all(source.shape[2:], axes) if len(source.shape) == 4 else source.field


def _pair(values: Iterable[int]) -> Pair:
    first, second = values
    return first, second
