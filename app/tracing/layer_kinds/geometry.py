"""Which cells an operation's cells read: stated by its kind, or computed from the kind's window."""

from __future__ import annotations

from collections.abc import Sequence

from app.tracing.layer_kinds.registry import kind_named
from app.tracing.layer_kinds.windowed import field_of_window, region_of_window
from app.tracing.layers.layer import Layer, Operation
from app.tracing.layers.receptive_field import FieldSource, ReceptiveField
from app.tracing.layers.regions import Region
from app.tracing.layers.shapes import NotDerivable, Shape


def uniform_field(
    operation: Operation, inputs: Sequence[tuple[ReceptiveField | None, Shape]], shape: Shape
) -> ReceptiveField | None:
    """Return the receptive field that all cells of an operation's output have, if there is one.

    ``inputs`` are the fields and shapes of what it reads, ``shape`` is the output's, all with the batch. None where
    no one field fits all cells, or where that of an input is not known.
    """
    sources = [FieldSource(field, source_shape) for field, source_shape in inputs if field is not None]
    if not sources or len(sources) < len(inputs):
        return None
    kind = kind_named(operation.kind)
    field: ReceptiveField | None = None
    if kind.field is not None:
        field = kind.field(operation.hyperparameters, sources, shape)
    elif kind.window is not None:
        field = field_of_window(kind.window, operation.hyperparameters, sources, shape)
    # Only (batch, C, H, W) has rows and columns that a stride could speak of.
    return field if field and (len(shape) == 4 or field.stride == (0, 0)) else None


def regions_read(layer: Layer, region: Region, shapes: Sequence[Shape]) -> list[Region]:
    """Return the cells of each input, of these shapes, that a region of a layer's cells reads.

    Raises:
        NotDerivable: that is not known.
    """
    kind = kind_named(layer.kind)
    if kind.reads is not None:
        return kind.reads(layer, region, shapes)
    if kind.window is not None:
        return [region_of_window(kind.window, layer, region, shapes)]
    raise NotDerivable
