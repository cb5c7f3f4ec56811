"""What one cell sees is where its gradient is, pixel by pixel, through whatever lies between."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
import torch.nn.functional as F  # noqa: N812
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from torch import Tensor, nn

from app.tracing.cell_field import Rectangle, seen_by
from app.tracing.graph import LayerGraph
from tests.app.tracing import kinds_zoo, zoo
from tests.app.tracing.kinds_zoo import Net, followed
from tests.app.tracing.test_derivation import cells, trace_of

pytestmark = pytest.mark.numbers

SHAPE = (2, 11, 9)


def reached(net: nn.Module, cell: tuple[int, ...], shape: tuple[int, int, int] = SHAPE) -> Rectangle | None:
    """The smallest rectangle with all pixels that a cell of the output has a gradient for.

    All weights and pixels are made positive, so that no two ways to a pixel cancel.
    """
    with torch.no_grad():
        for parameter in net.parameters():
            parameter.copy_(parameter.abs() + 0.1)
    x = (torch.rand(1, *shape, generator=torch.Generator().manual_seed(0)) + 0.1).requires_grad_()
    net(x)[(0, *cell)].backward()
    assert x.grad is not None
    seen = x.grad[0].abs().sum(0).nonzero()
    if not len(seen):
        return None
    (top, left), (bottom, right) = seen.min(0).values.tolist(), seen.max(0).values.tolist()
    return Rectangle(top, left, bottom + 1, right + 1)


def agree(net: nn.Module, seed: int = 0, count: int = 4, shape: tuple[int, int, int] = SHAPE) -> None:
    graph = followed(net, shape).graph
    out = torch.empty(graph.by_id[graph.output].shape)
    for cell in cells(out, count, seed):
        assert seen_by(graph, graph.output, cell) == reached(net, cell, shape), cell


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
    made: list[nn.Module] = []
    x = torch.rand(1, *SHAPE)
    for _ in range(draw(st.integers(1, 4))):
        assume(min(x.shape[2:]) > 0 and x.shape[1] <= 8)
        layer = draw(layers(*x.shape[1:]))
        try:
            with kinds_zoo.quiet():
                x = layer(x)
        except RuntimeError:  # the window does not fit
            assume(False)  # noqa: FBT003 - hypothesis's own way
        made.append(layer)
    assume(x.numel() > 0)
    if draw(st.booleans()):
        made += [nn.Flatten(), nn.Identity()]
        if draw(st.booleans()):
            made.append(nn.Linear(x[0].numel(), 2))
    return nn.Sequential(*made)


@settings(max_examples=120, deadline=None)
@given(net=networks(), seed=st.integers(0, 99))
def test_the_field_of_a_cell_is_where_its_gradient_is(net: nn.Module, seed: int) -> None:
    with kinds_zoo.quiet():
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
    graph = followed(net, SHAPE).graph
    assert seen_by(graph, graph.output, (0, 1, 5)) is None
    assert seen_by(graph, graph.output, (0, 2, 5)) == Rectangle(0, 3, 1, 4)


def test_branches_that_meet_again_are_not_taken_for_all_between_them() -> None:
    inner = nn.Conv2d(2, 2, 2, padding="same", dilation=2)
    net = nn.Sequential(nn.ZeroPad2d((0, 0, 0, 1)), Residual(inner))
    graph = followed(net, SHAPE).graph
    # The cell itself, in column 8, is padding; the window finds one pixel, in column 7.
    assert seen_by(graph, graph.output, (1, 11, 8)) == Rectangle(10, 7, 11, 8)
    assert reached(net, (1, 11, 8)) == Rectangle(10, 7, 11, 8)


def test_only_the_branch_that_the_channel_comes_from_is_followed() -> None:
    net = Appended(nn.Conv2d(2, 2, 5, padding=2))
    graph = followed(net, SHAPE).graph
    assert seen_by(graph, "cat", (1, 4, 4)) == Rectangle(4, 4, 5, 5)
    assert seen_by(graph, "cat", (2, 4, 4)) == Rectangle(2, 2, 7, 7)


@pytest.mark.parametrize("extreme", ["max pooling", kinds_zoo.MIN])
def test_an_extreme_sees_its_whole_window_not_only_the_winner(extreme: str) -> None:
    graph = kinds_zoo.recorded(extreme)[0].graph
    assert (
        seen_by(graph, graph.output, (0, 1, 1))
        == {
            "max pooling": Rectangle(1, 0, 6, 3),
            kinds_zoo.MIN: Rectangle(1, 1, 4, 4),
        }[extreme]
    )


def test_where_a_kind_is_unknown_so_is_the_field() -> None:
    graph: LayerGraph = followed(zoo.make("chunks")[0], (1, 9, 7)).graph
    assert seen_by(graph, "roll", (0, 0, 0)) is None
    assert seen_by(graph, "view", (0,)) is None
    assert seen_by(graph, "conv", (0, 0, 0)) == Rectangle(0, 0, 3, 3)


@pytest.mark.parametrize("network_id", ["lenet", "efficientnet-lite0"])
def test_where_one_field_fits_all_cells_it_is_this_one(network_id: str) -> None:
    """The field of `receptive_field`, placed at a cell and clipped, is the one that is found backwards."""
    program, values = trace_of(network_id)
    graph = program.graph
    height, width = graph.input_shape[1:]
    for layer in graph.layers:
        common = layer.receptive_field
        assert common is not None
        for cell in cells(values[layer.id], 2):
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
                assert seen_by(graph, layer.id, cell) in {clipped, None}, (layer.id, cell)
