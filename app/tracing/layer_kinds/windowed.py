"""Everything that can be computed from a window alone, shared by convolutions, poolings and padding."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from app.tracing.layer_kinds.layer_kind import InputMismatch
from app.tracing.layers.cell_query import CellQuery
from app.tracing.layers.layer import Hyperparameters, Layer
from app.tracing.layers.receptive_field import FieldSource, Pair, ReceptiveField
from app.tracing.layers.regions import Region, cells_read, only_shape
from app.tracing.layers.shapes import NotDerivable, Shape
from app.tracing.layers.windows import Axes, SlidingAxis

Window = Callable[[Hyperparameters, Pair, Pair], Axes]

WINDOW_PAIRS = frozenset({"kernel_size", "stride", "padding", "dilation", "padding_end"})


def sliding_window(
    hyperparameters: Hyperparameters, extent: Pair, *, mode: str = "zeros", cut: bool = False
) -> Axes:
    """Return the window of ``kernel_size``, ``stride``, ``padding`` and ``dilation`` over rows and columns."""
    dilation = hyperparameters.get("dilation", (1, 1))
    rows, columns = (
        SlidingAxis(
            extent[axis],
            kernel=hyperparameters["kernel_size"][axis],
            stride=hyperparameters["stride"][axis],
            padding=hyperparameters["padding"][axis],
            dilation=dilation[axis],
            mode=mode,
            cut=cut,
        )
        for axis in (0, 1)
    )
    return rows, columns


def axes_of(window: Window, query: CellQuery) -> Axes:
    """Return how the layer of a query reads the rows and columns of its only source.

    Raises:
        NotDerivable: the source is no maps (C, H, W).
    """
    source = query.source
    if source.ndim != 3:
        raise NotDerivable
    rows, columns = query.layer.shape[-2:]
    return window(query.hyperparameters, source.shape[1:], (rows, columns))


def field_of_window(
    window: Window, hyperparameters: Hyperparameters, sources: Sequence[FieldSource], shape: Shape
) -> ReceptiveField | None:
    """Return the receptive field of a layer with a window, if one fits all its cells."""
    if len(sources) > 1 or len(sources[0].shape) != 4:  # a kernel that was computed, say
        return None
    height, width = sources[0].shape[2:]
    rows, columns = shape[-2:]
    return sources[0].field.through(window(hyperparameters, (height, width), (rows, columns)))


def region_of_window(window: Window, layer: Layer, region: Region, shapes: Sequence[Shape]) -> Region:
    """Return the cells that a region reads through a window, in the region's own channels.

    Raises:
        NotDerivable: the only input is no maps (C, H, W).
    """
    _, height, width = only_shape(layer, shapes, 3)
    rows, columns = window(layer.hyperparameters, (height, width), (layer.shape[-2], layer.shape[-1]))
    return region[0], cells_read(rows, region[1]), cells_read(columns, region[2])


def window_mismatch(hyperparameters: Hyperparameters, shapes: Sequence[Shape]) -> InputMismatch | None:
    """Say that a sliding window spans more than the map with its padding, if it does."""
    if len(shapes[0]) != 3:
        return None
    height, width = shapes[0][1:]
    least = [
        d * (k - 1) + 1 - 2 * p
        for k, d, p in zip(
            hyperparameters["kernel_size"],
            hyperparameters.get("dilation", [1, 1]),
            hyperparameters["padding"],
            strict=True,
        )
    ]
    if least[0] <= height and least[1] <= width:
        return None
    rows, columns = (max(1, cells) for cells in least)
    return InputMismatch(
        "window",
        (rows, columns),
        f"slides a window that needs maps of {rows}×{columns} cells at least and would get {height}×{width}",
    )
