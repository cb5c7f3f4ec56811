"""A group norm normalises a group of channels by that group's own mean and variance."""

from __future__ import annotations

import pytest

from app.tracing.derivation.derivation import derive
from app.tracing.layer_kinds.geometry import regions_read
from app.tracing.layers.regions import full_mask, mask
from tests.app.tracing import layer_kinds_zoo


def test_the_statistics_are_those_of_the_cells_group() -> None:
    program, values = layer_kinds_zoo.recorded("group norm")
    for channel, group in ((0, slice(0, 2)), (3, slice(2, 4))):
        affine = derive(program, values, "parts_0", (channel, 4, 4)).affine
        assert affine is not None
        assert affine.mean == pytest.approx(values["input"][group].double().mean().item())


def test_a_cell_reads_all_cells_of_its_group_and_none_of_others() -> None:
    layer = layer_kinds_zoo.recorded("group norm")[0].graph.by_id["parts_0"]
    assert regions_read(layer, (mask([3]), 1, 1), [(4, 9, 8)]) == [(mask([2, 3]), full_mask(9), full_mask(8))]
    assert regions_read(layer, (mask([0, 3]), 1, 1), [(4, 9, 8)]) == [
        (full_mask(4), full_mask(9), full_mask(8))
    ]


def test_its_multiplications_are_not_counted() -> None:
    assert layer_kinds_zoo.recorded("group norm")[0].graph.by_id["parts_0"].multiply_adds is None
