"""How a cell was computed of its terms, and the arithmetic that several layer kinds share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from math import inf, nan
from typing import Literal

import numpy as np

from app.tracing.layers.terms import Affine, ChannelSum, Function, Operation, Softmax, Term, TermArray


@dataclass(frozen=True, slots=True, eq=False)
class CellArithmetic:
    """How a cell was computed: ``result`` in float64, before the gain; the rest as in `derivation.Derivation`.

    ``magnitude`` is the size of what was added or applied, which bounds the error of rounding.
    """

    operation: Operation
    result: float
    term_arrays: tuple[TermArray, ...]
    magnitude: float
    terms_per_channel: int = 0
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
        return sum(map(len, self.term_arrays))

    def page(self, offset: int, limit: int) -> tuple[Term, ...]:
        """Return at most ``limit`` terms from ``offset`` on."""
        terms: list[Term] = []
        before = 0
        for array in self.term_arrays:
            start, stop = max(0, offset - before), max(0, offset + limit - before)
            terms.extend(array.terms(start, stop))
            before += len(array)
        return tuple(terms)

    def sums(self, offset: int, limit: int) -> tuple[ChannelSum, ...]:
        """Return the sums of the channels that have a term on that page."""
        if not self.terms_per_channel or limit < 1:
            return ()
        last = min(offset + limit, self.count) - 1
        first_channel, last_channel = offset // self.terms_per_channel, max(0, last) // self.terms_per_channel
        return tuple(islice(self.channel_sums, first_channel, last_channel + 1))


def weighted_sum(terms: TermArray, bias: float | None, channel_sums: list[ChannelSum]) -> CellArithmetic:
    """Return Σ products + bias."""
    total = float(terms.products.sum()) + (bias or 0.0)
    return CellArithmetic(
        operation="sum",
        result=total,
        term_arrays=(terms,),
        magnitude=float(np.abs(terms.products).sum()) + abs(bias or 0.0),
        terms_per_channel=len(terms) // len(channel_sums) if channel_sums else 0,
        channel_sums=channel_sums,
        bias=bias,
        sum=total,
    )


def mean_of(terms: TermArray, divisor: int) -> CellArithmetic:
    """Return Σ values / divisor."""
    result = float(terms.values.sum()) / divisor if divisor else nan
    return CellArithmetic(
        operation="mean",
        result=result,
        term_arrays=(terms,),
        magnitude=float(np.abs(terms.values).max(initial=0.0)),
        sum=result,
        divisor=divisor,
    )


def extreme_of(terms: TermArray, extreme: Literal["max", "min"]) -> CellArithmetic:
    """Return the first of the largest (or smallest) cells; NaN counts as larger (or smaller) than any number.

    A dilated window can miss a small map altogether: then PyTorch puts out ∓∞, and no cell wins.
    """
    # Padding is never chosen.
    real = np.arange(len(terms)) if terms.padding is None else np.flatnonzero(~terms.padding)
    if not len(real):
        return CellArithmetic(extreme, -inf if extreme == "max" else inf, (terms,), 0.0)
    values = terms.values[real]
    best = values.max() if extreme == "max" else values.min()
    equal = real[np.isnan(values) if np.isnan(best) else values == best].tolist()
    return CellArithmetic(
        operation=extreme,
        result=float(best),
        term_arrays=(terms,),
        magnitude=abs(float(best)),
        winner=equal[0],
        ties=tuple(equal) if len(equal) > 1 else (),
    )


def copy_of(term: TermArray) -> CellArithmetic:
    """Return the value of the only term."""
    value = float(term.values[0])
    return CellArithmetic("copy", value, (term,), abs(value))
