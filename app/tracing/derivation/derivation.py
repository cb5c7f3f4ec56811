"""How one cell of any layer came about: the values it was made of, and the arithmetic that made it.

The pass runs in float32. Here sums are in float64, so they differ from the recorded value by what the pass
rounded. Where they differ by more, the layer does something that its kind does not say (a hook, say), and the
derivation claims nothing: it is ``unknown``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import inf, isfinite, isnan

from torch import Tensor

from app.tracing.capture import layer_kinds
from app.tracing.capture.graph import INPUT, Layer
from app.tracing.capture.program import Program
from app.tracing.derivation import cell_field, pointwise, poolings, python_program, sums
from app.tracing.derivation.cell_field import Rectangle
from app.tracing.derivation.terms import (
    Affine,
    Cell,
    CellArithmetic,
    CellQuery,
    ChannelSum,
    Function,
    NotDerivable,
    Operation,
    Softmax,
    Term,
)

_TOLERANCE = 1e-5  # of what is added up: more than float32 loses over some thousand terms


class UnknownCell(LookupError):
    """A cell that a layer does not have; the message says which it has."""


@dataclass(frozen=True, slots=True)
class Derivation:
    """How a cell came about.

    ``value`` is the recorded float32: ``gain``, a factor that an edit puts on the cell's channel, times the
    layer's own result. ``terms`` are those from ``offset`` on, of ``terms_total``: channels ascending, row by
    row within each; ``channel_sums`` are those of their channels. ``sum`` is Σ products + bias, or
    Σ values/divisor, in float64. ``winner`` counts the terms; ``ties`` are all that equal it, if it is not alone.
    ``receptive_field`` is None where the cell sees nothing of the input, or nobody knows what. ``python`` is a
    program that prints the value, from the files of an export.
    """

    layer: str
    kind: str
    cell: Cell
    value: float
    operation: Operation
    terms: tuple[Term, ...]
    terms_total: int
    offset: int
    channel_sums: tuple[ChannelSum, ...]
    bias: float | None
    sum: float | None
    divisor: int | None
    winner: int | None
    ties: tuple[int, ...]
    affine: Affine | None
    function: Function | None
    softmax: Softmax | None
    gain: float
    receptive_field: Rectangle | None
    python: str


_KINDS: dict[str, Callable[[CellQuery], CellArithmetic]] = {
    "conv2d": sums.convolution,
    "linear": sums.linear,
    **dict.fromkeys(layer_kinds.POOLINGS, poolings.pooling),
    "mean": poolings.mean,
    **dict.fromkeys(layer_kinds.ACTIVATIONS, pointwise.activation),
    "batch_norm": pointwise.normalization,
    "group_norm": pointwise.normalization,
    **dict.fromkeys(layer_kinds.ARITHMETIC, pointwise.arithmetic),
    "softmax": pointwise.softmax,
    **dict.fromkeys(("flatten", "identity", "dropout"), pointwise.copy),
    "cat": pointwise.concatenation,
    "zero_pad2d": pointwise.zero_padding,
}


def derive(
    program: Program,
    values: Mapping[str, Tensor],
    layer_id: str,
    cell: Cell,
    offset: int = 0,
    limit: int | None = None,
) -> Derivation:
    """Return how a cell came about, with at most ``limit`` of its terms, from ``offset`` on.

    ``values`` are what `Program.record` gave. ``cell`` is (channel, row, column), or (index,) in a vector. The
    input's cells are made of a picture, which is not known here: they have the operation ``steps`` and no terms.

    Raises:
        KeyError: the graph has no such layer.
        UnknownCell: the layer has no such cell.
    """
    layer = program.graph.by_id[layer_id]
    check(layer, cell)
    value = float(values[layer_id][cell])
    gain = float(program.graph.gains.get(layer_id, {}).get(cell[0], 1.0))
    asked = CellQuery(
        program.graph,
        layer,
        cell,
        tuple(values[source].numpy() for source in layer.inputs),
        program.parameters(layer_id) if layer_id != INPUT else {},
    )
    found = _found(asked, value, gain)
    limit = found.count if limit is None else limit
    return Derivation(
        layer=layer_id,
        kind=layer.kind,
        cell=cell,
        value=value,
        operation=found.operation,
        terms=found.page(offset, limit),
        terms_total=found.count,
        offset=offset,
        channel_sums=found.sums(offset, limit),
        bias=found.bias,
        sum=found.sum,
        divisor=found.divisor,
        winner=found.winner,
        ties=found.ties,
        affine=found.affine,
        function=found.function,
        softmax=found.softmax,
        gain=gain,
        receptive_field=cell_field.receptive_field_of_cell(program.graph, layer_id, cell),
        python=python_program.python(asked, found, gain),
    )


def check(layer: Layer, cell: Cell) -> None:
    """Make sure that a layer has a cell.

    Raises:
        UnknownCell: it has not.
    """
    if len(cell) == len(layer.shape) and all(
        0 <= at < extent for at, extent in zip(cell, layer.shape, strict=True)
    ):
        return
    ranges = [f"0 to {extent - 1}" for extent in layer.shape]
    if len(layer.shape) == 1:
        there = f"it is a vector, of cells {ranges[0]}"
    elif len(layer.shape) == 3:
        there = f"it has channels {ranges[0]}, rows {ranges[1]}, columns {ranges[2]}"
    else:
        there = f"its axes go from {', '.join(ranges)}"
    raise UnknownCell(f"{layer.id} has no cell {'/'.join(map(str, cell))}; {there}")


def _found(asked: CellQuery, value: float, gain: float) -> CellArithmetic:
    """What a kind's own module finds, if it is what was recorded."""
    if asked.layer.kind == INPUT:
        return CellArithmetic("steps", value, (), 0.0)
    unknown = CellArithmetic("unknown", value, (), 0.0)
    deriving = _KINDS.get(asked.layer.kind)
    if deriving is None:
        return unknown
    try:
        found = deriving(asked)
    except NotDerivable:
        return unknown
    return found if _agrees(found, value, gain) else unknown


def _agrees(found: CellArithmetic, value: float, gain: float) -> bool:
    own = found.result * gain if gain else 0.0
    if not isfinite(own) or not isfinite(value):
        # Beyond 3e38 float32 is infinite where float64 is not.
        return isnan(own) == isnan(value) and (isnan(own) or (own > 0) == (value > 0))
    size = max(found.magnitude * abs(gain), abs(value))
    return abs(own - value) <= _TOLERANCE * (size if size < inf else 0.0) + 1e-37
