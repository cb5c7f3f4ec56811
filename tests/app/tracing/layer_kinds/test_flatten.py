"""A flattened cell is one cell of the map, in row-major order."""

from __future__ import annotations

import pytest
from torch import nn

from app.tracing.derivation.derivation import derive
from app.tracing.layer_kinds.geometry import regions_read
from app.tracing.layers.regions import full_mask, mask
from tests.app.tracing.cells import some_cells
from tests.app.tracing.layer_kinds_zoo import SHAPE, noise, program_of


@pytest.mark.parametrize("start", [1, 2])
def test_a_cell_is_the_cell_that_it_copies(start: int) -> None:
    program = program_of(nn.Sequential(nn.Flatten(start)), SHAPE)
    values = program.record(noise(SHAPE))
    shape = values["_0"].shape
    for cell in some_cells(values["_0"], 5):
        (term,) = derive(program, values, "_0", cell).terms
        flat = cell[0] if len(cell) == 1 else cell[0] * shape[1] + cell[1]
        assert (term.channel, term.row, term.column) == (flat // 72, flat // 8 % 9, flat % 8)


def test_a_region_reads_the_cells_in_its_places() -> None:
    layer = program_of(nn.Sequential(nn.Flatten()), SHAPE).graph.layers[-1]
    assert regions_read(layer, (mask([0]),), [SHAPE]) == [(1, 1, 1)]
    assert regions_read(layer, (mask([71, 72]),), [SHAPE]) == [(mask([0, 1]), mask([0, 8]), mask([0, 7]))]
    assert regions_read(layer, (full_mask(288),), [SHAPE]) == [(full_mask(4), full_mask(9), full_mask(8))]
