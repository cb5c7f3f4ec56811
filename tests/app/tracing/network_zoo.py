"""Small networks that have whatever breaks viewers built on hooks."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor, nn

from app.tracing.capture.graph import LayerGraph
from app.tracing.capture.graph_builder import build
from app.tracing.capture.program import Program
from model import registry


class InPlace(nn.Module):
    """ReLUs that overwrite what was recorded before them: module, function, method and operator."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(2, 4, 3)
        self.relu1 = nn.ReLU(inplace=True)
        self.conv2 = nn.Conv2d(4, 4, 3, padding=1)
        self.conv3 = nn.Conv2d(4, 4, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        x = self.relu1(self.conv1(x))
        y = F.relu(self.conv2(x), inplace=True)
        y += x
        z = self.conv3(y)
        z.relu_()
        return F.max_pool2d(z, 2)


class MutatedBeforeReuse(nn.Module):
    """What PyTorch computes here is 2·relu(conv(x)): the sum reads the overwritten tensor."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(1, 3, 3)

    def forward(self, x: Tensor) -> Tensor:
        y = self.conv(x)
        z = F.relu_(y)
        return y + z


class OverwritesInput(nn.Module):
    """The first layer overwrites the input tensor, which is read afterwards."""

    def __init__(self) -> None:
        super().__init__()
        self.relu = nn.ReLU(inplace=True)
        self.fc = nn.Linear(2 * 5 * 4, 3)

    def forward(self, x: Tensor) -> Tensor:
        self.relu(x)
        return self.fc(x.flatten(1))


class DisjointViews(nn.Module):
    """One half is overwritten; the other, in the same memory, is not."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(1, 4, 3)

    def forward(self, x: Tensor) -> Tensor:
        left, right = self.conv(x).chunk(2, dim=1)
        left.relu_()
        return torch.cat([left, right], 1)


class Constants(nn.Module):
    """Tensors that are neither parameters nor buffers, and a size that is counted with a method of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(3, 4, 3)
        self.gain = torch.tensor([1.0, 2.0, 0.5, -1.0]).view(1, 4, 1, 1)

    def forward(self, x: Tensor) -> Tensor:
        y = self.conv(x - torch.tensor([0.4, 0.5, 0.6]).view(1, 3, 1, 1)) * self.gain
        return y.view(1, y.shape[1:].numel())


class Defaults(nn.Module):
    """A forward with more arguments than the picture, one of which decides where it goes."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(1, 2, 3)

    def forward(self, x: Tensor, scale: float = 2.0, mask: Tensor | None = None) -> Tensor:
        y = self.conv(x) * scale
        return y if mask is None else y * mask


class Hooked(nn.Module):
    """A leaf whose output a hook changes."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(1, 2, 3)
        self.conv.register_forward_hook(lambda _module, _inputs, output: output * 3)

    def forward(self, x: Tensor) -> Tensor:
        return self.conv(x).relu()


class Tuples(nn.Module):
    """Modules that return tuples, nested ones too."""

    def __init__(self) -> None:
        super().__init__()
        self.pool = nn.MaxPool2d(2, return_indices=True)
        self.attention = nn.MultiheadAttention(4, 2, batch_first=True)
        self.lstm = nn.LSTM(4, 3, batch_first=True)

    def forward(self, x: Tensor) -> Tensor:
        maps, _ = self.pool(x)
        tokens = maps.flatten(2).transpose(1, 2)
        attended, weights = self.attention(tokens, tokens, tokens)
        out, (hidden, _) = self.lstm(attended + weights.sum())
        return out.mean(1) + hidden[0]


class Shared(nn.Module):
    """One module called twice."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(3, 3, 3, padding=1)
        self.act = nn.ReLU()

    def forward(self, x: Tensor) -> Tensor:
        return self.act(self.conv(self.act(self.conv(x))))


class Functional(nn.Module):
    """Functional operations, parameters used directly, residual and concatenated branches, vectors."""

    def __init__(self) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(6, 3, 3, 2) / 4)
        self.bias = nn.Parameter(torch.randn(6))
        self.branch = nn.Conv2d(6, 6, 1)
        self.scale = nn.Parameter(torch.full((12, 1, 1), 1.5))
        self.fc = nn.Linear(12, 5)

    def forward(self, x: Tensor) -> Tensor:
        y = F.relu(F.conv2d(x, self.weight, self.bias, stride=(2, 1), padding=(1, 0)))
        y = y + self.branch(y)
        y = torch.cat([F.max_pool2d(y, 2), F.avg_pool2d(y, 2)], dim=1) * self.scale
        y = torch.flatten(F.adaptive_avg_pool2d(torch.tanh(y), 1), 1)
        return torch.softmax(self.fc(y), dim=-1)


