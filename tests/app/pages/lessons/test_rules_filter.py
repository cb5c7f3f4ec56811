"""The rules of the chapters about the filter, each against another way to come to the same."""

from __future__ import annotations

import itertools

import pytest

from app.pages.lessons import rules

pytestmark = pytest.mark.numbers

HORIZONTAL = [[-1, -1, -1], [2, 2, 2], [-1, -1, -1]]
VERTICAL = [[-1, 2, -1], [-1, 2, -1], [-1, 2, -1]]
DIAGONAL = [[2, -1, -1], [-1, 2, -1], [-1, -1, 2]]
LYING = [[0] * 5, [0] * 5, [0, 1, 1, 1, 0], [0] * 5, [0] * 5]


def sums(picture: list[list[int]], kernel: list[list[int]]) -> dict[tuple[int, int], int]:
    return {
        (row, column): sum(
            picture[row + y][column + x] * kernel[y][x] for y, x in itertools.product(range(3), range(3))
        )
        for row, column in itertools.product(range(len(picture) - 2), range(len(picture[0]) - 2))
    }


def test_a_filter_is_excited_by_what_it_has_the_form_of() -> None:
    standing = [list(column) for column in zip(*LYING, strict=True)]
    falling = [[int(row == column) for column in range(5)] for row in range(5)]
    for at, picture in enumerate((LYING, standing, falling)):
        peaks = [max(sums(picture, one).values()) for one in (HORIZONTAL, VERTICAL, DIAGONAL)]
        assert (
            rules.strongest_filter(picture, HORIZONTAL, VERTICAL, DIAGONAL) == peaks.index(max(peaks)) == at
        )
    with pytest.raises(ValueError, match="alike"):
        rules.strongest_filter([[0] * 3] * 3, HORIZONTAL, VERTICAL, DIAGONAL)


def test_the_middle_of_the_strongest_window() -> None:
    cell_sums = sums(LYING, HORIZONTAL)
    row, column = max(cell_sums, key=lambda cell: cell_sums[cell])
    assert rules.strongest_window_center(LYING, HORIZONTAL) == (row + 1, column + 1) == (2, 2)


@pytest.mark.parametrize("stride", [1, 2, 3])
def test_a_window_begins_where_the_stride_has_led_it(stride: int) -> None:
    picture = [[0] * 8 for _ in range(7)]
    size = (7 - 3) // stride + 1
    for row, column in itertools.product(range(size), range(size)):
        assert rules.window_start(picture, 3, row, column, stride) == (row * stride, column * stride)


@pytest.mark.parametrize(("n", "f", "s"), [*itertools.product((5, 6, 7, 10), (2, 3), (1, 2, 3, 4))])
def test_rows_are_unread_that_no_window_lies_on(n: int, f: int, s: int) -> None:
    read = {start + offset for start in range(0, n - f + 1, s) for offset in range(f)}
    assert rules.unread_rows(n, f, s) == n - len(read)


def test_half_of_the_filter_around_keeps_the_size() -> None:
    assert [rules.same_padding(f) for f in (1, 3, 5, 7, 11)] == [0, 1, 2, 3, 5]
    with pytest.raises(ValueError, match="no padding"):
        rules.same_padding(4)
