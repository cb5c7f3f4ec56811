"""A replaced layer computes as the layer with its edits; what it has not cannot be edited."""

from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor, nn

from app.tracing.capture.graph_builder import build
from app.tracing.capture.program import Program
from app.tracing.editing.edits import (
    InvalidEdit,
    NetworkEdit,
    SetActivation,
    SetBias,
    SetConvolution,
    SetKernel,
    SetPooling,
    SetWeight,
)
from app.tracing.editing.replacements import replacement
from tests.app.tracing import network_zoo
from tests.app.tracing.editing.small_network import (
    BLUR,
    KERNEL,
    edited,
    small_program,
)

UNFIT: dict[str, tuple[list[NetworkEdit], int, str, str]] = {
    "no filter": ([SetBias(layer="conv", filter=4, value=0)], 0, "filter", "0 to 3"),
    "no such weight": (
        [SetWeight(layer="conv", filter=0, channel=0, row=0, column=3, value=0)],
        0,
        "column",
        "0 to 2",
    ),
    "no bias": ([SetBias(layer="grouped", filter=0, value=0)], 0, "layer", "no bias"),
    "kernel's shape": (
        [SetKernel(layer="grouped", filter=0, values=KERNEL)],
        0,
        "values",
        "3 rows of 1 numbers",
    ),
    "ragged kernel": (
        [SetKernel(layer="conv", filter=0, values=((1, 2, 3), (1, 2), (1, 2, 3)))],
        0,
        "values",
        "3 rows of 3 numbers are expected, not 3 rows of 2 or 3",
    ),
    "kernel of a pooling": (
        [SetKernel(layer="pool", filter=0, values=KERNEL)],
        0,
        "layer",
        "takes pooling and edits of its channels",
    ),
    "stride of a ReLU": ([SetConvolution(layer="relu", stride=(2, 2))], 0, "layer", "takes activation"),
    "activation of a flatten": (
        [SetActivation(layer="flatten", activation="tanh")],
        0,
        "layer",
        "edits of its channels only",
    ),
    "adaptive windows": (
        [SetPooling(layer="average", kernel_size=(2, 2))],
        0,
        "kernel_size",
        "max or average",
    ),
    "adaptive minimum": ([SetPooling(layer="average", pooling="min")], 0, "pooling", "max or average"),
}


@pytest.mark.parametrize("name", UNFIT)
def test_an_edit_that_a_layer_cannot_take_is_refused_by_place_and_field(name: str) -> None:
    edits, index, field, message = UNFIT[name]
    with pytest.raises(InvalidEdit) as refused:
        edited(small_program()[1], *edits)
    assert (refused.value.index, refused.value.field) == (index, field)
    assert message in str(refused.value)


def test_no_activation_leaves_nothing_that_a_later_layer_overwrites() -> None:
    class Residual(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.conv = nn.Conv2d(1, 2, 3)
            self.relu = nn.ReLU()

        def forward(self, x: Tensor) -> Tensor:
            x = self.conv(x)
            y = self.relu(x)
            y.add_(1)
            result: Tensor = y * x
            return result

    module, picture = Residual(), torch.rand(1, 6, 6)
    program = Program(build(module, (1, 6, 6)), module)
    values = edited(program, SetActivation(layer="relu", activation="identity")).record(picture)
    with torch.inference_mode():
        plain = module.conv(picture[None])[0]
    assert torch.equal(values["conv"], plain)
    assert torch.equal(values["relu"], plain)
    assert torch.equal(values["mul"], (plain + 1) * plain)


def test_functional_operations_can_be_edited_too() -> None:
    module, shape = network_zoo.make("functional")
    program = Program(build(module, shape), module)
    picture = torch.randn(shape)
    run = edited(program, SetKernel(layer="conv2d", filter=2, values=((1, 0), (0, 1), (1, 1))))
    weight = program.parameters("conv2d")["weight"].clone()
    weight[2] = torch.tensor([[1.0, 0], [0, 1], [1, 1]])
    bias = program.parameters("conv2d")["bias"]
    with torch.inference_mode():
        expected = F.conv2d(picture[None], weight, bias, stride=(2, 1), padding=(1, 0))[0]
    assert torch.equal(run.record(picture)["conv2d"], expected)


def test_weights_are_shared_unless_an_edit_changes_them() -> None:
    _, program = small_program()
    layer = program.graph.by_id["conv"]
    parameters = program.parameters("conv")
    strided = replacement(layer, parameters, [(0, SetConvolution(layer="conv", stride=(2, 2)))])
    assert strided.weight.data_ptr() == parameters["weight"].data_ptr()
    changed = replacement(layer, parameters, [(0, SetKernel(layer="conv", filter=1, values=KERNEL))])
    assert changed.weight.data_ptr() != parameters["weight"].data_ptr()
    assert torch.equal(changed.weight[0], parameters["weight"][0])
    assert changed.weight[1, 0].tolist() == BLUR


def test_the_last_activation_of_several_counts() -> None:
    _, program = small_program()
    edits = [SetActivation(layer="relu", activation="tanh"), SetActivation(layer="relu", activation="silu")]
    module = replacement(program.graph.by_id["relu"], {}, list(enumerate(edits)))
    assert isinstance(module, nn.SiLU)


def test_a_subclass_that_computes_in_its_own_way_is_not_replaced() -> None:
    class Twice(nn.Conv2d):
        def forward(self, input: Tensor) -> Tensor:  # noqa: A002
            return super().forward(input) * 2

    Twice.__module__ = "torch.nn.mine"  # so that torch.fx does not look into it
    module = nn.Sequential(Twice(1, 2, 3), nn.Identity())
    program = Program(build(module, (1, 6, 6)), module)
    with pytest.raises(InvalidEdit, match="is a Twice, which computes in a way of its own"):
        edited(program, SetBias(layer="_0", filter=0, value=1))
