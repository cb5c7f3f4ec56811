from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from model.preprocessing import CenterCrop, Normalize, Preprocessing, Resize, Scale, ToMode, describe

pytestmark = pytest.mark.numbers

SIDES = st.integers(1, 400)


@given(SIDES, SIDES, st.floats(0.01, 1))
def test_crop_is_a_square_in_the_middle(width: int, height: int, fraction: float) -> None:
    left, top, right, bottom = CenterCrop(fraction).box(width, height)
    side = right - left
    assert side == bottom - top == max(1, round(fraction * min(width, height)))
    assert left >= 0
    assert right <= width
    assert top >= 0
    assert bottom <= height
    assert abs(left - (width - right)) <= 1
    assert abs(top - (height - bottom)) <= 1


def test_crop_keeps_what_its_box_says() -> None:
    image = Image.fromarray(np.arange(35, dtype=np.uint8).reshape(5, 7))
    crop = CenterCrop()
    left, top, right, bottom = crop.box(7, 5)
    assert np.array_equal(np.asarray(crop.apply(image)), np.asarray(image)[top:bottom, left:right])


def test_grey_is_weighted_as_the_eye_weighs() -> None:
    grey = np.asarray(ToMode("L").apply(Image.new("RGB", (1, 1), (200, 100, 50))))
    assert int(grey[0, 0]) == round(0.299 * 200 + 0.587 * 100 + 0.114 * 50)
    assert ToMode("RGB").apply(Image.new("L", (1, 1), 7)).getpixel((0, 0)) == (7, 7, 7)


def test_resize_is_height_by_width_and_leaves_the_right_size_alone() -> None:
    image = Image.new("RGB", (8, 6))
    assert Resize(height=3, width=5).apply(image).size == (5, 3)
    assert Resize(height=6, width=8).apply(image) is image


def test_scale_puts_channels_first() -> None:
    array = np.arange(24, dtype=np.uint8).reshape(2, 4, 3)
    tensor = Scale(2.0).apply(Image.fromarray(array))
    assert tensor.shape == (3, 2, 4)
    assert tensor.dtype == torch.float32
    assert tensor[1, 0, 2].item() == array[0, 2, 1] / 2
    assert Scale().apply(Image.new("L", (4, 2), 255)).shape == (1, 2, 4)


def test_normalize_is_per_channel() -> None:
    tensor = Normalize(mean=(1.0, 2.0), std=(2.0, 4.0)).apply(torch.full((2, 1, 1), 5.0))
    assert tensor.flatten().tolist() == [2.0, 0.75]


def test_efficientnets_input_is_bytes_less_127_over_128() -> None:
    steps = Preprocessing((ToMode("RGB"),), Scale(1.0), (Normalize((127.0,) * 3, (128.0,) * 3),))
    tensor = steps.apply(Image.new("RGB", (1, 1), (0, 127, 255)))
    assert tensor.flatten().tolist() == [-127 / 128, 0.0, 1.0]


@pytest.mark.parametrize(
    ("step", "described"),
    [
        (CenterCrop(0.875), {"kind": "center_crop", "fraction": 0.875}),
        (ToMode("L"), {"kind": "to_mode", "mode": "L"}),
        (Resize(28, 30), {"kind": "resize", "height": 28, "width": 30, "filter": "bicubic"}),
        (Scale(), {"kind": "scale", "divisor": 255.0}),
        (Normalize((0.5,), (0.2,)), {"kind": "normalize", "mean": (0.5,), "std": (0.2,)}),
    ],
)
def test_steps_describe_themselves(step: CenterCrop, described: dict[str, object]) -> None:
    assert describe(step) == described
    assert next(iter(describe(step))) == "kind"


def test_steps_apply_in_the_order_listed() -> None:
    steps = Preprocessing((CenterCrop(), Resize(2, 2)), Scale(), (Normalize((0.5,), (0.5,)),))
    assert [type(step) for step in steps.steps] == [CenterCrop, Resize, Scale, Normalize]
    assert steps.apply(Image.new("L", (9, 5), 255)).tolist() == torch.ones(1, 2, 2).tolist()
