"""Operands may be layers, numbers or tensors of the network, on either side."""

from __future__ import annotations

import torch

from app.tracing.capture.graph_builder import build
from tests.app.tracing.network_zoo import Net


def test_constants_of_arithmetic_are_hyperparameters() -> None:
    graph = build(
        Net(
            lambda net, x: torch.add(
                torch.div((1 - x) * 2.5, x.size(2), rounding_mode="floor"), x, alpha=3
            ).sub_(x, alpha=2)
        ),
        (1, 4, 4),
    )
    found = {layer.id: (layer.inputs, dict(layer.hyperparameters)) for layer in graph.layers[1:]}
    assert found == {
        "sub": (("input",), {"left": 1}),
        "mul": (("sub",), {"right": 2.5}),
        "div": (("mul",), {"right": 4, "rounding_mode": "floor"}),
        "add": (("div", "input"), {"alpha": 3}),
        "sub_": (("add", "input"), {"alpha": 2}),
    }
