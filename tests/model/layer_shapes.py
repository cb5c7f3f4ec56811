"""Shapes of what a module puts out, for the tests of networks."""

from __future__ import annotations

import torch
from torch import fx, nn


def shapes(module: nn.Module, batch: torch.Tensor) -> dict[str, tuple[int, ...]]:
    """Return what each operation puts out for one picture: (C, H, W) or (N,)."""
    shape_by_name: dict[str, tuple[int, ...]] = {}

    class Watch(fx.Interpreter):
        def run_node(self, n: fx.Node) -> object:
            value = super().run_node(n)
            shape_by_name[n.name] = tuple(value.shape[1:])
            return value

    Watch(fx.symbolic_trace(module)).run(batch)
    return shape_by_name
