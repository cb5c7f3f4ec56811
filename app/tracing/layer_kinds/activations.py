"""Activations: y = f(x) for every cell. Each has one entry with its names, its formula and its Python."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import erf, expm1, sqrt, tanh
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812
from torch import nn

from app.tracing.layer_kinds.layer_kind import CHANNEL_EDITS, FunctionalForm, LayerKind, Option, Role
from app.tracing.layers.cell_arithmetic import CellArithmetic
from app.tracing.layers.cell_query import CellQuery, same_cell_term
from app.tracing.layers.python_lines import PythonLines, term_value
from app.tracing.layers.receptive_field import field_of_same_cells
from app.tracing.layers.regions import same_cells
from app.tracing.layers.terms import Function


def activation(
    name: str,
    *,
    module: type[nn.Module],
    function: Callable[..., float],
    formula: str,
    functions: tuple[Callable[..., Any], ...] = (),
    methods: tuple[str, ...] = (),
    parameters: Mapping[str, float] | None = None,
    edit_option: bool = False,
    roles: frozenset[Role] = frozenset(),
) -> LayerKind:
    """Return the kind of an activation.

    Args:
        name: the kind's name.
        module: PyTorch's module.
        function: y of x and the parameters, in float64.
        formula: the same as Python, with the parameters' names in braces.
        functions: PyTorch's functions.
        methods: the tensor's methods.
        parameters: the hyperparameters that the function depends on, in order, with the functions' defaults.
        edit_option: whether an edit can put it in place of another activation, with PyTorch's own parameters.
        roles: what it is besides an activation.
    """
    defaults = parameters or {}
    names = tuple(defaults)

    def derive(query: CellQuery) -> CellArithmetic:
        term = same_cell_term(query)
        values = {name: float(query.hyperparameters[name]) for name in names}
        x = float(term.values[0])
        result = function(x, *values.values())
        term_function = Function(name, x, values)
        return CellArithmetic("function", result, (term,), max(abs(x), abs(result)), function=term_function)

    def python(_query: CellQuery, arithmetic: CellArithmetic) -> PythonLines:
        values = arithmetic.function.parameters if arithmetic.function else {}
        return [f"x = {term_value(arithmetic.term_arrays[0])}"], formula.format(**values)

    return LayerKind(
        name=name,
        modules=(module,),
        forms=(FunctionalForm(functions=functions, methods=methods, arguments=names, defaults=defaults),),
        hyperparameters=names,
        build=lambda hyperparameters: module(**hyperparameters),
        roles=roles | {Role.ACTIVATION, Role.ONE_TO_ONE},
        field=field_of_same_cells,
        reads=same_cells,
        derive=derive,
        python=python,
        formula=formula,
        edits=(*CHANNEL_EDITS, "activation"),
        option=Option("activation", name) if edit_option else None,
    )


def _logistic(x: float) -> float:
    # Not 1/(1 + exp(−x)) on the left, where exp(−x) overflows.
    return float(1 / (1 + np.exp(-x))) if x >= 0 else float(np.exp(x) / (1 + np.exp(x)))


def _clamp(x: float, low: float, high: float) -> float:
    return float(np.clip(x, low, high))  # NaN stays NaN


RELU = activation(
    "relu",
    module=nn.ReLU,
    functions=(F.relu, torch.relu, torch.relu_),
    methods=("relu", "relu_"),
    function=lambda x: _clamp(x, 0.0, np.inf),
    formula="max(x, 0.0)",
    edit_option=True,
)

RELU6 = activation(
    "relu6",
    module=nn.ReLU6,
    functions=(F.relu6,),
    function=lambda x: _clamp(x, 0.0, 6.0),
    formula="min(max(x, 0.0), 6.0)",
    edit_option=True,
)

LEAKY_RELU = activation(
    "leaky_relu",
    module=nn.LeakyReLU,
    functions=(F.leaky_relu,),
    parameters={"negative_slope": 0.01},
    function=lambda x, slope: x if x > 0 else slope * x,
    formula="x if x > 0 else {negative_slope} * x",
    edit_option=True,
)

SIGMOID = activation(
    "sigmoid",
    module=nn.Sigmoid,
    functions=(torch.sigmoid, F.sigmoid),
    methods=("sigmoid", "sigmoid_"),
    function=_logistic,
    formula="1 / (1 + np.exp(-x))",
    edit_option=True,
    roles=frozenset({Role.PROBABILITIES}),
)

TANH = activation(
    "tanh",
    module=nn.Tanh,
    functions=(torch.tanh, F.tanh),
    methods=("tanh", "tanh_"),
    function=tanh,
    formula="np.tanh(x)",
    edit_option=True,
)

SILU = activation(
    "silu",
    module=nn.SiLU,
    functions=(F.silu,),
    function=lambda x: x * _logistic(x),
    formula="x / (1 + np.exp(-x))",
    edit_option=True,
)

GELU = activation(
    "gelu",
    module=nn.GELU,
    functions=(F.gelu,),
    function=lambda x: x / 2 * (1 + erf(x / sqrt(2))),
    formula="x / 2 * (1 + erf(x / np.sqrt(2)))",
)

ELU = activation(
    "elu",
    module=nn.ELU,
    functions=(F.elu,),
    parameters={"alpha": 1.0},
    function=lambda x, alpha: x if x > 0 else alpha * expm1(x),
    formula="x if x > 0 else {alpha} * np.expm1(x)",
)

HARDSWISH = activation(
    "hardswish",
    module=nn.Hardswish,
    functions=(F.hardswish,),
    function=lambda x: x * _clamp(x + 3, 0.0, 6.0) / 6,
    formula="x * min(max(x + 3, 0.0), 6.0) / 6",
)

HARDSIGMOID = activation(
    "hardsigmoid",
    module=nn.Hardsigmoid,
    functions=(F.hardsigmoid,),
    function=lambda x: _clamp(x + 3, 0.0, 6.0) / 6,
    formula="min(max(x + 3, 0.0), 6.0) / 6",
)

ACTIVATIONS = (RELU, RELU6, LEAKY_RELU, SIGMOID, TANH, SILU, GELU, ELU, HARDSWISH, HARDSIGMOID)
