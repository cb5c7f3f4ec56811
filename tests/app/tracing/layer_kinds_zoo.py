"""A small network for every kind of layer whose cells can be derived, and for each of its ways."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor, nn

from app.tracing.capture.graph_builder import build
from app.tracing.capture.program import Program
from app.tracing.editing.editor import Editor
from app.tracing.editing.edits import ScaleChannel, SetPooling
from app.tracing.layers.cell_query import CellQuery
from app.tracing.layers.terms import Cell

SHAPE = (4, 9, 8)
MIN = "min pooling"


class Net(nn.Module):
    """What a function makes of the picture and some modules."""

    def __init__(self, then: Callable[..., Any], *modules: nn.Module) -> None:
        super().__init__()
        self.parts = nn.ModuleList(modules)
        self.then = then

    def forward(self, x: Tensor) -> Tensor:
        return self.then(x, *self.parts)


class Own(nn.Module):
    """Arithmetic with tensors of the network's own, on either side."""

    def __init__(self) -> None:
        super().__init__()
        self.scale = nn.Parameter(torch.randn(4, 1, 1))
        self.mask = torch.rand(1, 4, 9, 8)
        self.level = nn.Parameter(torch.tensor(0.7))

    def forward(self, x: Tensor) -> Tensor:
        return self.mask - x * self.scale / self.level


class OwnKernel(nn.Module):
    """Functional convolution, batch norm and linear layer with tensors of the network's own."""

    def __init__(self) -> None:
        super().__init__()
        self.kernel = nn.Parameter(torch.randn(6, 2, 3, 2))
        self.bias = nn.Parameter(torch.randn(6))
        self.matrix = nn.Parameter(torch.randn(5, 6))
        self.register_buffer("mean", torch.randn(6))
        self.register_buffer("variance", torch.rand(6) + 0.5)

    def forward(self, x: Tensor) -> Tensor:
        y = F.conv2d(x, self.kernel, self.bias, stride=(2, 1), padding=(1, 0), groups=2)
        y = F.batch_norm(y, self.mean, self.variance, eps=1e-3)
        return F.linear(y.mean((2, 3)), self.matrix)


def _running(norm: nn.BatchNorm2d) -> nn.BatchNorm2d:
    nn.init.normal_(norm.running_mean)
    nn.init.uniform_(norm.running_var, 0.5, 2)
    if norm.affine:
        nn.init.normal_(norm.weight)
        nn.init.normal_(norm.bias)
    return norm


