"""Dense layer: Σ input × weight + bias along the last axis."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import Any

import numpy as np
import torch.nn.functional as F  # noqa: N812
from torch import nn

from app.tracing.layer_kinds.hyperparameters import attributes
from app.tracing.layer_kinds.layer_kind import (
    CHANNEL_EDITS,
    Call,
    FilterShape,
    FunctionalForm,
    InputMismatch,
    LayerKind,
)
from app.tracing.layers.cell_arithmetic import CellArithmetic, weighted_sum
from app.tracing.layers.cell_query import CellQuery
from app.tracing.layers.layer import Hyperparameters, Layer
from app.tracing.layers.python_lines import PythonLines, load_parameters, load_values, plus_bias
from app.tracing.layers.receptive_field import FieldSource, ReceptiveField, field_over_axes
from app.tracing.layers.regions import Region, full_mask, only_shape
from app.tracing.layers.shapes import NotDerivable, Shape
from app.tracing.layers.terms import ChannelSum, Floats, TermArray

_ATTRIBUTES = ("in_features", "out_features")


def _from_module(module: nn.Linear) -> dict[str, Any]:
    return {**attributes(module, _ATTRIBUTES), "bias": module.bias is not None}


def _from_call(call: Call) -> dict[str, Any]:
    outputs, inputs = call.operands["weight"].shape
    return {"out_features": outputs, "in_features": inputs, "bias": call.operands["bias"] is not None}


def _build(hyperparameters: Hyperparameters) -> nn.Module:
    """Return a dense layer without numbers, on the meta device."""
    return nn.Linear(
        hyperparameters["in_features"],
        hyperparameters["out_features"],
        bias=hyperparameters["bias"],
        device="meta",
    )


def _multiply_adds(hyperparameters: Hyperparameters, shape: Shape) -> int:
    return int(prod(shape) * hyperparameters["in_features"])


def _filter_shape(hyperparameters: Hyperparameters) -> FilterShape:
    return FilterShape(hyperparameters["out_features"], hyperparameters["in_features"])


def _field(
    _hyperparameters: Hyperparameters, sources: Sequence[FieldSource], _shape: Shape
) -> ReceptiveField | None:
    """Return the field of a cell that sees all columns of its row, of maps."""
    return field_over_axes(sources, (False, True))


def _reads(layer: Layer, region: Region, shapes: Sequence[Shape]) -> list[Region]:
    shape = only_shape(layer, shapes)
    return [(*region[:-1], full_mask(shape[-1]))]


def _derive(query: CellQuery) -> CellArithmetic:
    *before, unit = query.cell
    source = query.source
    weights = query.parameter("weight", unit)
    if weights is None:
        raise NotDerivable
    values = source[tuple(before)].astype(np.float64)
    positions = np.empty((len(values), source.ndim), dtype=np.intp)
    positions[:, :-1] = before
    positions[:, -1] = np.arange(len(values))
    terms = TermArray(query.layer.inputs[0], positions, values, values * weights + 0.0, weights)
    return weighted_sum(terms, query.number("bias", unit), _sums_of_maps(query, terms.products))


def _sums_of_maps(query: CellQuery, products: Floats) -> list[ChannelSum]:
    """Return the sum for each channel of the maps that were flattened into the vector that the layer reads."""
    maps = query.flattened_maps
    if maps is None:
        return []
    sums = products.reshape(maps.shape[0], -1).sum(1).tolist()
    return [ChannelSum(maps.id, channel, value) for channel, value in enumerate(sums)]


def _python(query: CellQuery, arithmetic: CellArithmetic) -> PythonLines:
    *before, unit = query.cell
    index = f"[{', '.join(map(str, before))}]" if before else ""
    lines = [
        load_values("values", query.layer.inputs[0], index),
        load_parameters(query),
        f'weights = parameters["weight"][{unit}].astype(np.float64)',
    ]
    return lines, "(values * weights).sum()" + plus_bias(arithmetic, unit)


def _mismatch(hyperparameters: Hyperparameters, shapes: Sequence[Shape]) -> InputMismatch:
    features = hyperparameters["in_features"]
    detail = f"expects {features} numbers and would get {shapes[0][-1]}"
    return InputMismatch("features", (features,), detail)


LINEAR = LayerKind(
    name="linear",
    modules=(nn.Linear,),
    forms=(FunctionalForm(functions=(F.linear,), operands=("input", "weight", "bias")),),
    hyperparameters=(*_ATTRIBUTES, "bias"),
    from_module=_from_module,
    from_call=_from_call,
    build=_build,
    multiply_adds=_multiply_adds,
    parameter_axis=-1,
    filter_shape=_filter_shape,
    field=_field,
    reads=_reads,
    derive=_derive,
    python=_python,
    mismatch=_mismatch,
    edits=(*CHANNEL_EDITS, "weight", "bias"),
)
