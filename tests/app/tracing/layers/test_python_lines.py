"""Lines of Python that cut the window of a cell out of padded maps."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from app.tracing.layers.cell_arithmetic import copy_of
from app.tracing.layers.cell_query import CellQuery, window_terms
from app.tracing.layers.python_lines import cell_value, copy_lines, load_values, window_lines
from app.tracing.layers.terms import TermArray
from app.tracing.layers.windows import AdaptiveAxis, Axis, SlidingAxis
from tests.app.tracing.network_zoo import graph_of

SOURCE = np.random.default_rng(1).normal(size=(2, 6, 5)).astype(np.float32)


def query(cell: tuple[int, int, int], **hyperparameters: Any) -> CellQuery:
    layer = replace(graph_of("functional").by_id["conv2d"], hyperparameters=hyperparameters)
    return CellQuery(layer, cell, (SOURCE,))


@pytest.mark.parametrize(
    ("axes", "mode"),
    [
        ((SlidingAxis(6, 3), SlidingAxis(5, 2, stride=2)), "zeros"),
        ((SlidingAxis(6, 3, padding=2), SlidingAxis(5, 3, padding=1, dilation=2)), "zeros"),
        ((SlidingAxis(6, 3, padding=1, mode="reflect"), SlidingAxis(5, mode="reflect")), "reflect"),
        ((SlidingAxis(6, 3, padding=1, mode="circular"), SlidingAxis(5, 1, mode="circular")), "circular"),
        ((AdaptiveAxis(6, 4), AdaptiveAxis(5, 3)), "zeros"),
    ],
)
def test_the_lines_cut_out_what_the_window_covers(axes: tuple[Axis, Axis], mode: str) -> None:
    cell_query = query((0, 1, 1), padding_mode=mode)
    scope: dict[str, Any] = {"np": np, "maps": SOURCE}
    exec("\n".join(window_lines(cell_query, axes, "0:2")), scope)  # they are ours
    assert scope["window"].ravel().tolist() == window_terms(cell_query, range(2), axes).values.tolist()


def test_padding_may_have_another_value_and_end_than_zero_and_its_beginning() -> None:
    axes = (SlidingAxis(6, 2, padding=1), SlidingAxis(5, 1))
    lines = window_lines(query((0, 0, 0), padding_end=[2, 0]), axes, "0", "-np.inf")
    assert lines[0] == "maps = np.pad(maps, ((0, 0), (1, 2), (0, 0)), constant_values=-np.inf)"
    assert lines[1] == "window = maps[0, 0:2, 0:1]"


def test_a_copy_reads_one_cell_or_says_that_it_lies_in_the_padding() -> None:
    position, value = np.array([(1, 2, 3)]), np.ones(1)
    cell_query = query((1, 2, 3))
    copied = copy_of(TermArray("input", position, value, value))
    assert copy_lines(cell_query, copied) == ([], 'float(np.load("values/input.npy")[1, 2, 3])')
    padding = copy_of(TermArray("input", position, value, value, padding=np.array([True])))
    assert copy_lines(cell_query, padding) == (["# The cell lies in the padding."], "0.0")


def test_values_are_loaded_in_double_precision() -> None:
    assert load_values("x", "fc", "[3]") == 'x = np.load("values/fc.npy")[3].astype(np.float64)'
    assert cell_value("fc", [3]) == 'float(np.load("values/fc.npy")[3])'
