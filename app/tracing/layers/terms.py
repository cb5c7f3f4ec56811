"""The terms that a cell is made of, as arrays, and as the single terms that a reader asks for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Operation = Literal[
    "sum",
    "max",
    "min",
    "mean",
    "product",
    "difference",
    "quotient",
    "softmax",
    "function",
    "affine",
    "copy",
    "steps",
    "unknown",
]
Floats = NDArray[np.float64]
Cell = tuple[int, ...]

CONSTANT = ""  # the input of a term that no layer puts out: a number, or a tensor of the network's own


@dataclass(frozen=True, slots=True)
class Term:
    """One value that a cell is made of.

    ``channel``, ``row`` and ``column`` are its position in the layer ``input``: None where there is no such
    axis, outside the map where the window hangs over the padding. ``source`` is the (row, column) of the cell
    that padding repeats. ``value`` and ``product`` are None for padding that no pooling chooses.
    """

    input: str
    channel: int | None
    row: int | None
    column: int | None
    value: float | None
    weight: float | None
    product: float | None
    padding: bool
    source: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class ChannelSum:
    """The sum of all terms that come from one channel of an input."""

    input: str
    channel: int
    sum: float


@dataclass(frozen=True, slots=True)
class Affine:
    """y = scale·x + shift, with scale = weight/√(variance + eps) and shift = bias − mean·scale."""

    mean: float
    variance: float
    eps: float
    weight: float
    bias: float
    scale: float
    shift: float


@dataclass(frozen=True, slots=True)
class Function:
    """y = name(x), the name being the layer's kind."""

    name: str
    x: float
    parameters: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Softmax:
    """y = exponential/denominator, with exponential = exp(x − maximum), and the denominator their sum."""

    maximum: float
    exponential: float
    denominator: float


@dataclass(frozen=True, slots=True, eq=False)
class TermArray:
    """The terms that come from one input, n of them, in float64.

    ``positions`` is (n, axes). ``padding_cells`` is (n, 2): the row and column of the cell whose value stands at
    that position, −1 for none. ``padding_is_empty`` says that padding has no value, instead of 0.
    """

    input: str
    positions: NDArray[np.intp]
    values: Floats
    products: Floats
    weights: Floats | None = None
    padding: NDArray[np.bool_] | None = None
    padding_cells: NDArray[np.intp] | None = None
    padding_is_empty: bool = False

    def __len__(self) -> int:
        return len(self.values)

    def terms(self, start: int, stop: int) -> list[Term]:
        """Return the terms from ``start`` to ``stop``, exclusive."""
        page = slice(start, stop)
        positions = self.positions[page].tolist()
        values, products = self.values[page].tolist(), self.products[page].tolist()
        count = len(values)
        weights = [None] * count if self.weights is None else self.weights[page].tolist()
        padding = [False] * count if self.padding is None else self.padding[page].tolist()
        cells = [(-1, -1)] * count if self.padding_cells is None else self.padding_cells[page].tolist()
        terms = []
        for position, value, weight, product, outside, (row, column) in zip(
            positions, values, weights, products, padding, cells, strict=True
        ):
            empty = outside and self.padding_is_empty
            channel, y, x = (*position, None, None, None)[:3]
            terms.append(
                Term(
                    self.input,
                    channel,
                    y,
                    x,
                    None if empty else value,
                    weight,
                    None if empty else product,
                    outside,
                    (row, column) if outside and row >= 0 and column >= 0 else None,
                )
            )
        return terms
