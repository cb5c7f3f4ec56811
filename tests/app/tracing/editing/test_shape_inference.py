"""A network that edits make impossible ends where PyTorch would fail, and says why."""

from __future__ import annotations

import copy
import subprocess
import sys
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from app.tracing.capture.graph_builder import build
from app.tracing.capture.program import Program
from app.tracing.editing import shape_inference
from app.tracing.editing.edits import (
    SetActivation,
    SetBias,
    SetConvolution,
    SetPooling,
)
from model import registry
from tests.app.tracing.editing.small_network import (
    edited,
    small_program,
)
from tests.app.tracing.network_zoo import Net


def test_a_later_layer_that_becomes_impossible_ends_the_network_there() -> None:
    program = Program(
        build(registry.seeded(registry.get("lecture-cnn")), (3, 20, 20)),
        registry.seeded(registry.get("lecture-cnn")),
    )
    run = edited(program, SetConvolution(layer="conv", stride=(1, 1)))
    stop = run.graph.conflict
    assert stop is not None
    assert (stop.layer, stop.kind, stop.reason) == ("fc", "linear", "features")
    assert (stop.expects, stop.gets) == ((54,), ((150,),))
    assert list(run.record(torch.rand(3, 20, 20))) == ["input", "conv", "relu", "pool", "flatten"]
    assert run.graph.output == "flatten"
    assert run.graph.logits is None
    assert [(block.feature, block.pooled) for block in run.graph.blocks] == [("conv", "pool")]


@pytest.mark.parametrize(
    ("layers", "edit", "reason", "expects", "gets"),
    [
        (
            [nn.MaxPool2d(2), nn.Conv2d(1, 1, 4)],
            SetPooling(layer="0", kernel_size=(3, 3)),
            "window",
            (4, 4),
            ((1, 3, 3),),
        ),
        (
            [nn.Conv2d(1, 1, 3), nn.AvgPool2d((6, 2))],
            SetConvolution(layer="0", dilation=(3, 1)),
            "window",
            (6, 2),
            ((1, 3, 7),),
        ),
    ],
)
def test_a_conflict_says_what_is_expected_and_what_would_come(
    layers: list[nn.Module],
    edit: SetPooling | SetConvolution,
    reason: str,
    expects: tuple[int, ...],
    gets: tuple[tuple[int, ...], ...],
) -> None:
    module = nn.Sequential(*layers)
    graph = build(module, (1, 9, 9))
    names = {layer.module: layer.id for layer in graph.layers}
    run = edited(Program(graph, module), edit.model_copy(update={"layer": names[edit.layer]}))
    assert run.graph.conflict is not None
    assert run.graph.conflict.layer == names["1"]
    assert (run.graph.conflict.reason, run.graph.conflict.expects, run.graph.conflict.gets) == (
        reason,
        expects,
        gets,
    )


def test_branches_that_no_longer_match_say_so() -> None:
    class Residual(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.conv = nn.Conv2d(1, 1, 3, padding=1)

        def forward(self, x: Tensor) -> Tensor:
            result: Tensor = x + self.conv(x)
            return result

    module = Residual()
    run = edited(Program(build(module, (1, 6, 6)), module), SetConvolution(layer="conv", stride=(2, 2)))
    assert run.graph.conflict is not None
    assert (run.graph.conflict.layer, run.graph.conflict.reason) == ("add", "shapes")
    assert run.graph.conflict.gets == ((1, 6, 6), (1, 3, 3))


def test_shapes_counts_and_fields_are_those_of_the_edited_network() -> None:
    module, program = small_program()
    graph = edited(program, SetConvolution(layer="conv", stride=(2, 1), padding=(2, 0))).graph
    changed = copy.deepcopy(module)
    changed.conv.stride, changed.conv.padding = (2, 1), (2, 0)
    expected = build(changed, (2, 12, 13))
    for layer in expected.layers:
        assert graph.by_id[layer.id].shape == layer.shape
        assert graph.by_id[layer.id].multiply_adds == layer.multiply_adds
        assert graph.by_id[layer.id].receptive_field == layer.receptive_field


def test_an_edit_that_keeps_shapes_is_not_run(monkeypatch: pytest.MonkeyPatch) -> None:
    _, program = small_program()

    def refuse(*_arguments: Any) -> None:
        raise AssertionError("nothing changes its shape")

    monkeypatch.setattr(shape_inference, "_run", refuse)
    graph = edited(
        program, SetBias(layer="conv", filter=0, value=2), SetActivation(layer="relu", activation="tanh")
    ).graph
    assert graph.by_id["relu"].kind == "tanh"
    assert graph.by_id["relu"].shape == program.graph.by_id["relu"].shape
    with pytest.raises(AssertionError, match="changes its shape"):
        edited(program, SetPooling(layer="pool", kernel_size=(3, 3)))


def test_another_failure_keeps_pytorchs_message() -> None:
    module = Net(lambda net, x: net.conv(x).view(1, 2, 4, 4) * 1, conv=nn.Conv2d(1, 2, 3))
    run = edited(Program(build(module, (1, 6, 6)), module), SetConvolution(layer="conv", stride=(2, 2)))
    conflict = run.graph.conflict
    assert conflict is not None
    assert (conflict.layer, conflict.kind, conflict.reason, conflict.expects) == (
        "view",
        "other",
        "other",
        (),
    )
    assert conflict.detail.startswith("view cannot run: ")


FIRST_EDIT = """
import sys, torch
from app.tracing.capture.graph_builder import build
from app.tracing.capture.program import Program
from app.tracing.editing.editor import Editor
from app.tracing.editing.edits import SetConvolution
from app.tracing.editing.shape_inference import load_shape_functions
from model import registry

editors = []
for network in map(registry.get, registry.NETWORKS):
    graph = build(registry.seeded(network), network.card.input_shape)
    layer = next(layer for layer in graph.layers if layer.kind == "conv2d")
    editors.append((Editor(Program(graph, registry.seeded(network))), layer.id))
load_shape_functions()
before = set(sys.modules)
for editor, layer_id in editors:
    editor.edit({0: SetConvolution(layer=layer_id, stride=(3, 3))}, 1 << 40)
print(*sorted(set(sys.modules) - before))
"""


def test_the_first_edit_of_a_stride_loads_nothing_that_could_have_been_loaded_before() -> None:
    run = subprocess.run([sys.executable, "-c", FIRST_EDIT], capture_output=True, text=True, check=True)
    assert run.stdout.split() == []
