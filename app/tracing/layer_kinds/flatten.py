"""Flatten: the same numbers in row-major order with fewer axes."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

import numpy as np
import torch
from torch import nn

from app.tracing.layer_kinds.layer_kind import FunctionalForm, LayerKind, Role
from app.tracing.layers.cell_arithmetic import CellArithmetic, copy_of
from app.tracing.layers.cell_query import CellQuery, single_term
from app.tracing.layers.layer import Hyperparameters, Layer
from app.tracing.layers.python_lines import copy_lines
from app.tracing.layers.receptive_field import FieldSource, ReceptiveField, field_over_axes
from app.tracing.layers.regions import Region, full_mask, mask, mask_indices
from app.tracing.layers.shapes import NotDerivable, Shape


def _field(
    _hyperparameters: Hyperparameters, sources: Sequence[FieldSource], _shape: Shape
) -> ReceptiveField | None:
    """Return what all cells see together: of a vector no rows and columns are left to tell them apart."""
    return field_over_axes(sources, (True, True))


def _reads(layer: Layer, region: Region, shapes: Sequence[Shape]) -> list[Region]:
    shape = shapes[0]
    if len(shapes) != 1 or prod(shape) != prod(layer.shape):
        raise NotDerivable
    if all(cells == full_mask(extent) for cells, extent in zip(region, layer.shape, strict=True)):
        return [tuple(map(full_mask, shape))]
    indices = np.ravel_multi_index(np.ix_(*map(mask_indices, region)), layer.shape).ravel()
    return [tuple(mask(set(axis.tolist())) for axis in np.unravel_index(indices, shape))]


def _derive(query: CellQuery) -> CellArithmetic:
    source = query.source
    if prod(source.shape) != prod(query.layer.shape):
        raise NotDerivable
    index = int(np.ravel_multi_index(query.cell, query.layer.shape))
    position = tuple(map(int, np.unravel_index(index, source.shape)))
    return copy_of(single_term(query, position))


FLATTEN = LayerKind(
    name="flatten",
    modules=(nn.Flatten,),
    forms=(
        FunctionalForm(
            functions=(torch.flatten,),
            methods=("flatten",),
            arguments=("start_dim", "end_dim"),
            defaults={"start_dim": 0, "end_dim": -1},
        ),
        FunctionalForm(
            functions=(torch.reshape,),
            methods=("view", "reshape"),
            result_is=lambda result: result.dim() == 2,
        ),
    ),
    hyperparameters=("start_dim", "end_dim"),
    roles=frozenset({Role.FLATTEN, Role.SAME_VALUES}),
    field=_field,
    reads=_reads,
    derive=_derive,
    python=copy_lines,
)
