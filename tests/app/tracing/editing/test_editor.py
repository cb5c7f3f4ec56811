"""An edited program does what PyTorch does with the same change made by hand, and nothing else changes."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from app.tracing.capture.graph_builder import build
from app.tracing.capture.program import Program
from app.tracing.editing.edits import (
    InvalidEdit,
    MuteChannel,
    NetworkEdit,
    SetBias,
)
from tests.app.tracing import network_zoo
from tests.app.tracing.editing.small_network import (
    CASES,
    edited,
    small_program,
)


def by_hand(module: nn.Module, change: Callable[[Any], None]) -> Callable[[Tensor], Tensor]:
    changed = copy.deepcopy(module)
    with torch.no_grad():
        change(changed)

    def run(picture: Tensor) -> Tensor:
        with torch.inference_mode():
            result: Tensor = changed(picture[None].clone())[0]
        return result

    return run


@pytest.mark.parametrize("name", CASES)
def test_an_edit_is_the_same_change_made_by_hand(name: str) -> None:
    module, program = small_program()
    edits, change = CASES[name]
    picture = torch.randn(2, 12, 13)
    run = edited(program, *edits)
    recorded = run.record(picture)
    assert torch.equal(recorded[run.graph.output], by_hand(module, change)(picture))
    assert {key: tuple(value.shape) for key, value in recorded.items()} == {
        layer.id: layer.shape for layer in run.graph.layers
    }


def test_shared_weights_stay_as_they_are() -> None:
    _, program = small_program()
    before = copy.deepcopy(program.module.state_dict())
    for edits, _ in CASES.values():
        edited(program, *edits).record(torch.randn(2, 12, 13))
    assert all(torch.equal(value, before[key]) for key, value in program.module.state_dict().items())


def test_an_edit_of_one_call_leaves_the_other_call_of_that_module_alone() -> None:
    module, shape = network_zoo.make("one module twice")
    program = Program(build(module, shape), module)
    first, second = [layer for layer in program.graph.layers if layer.module == "conv"][:2]
    run = edited(program, SetBias(layer=first.id, filter=0, value=9))
    assert float(run.parameters(first.id)["bias"][0]) == 9
    assert float(run.parameters(second.id)["bias"][0]) != 9


UNFIT: dict[str, tuple[list[NetworkEdit], int, str, str]] = {
    "no layer": ([MuteChannel(layer="conv9", channel=0)], 0, "layer", "there are input, conv"),
}


@pytest.mark.parametrize("name", UNFIT)
def test_an_edit_of_no_layer_is_refused_with_the_layers_there_are(name: str) -> None:
    edits, index, field, message = UNFIT[name]
    with pytest.raises(InvalidEdit) as refused:
        edited(small_program()[1], *edits)
    assert (refused.value.index, refused.value.field) == (index, field)
    assert message in str(refused.value)
