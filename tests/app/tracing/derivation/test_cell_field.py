"""What one cell sees is where its gradient is, pixel by pixel, through whatever lies between."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
import torch.nn.functional as F  # noqa: N812
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from torch import Tensor, nn

from app.tracing.capture.graph import LayerGraph
from app.tracing.derivation.cell_field import Rectangle, receptive_field_of_cell
from tests.app.tracing import layer_kinds_zoo, network_zoo
from tests.app.tracing.cells import some_cells
from tests.app.tracing.gradients import field_of_gradient
from tests.app.tracing.layer_kinds_zoo import Net, program_of
from tests.app.tracing.network_zoo import trace_of

SHAPE = (2, 11, 9)


def agree(net: nn.Module, seed: int = 0, count: int = 4, shape: tuple[int, int, int] = SHAPE) -> None:
    graph = program_of(net, shape).graph
    out = torch.empty(graph.by_id[graph.output].shape)
    for cell in some_cells(out, count, seed):
        assert receptive_field_of_cell(graph, graph.output, cell) == field_of_gradient(net, cell, shape), cell


class Residual(nn.Module):
    """A sum of the input and what some layers make of it."""

    def __init__(self, inner: nn.Module) -> None:
        super().__init__()
        self.inner = inner

    def forward(self, x: Tensor) -> Tensor:
        return x + self.inner(x)


class Appended(nn.Module):
    """The input's channels, then those of what some layers make of it."""

    def __init__(self, inner: nn.Module) -> None:
        super().__init__()
        self.inner = inner

    def forward(self, x: Tensor) -> Tensor:
        return torch.cat([x, self.inner(x)], 1)


class Excited(nn.Module):
    """Squeeze and excite, of which every cell sees the whole map."""

    def forward(self, x: Tensor) -> Tensor:
        return (x + 1) * x.mean((2, 3), keepdim=True)


