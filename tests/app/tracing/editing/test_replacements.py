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
from tests.app.tracing import network_zoo
from tests.app.tracing.editing.small_network import (
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
