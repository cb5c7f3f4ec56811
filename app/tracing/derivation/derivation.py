"""How one cell of any layer was computed: the values that went into it, and the arithmetic.

The forward pass runs in float32. Here sums are in float64, so they differ from the recorded value by what the pass
rounded. Where they differ by more, the layer does something that its kind does not say (a hook, say), and the
derivation is ``unknown`` instead of wrong.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import inf, isfinite, isnan

from torch import Tensor

from app.tracing.capture.program import Program
from app.tracing.derivation.cell_field import Rectangle, receptive_field_of_cell
from app.tracing.derivation.flattening import flattened_maps
from app.tracing.derivation.python_program import python_program
from app.tracing.layer_kinds.registry import kind_named
from app.tracing.layers.cell_arithmetic import CellArithmetic
from app.tracing.layers.cell_query import CellQuery
from app.tracing.layers.layer import INPUT, Layer
from app.tracing.layers.shapes import NotDerivable
from app.tracing.layers.terms import Affine, Cell, ChannelSum, Function, Operation, Softmax, Term

_TOLERANCE = 1e-5  # relative to the sum's magnitude: more than float32 loses over some thousand terms


class UnknownCell(LookupError):
    """A cell that a layer does not have; the message says which cells it has."""


@dataclass(frozen=True, slots=True)
class Derivation:
    """How a cell was computed.

    ``value`` is the recorded float32: ``gain``, a factor that an edit puts on the cell's channel, times the
    layer's own result. ``terms`` are those from ``offset`` on, of ``terms_total``: channels ascending, row by
    row within each; ``channel_sums`` are those of their channels. ``sum`` is Σ products + bias, or
    Σ values/divisor, in float64. ``winner`` is the index of the largest (or smallest) term; ``ties`` are the indices
    of all that equal it, if there are several. ``receptive_field`` is None where the cell sees nothing of the input,
    or it is not known what. ``python`` is a program that prints the value, from the files of an export.
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


def derive(
    program: Program,
    values: Mapping[str, Tensor],
    layer_id: str,
    cell: Cell,
    offset: int = 0,
    limit: int | None = None,
) -> Derivation:
    """Return how a cell was computed, with at most ``limit`` of its terms, from ``offset`` on.

    ``values`` are what `Program.record` gave. ``cell`` is (channel, row, column), or (index,) in a vector. The
    input's cells are made of a picture, which is not known here: they have the operation ``steps`` and no terms.

    Raises:
        KeyError: the graph has no such layer.
        UnknownCell: the layer has no such cell.
    """
    graph = program.graph
    layer = graph.by_id[layer_id]
    check_cell(layer, cell)
    value = float(values[layer_id][cell])
    gain = float(graph.gains.get(layer_id, {}).get(cell[0], 1.0))
    query = CellQuery(
        layer,
        cell,
        tuple(values[source].numpy() for source in layer.inputs),
        program.parameters(layer_id) if layer_id != INPUT else {},
        flattened_maps(graph, layer.inputs[0]) if len(layer.inputs) == 1 else None,
    )
    arithmetic = _arithmetic(query, value, gain)
    limit = arithmetic.count if limit is None else limit
    return Derivation(
        layer=layer_id,
        kind=layer.kind,
        cell=cell,
        value=value,
        operation=arithmetic.operation,
        terms=arithmetic.page(offset, limit),
        terms_total=arithmetic.count,
        offset=offset,
        channel_sums=arithmetic.sums(offset, limit),
        bias=arithmetic.bias,
        sum=arithmetic.sum,
        divisor=arithmetic.divisor,
        winner=arithmetic.winner,
        ties=arithmetic.ties,
        affine=arithmetic.affine,
        function=arithmetic.function,
        softmax=arithmetic.softmax,
        gain=gain,
        receptive_field=receptive_field_of_cell(graph, layer_id, cell),
        python=python_program(query, arithmetic, gain),
    )


def check_cell(layer: Layer, cell: Cell) -> None:
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
        cells = f"it is a vector, of cells {ranges[0]}"
    elif len(layer.shape) == 3:
        cells = f"it has channels {ranges[0]}, rows {ranges[1]}, columns {ranges[2]}"
    else:
        cells = f"its axes go from {', '.join(ranges)}"
    raise UnknownCell(f"{layer.id} has no cell {'/'.join(map(str, cell))}; {cells}")


def _arithmetic(query: CellQuery, value: float, gain: float) -> CellArithmetic:
    """Return what the layer's kind computes, if it agrees with what was recorded; else ``unknown``."""
    if query.layer.kind == INPUT:
        return CellArithmetic("steps", value, (), 0.0)
    unknown = CellArithmetic("unknown", value, (), 0.0)
    derive_cell = kind_named(query.layer.kind).derive
    if derive_cell is None:
        return unknown
    try:
        arithmetic = derive_cell(query)
    except NotDerivable:
        return unknown
    return arithmetic if _agrees(arithmetic, value, gain) else unknown


def _agrees(arithmetic: CellArithmetic, value: float, gain: float) -> bool:
    result = arithmetic.result * gain if gain else 0.0
    if not isfinite(result) or not isfinite(value):
        # Beyond 3e38 float32 is infinite where float64 is not.
        return isnan(result) == isnan(value) and (isnan(result) or (result > 0) == (value > 0))
    magnitude = max(arithmetic.magnitude * abs(gain), abs(value))
    return abs(result - value) <= _TOLERANCE * (magnitude if magnitude < inf else 0.0) + 1e-37
