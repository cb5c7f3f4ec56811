"""Regions are bit masks, an axis each, of exactly the cells that are read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.tracing.layers.regions import (
    cells_read,
    full_mask,
    mask,
    mask_indices,
    only_shape,
    over_axes,
    same_cells,
)
from app.tracing.layers.shapes import NotDerivable
from app.tracing.layers.windows import SlidingAxis
from tests.app.tracing.network_zoo import graph_of


@given(indices=st.sets(st.integers(0, 200)))
def test_a_bit_mask_holds_its_indices(indices: set[int]) -> None:
    assert mask_indices(mask(indices)) == sorted(indices)


def test_every_index_of_an_extent() -> None:
    assert mask_indices(full_mask(4)) == [0, 1, 2, 3]
    assert full_mask(0) == 0


def test_the_holes_of_a_dilated_window_are_not_read() -> None:
    axis = SlidingAxis(9, kernel=3, stride=2, dilation=3, padding=1)
    assert mask_indices(cells_read(axis, mask([0]))) == [2, 5]  # the first position is padding
    assert mask_indices(cells_read(axis, mask([0, 1]))) == [1, 2, 4, 5, 7]


def test_reflected_padding_reads_the_cells_that_it_repeats() -> None:
    axis = SlidingAxis(5, kernel=3, padding=2, mode="reflect")
    assert mask_indices(cells_read(axis, mask([0]))) == [0, 1, 2]


def test_some_axes_are_read_whole() -> None:
    assert over_axes((0b10, 0b1, 0b100), (2, 3, 4), {1, 2}) == (0b10, 0b111, 0b1111)


def test_a_layer_with_several_inputs_has_no_only_shape() -> None:
    layer = graph_of("functional").by_id["relu"]
    assert only_shape(layer, [(6, 7, 9)]) == (6, 7, 9)
    assert same_cells(layer, (1, 2, 4), [(6, 7, 9)]) == [(1, 2, 4)]
    for shapes in ([(6, 7, 9)] * 2, [(6, 7)], []):
        with pytest.raises(NotDerivable):
            only_shape(layer, shapes)
    assert only_shape(layer, [(6, 7)], rank=2) == (6, 7)
