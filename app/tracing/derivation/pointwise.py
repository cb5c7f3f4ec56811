"""Layers that make a cell of few cells: activations, normalisation, arithmetic of two maps, softmax."""

from __future__ import annotations

from collections.abc import Callable
from math import erf, expm1, prod, sqrt, tanh

import numpy as np
from numpy.typing import NDArray

from app.tracing.derivation.poolings import axis_without_batch
from app.tracing.derivation.terms import (
    CONSTANT,
    Affine,
    CellArithmetic,
    CellQuery,
    Floats,
    Function,
    NotDerivable,
    Operation,
    Softmax,
    TermArray,
    single,
)

# ---- activations ----------------------------------------------------------------------------------------


def _logistic(x: float) -> float:
    # Not 1/(1 + exp(−x)) on the left, where exp(−x) overflows.
    return float(1 / (1 + np.exp(-x))) if x >= 0 else float(np.exp(x) / (1 + np.exp(x)))


def _clamp(x: float, low: float, high: float) -> float:
    return float(np.clip(x, low, high))  # what is not a number stays so


# The names of what an activation's shape depends on, and its formula in PyTorch's documentation.
_CURVES: dict[str, tuple[tuple[str, ...], Callable[..., float]]] = {
    "relu": ((), lambda x: _clamp(x, 0.0, np.inf)),
    "relu6": ((), lambda x: _clamp(x, 0.0, 6.0)),
    "leaky_relu": (("negative_slope",), lambda x, slope: x if x > 0 else slope * x),
    "sigmoid": ((), _logistic),
    "tanh": ((), tanh),
    "silu": ((), lambda x: x * _logistic(x)),
    "gelu": ((), lambda x: x / 2 * (1 + erf(x / sqrt(2)))),
    "elu": (("alpha",), lambda x, alpha: x if x > 0 else alpha * expm1(x)),
    "hardswish": ((), lambda x: x * _clamp(x + 3, 0.0, 6.0) / 6),
    "hardsigmoid": ((), lambda x: _clamp(x + 3, 0.0, 6.0) / 6),
}


def activation(asked: CellQuery) -> CellArithmetic:
    """Return y = f(x), with x the same cell of the only source."""
    term = _same(asked)
    names, curve = _CURVES[asked.layer.kind]
    parameters = {name: float(asked.hyperparameters[name]) for name in names}
    x = float(term.values[0])
    result = curve(x, *parameters.values())
    function = Function(asked.layer.kind, x, parameters)
    return CellArithmetic("function", result, (term,), max(abs(x), abs(result)), function=function)


# ---- normalisation --------------------------------------------------------------------------------------


def normalization(asked: CellQuery) -> CellArithmetic:
    """Return y = scale·x + shift, by running statistics, or by those of the map (or group of maps) itself."""
    channel = asked.cell[0]
    term = _same(asked)
    mean, variance = _moments(asked, channel)
    eps = float(asked.hyperparameters["eps"])
    weight, bias = asked.number("weight", channel), asked.number("bias", channel)
    weight, bias = 1.0 if weight is None else weight, 0.0 if bias is None else bias
    scale = weight / sqrt(variance + eps)
    shift = bias - mean * scale
    x = float(term.values[0])
    product = scale * x + 0.0
    weighed = TermArray(
        term.input, term.positions, term.values, np.array([product]), weights=np.array([scale])
    )
    affine = Affine(mean, variance, eps, weight, bias, scale, shift)
    size = abs(product) + abs(bias) + abs(mean * scale)
    return CellArithmetic("affine", product + shift, (weighed,), size, affine=affine)


def _moments(asked: CellQuery, channel: int) -> tuple[float, float]:
    if asked.layer.kind == "group_norm":
        size = asked.source.shape[0] // int(asked.hyperparameters["num_groups"])
        first = channel // size * size
        return _measured(asked.source[first : first + size])
    mean, variance = (asked.number(name, channel) for name in ("running_mean", "running_var"))
    if mean is None or variance is None or asked.hyperparameters.get("training"):
        return _measured(asked.source[channel])
    return mean, variance


def _measured(cells: NDArray[np.float32]) -> tuple[float, float]:
    wide = cells.astype(np.float64)
    return float(wide.mean()), float(wide.var())


# ---- arithmetic -----------------------------------------------------------------------------------------

_ROUNDINGS: dict[str, Callable[[float], float]] = {
    "floor": lambda x: float(np.floor(x)),
    "trunc": lambda x: float(np.trunc(x)),
}


def arithmetic(asked: CellQuery) -> CellArithmetic:
    """Return the sum, difference, product or quotient of two operands, either of which may be spread over the other."""
    left, right = _operands(asked)
    alpha = asked.hyperparameters.get("alpha")
    if alpha not in (None, 1):
        weighed = right.values * float(alpha)
        right = TermArray(right.input, right.positions, right.values, weighed + 0.0, np.array([float(alpha)]))
    first, second = float(left.products[0]), float(right.products[0])
    operation: Operation
    match asked.layer.kind:
        case "add":
            operation, result = "sum", first + second
        case "sub":
            operation, result = "difference", first - second
        case "mul":
            operation, result = "product", first * second
        case _:
            with np.errstate(divide="ignore", invalid="ignore"):
                operation, result = "quotient", float(np.divide(first, second))
    rounding = asked.hyperparameters.get("rounding_mode")
    if rounding is not None:
        result = _ROUNDINGS[str(rounding)](result)
    size = abs(first) + abs(second) if operation in {"sum", "difference"} else abs(result)
    return CellArithmetic(operation, result, (left, right), size, sum=result if operation == "sum" else None)


