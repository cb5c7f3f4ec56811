"""Softmax: exp(x) / Σ exp(xⱼ) along one axis."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812
from torch import nn

from app.tracing.layer_kinds.layer_kind import FunctionalForm, LayerKind, Role
from app.tracing.layers.cell_arithmetic import CellArithmetic
from app.tracing.layers.cell_query import CellQuery
from app.tracing.layers.layer import Hyperparameters, Layer
from app.tracing.layers.python_lines import PythonLines, load_values
from app.tracing.layers.receptive_field import FieldSource, ReceptiveField, field_over_axes
from app.tracing.layers.regions import Region, only_shape, over_axes
from app.tracing.layers.shapes import Shape, axis_without_batch
from app.tracing.layers.terms import Floats, Softmax, TermArray


def _axis(hyperparameters: Hyperparameters, rank: int) -> int:
    """Return the axis, without the batch's, along which a softmax of values with ``rank`` axes sums to 1.

    Where no axis is given PyTorch takes axis 0 of one or three axes (the batch's counted) and 1 of others.

    Raises:
        NotDerivable: it is the batch's.
    """
    dim = hyperparameters.get("dim")
    if dim is None:
        dim = 0 if rank + 1 in {1, 3} else 1
    return axis_without_batch(dim, rank)


def _field(
    hyperparameters: Hyperparameters, sources: Sequence[FieldSource], _shape: Shape
) -> ReceptiveField | None:
    dim = hyperparameters.get("dim")
    axis = None if dim is None else dim % 4
    return field_over_axes(sources, (axis == 2, axis == 3))


def _reads(layer: Layer, region: Region, shapes: Sequence[Shape]) -> list[Region]:
    shape = only_shape(layer, shapes)
    return [over_axes(region, shape, {_axis(layer.hyperparameters, len(shape))})]


def _derive(query: CellQuery) -> CellArithmetic:
    """Return exp(x − m)/Σ exp(xⱼ − m), m being the largest: a term's product is its exponential."""
    source = query.source
    axis = _axis(query.hyperparameters, source.ndim)
    values: Floats = source[
        tuple(slice(None) if other == axis else at for other, at in enumerate(query.cell))
    ].astype(np.float64)
    positions = np.empty((len(values), source.ndim), dtype=np.intp)
    positions[:] = query.cell
    positions[:, axis] = np.arange(len(values))
    maximum = float(values.max())
    with np.errstate(invalid="ignore"):
        exponentials = np.exp(values - maximum)
    at = query.cell[axis]
    exponential, denominator = float(exponentials[at]), float(exponentials.sum())
    result = exponential / denominator
    return CellArithmetic(
        operation="softmax",
        result=result,
        term_arrays=(TermArray(query.layer.inputs[0], positions, values, exponentials),),
        magnitude=result * (1 + abs(float(values[at]) - maximum)),
        softmax=Softmax(maximum, exponential, denominator),
    )


def _python(query: CellQuery, _arithmetic: CellArithmetic) -> PythonLines:
    axis = _axis(query.hyperparameters, len(query.cell))
    index = ", ".join(":" if other == axis else str(at) for other, at in enumerate(query.cell))
    lines = [
        load_values("logits", query.layer.inputs[0], "" if index == ":" else f"[{index}]"),
        "exponentials = np.exp(logits - logits.max())",
    ]
    return lines, f"exponentials[{query.cell[axis]}] / exponentials.sum()"


SOFTMAX = LayerKind(
    name="softmax",
    modules=(nn.Softmax,),
    forms=(FunctionalForm(functions=(F.softmax, torch.softmax), methods=("softmax",), arguments=("dim",)),),
    hyperparameters=("dim",),
    roles=frozenset({Role.PROBABILITIES}),
    field=_field,
    reads=_reads,
    derive=_derive,
    python=_python,
    edits=(),  # the outputs are probabilities; scaled or muted they would not be
)
