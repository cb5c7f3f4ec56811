"""Group norm: groups of channels, each normalised by its own mean and variance."""

from __future__ import annotations

from collections.abc import Sequence

from torch import nn

from app.tracing.layer_kinds.layer_kind import LayerKind, Role, uncounted
from app.tracing.layer_kinds.normalization import measured_moments, normalization_python, normalized
from app.tracing.layers.cell_arithmetic import CellArithmetic
from app.tracing.layers.cell_query import CellQuery, same_cell_term
from app.tracing.layers.layer import Hyperparameters, Layer
from app.tracing.layers.python_lines import PythonLines
from app.tracing.layers.receptive_field import FieldSource, ReceptiveField, field_over_axes
from app.tracing.layers.regions import Region, mask, mask_indices, only_shape, over_axes
from app.tracing.layers.shapes import Shape


def _group(hyperparameters: Hyperparameters, count: int, channel: int) -> range:
    """Return the channels, of ``count``, that are normalised together with a channel."""
    size = count // int(hyperparameters["num_groups"])
    first = channel // size * size
    return range(first, first + size)


def _field(
    _hyperparameters: Hyperparameters, sources: Sequence[FieldSource], _shape: Shape
) -> ReceptiveField | None:
    return field_over_axes(sources, (True, True))


def _reads(layer: Layer, region: Region, shapes: Sequence[Shape]) -> list[Region]:
    shape = only_shape(layer, shapes)
    groups = {_group(layer.hyperparameters, shape[0], channel) for channel in mask_indices(region[0])}
    channels = mask(member for group in groups for member in group)
    return [(channels, *over_axes(region, shape, {1, 2})[1:])]


def _derive(query: CellQuery) -> CellArithmetic:
    term = same_cell_term(query)
    group = _group(query.hyperparameters, query.source.shape[0], query.cell[0])
    return normalized(query, term, *measured_moments(query.source[group.start : group.stop]))


def _python(query: CellQuery, arithmetic: CellArithmetic) -> PythonLines:
    return normalization_python(query, arithmetic, measured=True)


GROUP_NORM = LayerKind(
    name="group_norm",
    modules=(nn.GroupNorm,),
    hyperparameters=("num_groups", "num_channels", "eps"),
    roles=frozenset({Role.TRANSPARENT}),
    multiply_adds=uncounted,
    parameter_axis=0,
    field=_field,
    reads=_reads,
    derive=_derive,
    python=_python,
)
