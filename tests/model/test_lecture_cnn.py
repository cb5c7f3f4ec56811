from __future__ import annotations

import pytest
import torch
from torch import nn

from model import lecture_cnn, registry
from tests.model.layer_shapes import shapes

pytestmark = pytest.mark.numbers


def test_shapes_are_those_of_the_lecture() -> None:
    module = registry.load("lecture-cnn")
    assert shapes(module, torch.rand(1, 3, 20, 20)) == {
        "x": (3, 20, 20),
        "conv": (6, 9, 9),
        "relu": (6, 9, 9),
        "pool": (6, 3, 3),
        "flatten": (54,),
        "fc": (1,),
        "sigmoid": (1,),
        "output": (1,),
    }


def test_a_convolution_and_a_dense_unit_of_349_numbers() -> None:
    assert registry.parameters(lecture_cnn.NETWORK) == 6 * (4 * 4 * 3) + 6 + 54 + 1


def test_card_says_why_the_pooling_strides_by_three() -> None:
    assert (9 - 3) // 2 + 1 == 4
    assert any("stride 3" in note and "⌊(9−3)/2⌋+1 = 4" in note for note in lecture_cnn.NETWORK.card.notes)


def test_every_trained_filter_answers_to_some_picture() -> None:
    module = registry.load("lecture-cnn")
    generator = torch.Generator().manual_seed(0)
    # Smooth pictures of all kinds of colour, which is what photographs look like at 20×20.
    coarse = torch.rand(500, 3, 4, 4, generator=generator)
    pictures = nn.functional.interpolate(coarse, size=(20, 20), mode="bilinear")
    activation = module.relu(module.conv(pictures))
    assert (activation.amax(dim=(0, 2, 3)) > 0).all()
