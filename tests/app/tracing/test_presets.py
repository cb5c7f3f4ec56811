"""Kernels by name do what their names say, at any size."""

from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F  # noqa: N812

from app.tracing.presets import kernels

pytestmark = pytest.mark.numbers


def applied(name: str, picture: torch.Tensor, height: int = 3, width: int = 3) -> torch.Tensor:
    kernel = torch.tensor(kernels(height, width)[name])
    return F.conv2d(picture[None, None], kernel[None, None])[0, 0]


STEP_DOWN = torch.tensor([[0.0] * 6] * 3 + [[1.0] * 6] * 3)


def test_identity_leaves_a_picture_as_it_is() -> None:
    picture = torch.rand(6, 6)
    assert torch.equal(applied("identity", picture), picture[1:-1, 1:-1])


@pytest.mark.parametrize("name", ["box_blur", "gaussian_blur", "sharpen"])
def test_what_blurs_or_sharpens_keeps_what_is_even(name: str) -> None:
    assert torch.allclose(applied(name, torch.full((5, 5), 0.7)), torch.full((3, 3), 0.7))
    spread = applied(name, STEP_DOWN)[:, 0].diff().abs().max()
    assert (spread > 1) == (name == "sharpen")


@pytest.mark.parametrize("name", ["sobel_horizontal", "sobel_vertical", "laplacian"])
def test_what_finds_edges_is_silent_where_there_is_none(name: str) -> None:
    assert torch.allclose(applied(name, torch.full((5, 5), 0.7)), torch.zeros(3, 3), atol=1e-6)


def test_sobel_finds_strokes_of_its_own_direction_and_their_sign() -> None:
    assert applied("sobel_horizontal", STEP_DOWN).max() == 4
    assert applied("sobel_vertical", STEP_DOWN).abs().max() == 0
    assert applied("sobel_vertical", STEP_DOWN.T).max() == 4
    assert applied("sobel_vertical", -STEP_DOWN.T).min() == -4


@pytest.mark.parametrize(("height", "width", "top", "left"), [(5, 5, 1, 1), (4, 4, 0, 0), (3, 7, 0, 2)])
def test_a_larger_kernel_has_the_third_in_its_middle(height: int, width: int, top: int, left: int) -> None:
    for name, kernel in kernels(height, width).items():
        found = torch.tensor(kernel)
        assert found.shape == (height, width)
        third = torch.tensor(kernels(3, 3)[name])
        assert torch.equal(found[top : top + 3, left : left + 3], third)
        assert found.abs().sum() == pytest.approx(float(third.abs().sum()))


def test_a_kernel_below_three_has_only_the_identity() -> None:
    assert kernels(1, 1) == {"identity": ((1.0,),)}
    assert list(kernels(2, 3)) == ["identity"]
