"""The rules of the questions, each against another way to come to the same."""

from __future__ import annotations

import itertools

import pytest

from app.pages.lessons import rules

pytestmark = pytest.mark.numbers

PICTURE = [[1, 1, 1, 0, 0], [0, 1, 1, 1, 0], [0, 0, 1, 1, 1], [0, 0, 1, 1, 0], [0, 1, 1, 0, 0]]
KERNEL = [[1, 0, 1], [0, 1, 0], [1, 0, -1]]


def by_hand(picture: list[list[int]], kernel: list[list[int]], row: int, column: int) -> int:
    return sum(
        picture[row + y][column + x] * kernel[y][x] for y in range(len(kernel)) for x in range(len(kernel[0]))
    )


@pytest.mark.parametrize(
    ("n", "f", "s", "p"), [*itertools.product((5, 10, 28), (1, 3, 4), (1, 2, 3), (0, 1))]
)
def test_a_size_counts_the_places_where_the_filter_fits(n: int, f: int, s: int, p: int) -> None:
    places = [start for start in range(0, n + 2 * p, s) if start + f <= n + 2 * p]
    assert rules.output_size(n, f, s, p) == len(places)


def test_the_lectures_network_has_the_lectures_shapes() -> None:
    layers = [
        {"kind": "conv2d", "in_channels": 3, "out_channels": 6, "kernel_size": 4, "stride": 2},
        {"kind": "relu"},
        {"kind": "max_pool2d", "kernel_size": 3, "stride": 3},
        {"kind": "flatten"},
        {"kind": "linear", "in_features": 54, "out_features": 1},
    ]
    shapes = [rules.output_shape((20, 20, 3), layers[:count]) for count in range(1, 6)]
    assert shapes == [(9, 9, 6), (9, 9, 6), (3, 3, 6), (54,), (1,)]
    assert rules.parameter_count(layers) == 6 * (4 * 4 * 3 + 1) + 54 + 1
    assert rules.weight_count(layers) == 6 * 4 * 4 * 3 + 54
    assert rules.filter_size((4, 4, 3)) == 48
    assert rules.value_count((9, 9, 6)) == 486


@pytest.mark.parametrize("cell", [*itertools.product(range(3), range(3))])
def test_a_cell_is_the_sum_of_products(cell: tuple[int, int]) -> None:
    row, column = cell
    rotated = [line[::-1] for line in KERNEL[::-1]]
    assert rules.convolution_cell(PICTURE, KERNEL, row, column) == by_hand(PICTURE, KERNEL, row, column)
    assert rules.flipped_convolution_cell(PICTURE, KERNEL, row, column) == by_hand(
        PICTURE, rotated, row, column
    )


def test_padding_and_stride_move_the_window() -> None:
    padded = [[0] * 7, *([0, *row, 0] for row in PICTURE), [0] * 7]
    assert rules.convolution_cell(PICTURE, KERNEL, 1, 2, s=2, p=1) == by_hand(padded, KERNEL, 2, 4)


def test_the_strongest_cell_is_the_only_one() -> None:
    strongest = rules.strongest_cell([[0, 0, 0, 0], [0, 0, 9, 0], [0, 0, 0, 0]], [[1, 0], [0, 0]])
    assert strongest == (1, 2)
    with pytest.raises(ValueError, match="several"):
        rules.strongest_cell([[1, 1], [1, 1]], [[1]])


def test_pooling_takes_of_its_window() -> None:
    values = [[1, 3, 2, 4], [5, 6, 7, 8], [3, 2, 1, 0], [1, 2, 3, 4]]
    assert [rules.pooled_cell(values, 0, 1, kind) for kind in ("max", "average", "min")] == [8, 5.25, 2]
    assert rules.max_pool_winner(values, 1, 0) == (2, 0)
    assert rules.max_pool_winner(values, 0, 1) == (1, 3)


def test_relu_silences_what_is_not_positive() -> None:
    assert rules.relu_zero_count([[-1, 0, 2], [3, -4, 0]]) == 4


@pytest.mark.parametrize(("row", "column"), [(0, 0), (0, 2), (2, 2), (4, 3)])
@pytest.mark.parametrize(("s", "p"), [(1, 0), (2, 0), (1, 1)])
def test_a_pixel_is_visited_by_the_windows_that_hold_it(row: int, column: int, s: int, p: int) -> None:
    starts = range(-p, 5 + p - 3 + 1, s)
    windows = sum(y <= row < y + 3 and x <= column < x + 3 for y in starts for x in starts)
    assert rules.window_count(5, 3, row, column, s, p) == windows


def test_flattening_goes_channel_by_channel() -> None:
    assert rules.flattened_index((3, 4, 2), 1, 2, 1) == 1 * 12 + 1 * 4 + 2


def test_a_dense_unit_a_shifted_row_and_a_step() -> None:
    assert rules.dense_output([1, 2, 3], [0.5, -1, 2], 0.25) == 4.75
    assert rules.changed_by_shift([0, 0, 5, 5, 0, 7], 1) == 3
    assert rules.sgd_step(0.5, 2.0, 0.1) == 0.3


def test_every_rule_is_known_by_its_name_and_another_is_not() -> None:
    assert rules.apply_rule("value_count", {"shape": (28, 28, 3)}) == 2352
    with pytest.raises(rules.UnknownRule):
        rules.apply_rule("guess", {})
    with pytest.raises(TypeError):
        rules.apply_rule("value_count", {"form": 1})


def test_a_layer_that_does_not_fit_is_pytorchs_own_error() -> None:
    too_large = [{"kind": "conv2d", "in_channels": 1, "out_channels": 1, "kernel_size": 9}]
    with pytest.raises(RuntimeError):
        rules.output_shape((5, 5, 1), too_large)
