"""From a window follow the field, the cells that are read, and whether it fits a map."""

from __future__ import annotations

import pytest

from app.tracing.layer_kinds.windowed import (
    axes_of,
    field_of_window,
    region_of_window,
    sliding_window,
    window_mismatch,
)
from app.tracing.layers.layer import Hyperparameters
from app.tracing.layers.receptive_field import FieldSource, Pair, ReceptiveField
from app.tracing.layers.regions import mask
from app.tracing.layers.shapes import NotDerivable
from app.tracing.layers.windows import Axes, SlidingAxis
from tests.app.tracing.layer_kinds_zoo import query_of, recorded

SETTINGS = {"kernel_size": [3, 2], "stride": [2, 1], "padding": [1, 0]}


def window(hyperparameters: Hyperparameters, extent: Pair, _outputs: Pair) -> Axes:
    return sliding_window(hyperparameters, extent, mode="reflect", cut=True)


def test_a_sliding_window_is_read_from_hyperparameters_along_both_axes() -> None:
    rows, columns = window(SETTINGS, (9, 8), (0, 0))
    assert rows == SlidingAxis(9, kernel=3, stride=2, padding=1, mode="reflect", cut=True)
    assert columns == SlidingAxis(8, kernel=2, mode="reflect", cut=True)


def test_the_field_needs_one_input_with_rows_and_columns() -> None:
    source = FieldSource(ReceptiveField.of_input(), (1, 2, 9, 8))
    field = field_of_window(window, SETTINGS, [source], (1, 2, 5, 7))
    assert field == ReceptiveField((3, 2), (2, 1), (-1, 0))
    assert field_of_window(window, SETTINGS, [source, source], (1, 2, 5, 7)) is None
    vector = FieldSource(ReceptiveField.of_input(), (1, 72))
    assert field_of_window(window, SETTINGS, [vector], (1, 72)) is None


def test_a_region_reads_its_own_channels_of_maps() -> None:
    layer = recorded("max pooling, rounded up")[0].graph.by_id["parts_0"]
    settings = {**SETTINGS, "padding": [0, 0]}

    def plain(_hyperparameters: Hyperparameters, extent: Pair, _outputs: Pair) -> Axes:
        return sliding_window(settings, extent)

    region = region_of_window(plain, layer, (mask([1, 3]), mask([0]), mask([2])), [(4, 9, 8)])
    assert region == (mask([1, 3]), mask([0, 1, 2]), mask([2, 3]))
    with pytest.raises(NotDerivable):
        region_of_window(plain, layer, (1, 1, 1), [(4, 9, 8), (4, 9, 8)])


def test_a_vector_has_no_rows_and_columns_to_slide_over() -> None:
    with pytest.raises(NotDerivable):
        axes_of(window, query_of("flattened, activated, dropped", (0,), layer_id="relu"))


@pytest.mark.parametrize(
    ("shape", "expects"), [((2, 9, 8), None), ((2, 3, 2), None), ((2, 0, 8), (1, 2)), ((2, 3, 1), (1, 2))]
)
def test_a_map_smaller_than_the_window_is_a_mismatch(
    shape: tuple[int, ...], expects: tuple[int, ...] | None
) -> None:
    mismatch = window_mismatch(SETTINGS, [shape])
    assert (mismatch.expects if mismatch else None) == expects
    assert window_mismatch(SETTINGS, [(72,)]) is None


def test_a_mismatch_is_said_in_a_sentence() -> None:
    mismatch = window_mismatch({**SETTINGS, "dilation": [4, 1]}, [(2, 3, 8)])
    assert mismatch is not None
    assert mismatch.reason == "window"
    assert mismatch.detail == "slides a window that needs maps of 7×2 cells at least and would get 3×8"
