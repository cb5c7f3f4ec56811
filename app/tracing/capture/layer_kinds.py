"""What kind of layer an operation is, and with which hyperparameters: modules, functions and methods alike.

A network may write ``nn.ReLU()``, ``F.relu(x)``, ``torch.relu(x)`` or ``x.relu()``; a reader sees one kind,
``relu``. What the tables do not know is of kind ``other`` and keeps its own name.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import torch
import torch.nn.functional as F  # noqa: N812 - the field's own name for it
from torch import nn

from app.tracing.capture.min_pool import MinPool2d

Hyperparameter = int | float | str | bool | list[int] | None

OTHER = "other"
ACTIVATIONS = frozenset(
    {"relu", "relu6", "leaky_relu", "sigmoid", "tanh", "silu", "gelu", "elu", "hardswish", "hardsigmoid"}
)
POOLINGS = frozenset({"max_pool2d", "avg_pool2d", "min_pool2d", "adaptive_max_pool2d", "adaptive_avg_pool2d"})
# Kinds through which a block's feature map is followed on its way to the activation and the pooling.
TRANSPARENT = frozenset({"batch_norm", "group_norm", "dropout", "identity"})
ARITHMETIC = frozenset({"add", "sub", "mul", "div"})
# Kinds that put out one cell for each cell of their inputs, so that the receptive field stays what it was.
CELLWISE = ACTIVATIONS | ARITHMETIC | {"dropout", "identity", "cat"}
# Kinds whose cells see all cells of a map along some of its axes: which, their hyperparameters say.
WHOLE_AXES = frozenset({"flatten", "linear", "mean", "softmax", "batch_norm", "group_norm"})


@dataclass(frozen=True, slots=True)
class Operation:
    """What one node of the graph does: its kind, its name in PyTorch, and its hyperparameters."""

    kind: str
    name: str
    hyperparameters: Mapping[str, Hyperparameter] = field(default_factory=dict)


_MODULE_KINDS: dict[type[nn.Module], str] = {
    nn.Conv2d: "conv2d",
    nn.BatchNorm2d: "batch_norm",
    nn.GroupNorm: "group_norm",
    nn.ReLU: "relu",
    nn.ReLU6: "relu6",
    nn.LeakyReLU: "leaky_relu",
    nn.Sigmoid: "sigmoid",
    nn.Tanh: "tanh",
    nn.SiLU: "silu",
    nn.GELU: "gelu",
    nn.ELU: "elu",
    nn.Hardswish: "hardswish",
    nn.Hardsigmoid: "hardsigmoid",
    nn.Softmax: "softmax",
    MinPool2d: "min_pool2d",
    nn.MaxPool2d: "max_pool2d",
    nn.AvgPool2d: "avg_pool2d",
    nn.AdaptiveMaxPool2d: "adaptive_max_pool2d",
    nn.AdaptiveAvgPool2d: "adaptive_avg_pool2d",
    nn.ZeroPad2d: "zero_pad2d",
    nn.Flatten: "flatten",
    nn.Linear: "linear",
    nn.Dropout: "dropout",
    nn.Dropout2d: "dropout",
    nn.Identity: "identity",
}

# The hyperparameters that are worth a reader's time, per kind. Pairs are (height, width).
_PAIRS = frozenset({"kernel_size", "stride", "padding", "dilation", "output_size", "padding_end"})
_NAMES: dict[str, tuple[str, ...]] = {
    "conv2d": (
        "in_channels",
        "out_channels",
        "kernel_size",
        "stride",
        "padding",
        "dilation",
        "groups",
        "padding_mode",
    ),
    "batch_norm": ("num_features", "eps", "momentum"),
    "group_norm": ("num_groups", "num_channels", "eps"),
    "leaky_relu": ("negative_slope",),
    "elu": ("alpha",),
    "softmax": ("dim",),
    "max_pool2d": ("kernel_size", "stride", "padding", "dilation", "ceil_mode"),
    "min_pool2d": ("kernel_size", "stride", "padding", "dilation", "ceil_mode"),
    "avg_pool2d": ("kernel_size", "stride", "padding", "ceil_mode", "count_include_pad"),
    "adaptive_max_pool2d": ("output_size",),
    "adaptive_avg_pool2d": ("output_size",),
    "flatten": ("start_dim", "end_dim"),
    "linear": ("in_features", "out_features"),
    "dropout": ("p",),
    "cat": ("dim",),
    "mean": ("dim", "keepdim"),
}


@dataclass(frozen=True, slots=True)
class _Function:
    """A functional form: the names of its positional arguments after the tensors, and their defaults."""

    kind: str
    arguments: tuple[str, ...] = ()
    defaults: Mapping[str, Any] = field(default_factory=dict)
    tensors: int = 1


_CONV = _Function(
    "conv2d",
    ("stride", "padding", "dilation", "groups"),
    {"stride": 1, "padding": 0, "dilation": 1, "groups": 1, "padding_mode": "zeros"},
    tensors=3,
)
_MAX_POOL = _Function(
    "max_pool2d",
    ("kernel_size", "stride", "padding", "dilation", "ceil_mode"),
    {"stride": None, "padding": 0, "dilation": 1, "ceil_mode": False},
)
_AVG_POOL = _Function(
    "avg_pool2d",
    ("kernel_size", "stride", "padding", "ceil_mode", "count_include_pad"),
    {"stride": None, "padding": 0, "ceil_mode": False, "count_include_pad": True},
)
_FLATTEN = _Function("flatten", ("start_dim", "end_dim"), {"start_dim": 0, "end_dim": -1})
_CAT = _Function("cat", ("dim",), {"dim": 0})
_MEAN = _Function("mean", ("dim", "keepdim"), {"keepdim": False})
_SOFTMAX = _Function("softmax", ("dim",))
_LEAKY_RELU = _Function("leaky_relu", ("negative_slope",), {"negative_slope": 0.01})
_ARITHMETIC = {
    "add": _Function("add", ("alpha",), tensors=2),
    "sub": _Function("sub", ("alpha",), tensors=2),
    "mul": _Function("mul", tensors=2),
    "div": _Function("div", ("rounding_mode",), tensors=2),
}
_BATCH_NORM = _Function(
    "batch_norm",
    ("training", "momentum", "eps"),
    {"training": False, "momentum": 0.1, "eps": 1e-5},
    tensors=5,
)

_FUNCTIONS: dict[Callable[..., Any], _Function] = {
    F.conv2d: _CONV,
    torch.conv2d: _CONV,
    F.batch_norm: _BATCH_NORM,
    F.relu: _Function("relu"),
    torch.relu: _Function("relu"),
    torch.relu_: _Function("relu"),
    F.relu6: _Function("relu6"),
    F.leaky_relu: _LEAKY_RELU,
    torch.sigmoid: _Function("sigmoid"),
    F.sigmoid: _Function("sigmoid"),
    torch.tanh: _Function("tanh"),
    F.tanh: _Function("tanh"),
    F.silu: _Function("silu"),
    F.gelu: _Function("gelu"),
    F.elu: _Function("elu", ("alpha",), {"alpha": 1.0}),
    F.hardswish: _Function("hardswish"),
    F.hardsigmoid: _Function("hardsigmoid"),
    F.softmax: _SOFTMAX,
    torch.softmax: _SOFTMAX,
    F.max_pool2d: _MAX_POOL,
    torch.max_pool2d: _MAX_POOL,
    F.avg_pool2d: _AVG_POOL,
    F.adaptive_max_pool2d: _Function("adaptive_max_pool2d", ("output_size",)),
    F.adaptive_avg_pool2d: _Function("adaptive_avg_pool2d", ("output_size",)),
    torch.flatten: _FLATTEN,
    F.linear: _Function("linear", tensors=3),
    F.dropout: _Function("dropout", ("p",), {"p": 0.5}),
    F.dropout2d: _Function("dropout", ("p",), {"p": 0.5}),
    torch.cat: _CAT,
    torch.concat: _CAT,
    torch.mean: _MEAN,
    operator.add: _ARITHMETIC["add"],
    operator.iadd: _ARITHMETIC["add"],
    torch.add: _ARITHMETIC["add"],
    operator.sub: _ARITHMETIC["sub"],
    operator.isub: _ARITHMETIC["sub"],
    torch.sub: _ARITHMETIC["sub"],
    operator.mul: _ARITHMETIC["mul"],
    operator.imul: _ARITHMETIC["mul"],
    torch.mul: _ARITHMETIC["mul"],
    operator.truediv: _ARITHMETIC["div"],
    operator.itruediv: _ARITHMETIC["div"],
    torch.div: _ARITHMETIC["div"],
}

_METHODS: dict[str, _Function] = {
    "relu": _Function("relu"),
    "relu_": _Function("relu"),
    "sigmoid": _Function("sigmoid"),
    "sigmoid_": _Function("sigmoid"),
    "tanh": _Function("tanh"),
    "tanh_": _Function("tanh"),
    "softmax": _SOFTMAX,
    "flatten": _FLATTEN,
    "mean": _MEAN,
    **{name: function for kind, function in _ARITHMETIC.items() for name in (kind, f"{kind}_")},
    "contiguous": _Function("identity"),
}


def operation_of_module(module: nn.Module) -> Operation:
    """Return what a leaf module does; subclasses as what they derive from, unknown ones as ``other``."""
    name = type(module).__name__
    kind = next((_MODULE_KINDS[base] for base in type(module).__mro__ if base in _MODULE_KINDS), OTHER)
    found = {key: getattr(module, key) for key in _NAMES.get(kind, ())}
    if kind in {"conv2d", "linear"}:
        found["bias"] = module.bias is not None
    if isinstance(module, nn.BatchNorm2d) and module.running_mean is None:
        found["track_running_stats"] = False  # it normalises by the map's own mean and variance
    if isinstance(module, nn.ZeroPad2d):
        found = dict(zip(("left", "right", "top", "bottom"), module.padding, strict=True))
    return Operation(kind, name, _finish(found))


def operation_of_function(
    target: Callable[..., Any] | str,
    args: tuple[Any, ...],
    kwargs: Mapping[str, Any],
    values: Callable[[Any], Any],
) -> Operation:
    """Return what a function (or, by its name, a method) does with these arguments.

    ``values`` gives an argument's value in the example pass, so that a functional convolution can tell its
    kernel's size from its weight.
    """
    known = _METHODS.get(target) if isinstance(target, str) else _FUNCTIONS.get(target)
    name = target if isinstance(target, str) else getattr(target, "__name__", str(target))
    if known is None:
        return Operation(OTHER, name)
    given = dict(zip(known.arguments, args[known.tensors :], strict=False))
    named = {("dim" if key == "axis" else key): value for key, value in kwargs.items()}
    found = {
        **known.defaults,
        **given,
        **{key: value for key, value in named.items() if key in known.arguments},
    }
    found = {key: values(value) for key, value in found.items()}
    if known.kind in ARITHMETIC:
        found |= _constants(args, kwargs, values)
    if known.kind == "conv2d":
        found = {**_weight_shape(args, kwargs, values, int(found["groups"])), **found}
    if known.kind == "linear":
        weight = values(args[1] if len(args) > 1 else kwargs["weight"])
        bias = values(args[2] if len(args) > 2 else kwargs.get("bias"))
        found = {"out_features": weight.shape[0], "in_features": weight.shape[1], "bias": bias is not None}
    if not found.get("training"):
        found.pop("training", None)
    return Operation(known.kind, name, _finish(found))


def _constants(
    args: tuple[Any, ...], kwargs: Mapping[str, Any], values: Callable[[Any], Any]
) -> dict[str, Any]:
    """The operands that are numbers: ``1 - x`` has a left one, ``x * 2`` a right one."""
    left = values(args[0] if args else kwargs.get("input"))
    right = values(args[1] if len(args) > 1 else kwargs.get("other"))
    return {
        side: value for side, value in (("left", left), ("right", right)) if isinstance(value, int | float)
    }


def _weight_shape(
    args: tuple[Any, ...], kwargs: Mapping[str, Any], values: Callable[[Any], Any], groups: int
) -> dict[str, Any]:
    weight = values(args[1] if len(args) > 1 else kwargs["weight"])
    bias = values(args[2] if len(args) > 2 else kwargs.get("bias"))
    return {
        "in_channels": weight.shape[1] * groups,
        "out_channels": weight.shape[0],
        "kernel_size": list(weight.shape[2:]),
        "bias": bias is not None,
    }


def _finish(found: dict[str, Any]) -> dict[str, Hyperparameter]:
    """Write pairs as [height, width], a pooling's missing stride as its kernel, words as numbers."""
    if "kernel_size" in found:
        found["kernel_size"] = _as_pair(found["kernel_size"])
        if found.get("stride") in (None, []):
            found["stride"] = found["kernel_size"]
    if isinstance(found.get("padding"), str):
        # "same" pads d(k − 1) cells in all, the odd one at the end; "valid" pads none.
        same = found["padding"] == "same"
        spans = zip(_as_pair(found["dilation"]), found["kernel_size"], strict=True)
        totals = [d * (k - 1) if same else 0 for d, k in spans]
        found["padding"] = [total // 2 for total in totals]
        if any(total % 2 for total in totals):
            found["padding_end"] = [total - total // 2 for total in totals]
    return {key: _as_pair(value) if key in _PAIRS else _plain(value) for key, value in found.items()}


def _as_pair(value: Any) -> list[Any]:
    if isinstance(value, tuple | list):
        return list(value) * (2 // len(value))
    return [value, value]


def _plain(value: Any) -> Hyperparameter:
    if isinstance(value, torch.Size | tuple | list):
        return [int(item) for item in value]
    return value if isinstance(value, int | float | str | bool) or value is None else str(value)