@st.composite
def layers(draw: st.DrawFn, channels: int, height: int, width: int) -> nn.Module:
    kind = draw(
        st.sampled_from(
            ["conv", "depthwise", "pool", "pad", "adaptive", "residual", "appended", "excited", "act"]
        )
    )
    pair = st.tuples(st.integers(1, 3), st.integers(1, 3))
    if kind in {"conv", "depthwise"}:
        mode = draw(st.sampled_from(["zeros", "reflect", "replicate", "circular"]))
        most = min(3, height - 1, width - 1)
        groups = channels if kind == "depthwise" else draw(st.sampled_from([1, channels]))
        return nn.Conv2d(
            channels,
            channels,
            draw(pair),
            stride=draw(pair),
            padding=(draw(st.integers(0, most)), draw(st.integers(0, most))),
            dilation=draw(pair),
            groups=groups,
            padding_mode=mode,
        )
    if kind == "pool":
        kernel = draw(pair)
        padding = tuple(draw(st.integers(0, side // 2)) for side in kernel)
        return nn.AvgPool2d(kernel, draw(pair), padding, ceil_mode=draw(st.booleans()))
    if kind == "pad":
        return nn.ZeroPad2d(tuple(draw(st.integers(-1, 2)) for _ in range(4)))
    if kind == "adaptive":
        return nn.AdaptiveAvgPool2d(draw(pair))
    if kind == "excited":
        return Excited()
    if kind == "act":
        return nn.ReLU()
    inner = nn.Conv2d(
        channels,
        channels,
        draw(pair),
        padding="same",
        dilation=draw(pair),
        groups=draw(st.sampled_from([1, channels])),
    )
    return Residual(inner) if kind == "residual" else Appended(inner)


@st.composite
def networks(draw: st.DrawFn) -> nn.Module:
    modules: list[nn.Module] = []
    x = torch.rand(1, *SHAPE)
    for _ in range(draw(st.integers(1, 4))):
        assume(min(x.shape[2:]) > 0 and x.shape[1] <= 8)
        layer = draw(layers(*x.shape[1:]))
        try:
            with layer_kinds_zoo.quiet():
                x = layer(x)
        except RuntimeError:  # the window does not fit
            assume(False)  # noqa: FBT003 - hypothesis's own way
        modules.append(layer)
    assume(x.numel() > 0)
    if draw(st.booleans()):
        modules += [nn.Flatten(), nn.Identity()]
        if draw(st.booleans()):
            modules.append(nn.Linear(x[0].numel(), 2))
    return nn.Sequential(*modules)


@settings(max_examples=120, deadline=None)
@given(net=networks(), seed=st.integers(0, 99))
def test_the_field_of_a_cell_is_where_its_gradient_is(net: nn.Module, seed: int) -> None:
    with layer_kinds_zoo.quiet():
        agree(net, seed)


KNOWN: dict[str, Callable[[], nn.Module]] = {
    "group norm": lambda: nn.GroupNorm(1, 2),
    "batch norm of the map itself": lambda: nn.BatchNorm2d(2, track_running_stats=False),
    "batch norm": lambda: nn.BatchNorm2d(2),
    "softmax over rows": lambda: nn.Softmax(2),
    "softmax over channels": lambda: nn.Softmax(1),
    "mean over columns": lambda: Net(lambda x: x.mean(3)),
    "mean over channels, then a window": lambda: Net(
        lambda x, f: f(x.mean(1, keepdim=True)), nn.Conv2d(1, 1, 3)
    ),
    "linear over columns": lambda: nn.Linear(9, 4),
    "rows appended": lambda: Net(lambda x: torch.cat([x, x * 2], 2)),
    "flattened rows": lambda: nn.Flatten(2),
    "a row spread over all": lambda: Net(lambda x: x * F.adaptive_avg_pool2d(x, (1, None))),
    "a number": lambda: Net(lambda x: 1 - x * 2),
    "twice the same": lambda: Net(lambda x: x * x),
}


@pytest.mark.parametrize("name", KNOWN)
def test_the_field_of_kinds_that_mix_differently(name: str) -> None:
    agree(nn.Sequential(KNOWN[name]()).eval())


def test_a_pixel_in_the_padding_sees_nothing() -> None:
    net = nn.Sequential(nn.ZeroPad2d(2), nn.Conv2d(2, 1, 1))
    graph = program_of(net, SHAPE).graph
    assert receptive_field_of_cell(graph, graph.output, (0, 1, 5)) is None
    assert receptive_field_of_cell(graph, graph.output, (0, 2, 5)) == Rectangle(0, 3, 1, 4)


def test_branches_that_meet_again_are_not_taken_for_all_between_them() -> None:
    inner = nn.Conv2d(2, 2, 2, padding="same", dilation=2)
    net = nn.Sequential(nn.ZeroPad2d((0, 0, 0, 1)), Residual(inner))
    graph = program_of(net, SHAPE).graph
    # The cell itself, in column 8, is padding; the window finds one pixel, in column 7.
    assert receptive_field_of_cell(graph, graph.output, (1, 11, 8)) == Rectangle(10, 7, 11, 8)
    assert field_of_gradient(net, (1, 11, 8), SHAPE) == Rectangle(10, 7, 11, 8)


def test_only_the_branch_that_the_channel_comes_from_is_read() -> None:
    net = Appended(nn.Conv2d(2, 2, 5, padding=2))
    graph = program_of(net, SHAPE).graph
    assert receptive_field_of_cell(graph, "cat", (1, 4, 4)) == Rectangle(4, 4, 5, 5)
    assert receptive_field_of_cell(graph, "cat", (2, 4, 4)) == Rectangle(2, 2, 7, 7)


@pytest.mark.parametrize("extreme", ["max pooling", layer_kinds_zoo.MIN])
def test_an_extreme_sees_its_whole_window_not_only_the_winner(extreme: str) -> None:
    graph = layer_kinds_zoo.recorded(extreme)[0].graph
    assert (
        receptive_field_of_cell(graph, graph.output, (0, 1, 1))
        == {
            "max pooling": Rectangle(1, 0, 6, 3),
            layer_kinds_zoo.MIN: Rectangle(1, 1, 4, 4),
        }[extreme]
    )


def test_where_a_kind_is_unknown_so_is_the_field() -> None:
    graph: LayerGraph = program_of(network_zoo.make("chunks")[0], (1, 9, 7)).graph
    assert receptive_field_of_cell(graph, "roll", (0, 0, 0)) is None
    assert receptive_field_of_cell(graph, "view", (0,)) is None
    assert receptive_field_of_cell(graph, "conv", (0, 0, 0)) == Rectangle(0, 0, 3, 3)


@pytest.mark.parametrize("network_id", ["lenet", "efficientnet-lite0"])
def test_where_one_field_fits_all_cells_it_is_this_one(network_id: str) -> None:
    """The field of `receptive_field`, placed at a cell and clipped, is the one that is found backwards."""
    program, values = trace_of(network_id)
    graph = program.graph
    height, width = graph.input_shape[1:]
    for layer in graph.layers:
        common = layer.receptive_field
        assert common is not None
        for cell in some_cells(values[layer.id], 2):
            place = cell[1:] if len(cell) == 3 else (0, 0)
            top, left = (
                at * stride + offset
                for at, stride, offset in zip(place, common.stride, common.offset, strict=True)
            )
            clipped = Rectangle(
                max(0, top),
                max(0, left),
                min(height, top + common.size[0]),
                min(width, left + common.size[1]),
            )
            # A flattened cell is one cell of the map; what all of them see together is what is common.
            if layer.kind != "flatten":
                assert receptive_field_of_cell(graph, layer.id, cell) in {clipped, None}, (layer.id, cell)
