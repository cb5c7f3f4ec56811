"""A small network, and edits of it beside the same changes made by hand."""

from __future__ import annotations

import copy
from collections.abc import Callable
from functools import cache
from typing import Any

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor, nn

from app.tracing.capture.graph_builder import build
from app.tracing.capture.program import Program
from app.tracing.editing.editor import Editor
from app.tracing.editing.edits import (
    MuteChannel,
    NetworkEdit,
    ScaleChannel,
    SetActivation,
    SetBias,
    SetConvolution,
    SetKernel,
    SetPooling,
    SetWeight,
    SoloChannel,
)

ENOUGH = 1 << 50


class Small(nn.Module):
    """Convolution, ReLU, pooling, convolution with groups, global average and a dense layer."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(2, 4, 3, padding=1)
        self.relu = nn.ReLU(inplace=True)
        self.pool = nn.MaxPool2d(2)
        self.grouped = nn.Conv2d(4, 6, (3, 1), groups=2, bias=False)
        self.average = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(6, 3)
        self.softmax = nn.Softmax(1)

    def forward(self, x: Tensor) -> Tensor:
        x = self.grouped(self.pool(self.relu(self.conv(x))))
        result: Tensor = self.softmax(self.fc(self.average(x).flatten(1)))
        return result


def edited(program: Program, *edits: NetworkEdit) -> Program:
    return Editor(program).edit(dict(enumerate(edits)), ENOUGH)


def zeroed(channels: list[int]) -> Callable[[nn.Module, Any, Tensor], Tensor]:
    def hook(_module: nn.Module, _input: Any, output: Tensor) -> Tensor:
        output = output.clone()
        output[:, channels] = 0
        return output

    return hook


def set_kernel(module: Small, filter_index: int, channel: int | slice, values: list[list[float]]) -> None:
    module.conv.weight[filter_index, channel] = torch.tensor(values)


BLUR = [[1.0, 2.0, 1.0], [2.0, 4.0, 2.0], [1.0, 2.0, 1.0]]


KERNEL = tuple(map(tuple, BLUR))


@cache
def small_program() -> tuple[Small, Program]:
    torch.manual_seed(1)
    module = Small().eval()
    return module, Program(build(module, (2, 12, 13)), copy.deepcopy(module))


CASES: dict[str, tuple[list[NetworkEdit], Callable[[Any], Any]]] = {
    "mute": (
        [MuteChannel(layer="conv", channel=2)],
        lambda m: m.conv.register_forward_hook(zeroed([2])),
    ),
    "solo": (
        [SoloChannel(layer="relu", channel=1)],
        lambda m: m.relu.register_forward_hook(zeroed([0, 2, 3])),
    ),
    "scale": (
        [ScaleChannel(layer="pool", channel=0, factor=-2.5)],
        lambda m: m.pool.register_forward_hook(
            lambda _m, _i, out: torch.cat([out[:, :1] * -2.5, out[:, 1:]], 1)
        ),
    ),
    "mute a unit": (
        [MuteChannel(layer="flatten", channel=4)],
        lambda m: m.fc.register_forward_pre_hook(lambda _m, args: zeroed([4])(_m, None, args[0])),
    ),
    "mute a colour": (
        [MuteChannel(layer="input", channel=1)],
        lambda m: m.conv.register_forward_pre_hook(lambda _m, args: zeroed([1])(_m, None, args[0])),
    ),
    "weight": (
        [SetWeight(layer="conv", filter=3, channel=1, row=2, column=0, value=7)],
        lambda m: m.conv.weight.__setitem__((3, 1, 2, 0), 7.0),
    ),
    "dense weight": (
        [SetWeight(layer="fc", filter=2, channel=5, value=-3)],
        lambda m: m.fc.weight.__setitem__((2, 5), -3.0),
    ),
    "kernel": (
        [SetKernel(layer="conv", filter=0, channel=1, values=KERNEL)],
        lambda m: set_kernel(m, 0, 1, BLUR),
    ),
    "kernel everywhere": (
        [SetKernel(layer="conv", filter=0, values=KERNEL)],
        lambda m: set_kernel(m, 0, slice(None), BLUR),
    ),
    "bias": ([SetBias(layer="conv", filter=1, value=4)], lambda m: m.conv.bias.__setitem__(1, 4.0)),
    "dense bias": ([SetBias(layer="fc", filter=1, value=4)], lambda m: m.fc.bias.__setitem__(1, 4.0)),
    "stride": (
        [SetConvolution(layer="conv", stride=(2, 1))],
        lambda m: setattr(m.conv, "stride", (2, 1)),
    ),
    "dilation and padding": (
        [SetConvolution(layer="conv", dilation=(2, 3), padding=(2, 4))],
        lambda m: m.conv.__dict__.update(dilation=(2, 3), padding=(2, 4)),
    ),
    "padding mode": (
        [SetConvolution(layer="conv", padding_mode="circular")],
        lambda m: setattr(m.conv, "padding_mode", "circular"),
    ),
    "average pooling": (
        [SetPooling(layer="pool", pooling="average")],
        lambda m: setattr(m, "pool", nn.AvgPool2d(2)),
    ),
    "min pooling": (
        [SetPooling(layer="pool", pooling="min")],
        lambda m: m.pool.__dict__.update(forward=lambda x: -F.max_pool2d(-x, 2)),
    ),
    "larger windows": (
        [SetPooling(layer="pool", kernel_size=(3, 2))],
        lambda m: setattr(m, "pool", nn.MaxPool2d((3, 2))),
    ),
    "overlapping windows": (
        [SetPooling(layer="pool", kernel_size=(3, 3), stride=(1, 1), padding=(1, 1))],
        lambda m: setattr(m, "pool", nn.MaxPool2d(3, 1, 1)),
    ),
    "global maximum": (
        [SetPooling(layer="average", pooling="max")],
        lambda m: setattr(m, "average", nn.AdaptiveMaxPool2d(1)),
    ),
    "activation": (
        [SetActivation(layer="relu", activation="tanh")],
        lambda m: setattr(m, "relu", nn.Tanh()),
    ),
    "no activation": (
        [SetActivation(layer="relu", activation="identity")],
        lambda m: setattr(m, "relu", nn.Identity()),
    ),
    "two of one layer": (
        [SetConvolution(layer="conv", stride=(2, 2)), SetBias(layer="conv", filter=0, value=-1)],
        lambda m: (m.conv.__dict__.update(stride=(2, 2)), m.conv.bias.__setitem__(0, -1.0)),
    ),
}
