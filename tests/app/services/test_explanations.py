"""What is covered with, and what an explanation is of."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from app.services.explanations import fill_color
from model import registry


@pytest.mark.parametrize(
    ("network", "fill", "expected"),
    [
        ("tiny-vgg", "black", [0, 0, 0]),
        ("tiny-vgg", "grey", [128 / 255] * 3),
        ("lenet", "white", None),
        ("efficientnet-lite0", "black", [-127 / 128] * 3),
        ("efficientnet-lite0", "white", [1, 1, 1]),
    ],
)
def test_a_colour_is_what_the_networks_own_preprocessing_makes_of_it(
    network: str, fill: Any, expected: list[float] | None
) -> None:
    card = registry.get(network).card
    found = fill_color(fill, torch.rand(card.input_shape), card.preprocessing)
    assert found.shape == card.input_shape[:1]
    assert found.tolist() == pytest.approx(expected or [1])


def test_the_mean_is_the_inputs_own() -> None:
    picture = torch.rand(3, 5, 7)
    found = fill_color("mean", picture, registry.get("tiny-vgg").card.preprocessing)
    assert found.tolist() == pytest.approx([float(channel.mean()) for channel in picture])
