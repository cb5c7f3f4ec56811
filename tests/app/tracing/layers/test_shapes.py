"""Shapes and axes without the batch that PyTorch counts."""

from __future__ import annotations

import pytest
import torch

from app.tracing.layers.shapes import NotDerivable, axis_without_batch, shape_without_batch


@pytest.mark.parametrize(
    ("shape", "expected"),
    [((1, 3, 4, 5), (3, 4, 5)), ((1, 10), (10,)), ((1,), (1,)), ((), (1,)), ((2, 3), (2, 3))],
)
def test_a_shape_is_that_of_the_only_picture(shape: tuple[int, ...], expected: tuple[int, ...]) -> None:
    assert shape_without_batch(shape) == expected


@pytest.mark.parametrize("dim", [1, 2, 3, -1, -2, -3])
def test_an_axis_is_pytorchs_own_counted_from_either_end(dim: int) -> None:
    values = torch.rand(1, 2, 3, 4)
    assert torch.equal(values.sum(dim)[0], values[0].sum(axis_without_batch(dim, 3)))


@pytest.mark.parametrize("dim", [0, -4])
def test_the_batch_is_no_axis_of_a_layer(dim: int) -> None:
    with pytest.raises(NotDerivable):
        axis_without_batch(dim, 3)
