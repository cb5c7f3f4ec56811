"""A field is where the gradient is: what a cell sees, autograd finds; no field that lies about any cell."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch
import torch.nn.functional as F  # noqa: N812
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from app.tracing.capture.fx_trace import UntraceableNetwork
from app.tracing.capture.graph_builder import build
from app.tracing.layer_kinds.geometry import regions_read, uniform_field
from app.tracing.layers.layer import OTHER, Operation
from app.tracing.layers.receptive_field import ReceptiveField
from app.tracing.layers.shapes import NotDerivable

SHAPE = (2, 9, 8)


class Net(nn.Module):
    """A convolution, then what a test gives."""

    def __init__(self, then: Callable[..., Any], *modules: nn.Module) -> None:
        super().__init__()
        self.conv = nn.Conv2d(2, 4, 3, stride=2, padding=1)
        self.modules_ = nn.ModuleList(modules)
        self.then = then

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.then(self.conv(x), *self.modules_)


def receptive_field_of_cell(net: nn.Module, row: int, column: int) -> tuple[list[int], list[int]]:
    """The first and last (row, column) of the picture that reach the output's cells at a row and column."""
    x = torch.randn(1, *SHAPE, generator=torch.Generator().manual_seed(1)).requires_grad_()
    out = net(x)
    cells = out[..., row, column] if out.dim() == 4 else out
    weights = torch.randn(cells.shape, generator=torch.Generator().manual_seed(2))
    (cells * weights).sum().backward()
    pixels = x.grad.abs().sum((0, 1)).nonzero()
    return pixels.min(0).values.tolist(), pixels.max(0).values.tolist()


KNOWN = {
    "group norm": Net(lambda y, norm: norm(y), nn.GroupNorm(2, 4)),
    "group norm, then a convolution": Net(
        lambda y, norm, c: c(norm(y)), nn.GroupNorm(2, 4), nn.Conv2d(4, 1, 3)
    ),
    "batch norm of the map itself": Net(
        lambda y, norm: norm(y), nn.BatchNorm2d(4, track_running_stats=False)
    ),
    "functional batch norm of the map itself": Net(lambda y: F.batch_norm(y, None, None, training=True)),
    "batch norm": Net(lambda y, norm: norm(y), nn.BatchNorm2d(4)),
    "mean over channels": Net(lambda y: y.mean(1, keepdim=True)),
    "mean over channels, numpy's word": Net(lambda y: torch.mean(y, axis=-3, keepdim=True)),
    "mean over rows": Net(lambda y: y.mean(dim=2, keepdim=True)),
    "mean over columns": Net(lambda y: y.mean(-1, keepdim=True)),
    "global mean": Net(lambda y: y.mean((2, 3))),
    "mean of all": Net(lambda y: y.mean((1, 2, 3), keepdim=True)),
    "linear over columns": Net(lambda y, linear: linear(y), nn.Linear(4, 3)),
    "linear over columns, then a convolution": Net(
        lambda y, linear, c: c(linear(y)), nn.Linear(4, 3), nn.Conv2d(4, 1, 3, padding=1)
    ),
    "softmax over channels": Net(lambda y: torch.softmax(y, 1)),
    "softmax over rows": Net(lambda y: torch.softmax(y, -2)),
    "softmax over columns": Net(lambda y: torch.softmax(y, 3)),
    "concatenated channels": Net(lambda y, c: torch.cat([y, c(y)], 1), nn.Conv2d(4, 1, 3, padding=1)),
    "reflected padding": Net(lambda y, c: c(y), nn.Conv2d(4, 1, 3, padding=1, padding_mode="reflect")),
    "repeated padding": Net(lambda y, c: c(y), nn.Conv2d(4, 1, 3, padding=1, padding_mode="replicate")),
}


@pytest.mark.parametrize("name", KNOWN)
def test_the_field_is_where_the_gradient_is(name: str) -> None:
    net = KNOWN[name].eval()
    layer = build(net, SHAPE).layers[-1]
    field = layer.receptive_field
    assert field is not None
    rows, columns = layer.shape[1:] if len(layer.shape) == 3 else (1, 1)
    for row in range(rows):
        for column in range(columns):
            begin = [field.offset[axis] + (row, column)[axis] * field.stride[axis] for axis in (0, 1)]
            first = [max(0, start) for start in begin]
            last = [min(SHAPE[1 + axis], begin[axis] + field.size[axis]) - 1 for axis in (0, 1)]
            assert receptive_field_of_cell(net, row, column) == (first, last), (row, column)


@pytest.mark.parametrize(
    "net",
    [
        Net(lambda y: torch.cat([y, y], 2)),
        Net(lambda y: torch.cat([y, y], dim=-1)),
        Net(lambda y: y.mean(1)),
        Net(lambda y: y.mean(2)),
        Net(lambda y, c: y + c(y), nn.Conv2d(4, 4, (5, 1))),
        Net(lambda y: y * y.mean((2, 3), keepdim=True)),
        Net(lambda y: F.conv2d(y, y.mean((2, 3), keepdim=True).view(1, 4, 1, 1))),
        Net(lambda y, c: c(y), nn.Conv2d(4, 1, 3, padding=1, padding_mode="circular")),
        Net(lambda y, c: c(y), nn.Conv2d(4, 1, 1, padding=1, padding_mode="reflect")),
        Net(lambda y: F.adaptive_avg_pool2d(y, 3)),
    ],
    ids=[
        "rows appended",
        "columns appended",
        "no channels",
        "no rows",
        "a row repeated",
        "squeeze and excite",
        "a computed kernel",
        "circular padding",
        "reflected beyond the window",
        "uneven windows",
    ],
)
def test_where_no_one_field_fits_there_is_none(net: nn.Module) -> None:
    assert build(net, SHAPE).layers[-1].receptive_field is None