CASES: dict[str, Callable[[], nn.Module]] = {
    "convolution": lambda: nn.Conv2d(4, 3, 3),
    "strides, padding, dilation": lambda: nn.Conv2d(
        4, 3, (3, 2), stride=(2, 3), padding=(2, 1), dilation=(1, 2)
    ),
    "groups": lambda: nn.Conv2d(4, 6, 3, padding=1, groups=2, bias=False),
    "depthwise": lambda: nn.Conv2d(4, 8, 3, padding=1, groups=4),
    "same, the odd one at the end": lambda: nn.Conv2d(4, 2, (4, 2), padding="same", dilation=(1, 3)),
    "valid": lambda: nn.Conv2d(4, 2, 2, padding="valid"),
    "reflect": lambda: nn.Conv2d(4, 2, 3, padding=(3, 2), padding_mode="reflect"),
    "replicate": lambda: nn.Conv2d(4, 2, 3, padding=(4, 2), padding_mode="replicate"),
    "circular": lambda: nn.Conv2d(4, 2, 3, padding=(2, 5), padding_mode="circular"),
    "functional": OwnKernel,
    "batch norm": lambda: _running(nn.BatchNorm2d(4)),
    "batch norm without weights": lambda: _running(nn.BatchNorm2d(4, eps=1e-2, affine=False)),
    "batch norm of the map itself": lambda: nn.BatchNorm2d(4, track_running_stats=False),
    "functional batch norm of the map itself": lambda: Net(
        lambda x: F.batch_norm(x, None, None, training=True)
    ),
    "group norm": lambda: nn.GroupNorm(2, 4),
    "relu": nn.ReLU,
    "relu6": lambda: Net(lambda x, f: f(x * 5), nn.ReLU6()),
    "leaky relu": lambda: nn.LeakyReLU(0.2),
    "functional leaky relu": lambda: Net(lambda x: F.leaky_relu(x)),
    "sigmoid": nn.Sigmoid,
    "tanh": nn.Tanh,
    "silu": nn.SiLU,
    "gelu": nn.GELU,
    "elu": lambda: nn.ELU(0.7),
    "hardswish": lambda: Net(lambda x, f: f(x * 2), nn.Hardswish()),
    "hardsigmoid": lambda: Net(lambda x, f: f(x * 2), nn.Hardsigmoid()),
    "max pooling": lambda: nn.MaxPool2d(3, stride=(2, 1), padding=1, dilation=(2, 1)),
    "max pooling, rounded up": lambda: nn.MaxPool2d((2, 3), ceil_mode=True),
    MIN: lambda: nn.MaxPool2d(3, 2, padding=1),
    "average pooling": lambda: nn.AvgPool2d(3, stride=2, padding=1, ceil_mode=True),
    "average of what is there": lambda: nn.AvgPool2d(3, stride=2, padding=1, count_include_pad=False),
    "adaptive average": lambda: nn.AdaptiveAvgPool2d((4, 3)),
    "adaptive maximum": lambda: nn.AdaptiveMaxPool2d((None, 5)),
    "global mean": lambda: Net(lambda x: x.mean((2, 3))),
    "mean over rows, kept": lambda: Net(lambda x: x.mean(-2, keepdim=True)),
    "mean over channels": lambda: Net(lambda x: torch.mean(x, dim=1, keepdim=True)),
    "mean of all": lambda: Net(lambda x: x.mean()),
    "squeeze and excite": lambda: Net(
        lambda x, f: x * torch.sigmoid(f(x.mean((2, 3), keepdim=True))), nn.Conv2d(4, 4, 1)
    ),
    "sum of branches": lambda: Net(lambda x, f: f(x) + x, nn.Conv2d(4, 4, 3, padding=1)),
    "weighed sum": lambda: Net(lambda x: torch.add(x, torch.relu(x), alpha=-0.5)),
    "difference": lambda: Net(lambda x: 1 - x),
    "quotient": lambda: Net(lambda x: x / (x * x + 1)),
    "quotient, rounded": lambda: Net(lambda x: torch.div(x, 0.3, rounding_mode="floor")),
    "number on the left": lambda: Net(lambda x: 2.5 / (torch.relu(x) + 1)),
    "doubled": lambda: Net(lambda x: x + x),
    "own tensors": Own,
    "concatenated": lambda: Net(lambda x, f: torch.cat([f(x), x, x], 1), nn.Conv2d(4, 2, 1)),
    "columns appended": lambda: Net(lambda x: torch.cat([x, x * 2], -1)),
    "flattened": lambda: Net(lambda x, f: f(torch.flatten(x, 1)), nn.Linear(4 * 9 * 8, 3)),
    "flattened, activated, dropped": lambda: Net(
        lambda x, d, f: f(d(torch.relu(x.view(1, -1)))), nn.Dropout(), nn.Linear(4 * 9 * 8, 3, bias=False)
    ),
    "flattened rows": lambda: nn.Flatten(2),
    "linear over columns": lambda: nn.Linear(8, 3),
    "softmax": lambda: Net(lambda x, f: torch.softmax(f(x.mean((2, 3))), -1), nn.Linear(4, 6)),
    "softmax over channels": lambda: nn.Softmax(1),
    "zero padding": lambda: nn.ZeroPad2d((1, 2, 0, 3)),
    "cropping": lambda: nn.ZeroPad2d((-1, 2, -2, -1)),
    "identity": lambda: Net(lambda x, f: f(x).contiguous(), nn.Identity()),
}


@cache
def recorded(name: str) -> tuple[Program, dict[str, Tensor]]:
    """A network of that name, and what it put out for a picture of normal noise."""
    torch.manual_seed(len(name))
    module = Net(lambda x, f: f(x), CASES[name]()).eval()
    program = program_of(module, SHAPE)
    if name == MIN:
        program = min_pooled(program)
    return program, program.record(noise(SHAPE))


def program_of(module: nn.Module, shape: tuple[int, int, int]) -> Program:
    """A module's program."""
    with quiet():
        return Program(build(module, shape), module)


def noise(shape: tuple[int, ...], seed: int = 5) -> Tensor:
    """A picture of normal noise, always the same."""
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed))


def scaled(name: str, channel: int, factor: float) -> tuple[Program, dict[str, Tensor]]:
    """The same as `recorded`, with an edit's factor on a channel of the last layer but one."""
    torch.manual_seed(len(name))
    module = Net(lambda x, f, g: g(f(x)), CASES[name](), nn.Identity()).eval()
    program = program_of(module, SHAPE)
    edit = ScaleChannel(layer="parts_0", channel=channel, factor=factor)
    edited = Editor(program).edit({0: edit}, most_bytes=1 << 30)
    return edited, edited.record(noise(SHAPE))


def query_of(name: str, cell: Cell, layer_id: str) -> CellQuery:
    """A query of a cell of a layer of the network of that name."""
    program, values = recorded(name)
    layer = program.graph.by_id[layer_id]
    sources = tuple(values[source].numpy() for source in layer.inputs)
    return CellQuery(layer, cell, sources, program.parameters(layer_id))


@contextmanager
def quiet() -> Iterator[None]:
    """Leave out what PyTorch says of an even kernel's "same" padding: that it is slow."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Using padding='same' with even kernel")
        yield


def min_pooled(program: Program) -> Program:
    """The same with min-pooling, which PyTorch has not, in place of its max-pooling."""
    edit = SetPooling(layer=program.graph.output, pooling="min")
    return Editor(program).edit({0: edit}, most_bytes=1 << 30)
