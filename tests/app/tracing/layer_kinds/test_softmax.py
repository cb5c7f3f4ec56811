"""A softmax sums to 1 along PyTorch's axis."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from app.tracing.derivation.derivation import derive
from app.tracing.editing.edit_options import edit_options_of
from tests.app.tracing.cells import some_cells
from tests.app.tracing.layer_kinds_zoo import SHAPE, Net, noise, program_of


@pytest.mark.parametrize("dim", [1, 2, -1])
def test_the_terms_are_the_cells_along_the_axis_and_their_exponentials(dim: int) -> None:
    program = program_of(nn.Sequential(nn.Softmax(dim)), SHAPE)
    values = program.record(noise(SHAPE) * 5)
    for cell in some_cells(values["_0"], 4):
        derivation = derive(program, values, "_0", cell)
        assert derivation.softmax is not None
        exact = torch.softmax(values["input"][None].double(), dim)[0][cell].item()
        assert derivation.softmax.exponential / derivation.softmax.denominator == pytest.approx(exact)
        assert max(term.product for term in derivation.terms if term.product is not None) == 1


@pytest.mark.filterwarnings("ignore:Implicit dimension choice")
def test_without_an_axis_it_is_the_one_that_pytorch_takes() -> None:
    program = program_of(nn.Sequential(nn.Flatten(), nn.Softmax()), SHAPE)
    values = program.record(noise(SHAPE))
    derivation = derive(program, values, program.graph.output, (5,))
    assert (derivation.operation, derivation.terms_total) == ("softmax", 4 * 9 * 8)


def test_along_the_batch_it_is_not_derived() -> None:
    program = program_of(Net(lambda x: torch.softmax(x, 0)), SHAPE)
    assert derive(program, program.record(noise(SHAPE)), "softmax", (0, 0, 0)).operation == "unknown"


def test_probabilities_take_no_edits_even_before_the_end() -> None:
    graph = program_of(nn.Sequential(nn.Softmax(1), nn.Identity()), SHAPE).graph
    assert edit_options_of(graph, graph.layers[1].id).channels == 0
