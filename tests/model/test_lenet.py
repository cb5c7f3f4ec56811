from __future__ import annotations

import torch

from model import lenet, registry
from tests.model.layer_shapes import shapes


def test_shapes_are_those_of_lenet_5() -> None:
    layer_shapes = shapes(registry.load("lenet"), torch.rand(1, 1, 28, 28))
    assert {
        name: layer_shapes[name]
        for name in ("conv1", "pool1", "conv2", "pool2", "flatten", "fc1", "fc2", "fc3")
    } == {
        "conv1": (6, 28, 28),
        "pool1": (6, 14, 14),
        "conv2": (16, 10, 10),
        "pool2": (16, 5, 5),
        "flatten": (400,),
        "fc1": (120,),
        "fc2": (84,),
        "fc3": (10,),
    }


def test_parameters_are_those_of_its_kernels_biases_and_units() -> None:
    assert (
        registry.parameters(lenet.NETWORK) == 6 * 25 + 6 + 16 * (6 * 25) + 16 + 120 * 401 + 84 * 121 + 10 * 85
    )
