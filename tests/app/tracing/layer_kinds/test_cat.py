"""A cell of a concatenation comes from the input that lies there."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from app.tracing.derivation.derivation import derive
from app.tracing.layer_kinds.geometry import regions_read
from app.tracing.layers.regions import mask
from tests.app.tracing.layer_kinds_zoo import SHAPE, Net, noise, program_of


@pytest.mark.parametrize("dim", [1, 2, -1])
def test_a_cell_names_the_input_and_its_place_there(dim: int) -> None:
    program = program_of(Net(lambda x: torch.cat([x, x * 2, x], dim)), SHAPE)
    values = program.record(noise(SHAPE))
    axis = dim - 1 if dim > 0 else 2
    size = SHAPE[axis]
    for part, source in enumerate(("input", "mul", "input")):
        cell = tuple(part * size + 2 if index == axis else 1 for index in range(3))
        (term,) = derive(program, values, "cat", cell).terms
        place = [term.channel, term.row, term.column]
        assert (term.input, place[axis]) == (source, 2)


def test_only_inputs_that_a_region_touches_are_read() -> None:
    layer = program_of(Net(lambda x: torch.cat([x, x], 1)), SHAPE).graph.by_id["cat"]
    assert regions_read(layer, (mask([5]), 1, 1), [SHAPE, SHAPE]) == [(0, 1, 1), (mask([1]), 1, 1)]


def test_a_constant_among_the_inputs_is_not_derived() -> None:
    class WithConstant(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.constant = nn.Parameter(torch.ones(1, 1, 9, 8))

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return torch.cat([x, self.constant], 1)

    program = program_of(WithConstant(), SHAPE)
    values = program.record(noise(SHAPE))
    assert derive(program, values, "cat", (3, 0, 0)).operation == "copy"
    assert derive(program, values, "cat", (4, 0, 0)).operation == "unknown"
