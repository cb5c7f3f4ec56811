"""A field is where the gradient is: what a cell sees, autograd finds; no field that lies about any cell."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch
import torch.nn.functional as F  # noqa: N812
from torch import nn

from app.tracing.capture.graph_builder import build
from app.tracing.layers.receptive_field import ReceptiveField

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
    seen = x.grad.abs().sum((0, 1)).nonzero()
    return seen.min(0).values.tolist(), seen.max(0).values.tolist()


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


def test_a_field_that_sees_all_along_one_axis_keeps_the_other() -> None:
    field = ReceptiveField(size=(3, 5), stride=(2, 1), offset=(-1, 0))
    assert field.over_all((4, 6), (True, False)) == ReceptiveField((9, 5), (0, 1), (-1, 0))
