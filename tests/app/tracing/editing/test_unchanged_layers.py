"""Only layers that an edit can reach are computed again."""

from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor, nn

from app.tracing.capture.graph_builder import build
from app.tracing.capture.program import Program
from app.tracing.editing.edits import (
    SetConvolution,
)
from app.tracing.editing.unchanged_layers import unchanged_layers
from tests.app.tracing.editing.small_network import (
    CASES,
    edited,
    small_program,
)


@pytest.mark.parametrize("name", CASES)
def test_what_comes_before_an_edit_is_taken_over(name: str) -> None:
    _, program = small_program()
    picture = torch.randn(2, 12, 13)
    before = program.record(picture)
    copies = {layer_id: value.clone() for layer_id, value in before.items()}
    run = edited(program, *CASES[name][0])
    same = unchanged_layers(program.graph, run.graph)
    whole = run.record(picture)
    rest = run.record(picture, known={layer_id: before[layer_id] for layer_id in same})
    assert all(torch.equal(whole[layer_id], before[layer_id]) for layer_id in same)
    assert all(torch.equal(rest[layer_id], whole[layer_id]) for layer_id in whole)
    assert all(rest[layer_id] is before[layer_id] for layer_id in same)
    assert all(torch.equal(before[layer_id], copies[layer_id]) for layer_id in before)
    first = CASES[name][0][0].layer
    assert first not in same
    assert (first == "input") == (not same)


def test_a_layer_that_reads_only_anothers_size_is_run_again_when_that_changes() -> None:
    class Sized(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.conv = nn.Conv2d(1, 1, 3)

        def forward(self, x: Tensor) -> Tensor:
            size = self.conv(x).size(2)
            return F.adaptive_avg_pool2d(x, size)

    module = Sized()
    program = Program(build(module, (1, 9, 9)), module)
    run = edited(program, SetConvolution(layer="conv", stride=(2, 2)))
    assert unchanged_layers(program.graph, run.graph) == {"input"}
    assert run.record(torch.rand(1, 9, 9))["adaptive_avg_pool2d"].shape == (1, 4, 4)
