"""How large a part of the input one cell of a layer sees, and where that part lies.

The arithmetic follows Araujo, Norris and Sim, "Computing Receptive Fields of Convolutional Neural Networks",
Distill 2019: through a window of size k, stride s, dilation d and padding p, a field of size r, stride j and
offset o becomes ``r + d(k − 1)j``, ``s·j`` and ``o − p·j``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Window:
    """A sliding window, (height, width) each; ``padding`` is that before the first row and column."""

    kernel_size: Pair
    stride: Pair = (1, 1)
    padding: Pair = (0, 0)
    dilation: Pair = (1, 1)


@dataclass(frozen=True, slots=True)
class ReceptiveField:
    """The field of a layer's cells, in pixels of the input tensor, (vertical, horizontal) each.

    The cell at (row, column) sees ``size`` pixels that begin at ``offset + (row, column) · stride``. The
    offset is negative where the field hangs over the padding. A ``stride`` of 0 says that the layer has no
    rows and columns (or a single one) and that ``size`` is what the whole layer sees.
    """

    size: Pair
    stride: Pair
    offset: Pair

    @classmethod
    def of_input(cls) -> ReceptiveField:
        """Return the field of the input itself: every pixel sees itself."""
        return cls(size=(1, 1), stride=(1, 1), offset=(0, 0))

    def through(self, window: Window) -> ReceptiveField:
        """Return the field after a window has slid over cells with this field."""
        return ReceptiveField(
            size=_pair(
                r + d * (k - 1) * j
                for r, d, k, j in zip(
                    self.size, window.dilation, window.kernel_size, self.stride, strict=True
                )
            ),
            stride=_pair(s * j for s, j in zip(window.stride, self.stride, strict=True)),
            offset=_pair(o - p * j for o, p, j in zip(self.offset, window.padding, self.stride, strict=True)),
        )

    def over_all(self, shape: Sequence[int]) -> ReceptiveField:
        """Return the field of something that sees all cells of a layer of that (…, H, W) or (N,) shape."""
        extent: Pair = (shape[-2], shape[-1]) if len(shape) >= 3 else (1, 1)
        return ReceptiveField(
            size=_pair(r + (n - 1) * j for r, n, j in zip(self.size, extent, self.stride, strict=True)),
            stride=(0, 0),
            offset=self.offset,
        )


def union(fields: Sequence[ReceptiveField]) -> ReceptiveField | None:
    """Return the field that holds all of them, or None where strides differ: no one field fits all cells."""
    first = fields[0]
    if any(field.stride != first.stride for field in fields):
        return None
    offset = _pair(min(field.offset[axis] for field in fields) for axis in (0, 1))
    end = _pair(max(field.offset[axis] + field.size[axis] for field in fields) for axis in (0, 1))
    return ReceptiveField(size=(end[0] - offset[0], end[1] - offset[1]), stride=first.stride, offset=offset)


def _pair(values: Iterable[int]) -> Pair:
    first, second = values
    return first, second