conv = st.builds(
    lambda k, s, p, d: nn.Conv2d(1, 1, k, s, p, d, bias=False),
    st.tuples(st.integers(1, 3), st.integers(1, 3)),
    st.tuples(st.integers(1, 2), st.integers(1, 3)),
    st.tuples(st.integers(0, 2), st.integers(0, 1)),
    st.tuples(st.integers(1, 2), st.integers(1, 2)),
)


pool = st.builds(lambda k, s: nn.AvgPool2d(k, s), st.integers(1, 3), st.integers(1, 3))


@settings(deadline=None, max_examples=60)
@given(layers=st.lists(st.one_of(conv, pool), min_size=1, max_size=4), data=st.data())
def test_receptive_field_is_where_the_gradient_is(layers: list[nn.Module], data: st.DataObject) -> None:
    """With positive weights, the pixels with a gradient are the field, as far as it is in the picture."""
    module = nn.Sequential(*layers)
    for parameter in module.parameters():
        nn.init.constant_(parameter, 1.0)
    shape = (1, 25, 23)
    try:
        graph = build(module, shape)
    except UntraceableNetwork:
        return  # the windows have outgrown the map
    layer = graph.by_id[graph.output]
    field = layer.receptive_field
    assert field is not None
    row = data.draw(st.integers(0, layer.shape[1] - 1))
    column = data.draw(st.integers(0, layer.shape[2] - 1))
    picture = torch.zeros(1, *shape, requires_grad=True)
    module(picture)[0, 0, row, column].backward()
    assert picture.grad is not None
    pixels = picture.grad[0, 0].nonzero()
    if not len(pixels):
        return  # the cell sees padding alone
    top, left = (field.offset[axis] + (row, column)[axis] * field.stride[axis] for axis in (0, 1))
    low, high = pixels.min(0).values.tolist(), pixels.max(0).values.tolist()
    first = [max(0, top), max(0, left)]
    last = [min(shape[1], top + field.size[0]) - 1, min(shape[2], left + field.size[1]) - 1]
    assert all(a >= b for a, b in zip(low, first, strict=True))
    assert all(a <= b for a, b in zip(high, last, strict=True))
    # Over the border a dilated window's outermost cell may miss the picture; inside it the field is exact.
    if top >= 0 and left >= 0 and top + field.size[0] <= shape[1] and left + field.size[1] <= shape[2]:
        assert (low, high) == (first, last)


def test_global_pooling_sees_the_whole_input_and_flatten_keeps_it() -> None:
    graph = build(
        nn.Sequential(nn.Conv2d(1, 2, 3, padding=1), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(2, 2)),
        (1, 6, 9),
    )
    pooled, flat, dense = (graph.layers[index].receptive_field for index in (2, 3, 4))
    assert pooled is not None
    assert (pooled.size, pooled.offset) == ((8, 11), (-1, -1))
    assert flat is not None
    assert (flat.size, flat.stride) == ((8, 11), (0, 0))
    assert dense == flat


def test_padding_as_a_layer_moves_the_field() -> None:
    graph = build(nn.Sequential(nn.ZeroPad2d((0, 1, 2, 1)), nn.Conv2d(1, 1, 3, stride=2)), (1, 8, 8))
    pad, conv = graph.layers[1:]
    assert (pad.kind, pad.hyperparameters) == ("zero_pad2d", {"left": 0, "right": 1, "top": 2, "bottom": 1})
    assert conv.receptive_field is not None
    assert (conv.receptive_field.offset, conv.receptive_field.stride) == ((-2, 0), (2, 2))


def test_the_input_of_an_unknown_field_makes_the_output_unknown() -> None:
    relu = Operation("relu", "ReLU")
    known = (ReceptiveField.of_input(), (1, 2, 9, 8))
    assert uniform_field(relu, [known], (1, 2, 9, 8)) == ReceptiveField.of_input()
    assert uniform_field(relu, [known, (None, (1, 2, 9, 8))], (1, 2, 9, 8)) is None
    assert uniform_field(relu, [], (1, 2, 9, 8)) is None


def test_what_an_unknown_operation_reads_is_not_known() -> None:
    layer = build(Net(lambda y: torch.roll(y, 1, 2)), SHAPE).layers[-1]
    assert (
        uniform_field(Operation(OTHER, "roll"), [(ReceptiveField.of_input(), (1, 2, 9, 8))], (1, 2, 9, 8))
        is None
    )
    with pytest.raises(NotDerivable):
        regions_read(layer, (1, 1, 1), [layer.shape])
