"""Adaptive pooling: windows that divide a map among a given number of rows and columns."""

from __future__ import annotations

from functools import partial
from typing import Any

import torch.nn.functional as F  # noqa: N812
from torch import nn

from app.tracing.layer_kinds.layer_kind import CHANNEL_EDITS, FunctionalForm, LayerKind, Option, Role
from app.tracing.layer_kinds.pooling import (
    derive_extreme,
    derive_mean,
    pooling_python,
    workspace_of_largest,
)
from app.tracing.layers.layer import Hyperparameters
from app.tracing.layers.receptive_field import Pair
from app.tracing.layers.windows import AdaptiveAxis, Axes


def _window(_hyperparameters: Hyperparameters, extent: Pair, outputs: Pair) -> Axes:
    return AdaptiveAxis(extent[0], outputs[0]), AdaptiveAxis(extent[1], outputs[1])


def _build(module: type[nn.Module], hyperparameters: Hyperparameters) -> nn.Module:
    return module(tuple(hyperparameters["output_size"]))


def _adaptive_pooling(
    name: str, option: str, module: type[nn.Module], function: Any, **rules: Any
) -> LayerKind:
    return LayerKind(
        name=name,
        modules=(module,),
        forms=(FunctionalForm(functions=(function,), arguments=("output_size",)),),
        hyperparameters=("output_size",),
        pairs=frozenset({"output_size"}),
        build=partial(_build, module),
        roles=frozenset({Role.POOLING}),
        window=_window,
        edits=(*CHANNEL_EDITS, "pooling"),
        option=Option("adaptive_pooling", option),
        **rules,
    )


ADAPTIVE_MAX_POOL2D = _adaptive_pooling(
    "adaptive_max_pool2d",
    "max",
    nn.AdaptiveMaxPool2d,
    F.adaptive_max_pool2d,
    derive=partial(derive_extreme, _window, "max"),
    workspace=workspace_of_largest,
    python=partial(pooling_python, _window, None),
)

ADAPTIVE_AVG_POOL2D = _adaptive_pooling(
    "adaptive_avg_pool2d",
    "average",
    nn.AdaptiveAvgPool2d,
    F.adaptive_avg_pool2d,
    derive=partial(derive_mean, _window),
    python=partial(pooling_python, _window, None),
)
