"""Layers that put out what they read: identity, and dropout while predicting."""

from __future__ import annotations

import torch.nn.functional as F  # noqa: N812
from torch import nn

from app.tracing.layer_kinds.layer_kind import FunctionalForm, LayerKind, Option, Role
from app.tracing.layers.cell_arithmetic import CellArithmetic, copy_of
from app.tracing.layers.cell_query import CellQuery, same_cell_term
from app.tracing.layers.python_lines import copy_lines
from app.tracing.layers.receptive_field import field_of_same_cells
from app.tracing.layers.regions import same_cells

_ROLES = frozenset({Role.TRANSPARENT, Role.ONE_TO_ONE, Role.SAME_VALUES})


def _derive(query: CellQuery) -> CellArithmetic:
    return copy_of(same_cell_term(query))


IDENTITY = LayerKind(
    name="identity",
    modules=(nn.Identity,),
    forms=(FunctionalForm(methods=("contiguous",)),),
    build=lambda _hyperparameters: nn.Identity(),
    roles=_ROLES,
    field=field_of_same_cells,
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
    field=field_of_same_cells,
    reads=same_cells,
    derive=_derive,
    python=copy_lines,
)
