"""Zero padding as a layer of its own; negative padding crops."""

from __future__ import annotations

from typing import Any

import numpy as np
from torch import nn

from app.tracing.layer_kinds.layer_kind import LayerKind
from app.tracing.layers.cell_arithmetic import CellArithmetic, copy_of
from app.tracing.layers.cell_query import CellQuery, single_term
from app.tracing.layers.layer import Hyperparameters
from app.tracing.layers.python_lines import copy_lines
from app.tracing.layers.receptive_field import Pair
from app.tracing.layers.shapes import NotDerivable
from app.tracing.layers.terms import TermArray
from app.tracing.layers.windows import Axes, SlidingAxis

_SIDES = ("left", "right", "top", "bottom")


def _from_module(module: nn.ZeroPad2d) -> dict[str, Any]:
    return dict(zip(_SIDES, module.padding, strict=True))


def _window(hyperparameters: Hyperparameters, extent: Pair, _outputs: Pair) -> Axes:
    rows = SlidingAxis(extent[0], padding=hyperparameters["top"])
    columns = SlidingAxis(extent[1], padding=hyperparameters["left"])
    return rows, columns


def _derive(query: CellQuery) -> CellArithmetic:
    source = query.source
    if source.ndim != 3:
        raise NotDerivable
    channel, row, column = query.cell
    position = channel, row - query.hyperparameters["top"], column - query.hyperparameters["left"]
    if all(0 <= at < extent for at, extent in zip(position, source.shape, strict=True)):
        return copy_of(single_term(query, position))
    zero = np.zeros(1)
    outside = np.ones(1, dtype=np.bool_)
    return copy_of(TermArray(query.layer.inputs[0], np.array([position]), zero, zero, padding=outside))


ZERO_PAD2D = LayerKind(
    name="zero_pad2d",
    modules=(nn.ZeroPad2d,),
    hyperparameters=_SIDES,
    from_module=_from_module,
    window=_window,
    derive=_derive,
    python=copy_lines,
)
