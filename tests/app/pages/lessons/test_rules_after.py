"""The rules of the questions on what follows a convolution, each against another way to come to the same."""

from __future__ import annotations

import math

import pytest

from app.pages.lessons import rules

pytestmark = pytest.mark.numbers

VALUES = [[1, 3, 0, 0], [2, 5, 0, 4], [0, 1, 2, 0], [6, 0, 0, 3]]


@pytest.mark.parametrize("x", [-3.0, -0.5, 0.0, 2.5])
def test_activation_functions_are_what_their_formulas_say(x: float) -> None:
    assert rules.activation_value(x, "relu") == max(0, x)
    assert rules.activation_value(x, "leaky_relu") == pytest.approx(x if x > 0 else 0.01 * x)
    assert rules.activation_value(x, "sigmoid") == pytest.approx(1 / (1 + math.exp(-x)), abs=1e-6)


def largest(values: list[list[int]]) -> list[int]:
    return [max(values[y + j][x + i] for j in (0, 1) for i in (0, 1)) for y in (0, 2) for x in (0, 2)]


@pytest.mark.parametrize("by", [0, 1, 2])
def test_a_pooled_cell_stays_where_its_largest_value_stays_in_the_window(by: int) -> None:
    later = [([0] * by + row)[:4] for row in VALUES]
    same = sum(one == other for one, other in zip(largest(VALUES), largest(later), strict=True))
    assert rules.pooled_cells_kept_by_shift(VALUES, by) == same


def test_a_lone_value_stays_until_it_leaves_its_window() -> None:
    lone = [[9, 0, 0, 0], *([0] * 4 for _ in range(3))]
    assert [rules.pooled_cells_kept_by_shift(lone, by) for by in (0, 1, 2)] == [4, 4, 2]


def test_multiplications_are_outputs_times_products_a_sum() -> None:
    pool = {"kind": "max_pool2d", "kernel_size": 2}
    conv = {"kind": "conv2d", "in_channels": 6, "out_channels": 16, "kernel_size": 5}
    dense = {"kind": "linear", "in_features": 6 * 14 * 14, "out_features": 10}
    assert rules.multiplication_count((28, 28, 6), [conv]) == 24 * 24 * 16 * 5 * 5 * 6
    assert rules.multiplication_count((28, 28, 6), [pool, conv]) == 10 * 10 * 16 * 5 * 5 * 6
    assert rules.multiplication_count((28, 28, 6), [pool, {"kind": "flatten"}, dense]) == 10 * 6 * 14 * 14


def test_a_dense_unit_takes_whole_numbers_too() -> None:
    assert rules.dense_output([1, 5, 0, 2], [-2, 1, 7, 0.5], -3) == 1
