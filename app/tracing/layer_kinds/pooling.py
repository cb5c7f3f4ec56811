"""Pooling by a sliding window: its largest cell, its smallest, or the mean."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from math import prod
from typing import Any, Literal

import torch
import torch.nn.functional as F  # noqa: N812
from torch import nn

from app.tracing.layer_kinds.hyperparameters import as_pair
from app.tracing.layer_kinds.layer_kind import CHANNEL_EDITS, FunctionalForm, LayerKind, Option, Role
from app.tracing.layer_kinds.windowed import (
    WINDOW_PAIRS,
    Window,
    axes_of,
    sliding_window,
    window_mismatch,
)
from app.tracing.layers.cell_arithmetic import CellArithmetic, extreme_of, mean_of
from app.tracing.layers.cell_query import CellQuery, window_terms
from app.tracing.layers.layer import Hyperparameters
from app.tracing.layers.min_pool import MinPool2d
from app.tracing.layers.python_lines import PythonLines, load_values, window_lines
from app.tracing.layers.receptive_field import Pair
from app.tracing.layers.shapes import Shape
from app.tracing.layers.terms import TermArray
from app.tracing.layers.windows import Axes
from app.tracing.layers.workspace import Workspace

# ---- what adaptive pooling shares ------------------------------------------------------------------------


def derive_extreme(window: Window, extreme: Literal["max", "min"], query: CellQuery) -> CellArithmetic:
    """Return the largest or smallest cell of the window; padding is never chosen."""
    return extreme_of(_terms(window, query, padding_is_empty=True), extreme)


def derive_mean(window: Window, query: CellQuery) -> CellArithmetic:
    """Return the mean of the window, in which padding is 0; ``count_include_pad`` says whether it counts."""
    terms = _terms(window, query, padding_is_empty=False)
    if terms.padding is not None and query.hyperparameters.get("count_include_pad") is False:
        return mean_of(terms, int((~terms.padding).sum()))
    return mean_of(terms, len(terms))


def pooling_python(
    window: Window, padding_value: str | None, query: CellQuery, arithmetic: CellArithmetic
) -> PythonLines:
    """Return the program of a cell of a pooling; ``padding_value`` is what padding counts as, 0 by default."""
    lines = [
        load_values("maps", query.layer.inputs[0]),
        *window_lines(query, axes_of(window, query), str(query.cell[0]), padding_value),
    ]
    if arithmetic.operation == "mean":
        return lines, f"window.sum() / {arithmetic.divisor}"
    return lines, f"window.{arithmetic.operation}()"


def workspace_of_largest(
    _hyperparameters: Hyperparameters, _sources: Sequence[Shape], shape: Shape
) -> Workspace:
    """Return what a pooling keeps beside its cells: where each of them was, in eight bytes."""
    return Workspace(saved=2 * prod(shape))


def _workspace_of_smallest(
    _hyperparameters: Hyperparameters, sources: Sequence[Shape], shape: Shape
) -> Workspace:
    """Return what −max(−x) takes: both negations besides."""
    return Workspace(freed=prod(shape), saved=prod(sources[0]) + 2 * prod(shape))


def _terms(window: Window, query: CellQuery, *, padding_is_empty: bool) -> TermArray:
    channel = query.cell[0]
    axes = axes_of(window, query)
    return window_terms(query, range(channel, channel + 1), axes, padding_is_empty=padding_is_empty)


# ---- sliding windows -------------------------------------------------------------------------------------

_GROUP = "pooling"


def _window(hyperparameters: Hyperparameters, extent: Pair, _outputs: Pair) -> Axes:
    return sliding_window(hyperparameters, extent, cut=True)


def _with_stride(hyperparameters: dict[str, Any]) -> dict[str, Any]:
    """Fill in the stride, which is the kernel's size where none is given."""
    if hyperparameters.get("stride") in (None, []):
        hyperparameters["stride"] = as_pair(hyperparameters["kernel_size"])
    return hyperparameters


def _window_arguments(hyperparameters: Hyperparameters) -> dict[str, Any]:
    pairs = {name: tuple(hyperparameters[name]) for name in ("kernel_size", "stride", "padding")}
    return {**pairs, "ceil_mode": hyperparameters["ceil_mode"]}


def _build_extreme(module: type[nn.MaxPool2d], hyperparameters: Hyperparameters) -> nn.Module:
    dilation = tuple(hyperparameters.get("dilation", (1, 1)))
    return module(**_window_arguments(hyperparameters), dilation=dilation)


def _build_average(hyperparameters: Hyperparameters) -> nn.Module:
    include = bool(hyperparameters.get("count_include_pad", True))
    return nn.AvgPool2d(**_window_arguments(hyperparameters), count_include_pad=include)


_MAX_ARGUMENTS = ("kernel_size", "stride", "padding", "dilation", "ceil_mode")
_AVERAGE_ARGUMENTS = ("kernel_size", "stride", "padding", "ceil_mode", "count_include_pad")


def _extreme_pooling(
    name: str,
    extreme: Literal["max", "min"],
    module: type[nn.MaxPool2d],
    forms: Sequence[FunctionalForm] = (),
) -> LayerKind:
    return LayerKind(
        name=name,
        modules=(module,),
        forms=tuple(forms),
        hyperparameters=_MAX_ARGUMENTS,
        pairs=WINDOW_PAIRS,
        complete=_with_stride,
        build=partial(_build_extreme, module),
        roles=frozenset({Role.POOLING}),
        window=_window,
        derive=partial(derive_extreme, _window, extreme),
        python=partial(pooling_python, _window, "-np.inf" if extreme == "max" else "np.inf"),
        mismatch=window_mismatch,
        workspace=workspace_of_largest if extreme == "max" else _workspace_of_smallest,
        edits=(*CHANNEL_EDITS, "pooling"),
        option=Option(_GROUP, extreme),
    )


MAX_POOL2D = _extreme_pooling(
    "max_pool2d",
    "max",
    nn.MaxPool2d,
    forms=[
        FunctionalForm(
            functions=(F.max_pool2d, torch.max_pool2d),
            arguments=_MAX_ARGUMENTS,
            defaults={"stride": None, "padding": 0, "dilation": 1, "ceil_mode": False},
        )
    ],
)

AVG_POOL2D = LayerKind(
    name="avg_pool2d",
    modules=(nn.AvgPool2d,),
    forms=(
        FunctionalForm(
            functions=(F.avg_pool2d,),
            arguments=_AVERAGE_ARGUMENTS,
            defaults={"stride": None, "padding": 0, "ceil_mode": False, "count_include_pad": True},
        ),
    ),
    hyperparameters=_AVERAGE_ARGUMENTS,
    pairs=WINDOW_PAIRS,
    complete=_with_stride,
    build=_build_average,
    roles=frozenset({Role.POOLING}),
    window=_window,
    derive=partial(derive_mean, _window),
    python=partial(pooling_python, _window, None),
    mismatch=window_mismatch,
    edits=(*CHANNEL_EDITS, "pooling"),
    option=Option(_GROUP, "average"),
)

MIN_POOL2D = _extreme_pooling("min_pool2d", "min", MinPool2d)
