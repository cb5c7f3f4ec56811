"""The rules about pictures, rows and weights, each against another way to come to the same."""

from __future__ import annotations

import itertools

import pytest

from app.pages.lessons import rules

pytestmark = pytest.mark.numbers


@pytest.mark.parametrize("colour", [(255, 0, 0), (0, 255, 0), (0, 0, 255), (200, 100, 50), (10, 20, 30)])
def test_grey_weighs_red_green_and_blue(colour: tuple[int, int, int]) -> None:
    red, green, blue = colour
    assert rules.grey_level(red, green, blue) == round(0.299 * red + 0.587 * green + 0.114 * blue)


def test_white_is_the_largest_grey_and_black_the_smallest() -> None:
    assert rules.grey_level(255, 255, 255) == 255
    assert rules.grey_level(0, 0, 0) == 0


@pytest.mark.parametrize(("width", "down", "right"), [*itertools.product((5, 28), (0, 1, 2), (0, 1, 3))])
def test_a_pixel_moves_a_row_for_every_pixel_down(width: int, down: int, right: int) -> None:
    assert rules.flattened_shift(6, width, down, right) == down * width + right


def test_weights_of_a_dense_layer_and_of_filters() -> None:
    assert rules.dense_weight_count(28, 1, 6) == (28 * 28) * (28 * 28 * 6)
    assert rules.filter_weight_count(5, 3, 6) == 5 * 5 * 3 * 6


def test_a_convolution_takes_the_shape_whose_second_size_is_its_channels() -> None:
    assert rules.accepted_shape_index([[8, 28, 20, 3], [28, 20, 3, 8], [8, 3, 28, 20]], 3) == 2
    for shapes in ([[8, 28, 20, 3]], [[8, 3, 28, 20], [1, 3, 2, 2]]):
        with pytest.raises(ValueError, match="unpack"):
            rules.accepted_shape_index(shapes, 3)