class Depthwise(nn.Module):
    """Grouped, depthwise, dilated and non-square convolutions with batch norm, silu and a mean."""

    def __init__(self) -> None:
        super().__init__()
        self.grouped = nn.Conv2d(4, 8, (3, 5), stride=(1, 2), padding=(0, 2), groups=2, bias=False)
        self.bn = nn.BatchNorm2d(8)
        self.depthwise = nn.Conv2d(8, 8, 3, padding="same", dilation=(2, 1), groups=8)
        self.act = nn.SiLU()
        nn.init.uniform_(self.bn.running_mean)
        nn.init.uniform_(self.bn.running_var, 0.5, 2)

    def forward(self, x: Tensor) -> Tensor:
        return self.act(self.depthwise(self.act(self.bn(self.grouped(x))))).mean((2, 3))


class Chunks(nn.Module):
    """A node that is a tuple, sizes used as numbers, an unknown operation and a doubled input."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(1, 4, 3)

    def forward(self, x: Tensor) -> Tensor:
        left, right = torch.chunk(self.conv(x), 2, dim=1)
        y = torch.roll(left, 1, 2) * torch.sigmoid(right)
        return (y + y).view(y.size(0), -1)


class Branching(nn.Module):
    """Cannot be traced: where it goes depends on the picture."""

    class Gate(nn.Module):
        def forward(self, x: Tensor) -> Tensor:
            if x.sum() > 0:
                return x
            return -x

    def __init__(self) -> None:
        super().__init__()
        self.features = nn.Sequential(nn.Conv2d(1, 1, 3), self.Gate())

    def forward(self, x: Tensor) -> Tensor:
        return self.features(x)


CASES: dict[str, tuple[type[nn.Module], tuple[int, int, int]]] = {
    "in place": (InPlace, (2, 9, 11)),
    "mutated before reuse": (MutatedBeforeReuse, (1, 7, 5)),
    "overwrites its input": (OverwritesInput, (2, 5, 4)),
    "disjoint views": (DisjointViews, (1, 7, 5)),
    "constants": (Constants, (3, 6, 5)),
    "defaults": (Defaults, (1, 6, 5)),
    "hooked": (Hooked, (1, 6, 5)),
    "tuples": (Tuples, (4, 6, 4)),
    "one module twice": (Shared, (3, 8, 6)),
    "functional": (Functional, (3, 13, 10)),
    "depthwise": (Depthwise, (4, 12, 15)),
    "chunks": (Chunks, (1, 9, 7)),
}


def make(name: str) -> tuple[nn.Module, tuple[int, int, int]]:
    """Return a freshly seeded network of that name, in evaluation mode, and its input's shape."""
    kind, shape = CASES[name]
    torch.manual_seed(len(name))
    return kind().eval(), shape


def twin(name: str) -> nn.Module:
    """Return a second instance with the weights of `make`, as a server that loads a checkpoint has it."""
    other = CASES[name][0]().eval()
    other.load_state_dict(make(name)[0].state_dict())
    return other


def graph_of(name: str) -> LayerGraph:
    module, shape = make(name)
    return build(module, shape)


class Net(nn.Module):
    """A forward pass over modules, both given by a test."""

    def __init__(self, forward: Callable[..., Any], **modules: nn.Module) -> None:
        super().__init__()
        for name, module in modules.items():
            setattr(self, name, module)
        self.inner = forward

    def forward(self, x: torch.Tensor) -> Any:
        return self.inner(self, x)


def then(first: Any, second: Any) -> Any:
    """Return the second of two that Python evaluates in this order."""
    return (first, second)[1]


@cache
def trace_of(network_id: str) -> tuple[Program, dict[str, Tensor]]:
    """A network as it is shipped, on a picture of noise."""
    network = registry.get(network_id)
    module = registry.load(network_id, "trained").eval()
    program = Program(build(module, network.card.input_shape), module)
    noise = torch.rand(network.card.input_shape, generator=torch.Generator().manual_seed(4))
    return program, program.record(noise * 2 - 1)
