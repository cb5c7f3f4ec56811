"""Sums, means and extremes of terms, as several kinds compute them, and pages of many terms."""

from __future__ import annotations

from math import inf, isnan, nan

import numpy as np
import pytest

from app.tracing.layers.cell_arithmetic import copy_of, extreme_of, mean_of, weighted_sum
from app.tracing.layers.terms import ChannelSum, TermArray


def terms(*values: float, weights: list[float] | None = None, padding: list[bool] | None = None) -> TermArray:
    array = np.array(values)
    factors = None if weights is None else np.array(weights)
    outside = None if padding is None else np.array(padding)
    products = array if factors is None else array * factors
    return TermArray("conv", np.zeros((len(array), 3), dtype=int), array, products, factors, outside)


def test_a_weighted_sum_adds_the_bias_and_knows_its_magnitude() -> None:
    arithmetic = weighted_sum(terms(1, -2, 3, weights=[2, 1, -1]), -0.5, [])
    assert (arithmetic.operation, arithmetic.result, arithmetic.bias) == ("sum", -3.5, -0.5)
    assert arithmetic.magnitude == 2 + 2 + 3 + 0.5


def test_a_page_of_terms_has_the_sums_of_its_channels() -> None:
    sums = [ChannelSum("conv", channel, float(channel)) for channel in range(3)]
    arithmetic = weighted_sum(terms(*range(6)), None, sums)
    assert arithmetic.count == 6
    assert [term.value for term in arithmetic.page(1, 3)] == [1, 2, 3]
    assert [one.channel for one in arithmetic.sums(1, 3)] == [0, 1]
    assert arithmetic.sums(1, 0) == ()
    assert arithmetic.page(6, 3) == ()


def test_a_mean_divides_by_what_counts() -> None:
    arithmetic = mean_of(terms(1, 2, 6), 4)
    assert (arithmetic.result, arithmetic.sum, arithmetic.divisor) == (2.25, 2.25, 4)
    assert isnan(mean_of(terms(0.0), 0).result)


@pytest.mark.parametrize(("extreme", "winner", "ties"), [("max", 1, (1, 3)), ("min", 2, ())])
def test_the_first_of_the_largest_or_smallest_wins(extreme: str, winner: int, ties: tuple[int, ...]) -> None:
    arithmetic = extreme_of(terms(0, 5, -1, 5), extreme)  # type: ignore[arg-type]
    assert (arithmetic.winner, arithmetic.ties) == (winner, ties)


def test_padding_never_wins_and_not_a_number_always_does() -> None:
    array = terms(9, -5, -7, padding=[True, False, False])
    assert extreme_of(array, "max").result == -5
    assert extreme_of(terms(1, nan, 3), "max").winner == 1
    empty = extreme_of(terms(0, padding=[True]), "max")
    assert (empty.result, empty.winner) == (-inf, None)


def test_a_copy_is_the_value_itself() -> None:
    arithmetic = copy_of(terms(-2.5))
    assert (arithmetic.operation, arithmetic.result, arithmetic.magnitude) == ("copy", -2.5, 2.5)
