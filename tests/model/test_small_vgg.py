from __future__ import annotations

import torch

from model import registry, small_vgg
from tests.model.layer_shapes import shapes


def test_padding_keeps_the_size_and_pooling_halves_it() -> None:
    layer_shapes = shapes(registry.load("small-vgg"), torch.rand(1, 3, 32, 32))
    assert {
        name: layer_shapes[name]
        for name in ("conv1_1", "pool1", "conv2_2", "pool2", "conv3_2", "pool3", "gap", "fc")
    } == {
        "conv1_1": (32, 32, 32),
        "pool1": (32, 16, 16),
        "conv2_2": (64, 16, 16),
        "pool2": (64, 8, 8),
        "conv3_2": (128, 8, 8),
        "pool3": (128, 4, 4),
        "gap": (128, 1, 1),
        "fc": (10,),
    }


def test_parameters_are_kernels_without_biases_and_two_numbers_a_channel_for_each_batch_norm() -> None:
    assert (
        registry.parameters(small_vgg.NETWORK)
        == 9 * (3 * 32 + 32 * 32 + 32 * 64 + 64 * 64 + 64 * 128 + 128 * 128)
        + 2 * 2 * (32 + 64 + 128)
        + 129 * 10
    )
