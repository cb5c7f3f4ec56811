"""Batch norm: each channel normalised by running statistics, or by those of the map itself."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import Any

import torch.nn.functional as F  # noqa: N812
from torch import nn

from app.tracing.layer_kinds.hyperparameters import attributes
from app.tracing.layer_kinds.layer_kind import Call, FunctionalForm, LayerKind, Role
from app.tracing.layer_kinds.normalization import measured_moments, normalization_python, normalized
from app.tracing.layers.cell_arithmetic import CellArithmetic
from app.tracing.layers.cell_query import CellQuery, same_cell_term
from app.tracing.layers.layer import Hyperparameters, Layer
from app.tracing.layers.python_lines import PythonLines
from app.tracing.layers.receptive_field import FieldSource, ReceptiveField, field_over_axes
from app.tracing.layers.regions import Region, only_shape, over_axes
from app.tracing.layers.shapes import NotDerivable, Shape

_ATTRIBUTES = ("num_features", "eps", "momentum")


def _measures_its_map(hyperparameters: Hyperparameters) -> bool:
    """Whether it normalises by the mean and variance of the map itself, instead of by running statistics."""
    return bool(hyperparameters.get("training")) or hyperparameters.get("track_running_stats") is False


def _from_module(module: nn.BatchNorm2d) -> dict[str, Any]:
    hyperparameters = attributes(module, _ATTRIBUTES)
    if module.running_mean is None:
        hyperparameters["track_running_stats"] = False
    return hyperparameters


def _from_call(call: Call) -> dict[str, Any]:
    return {name: value for name, value in call.arguments.items() if name != "training" or value}


def _multiply_adds(_hyperparameters: Hyperparameters, shape: Shape) -> int:
    return prod(shape)


def _field(
    hyperparameters: Hyperparameters, sources: Sequence[FieldSource], _shape: Shape
) -> ReceptiveField | None:
    whole = _measures_its_map(hyperparameters)
    return field_over_axes(sources, (whole, whole))


def _reads(layer: Layer, region: Region, shapes: Sequence[Shape]) -> list[Region]:
    shape = only_shape(layer, shapes)
    return [over_axes(region, shape, {1, 2}) if _measures_its_map(layer.hyperparameters) else region]


def _derive(query: CellQuery) -> CellArithmetic:
    term = same_cell_term(query)
    channel = query.cell[0]
    if _measures_its_map(query.hyperparameters):
        return normalized(query, term, *measured_moments(query.source[channel]))
    mean, variance = query.number("running_mean", channel), query.number("running_var", channel)
    if mean is None or variance is None:
        raise NotDerivable
    return normalized(query, term, mean, variance)


def _python(query: CellQuery, arithmetic: CellArithmetic) -> PythonLines:
    return normalization_python(query, arithmetic, measured=_measures_its_map(query.hyperparameters))


BATCH_NORM = LayerKind(
    name="batch_norm",
    modules=(nn.BatchNorm2d,),
    forms=(
        FunctionalForm(
            functions=(F.batch_norm,),
            operands=("input", "running_mean", "running_var", "weight", "bias"),
            arguments=("training", "momentum", "eps"),
            defaults={"training": False, "momentum": 0.1, "eps": 1e-5},
        ),
    ),
    hyperparameters=(*_ATTRIBUTES, "track_running_stats", "training"),
    from_module=_from_module,
    from_call=_from_call,
    roles=frozenset({Role.TRANSPARENT, Role.ONE_TO_ONE}),
    multiply_adds=_multiply_adds,
    parameter_axis=0,
    field=_field,
    reads=_reads,
    derive=_derive,
    python=_python,
)
