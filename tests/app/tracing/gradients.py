"""What a cell sees, by autograd: the pixels for which it has a gradient."""

from __future__ import annotations

import torch
from torch import nn

from app.tracing.derivation.cell_field import Rectangle
from app.tracing.layers.terms import Cell


def field_of_gradient(net: nn.Module, cell: Cell, shape: tuple[int, int, int]) -> Rectangle | None:
    """Return the smallest rectangle with all pixels that a cell of the output has a gradient for.

    All weights and pixels are made positive, so that no two ways to a pixel cancel.
    """
    with torch.no_grad():
        for parameter in net.parameters():
            parameter.copy_(parameter.abs() + 0.1)
    x = (torch.rand(1, *shape, generator=torch.Generator().manual_seed(0)) + 0.1).requires_grad_()
    net(x)[(0, *cell)].backward()
    assert x.grad is not None
    pixels = x.grad[0].abs().sum(0).nonzero()
    if not len(pixels):
        return None
    (top, left), (bottom, right) = pixels.min(0).values.tolist(), pixels.max(0).values.tolist()
    return Rectangle(top, left, bottom + 1, right + 1)