def _operands(asked: CellQuery) -> tuple[TermArray, TermArray]:
    waiting = list(range(len(asked.sources)))
    found: list[TermArray] = []
    for side, name in (("left", "input"), ("right", "other")):
        number, tensor = asked.hyperparameters.get(side), asked.parameters.get(name)
        if isinstance(number, int | float):
            found.append(_constant(float(number)))
        elif tensor is not None:
            held = tensor.detach().cpu().double().numpy()
            found.append(_constant(float(held[broadcast_index(held.shape, asked.cell)])))
        elif waiting:
            index = waiting.pop(0)
            found.append(single(asked, broadcast_index(asked.sources[index].shape, asked.cell), index))
        else:
            raise NotDerivable
    if waiting:
        raise NotDerivable
    return found[0], found[1]


def _constant(value: float) -> TermArray:
    values = np.array([value])
    return TermArray(CONSTANT, np.empty((1, 0), dtype=np.intp), values, values)


def broadcast_index(shape: tuple[int, ...], cell: tuple[int, ...]) -> tuple[int, ...]:
    """Return where an operand of that shape is read for a cell of the result.

    Axes are matched from the last, and one of size 1 is spread: https://docs.pytorch.org/docs/stable/notes/broadcasting.html
    """
    surplus = len(cell) - len(shape)
    found = tuple(0 if size == 1 else cell[axis + surplus] for axis, size in enumerate(shape))
    if any(at >= size for at, size in zip(found, shape, strict=True)):
        raise NotDerivable
    return found


# ---- softmax --------------------------------------------------------------------------------------------


def softmax(asked: CellQuery) -> CellArithmetic:
    """Return exp(x − m)/Σ exp(xⱼ − m), m being the largest: a term's product is its exponential."""
    source = asked.source
    axis = softmax_axis(asked.hyperparameters.get("dim"), source.ndim)
    values: Floats = source[
        tuple(slice(None) if other == axis else at for other, at in enumerate(asked.cell))
    ].astype(np.float64)
    positions = np.empty((len(values), source.ndim), dtype=np.intp)
    positions[:] = asked.cell
    positions[:, axis] = np.arange(len(values))
    maximum = float(values.max())
    with np.errstate(invalid="ignore"):
        exponentials = np.exp(values - maximum)
    exponential, denominator = float(exponentials[asked.cell[axis]]), float(exponentials.sum())
    result = exponential / denominator
    return CellArithmetic(
        operation="softmax",
        result=result,
        gathered=(TermArray(asked.layer.inputs[0], positions, values, exponentials),),
        magnitude=result * (1 + abs(float(values[asked.cell[axis]]) - maximum)),
        softmax=Softmax(maximum, exponential, denominator),
    )


def softmax_axis(dim: int | None, rank: int) -> int:
    """Return the axis, without the batch's, along which a softmax sums to 1.

    Where nothing is said PyTorch takes axis 0 of one or three axes (with the batch's) and 1 of others.

    Raises:
        Underivable: it is the batch's.
    """
    if dim is None:
        dim = 0 if rank + 1 in {1, 3} else 1
    return axis_without_batch(dim, rank)


# ---- copies ---------------------------------------------------------------------------------------------


def copy(asked: CellQuery) -> CellArithmetic:
    """Return the cell at the same place in row-major order: flatten, identity, dropout while predicting."""
    source = asked.source
    if prod(source.shape) != prod(asked.layer.shape):
        raise NotDerivable
    index = int(np.ravel_multi_index(asked.cell, asked.layer.shape))
    return _copied(single(asked, tuple(map(int, np.unravel_index(index, source.shape)))))


def concatenation(asked: CellQuery) -> CellArithmetic:
    """Return the cell of the input that lies there when the inputs follow one another along an axis."""
    axis = axis_without_batch(int(asked.hyperparameters["dim"]), len(asked.cell))
    at = asked.cell[axis]
    for index, source in enumerate(asked.sources):
        if at < source.shape[axis]:
            return _copied(single(asked, (*asked.cell[:axis], at, *asked.cell[axis + 1 :]), index))
        at -= source.shape[axis]
    raise NotDerivable  # a constant is among the inputs


def zero_padding(asked: CellQuery) -> CellArithmetic:
    """Return the cell that a padded map copies, or one of the zeros around."""
    channel, row, column = asked.cell
    source = asked.source
    position = (
        channel,
        row - int(asked.hyperparameters["top"]),
        column - int(asked.hyperparameters["left"]),
    )
    if all(0 <= at < extent for at, extent in zip(position, source.shape, strict=True)):
        return _copied(single(asked, position))
    zero = np.zeros(1)
    outside = np.ones(1, dtype=np.bool_)
    return _copied(TermArray(asked.layer.inputs[0], np.array([position]), zero, zero, padding=outside))


def _copied(term: TermArray) -> CellArithmetic:
    value = float(term.values[0])
    return CellArithmetic("copy", value, (term,), abs(value))


def _same(asked: CellQuery) -> TermArray:
    if asked.source.shape != asked.layer.shape:
        raise NotDerivable
    return single(asked, asked.cell)
