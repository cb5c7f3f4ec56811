"""One cell's arithmetic as a short Python program, which reads the files of an export and prints the value.

It is written to be read: numpy, the numbers of this cell filled in, no loops. The sums are in float64, as in
`derivation`, and are rounded to float32 at the end.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from app.tracing.derivation import windows
from app.tracing.derivation.pointwise import broadcast_index, softmax_axis
from app.tracing.derivation.terms import CONSTANT, CellArithmetic, CellQuery, TermArray
from app.tracing.derivation.windows import AdaptiveAxis, SlidingAxis

_NUMPY_MODES = {"reflect": "reflect", "replicate": "edge", "circular": "wrap"}
_OPERATORS = {"sum": "+", "difference": "-", "product": "*", "quotient": "/"}


def python(asked: CellQuery, found: CellArithmetic, gain: float) -> str:
    """Return the program; empty for the input, whose cells are made of a picture.

    It reads ``values/<layer>.npy`` and ``parameters/<layer>.safetensors``.
    """
    if found.operation == "steps":
        return ""
    lines, result = _BODIES[_body_of(asked, found)](asked, found)
    if gain != 1.0:
        lines = [*lines, f"result = {result}"]
        result = f"{gain!r} * result"
    imports = ["import numpy as np"]
    if any("erf(" in line for line in (*lines, result)):
        imports.insert(0, "from math import erf\n")
    if any("load_file(" in line for line in lines):
        imports.append("from safetensors.numpy import load_file")
    return "\n".join([*imports, "", *lines, f"print(np.float32({result}))", ""])


Body = tuple[list[str], str]  # the lines before, and the result


def _body_of(asked: CellQuery, found: CellArithmetic) -> str:
    if found.operation in {"unknown", "copy", "function", "affine", "softmax"} or asked.layer.kind in {
        "conv2d",
        "linear",
        "mean",
    }:
        return found.operation if found.operation != "sum" else asked.layer.kind
    return "arithmetic" if found.operation in _OPERATORS else "window"


def _unknown(asked: CellQuery, _found: CellArithmetic) -> Body:
    return ["# How this layer computes is not known here; this is what was recorded."], _cell(
        asked.layer.id, asked.cell
    )


def _copy(_asked: CellQuery, found: CellArithmetic) -> Body:
    term = found.gathered[0]
    return ([], _term(term)) if term.padding is None else (["# The cell lies in the padding."], "0.0")


def _convolution(asked: CellQuery, found: CellArithmetic) -> Body:
    channel = asked.cell[0]
    first = int(found.gathered[0].positions[0, 0])
    last = int(found.gathered[0].positions[-1, 0])
    lines = [
        _loaded("maps", asked.layer.inputs[0]),
        _parameters(asked),
        f'kernel = parameters["weight"][{channel}].astype(np.float64)',
        *_window(asked, f"{first}:{last + 1}", None),
    ]
    return lines, "(window * kernel).sum()" + _bias(found, channel)


def _linear(asked: CellQuery, found: CellArithmetic) -> Body:
    *before, unit = asked.cell
    index = f"[{', '.join(map(str, before))}]" if before else ""
    lines = [
        _loaded("values", asked.layer.inputs[0], index),
        _parameters(asked),
        f'weights = parameters["weight"][{unit}].astype(np.float64)',
    ]
    return lines, "(values * weights).sum()" + _bias(found, unit)


def _pooling(asked: CellQuery, found: CellArithmetic) -> Body:
    filling = {"max": "-np.inf", "min": "np.inf"}.get(found.operation)
    lines = [
        _loaded("maps", asked.layer.inputs[0]),
        *_window(asked, str(asked.cell[0]), filling),
    ]
    if found.operation == "mean":
        return lines, f"window.sum() / {found.divisor}"
    return lines, f"window.{found.operation}()"


def _mean(asked: CellQuery, found: CellArithmetic) -> Body:
    positions = found.gathered[0].positions
    slices = [
        f"{low}:{high + 1}" if high > low else str(low)
        for low, high in zip(positions.min(0).tolist(), positions.max(0).tolist(), strict=True)
    ]
    return [_loaded("values", asked.layer.inputs[0], f"[{', '.join(slices)}]")], "values.mean()"


_FORMULAS: dict[str, str] = {
    "relu": "max(x, 0.0)",
    "relu6": "min(max(x, 0.0), 6.0)",
    "leaky_relu": "x if x > 0 else {negative_slope} * x",
    "sigmoid": "1 / (1 + np.exp(-x))",
    "tanh": "np.tanh(x)",
    "silu": "x / (1 + np.exp(-x))",
    "gelu": "x / 2 * (1 + erf(x / np.sqrt(2)))",
    "elu": "x if x > 0 else {alpha} * np.expm1(x)",
    "hardswish": "x * min(max(x + 3, 0.0), 6.0) / 6",
    "hardsigmoid": "min(max(x + 3, 0.0), 6.0) / 6",
}


def _function(_asked: CellQuery, found: CellArithmetic) -> Body:
    applied = found.function
    assert applied  # noqa: S101 - an activation says which
    formula = _FORMULAS[applied.name].format(**applied.parameters)
    return [f"x = {_term(found.gathered[0])}"], formula


def _affine(asked: CellQuery, found: CellArithmetic) -> Body:
    channel = asked.cell[0]
    lines = [f"x = {_term(found.gathered[0])}"]
    if asked.parameters:
        lines.append(_parameters(asked))
    assert found.affine  # noqa: S101 - a normalisation says how
    own = asked.layer.kind == "group_norm" or not {"running_mean", "running_var"} <= set(asked.parameters)
    if own or asked.hyperparameters.get("training"):
        lines += [f"mean, variance = {found.affine.mean!r}, {found.affine.variance!r}  # of the cells here"]
    else:
        lines += [
            f'mean = float(parameters["running_mean"][{channel}])',
            f'variance = float(parameters["running_var"][{channel}])',
        ]
    weight = f'float(parameters["weight"][{channel}])' if "weight" in asked.parameters else "1.0"
    bias = f'float(parameters["bias"][{channel}])' if "bias" in asked.parameters else "0.0"
    lines.append(f"scale = {weight} / np.sqrt(variance + {found.affine.eps!r})")
    return lines, f"(x - mean) * scale + {bias}"


def _arithmetic(asked: CellQuery, found: CellArithmetic) -> Body:
    lines: list[str] = []
    for name, side, parameter, term in zip(
        ("left", "right"), ("left", "right"), ("input", "other"), found.gathered, strict=True
    ):
        if term.input != CONSTANT:
            written = _term(term)
        elif isinstance(asked.hyperparameters.get(side), int | float):
            written = repr(float(term.values[0]))
        else:
            shape = tuple(asked.parameters[parameter].shape)
            at = ", ".join(map(str, broadcast_index(shape, asked.cell)))
            if not any("load_file(" in line for line in lines):
                lines.append(_parameters(asked))
            written = f'float(parameters["{parameter}"][{at}])' if at else f'float(parameters["{parameter}"])'
        factor = "" if term.weights is None else f"{float(term.weights[0])!r} * "
        lines.append(f"{name} = {factor}{written}")
    result = f"left {_OPERATORS[found.operation]} right"
    rounding = asked.hyperparameters.get("rounding_mode")
    return lines, f"np.{rounding}({result})" if rounding else result


def _softmax(asked: CellQuery, _found: CellArithmetic) -> Body:
    axis = softmax_axis(asked.hyperparameters.get("dim"), len(asked.cell))
    index = ", ".join(":" if other == axis else str(at) for other, at in enumerate(asked.cell))
    lines = [
        _loaded("logits", asked.layer.inputs[0], "" if index == ":" else f"[{index}]"),
        "exponentials = np.exp(logits - logits.max())",
    ]
    return lines, f"exponentials[{asked.cell[axis]}] / exponentials.sum()"


_BODIES: dict[str, Callable[[CellQuery, CellArithmetic], Body]] = {
    "unknown": _unknown,
    "copy": _copy,
    "conv2d": _convolution,
    "linear": _linear,
    "window": _pooling,
    "mean": _mean,
    "function": _function,
    "affine": _affine,
    "arithmetic": _arithmetic,
    "softmax": _softmax,
}


# ---- pieces ---------------------------------------------------------------------------------------------


def _window(asked: CellQuery, channels: str, filling: str | None) -> list[str]:
    """Lines that cut the window out of ``maps``, padded where the layer pads; ``filling`` is 0 if not given."""
    axes = windows.axes(asked.layer, asked.source.shape[1:])
    assert axes  # noqa: S101 - only layers with windows come here
    pads, slices = [], []
    for axis, along in enumerate(axes):
        at = asked.cell[1 + axis]
        if isinstance(along, AdaptiveAxis):
            positions = along.positions(at)
            pads.append((0, 0))
            slices.append(f"{positions[0]}:{positions[-1] + 1}")
            continue
        pads.append((along.padding, _padding_after(asked, along, axis)))
        start = at * along.stride
        step = f":{along.dilation}" if along.dilation > 1 else ""
        slices.append(f"{start}:{start + along.dilation * (along.kernel - 1) + 1}{step}")
    lines = []
    if any(before or after for before, after in pads):
        mode = _NUMPY_MODES.get(str(asked.hyperparameters.get("padding_mode")))
        how = f', mode="{mode}"' if mode else f", constant_values={filling}" if filling else ""
        lines.append(f"maps = np.pad(maps, ((0, 0), {pads[0]}, {pads[1]}){how})")
    lines.append(f"window = maps[{channels}, {', '.join(slices)}]")
    return lines


def _padding_after(asked: CellQuery, along: SlidingAxis, axis: int) -> int:
    end: Sequence[int] | None = asked.hyperparameters.get("padding_end")
    return end[axis] if end else along.padding


def _loaded(name: str, layer_id: str, index: str = "") -> str:
    return f'{name} = np.load("values/{layer_id}.npy"){index}.astype(np.float64)'


def _parameters(asked: CellQuery) -> str:
    return f'parameters = load_file("parameters/{asked.layer.id}.safetensors")'


def _bias(found: CellArithmetic, row: int) -> str:
    return "" if found.bias is None else f' + parameters["bias"][{row}]'


def _term(term: TermArray) -> str:
    return _cell(term.input, term.positions[0].tolist())


def _cell(layer_id: str, position: Sequence[int]) -> str:
    return f'float(np.load("values/{layer_id}.npy")[{", ".join(map(str, position))}])'
