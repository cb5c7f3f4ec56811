"""What a pooling takes of a window: its largest cell, its smallest, or the mean; and the mean over whole axes."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf, nan
from typing import Literal

import numpy as np

from app.tracing.derivation import windows
from app.tracing.derivation.sums import gather
from app.tracing.derivation.terms import CellArithmetic, CellQuery, NotDerivable, TermArray

_POOLINGS: dict[str, Literal["max", "min", "mean"]] = {
    "max_pool2d": "max",
    "adaptive_max_pool2d": "max",
    "min_pool2d": "min",
    "avg_pool2d": "mean",
    "adaptive_avg_pool2d": "mean",
}


def pooling(asked: CellQuery) -> CellArithmetic:
    """Return what a sliding or adaptive window gives; the padding is 0 in a mean, and never an extreme."""
    channel, row, column = asked.cell
    source = asked.source
    if source.ndim != 3:
        raise NotDerivable
    axes = windows.axes(asked.layer, source.shape[1:])
    assert axes  # noqa: S101 - a pooling has windows
    taken = _POOLINGS[asked.layer.kind]
    gathered = gather(asked, range(channel, channel + 1), axes, (row, column), missing=taken != "mean")
    if taken == "mean":
        own = gathered.padding is not None and asked.hyperparameters.get("count_include_pad") is False
        divisor = int((~gathered.padding).sum()) if own and gathered.padding is not None else len(gathered)
        return _mean(gathered, divisor)
    return _extreme(gathered, taken)


def mean(asked: CellQuery) -> CellArithmetic:
    """Return the mean over whole axes of the only source, such as the rows and columns of a map."""
    source = asked.source
    axes = mean_axes(asked.hyperparameters.get("dim"), source.ndim)
    kept = source.ndim == len(asked.cell)
    free = [at for axis, at in enumerate(asked.cell) if not (kept and axis in axes)]
    if len(free) != source.ndim - len(axes) and len(axes) < source.ndim:
        raise NotDerivable
    ranges = [
        np.arange(extent) if axis in axes else np.array([free.pop(0)])
        for axis, extent in enumerate(source.shape)
    ]
    positions = np.stack(np.meshgrid(*ranges, indexing="ij"), axis=-1).reshape(-1, source.ndim)
    values = source[np.ix_(*ranges)].astype(np.float64).ravel()
    return _mean(TermArray(asked.layer.inputs[0], positions, values, values), len(values))


def mean_axes(dim: int | Sequence[int] | None, rank: int) -> set[int]:
    """Return the axes that a mean runs over, counted without the batch's, of values with ``rank`` axes.

    ``dim`` is PyTorch's, which counts the batch's too, from either end.

    Raises:
        Underivable: it runs over the batch.
    """
    if dim is None or dim == []:
        return set(range(rank))
    stated = [dim] if isinstance(dim, int) else list(dim)
    return {axis_without_batch(axis, rank) for axis in stated}


def axis_without_batch(dim: int, rank: int) -> int:
    """Return the axis of values with ``rank`` axes that PyTorch, which counts the batch's, means by ``dim``.

    Raises:
        Underivable: it means the batch's own.
    """
    axis = dim - 1 if dim >= 0 else dim + rank
    if not 0 <= axis < rank:
        raise NotDerivable
    return axis


def _mean(gathered: TermArray, divisor: int) -> CellArithmetic:
    result = float(gathered.values.sum()) / divisor if divisor else nan
    return CellArithmetic(
        operation="mean",
        result=result,
        gathered=(gathered,),
        magnitude=float(np.abs(gathered.values).max(initial=0.0)),
        sum=result,
        divisor=divisor,
    )


def _extreme(gathered: TermArray, taken: Literal["max", "min"]) -> CellArithmetic:
    """The first of the largest (or smallest) cells; one that is not a number counts as more than any.

    A dilated window can miss a small map altogether: then PyTorch puts out ∓∞, and nothing has won.
    """
    real = (
        np.arange(len(gathered)) if gathered.padding is None else np.flatnonzero(~gathered.padding)
    )  # padding is never chosen
    if not len(real):
        return CellArithmetic(taken, -inf if taken == "max" else inf, (gathered,), 0.0)
    values = gathered.values[real]
    best = values.max() if taken == "max" else values.min()
    equal = real[np.isnan(values) if np.isnan(best) else values == best].tolist()
    return CellArithmetic(
        operation=taken,
        result=float(best),
        gathered=(gathered,),
        magnitude=abs(float(best)),
        winner=equal[0],
        ties=tuple(equal) if len(equal) > 1 else (),
    )
