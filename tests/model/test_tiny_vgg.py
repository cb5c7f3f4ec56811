from __future__ import annotations

import torch

from model import registry, tiny_vgg
from tests.model.layer_shapes import shapes


def test_each_convolution_takes_two_rows_and_each_pooling_half() -> None:
    layer_shapes = shapes(registry.load("tiny-vgg"), torch.rand(1, 3, 32, 32))
    assert {
        name: layer_shapes[name]
        for name in ("conv1_1", "conv1_2", "pool1", "conv2_1", "conv2_2", "pool2", "flatten", "fc")
    } == {
        "conv1_1": (10, 30, 30),
        "conv1_2": (10, 28, 28),
        "pool1": (10, 14, 14),
        "conv2_1": (10, 12, 12),
        "conv2_2": (10, 10, 10),
        "pool2": (10, 5, 5),
        "flatten": (250,),
        "fc": (10,),
    }


def test_parameters_are_those_of_four_convolutions_of_ten_filters_and_a_dense_layer() -> None:
    assert registry.parameters(tiny_vgg.NETWORK) == (27 + 1) * 10 + 3 * (90 + 1) * 10 + 10 * 251
