"""Each edit of a picture does what its name says, number for number, and is a step that can be seen."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from torch import Tensor

from app.imaging.picture_edits import Blur, Cover, Flip, Grey, Noise, PictureEdit, Rotate, Shift, Zoom
from app.imaging.preprocess import preprocess
from model.preprocessing import CenterCrop, Normalize, Preprocessing, Resize, Scale, ToMode
from tests.app.imaging.test_preprocess import picture

pytestmark = pytest.mark.numbers

EDITS: list[PictureEdit] = [
    Shift(dx=2, dy=-1),
    Rotate(degrees=20),
    Zoom(factor=0.7),
    Flip(),
    Blur(sigma=0.8),
    Noise(std=0.1, seed=4),
    Grey(),
    Cover(top=1, left=2, height=3, width=2),
]


def pixels(channels: int = 3, height: int = 7, width: int = 9) -> Tensor:
    return torch.rand(channels, height, width, generator=torch.Generator().manual_seed(2))


@given(dx=st.integers(-12, 12), dy=st.integers(-12, 12))
def test_a_shift_moves_numbers_and_repeats_the_edge(dx: int, dy: int) -> None:
    before = pixels()
    after = Shift(dx=dx, dy=dy).apply(before, 1)
    for row in range(7):
        for column in range(9):
            source = before[:, min(6, max(0, row - dy)), min(8, max(0, column - dx))]
            assert torch.equal(after[:, row, column], source)


@pytest.mark.parametrize(("degrees", "turns"), [(90, 1), (180, 2), (-90, -1)])
def test_quarter_turns_are_counter_clockwise(degrees: float, turns: int) -> None:
    before = pixels(height=8, width=8)
    after = Rotate(degrees=degrees).apply(before, 1)
    assert torch.allclose(after, torch.rot90(before, turns, (-2, -1)), atol=1e-5)


def test_small_turns_are_pillows_bilinear_ones_inside_the_picture() -> None:
    levels = np.random.default_rng(1).random((24, 24), dtype=np.float32)
    before = torch.from_numpy(levels)[None]
    after = Rotate(degrees=17).apply(before, 1)[0]
    expected = np.asarray(Image.fromarray(levels).rotate(17, Image.Resampling.BILINEAR))
    middle = (slice(7, 17), slice(7, 17))
    assert np.allclose(after.numpy()[middle], expected[middle], atol=2e-3)


def test_zoom_enlarges_about_the_middle() -> None:
    ramp = torch.arange(9, dtype=torch.float32).expand(1, 9, 9)
    doubled = Zoom(factor=2).apply(ramp, 9)
    assert doubled[0, 4].tolist() == pytest.approx([2, 2.5, 3, 3.5, 4, 4.5, 5, 5.5, 6], abs=1e-5)
    halved = Zoom(factor=0.5).apply(ramp, 9)
    assert halved[0, 4].tolist() == pytest.approx([0, 0, 0, 2, 4, 6, 8, 8, 8], abs=1e-5)


def test_flips_mirror() -> None:
    before = pixels()
    assert torch.equal(Flip().apply(before, 1), before.flip(2))
    assert torch.equal(Flip(axis="vertical").apply(before, 1), before.flip(1))


def test_blur_keeps_the_mean_of_a_spot_and_spreads_it_as_a_gaussian() -> None:
    spot = torch.zeros(1, 21, 21)
    spot[0, 10, 10] = 1
    after = Blur(sigma=1.5).apply(spot, 1)[0]
    assert float(after.sum()) == pytest.approx(1, abs=1e-5)
    assert float(after[10, 13] / after[10, 10]) == pytest.approx(np.exp(-9 / (2 * 1.5**2)), rel=1e-4)
    flat = torch.full((2, 5, 4), 0.3)
    assert torch.allclose(Blur(sigma=4).apply(flat, 1), flat)


@pytest.mark.parametrize("full", [1.0, 255.0])
def test_noise_is_the_same_for_a_seed_and_stays_within_black_and_white(full: float) -> None:
    before = pixels(1, 100, 100) * 0 + 0.5 * full
    after = Noise(std=0.1, seed=1).apply(before, full)
    assert torch.equal(after, Noise(std=0.1, seed=1).apply(before, full))
    assert not torch.equal(after, Noise(std=0.1, seed=2).apply(before, full))
    assert float((after - before).std()) == pytest.approx(0.1 * full, rel=0.05)
    loud = Noise(std=1).apply(before, full)
    assert float(loud.min()) == 0
    assert float(loud.max()) == full


def test_grey_is_luma_in_every_channel() -> None:
    before = pixels()
    after = Grey().apply(before, 1)
    luma = 0.299 * before[0] + 0.587 * before[1] + 0.114 * before[2]
    assert after.shape == before.shape
    assert all(torch.allclose(channel, luma, atol=1e-6) for channel in after)
    assert torch.equal(Grey().apply(before[:1], 1), before[:1])


def test_a_cover_hides_its_rectangle_and_nothing_else() -> None:
    before = pixels()
    after = Cover(top=5, left=1, height=40, width=2, level=0.25).apply(before, 255)
    expected = before.clone()
    expected[:, 5:7, 1:3] = 0.25 * 255
    assert torch.equal(after, expected)
    assert torch.equal(Cover(top=50, left=0, height=1, width=1).apply(before, 1), before)


@pytest.mark.parametrize("divisor", [255.0, 1.0])
def test_edits_are_steps_between_scaling_and_normalising(divisor: float) -> None:
    preprocessing = Preprocessing(
        (CenterCrop(), ToMode("RGB"), Resize(12, 12)),
        Scale(divisor),
        (Normalize((0.5, 0.4, 0.3), (0.2, 0.3, 0.4)),),
    )
    full = 255 / divisor
    original = picture("RGB")
    result = preprocess(original, preprocessing, EDITS)
    expected = preprocess(original, preprocessing).steps[3].tensor
    assert expected is not None
    for edit, step in zip(EDITS, result.steps[4 : 4 + len(EDITS)], strict=True):
        expected = edit.apply(expected, full)
        assert step.step == edit
        assert step.tensor is not None
        assert torch.equal(step.tensor, expected)
        assert step.image is not None
        image_values = torch.from_numpy(np.array(step.image)).permute(2, 0, 1)
        assert float((image_values - expected * (255 / full)).abs().max()) <= 0.5001
    assert torch.equal(result.tensor, preprocessing.tensor_steps[0].apply(expected))


@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: edit.kind)
def test_edits_leave_what_they_are_given_alone(edit: PictureEdit) -> None:
    before = pixels()
    copy = before.clone()
    edit.apply(before, 1)
    assert torch.equal(before, copy)
