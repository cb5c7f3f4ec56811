"""How large a part of the input one cell of a layer sees, and where that part lies.

The arithmetic follows Araujo, Norris and Sim, "Computing Receptive Fields of Convolutional Neural Networks",
Distill 2019: through a window of size k, stride s, dilation d and padding p, a field of size r, stride j and
offset o becomes ``r + d(k − 1)j``, ``s·j`` and ``o − p·j``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.tracing.capture import layer_kinds
from app.tracing.capture.layer_kinds import Hyperparameter, Operation

Pair = tuple[int, int]
Shape = tuple[int, ...]


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
    offset is negative where the field hangs over the padding. A ``stride`` of 0 says that all rows (or
    columns) see the same ``size`` pixels, or that the layer has none and ``size`` is what the whole of it sees.
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


def union(fields: Sequence[ReceptiveField]) -> ReceptiveField | None:
    """Return the field that holds all of them, or None where strides differ: no one field fits all cells."""
    first = fields[0]
    if any(field.stride != first.stride for field in fields):
        return None
    offset = _pair(min(field.offset[axis] for field in fields) for axis in (0, 1))
    end = _pair(max(field.offset[axis] + field.size[axis] for field in fields) for axis in (0, 1))
    return ReceptiveField(size=(end[0] - offset[0], end[1] - offset[1]), stride=first.stride, offset=offset)


def after(
    operation: Operation, sources: Sequence[tuple[ReceptiveField | None, Shape]], shape: Shape
) -> ReceptiveField | None:
    """Return the field of what an operation puts out, given the fields and shapes of what it reads.

    Shapes are with the batch. None where no one field fits all cells, or where it is not known.
    """
    fields = [field for field, _ in sources if field is not None]
    if not fields or len(fields) < len(sources):
        return None
    if operation.kind in layer_kinds.CELLWISE:
        found = union(fields) if _cell_by_cell(operation, sources, shape) else None
    elif len(sources) > 1:  # a kernel that was computed, say
        found = None
    elif len(sources[0][1]) != 4:
        found = fields[0] if operation.kind in layer_kinds.WHOLE_AXES else None
    elif operation.kind in layer_kinds.WHOLE_AXES:
        found = fields[0].over_all(sources[0][1][2:], _whole_axes(operation))
    else:
        window = _window(operation, sources[0][1][2:])
        found = fields[0].through(window) if window else None
    # Only (batch, C, H, W) has rows and columns that a stride could speak of.
    return found if found and (len(shape) == 4 or found.stride == (0, 0)) else None


def _cell_by_cell(
    operation: Operation, sources: Sequence[tuple[ReceptiveField | None, Shape]], shape: Shape
) -> bool:
    """Whether a cell is made of the cells at its own row and column: not if rows are repeated or appended."""
    aligned = all(
        source[2:] == shape[2:] or (field is not None and field.stride == (0, 0)) for field, source in sources
    )
    appends = operation.kind == "cat" and len(shape) == 4
    return aligned and not (appends and _axis(operation.hyperparameters["dim"]) != 1)


def _whole_axes(operation: Operation) -> tuple[bool, bool]:
    """Along which axes of a map (vertical, horizontal) a cell sees all cells."""
    found = operation.hyperparameters
    match operation.kind:
        case "linear":
            return False, True
        case "batch_norm":
            own = bool(found.get("training")) or found.get("track_running_stats") is False
            return own, own
        case "softmax" | "mean":
            stated = found.get("dim")
            if stated is None or stated == []:
                whole = operation.kind == "mean"
                return whole, whole
            axes = {_axis(axis) for axis in (stated if isinstance(stated, list) else [stated])}
            return 2 in axes, 3 in axes
        case _:
            return True, True


def _axis(stated: Hyperparameter) -> int:
    """An axis of (batch, C, H, W), counted from the front."""
    return int(stated) % 4  # type: ignore[arg-type]


def _window(operation: Operation, extent: Sequence[int]) -> Window | None:
    """The window that a convolution or pooling slides over cells; None for what has no such window."""
    found: Mapping[str, Any] = operation.hyperparameters
    if operation.kind in {"conv2d", "max_pool2d", "avg_pool2d", "min_pool2d"}:
        names = ("kernel_size", "stride", "padding", "dilation")
        window = Window(*(_pair(found.get(name, (1, 1))) for name in names))
        return window if found.get("padding_mode", "zeros") == "zeros" or _mirrors(window, found) else None
    if operation.kind == "zero_pad2d":
        return Window((1, 1), padding=(int(found["top"]), int(found["left"])))
    if operation.kind in layer_kinds.POOLINGS:
        # None keeps the input's own size
        steps = [(n, wanted or n) for n, wanted in zip(extent, found["output_size"], strict=True)]
        if all(n % cells == 0 for n, cells in steps):
            step = _pair(n // cells for n, cells in steps)
            return Window(step, step)
    return None


def _mirrors(window: Window, found: Mapping[str, Any]) -> bool:
    """Whether what stands in the padding is of cells that the window covers anyway: reflected or repeated."""
    spans = zip(window.kernel_size, window.dilation, window.padding, strict=True)
    return found["padding_mode"] in {"reflect", "replicate"} and all(
        d * (k - 1) >= 2 * p for k, d, p in spans
    )


def _pair(values: Iterable[int]) -> Pair:
    first, second = values
    return first, second
