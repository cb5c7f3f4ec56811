"""Sum, difference, product and quotient of two operands, either of which may be broadcast, a number or a tensor."""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch

from app.tracing.layer_kinds.layer_kind import Call, FunctionalForm, LayerKind
from app.tracing.layers.cell_arithmetic import CellArithmetic
from app.tracing.layers.cell_query import CellQuery, single_term
from app.tracing.layers.layer import Layer
from app.tracing.layers.python_lines import PythonLines, load_parameters, term_value
from app.tracing.layers.receptive_field import field_of_same_cells
from app.tracing.layers.regions import Region
from app.tracing.layers.shapes import NotDerivable, Shape
from app.tracing.layers.terms import CONSTANT, Cell, Operation, TermArray

_OPERANDS = ("input", "other")
_SIDES = ("left", "right")  # the hyperparameters of operands that are numbers: 1 − x has a left one
_ROUNDINGS: dict[str, Callable[[float], float]] = {
    "floor": lambda x: float(np.floor(x)),
    "trunc": lambda x: float(np.trunc(x)),
}


def _from_call(call: Call) -> dict[str, Any]:
    numbers = {
        side: call.operands[name]
        for side, name in zip(_SIDES, _OPERANDS, strict=True)
        if isinstance(call.operands[name], int | float)
    }
    return {**call.arguments, **numbers}


def _reads(_layer: Layer, region: Region, shapes: Sequence[Shape]) -> list[Region]:
    """Return each operand's cells at the same place, or at 0 along the axes on which it is broadcast."""
    regions = []
    for shape in shapes:
        if len(shape) > len(region):
            raise NotDerivable
        last_axes = region[len(region) - len(shape) :]
        regions.append(
            tuple(1 if extent == 1 else cells for cells, extent in zip(last_axes, shape, strict=True))
        )
    return regions


def _broadcast_position(shape: Shape, cell: Cell) -> Cell:
    """Return where an operand of that shape is read for a cell of the result.

    Axes are matched from the last, and one of size 1 is repeated:
    https://docs.pytorch.org/docs/stable/notes/broadcasting.html
    """
    surplus = len(cell) - len(shape)
    position = tuple(0 if size == 1 else cell[axis + surplus] for axis, size in enumerate(shape))
    if any(at >= size for at, size in zip(position, shape, strict=True)):
        raise NotDerivable
    return position


def _operand_terms(query: CellQuery) -> tuple[TermArray, TermArray]:
    unread = list(range(len(query.sources)))
    operands: list[TermArray] = []
    for side, name in zip(_SIDES, _OPERANDS, strict=True):
        number, tensor = query.hyperparameters.get(side), query.parameters.get(name)
        if isinstance(number, int | float):
            operands.append(_constant_term(float(number)))
        elif tensor is not None:
            values = tensor.detach().cpu().double().numpy()
            operands.append(_constant_term(float(values[_broadcast_position(values.shape, query.cell)])))
        elif unread:
            index = unread.pop(0)
            position = _broadcast_position(query.sources[index].shape, query.cell)
            operands.append(single_term(query, position, index))
        else:
            raise NotDerivable
    if unread:
        raise NotDerivable
    return operands[0], operands[1]


def _constant_term(value: float) -> TermArray:
    values = np.array([value])
    return TermArray(CONSTANT, np.empty((1, 0), dtype=np.intp), values, values)


def _quotient(left: float, right: float) -> float:
    with np.errstate(divide="ignore", invalid="ignore"):
        return float(np.divide(left, right))


def _arithmetic(
    name: str,
    *,
    functions: tuple[Callable[..., Any], ...],
    arguments: tuple[str, ...],
    operation: Operation,
    apply: Callable[[float, float], float],
    symbol: str,
) -> LayerKind:
    def derive(query: CellQuery) -> CellArithmetic:
        left, right = _operand_terms(query)
        alpha = query.hyperparameters.get("alpha")
        if alpha not in (None, 1):
            products = right.values * float(alpha) + 0.0
            right = TermArray(right.input, right.positions, right.values, products, np.array([float(alpha)]))
        first, second = float(left.products[0]), float(right.products[0])
        result = apply(first, second)
        rounding = query.hyperparameters.get("rounding_mode")
        if rounding is not None:
            result = _ROUNDINGS[str(rounding)](result)
        additive = operation in {"sum", "difference"}
        magnitude = abs(first) + abs(second) if additive else abs(result)
        total = result if operation == "sum" else None
        return CellArithmetic(operation, result, (left, right), magnitude, sum=total)

    def python(query: CellQuery, arithmetic: CellArithmetic) -> PythonLines:
        result = f"left {symbol} right"
        rounding = query.hyperparameters.get("rounding_mode")
        return _operand_lines(query, arithmetic), f"np.{rounding}({result})" if rounding else result

    return LayerKind(
        name=name,
        forms=(
            FunctionalForm(
                functions=functions, methods=(name, f"{name}_"), operands=_OPERANDS, arguments=arguments
            ),
        ),
        hyperparameters=(*arguments, *_SIDES),
        from_call=_from_call,
        field=field_of_same_cells,
        reads=_reads,
        derive=derive,
        python=python,
    )


def _operand_lines(query: CellQuery, arithmetic: CellArithmetic) -> list[str]:
    lines: list[str] = []
    for side, name, term in zip(_SIDES, _OPERANDS, arithmetic.term_arrays, strict=True):
        if term.input != CONSTANT:
            operand = term_value(term)
        elif isinstance(query.hyperparameters.get(side), int | float):
            operand = repr(float(term.values[0]))
        else:
            position = _broadcast_position(tuple(query.parameters[name].shape), query.cell)
            if load_parameters(query) not in lines:
                lines.append(load_parameters(query))
            index = f"[{', '.join(map(str, position))}]" if position else ""
            operand = f'float(parameters["{name}"]{index})'
        factor = "" if term.weights is None else f"{float(term.weights[0])!r} * "
        lines.append(f"{side} = {factor}{operand}")
    return lines


ADD = _arithmetic(
    "add",
    functions=(operator.add, operator.iadd, torch.add),
    arguments=("alpha",),
    operation="sum",
    apply=operator.add,
    symbol="+",
)

SUB = _arithmetic(
    "sub",
    functions=(operator.sub, operator.isub, torch.sub),
    arguments=("alpha",),
    operation="difference",
    apply=operator.sub,
    symbol="-",
)

MUL = _arithmetic(
    "mul",
    functions=(operator.mul, operator.imul, torch.mul),
    arguments=(),
    operation="product",
    apply=operator.mul,
    symbol="*",
)

DIV = _arithmetic(
    "div",
    functions=(operator.truediv, operator.itruediv, torch.div),
    arguments=("rounding_mode",),
    operation="quotient",
    apply=_quotient,
    symbol="/",
)
