"""A query reads the values of a layer's inputs, and what a window covers of them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from app.tracing.layers.cell_query import CellQuery, same_cell_term, single_term, window_terms
from app.tracing.layers.shapes import NotDerivable
from app.tracing.layers.windows import SlidingAxis
from tests.app.tracing.network_zoo import graph_of

SOURCE = np.arange(2 * 3 * 3, dtype=np.float32).reshape(2, 3, 3)


def query(cell: tuple[int, ...] = (0, 0, 0), *sources: np.ndarray) -> CellQuery:
    layer = replace(graph_of("functional").by_id["relu"], inputs=("conv2d",), shape=(2, 3, 3))
    return CellQuery(layer, cell, sources or (SOURCE,))


def test_a_source_is_there_only_if_it_is_the_only_one() -> None:
    assert query().source is SOURCE
    with pytest.raises(NotDerivable):
        _ = query((0, 0, 0), SOURCE, SOURCE).source


def test_parameters_are_one_channels_part_in_double_precision() -> None:
    weight = torch.arange(6.0).reshape(2, 3)
    with_tensors = replace(query(), parameters={"weight": weight, "bias": torch.tensor([0.5, 0.25])})
    row = with_tensors.parameter("weight", 1)
    assert row is not None
    assert (row.dtype, row.tolist()) == (np.float64, [3, 4, 5])
    assert with_tensors.number("bias", 1) == 0.25
    assert with_tensors.parameter("running_mean", 0) is None
    assert with_tensors.number("running_mean", 0) is None


def test_a_single_term_is_the_cell_at_a_position() -> None:
    (term,) = single_term(query(), (1, 2, 0)).terms(0, 1)
    assert (term.input, term.channel, term.row, term.column, term.value) == ("conv2d", 1, 2, 0, 15.0)
    assert same_cell_term(query((1, 1, 1))).values.tolist() == [13.0]
    with pytest.raises(NotDerivable):
        same_cell_term(query((0, 0, 0), SOURCE[:, :2]))


def test_a_window_covers_cells_and_padding_channel_by_channel() -> None:
    axis = SlidingAxis(3, kernel=2, padding=1)
    weights = np.arange(8.0)
    array = window_terms(query((0, 0, 1)), range(2), (axis, axis), weights)
    assert array.values.tolist() == [0, 0, 0, 1, 0, 0, 9, 10]
    assert array.products.tolist() == [0, 0, 0, 3, 0, 0, 54, 70]
    assert array.padding is not None
    assert array.padding.tolist() == [True, True, False, False] * 2
    assert array.positions[2].tolist() == [0, 0, 0]
    assert array.positions[4].tolist() == [1, -1, 0]


def test_a_window_without_padding_says_nothing_of_it() -> None:
    axis = SlidingAxis(3, kernel=2)
    array = window_terms(query((0, 1, 1)), range(1, 2), (axis, axis))
    assert (array.padding, array.padding_cells) == (None, None)
    assert array.values.tolist() == array.products.tolist() == [13, 14, 16, 17]


def test_padding_that_repeats_cells_has_their_values_and_places() -> None:
    axis = SlidingAxis(3, kernel=2, padding=1, mode="circular")
    array = window_terms(query((0, 0, 0)), range(1), (axis, axis))
    assert array.values.tolist() == [8, 6, 2, 0]
    assert array.padding_cells is not None
    assert array.padding_cells[0].tolist() == [2, 2]
