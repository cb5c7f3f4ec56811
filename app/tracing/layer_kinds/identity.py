"""Layers that put out what they read: identity, and dropout while predicting."""

from __future__ import annotations

from collections.abc import Sequence

import torch.nn.functional as F  # noqa: N812
from torch import nn

from app.tracing.layer_kinds.layer_kind import FunctionalForm, LayerKind, Option, Role
from app.tracing.layers.cell_arithmetic import CellArithmetic, copy_of
from app.tracing.layers.cell_query import CellQuery, same_cell_term
from app.tracing.layers.layer import Hyperparameters
from app.tracing.layers.python_lines import copy_lines
from app.tracing.layers.receptive_field import FieldSource, ReceptiveField, field_of_same_cells
from app.tracing.layers.regions import same_cells
from app.tracing.layers.shapes import Shape

_ROLES = frozenset({Role.TRANSPARENT, Role.ONE_TO_ONE, Role.SAME_VALUES})


def _field(
    _hyperparameters: Hyperparameters, sources: Sequence[FieldSource], shape: Shape
) -> ReceptiveField | None:
    return field_of_same_cells(sources, shape)


def _derive(query: CellQuery) -> CellArithmetic:
    return copy_of(same_cell_term(query))


IDENTITY = LayerKind(
    name="identity",
    modules=(nn.Identity,),
    forms=(FunctionalForm(methods=("contiguous",)),),
    build=lambda _hyperparameters: nn.Identity(),
    roles=_ROLES,
    field=_field,
    reads=same_cells,
    derive=_derive,
    python=copy_lines,
    option=Option("activation", "identity"),
)

DROPOUT = LayerKind(
    name="dropout",
    modules=(nn.Dropout, nn.Dropout2d),
    forms=(FunctionalForm(functions=(F.dropout, F.dropout2d), arguments=("p",), defaults={"p": 0.5}),),
    hyperparameters=("p",),
    roles=_ROLES,
    field=_field,
    reads=same_cells,
    derive=_derive,
    python=copy_lines,
)
