"""What a cell was made of, as arrays, and as the single terms that a reader asks for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from app.tracing.capture.graph import Layer, LayerGraph

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

CONSTANT = ""  # the input of a term that is no layer's: a number or a tensor of the network's own


class NotDerivable(Exception):
    """A layer whose arithmetic is not known here."""


@dataclass(frozen=True, slots=True)
class Term:
    """One value that went into a cell.

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

    ``positions`` is (n, axes); ``real`` is (n, 2), the row and column whose value is found there, −1 for none.
    ``missing`` says that padding has no value, instead of 0.
    """

    input: str
    positions: NDArray[np.intp]
    values: Floats
    products: Floats
    weights: Floats | None = None
    padding: NDArray[np.bool_] | None = None
    real: NDArray[np.intp] | None = None
    missing: bool = False

    def __len__(self) -> int:
        return len(self.values)

    def terms(self, start: int, stop: int) -> list[Term]:
        """Return the terms from ``start`` to ``stop``, exclusive."""
        chosen = slice(start, stop)
        positions = self.positions[chosen].tolist()
        values, products = self.values[chosen].tolist(), self.products[chosen].tolist()
        count = len(values)
        weights = [None] * count if self.weights is None else self.weights[chosen].tolist()
        padding = [False] * count if self.padding is None else self.padding[chosen].tolist()
        real = [(-1, -1)] * count if self.real is None else self.real[chosen].tolist()
        found = []
        for position, value, weight, product, outside, (row, column) in zip(
            positions, values, weights, products, padding, real, strict=True
        ):
            none = outside and self.missing
            channel, y, x = (*position, None, None, None)[:3]
            found.append(
                Term(
                    self.input,
                    channel,
                    y,
                    x,
                    None if none else value,
                    weight,
                    None if none else product,
                    outside,
                    (row, column) if outside and row >= 0 and column >= 0 else None,
                )
            )
        return found


@dataclass(frozen=True, slots=True, eq=False)
class CellArithmetic:
    """How a cell came about: ``result`` in float64, before the gain; the rest as in `derivation.Derivation`.

    ``magnitude`` is the size of what was added or applied, which bounds what rounding can do.
    """

    operation: Operation
    result: float
    gathered: tuple[TermArray, ...]
    magnitude: float
    per_channel: int = 0
    channel_sums: Sequence[ChannelSum] = ()
    bias: float | None = None
    sum: float | None = None
    divisor: int | None = None
    winner: int | None = None
    ties: tuple[int, ...] = ()
    affine: Affine | None = None
    function: Function | None = None
    softmax: Softmax | None = None

    @property
    def count(self) -> int:
        """How many terms there are."""
        return sum(map(len, self.gathered))

    def page(self, offset: int, limit: int) -> tuple[Term, ...]:
        """Return at most ``limit`` terms from ``offset`` on."""
        found: list[Term] = []
        before = 0
        for gathered in self.gathered:
            start, stop = max(0, offset - before), max(0, offset + limit - before)
            found.extend(gathered.terms(start, stop))
            before += len(gathered)
        return tuple(found)

    def sums(self, offset: int, limit: int) -> tuple[ChannelSum, ...]:
        """Return the sums of the channels that have a term on that page."""
        if not self.per_channel or limit < 1:
            return ()
        last = min(offset + limit, self.count) - 1
        return tuple(
            islice(self.channel_sums, offset // self.per_channel, max(0, last) // self.per_channel + 1)
        )


@dataclass(frozen=True, slots=True, eq=False)
class CellQuery:
    """A layer, one of its cells, and what the layer reads: ``sources`` (C, H, W) or (N,) as float32, in order."""

    graph: LayerGraph
    layer: Layer
    cell: Cell
    sources: tuple[NDArray[np.float32], ...]
    parameters: Mapping[str, Tensor] = field(default_factory=dict)

    @property
    def hyperparameters(self) -> Mapping[str, Any]:
        """The layer's, whatever their types."""
        return self.layer.hyperparameters

    @property
    def source(self) -> NDArray[np.float32]:
        """The only thing that the layer reads.

        Raises:
            Underivable: it reads nothing, or more: a kernel that was computed, say.
        """
        if len(self.sources) != 1:
            raise NotDerivable
        return self.sources[0]

    def parameter(self, name: str, row: int) -> Floats | None:
        """Return one output channel's part of a parameter, float64; None where the layer has no such tensor."""
        found = self.parameters.get(name)
        return None if found is None else found.detach()[row].cpu().double().numpy()

    def number(self, name: str, row: int) -> float | None:
        """Return one output channel's number of a parameter; None where the layer has no such tensor."""
        found = self.parameters.get(name)
        return None if found is None else float(found.detach()[row])


def single(asked: CellQuery, position: Cell, index: int = 0) -> TermArray:
    """Return the one cell of a source that a layer reads, at a position that it has."""
    value = np.array([asked.sources[index][position]], dtype=np.float64)
    return TermArray(asked.layer.inputs[index], np.array([position], dtype=np.intp), value, value)
