"""Concatenation: the inputs follow one another along an axis."""

from __future__ import annotations

from collections.abc import Sequence

import torch

from app.tracing.layer_kinds.layer_kind import FunctionalForm, LayerKind
from app.tracing.layers.cell_arithmetic import CellArithmetic, copy_of
from app.tracing.layers.cell_query import CellQuery, single_term
from app.tracing.layers.layer import Hyperparameters, Layer
from app.tracing.layers.python_lines import copy_lines
from app.tracing.layers.receptive_field import FieldSource, ReceptiveField, field_of_same_cells
from app.tracing.layers.regions import Region, full_mask
from app.tracing.layers.shapes import NotDerivable, Shape, axis_without_batch


def _field(
    hyperparameters: Hyperparameters, sources: Sequence[FieldSource], shape: Shape
) -> ReceptiveField | None:
    """Return the field of maps one after another; None where rows or columns are appended."""
    if len(shape) == 4 and hyperparameters["dim"] % 4 != 1:
        return None
    return field_of_same_cells(hyperparameters, sources, shape)


def _reads(layer: Layer, region: Region, shapes: Sequence[Shape]) -> list[Region]:
    axis = axis_without_batch(layer.hyperparameters["dim"], len(region))
    if sum(shape[axis] for shape in shapes) != layer.shape[axis]:
        raise NotDerivable  # a constant is among the inputs
    regions = []
    before = 0
    for shape in shapes:
        cells = region[axis] >> before & full_mask(shape[axis])
        regions.append((*region[:axis], cells, *region[axis + 1 :]))
        before += shape[axis]
    return regions


def _derive(query: CellQuery) -> CellArithmetic:
    axis = axis_without_batch(query.hyperparameters["dim"], len(query.cell))
    at = query.cell[axis]
    for index, source in enumerate(query.sources):
        if at < source.shape[axis]:
            position = (*query.cell[:axis], at, *query.cell[axis + 1 :])
            return copy_of(single_term(query, position, index))
        at -= source.shape[axis]
    raise NotDerivable  # a constant is among the inputs


CAT = LayerKind(
    name="cat",
    forms=(
        FunctionalForm(
            functions=(torch.cat, torch.concat),
            operands=("tensors",),
            arguments=("dim",),
            defaults={"dim": 0},
        ),
    ),
    hyperparameters=("dim",),
    field=_field,
    reads=_reads,
    derive=_derive,
    python=copy_lines,
)
