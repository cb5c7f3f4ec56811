"""The recorded steps are the network's own, and their end is its input, bit for bit."""

from __future__ import annotations

import io

import numpy as np
import pytest
import torch
from PIL import Image

from app.imaging.decode import Picture, decode
from app.imaging.preprocess import preprocess
from model.preprocessing import CenterCrop, Normalize, Preprocessing, Resize, Scale, ToMode

pytestmark = pytest.mark.numbers

RGB = Preprocessing(
    (CenterCrop(0.875), ToMode("RGB"), Resize(20, 24, "bilinear")),
    Scale(255.0),
    (Normalize((0.5, 0.4, 0.3), (0.2, 0.3, 0.4)),),
)
GREY = Preprocessing((ToMode("L"), Resize(28, 28)), Scale(255.0))
PREPROCESSINGS = {"rgb": RGB, "grey": GREY, "no steps": Preprocessing((), Scale(1.0))}


def picture(mode: str, width: int = 61, height: int = 45) -> Picture:
    noise = np.random.default_rng(0).integers(0, 256, (height, width, 3), dtype=np.uint8)
    file = io.BytesIO()
    Image.fromarray(noise).convert(mode).save(file, "PNG")
    return decode(file.getvalue())


@pytest.mark.parametrize("mode", ["RGB", "L"])
@pytest.mark.parametrize("name", PREPROCESSINGS)
def test_the_tensor_is_the_preprocessings_own(name: str, mode: str) -> None:
    preprocessing = PREPROCESSINGS[name]
    original = picture(mode)
    result = preprocess(original, preprocessing)
    assert torch.equal(result.tensor, preprocessing.apply(original.image))
    assert result.tensor.dtype == torch.float32
    assert tuple(recorded.step for recorded in result.steps) == preprocessing.steps
    assert result.steps[-1].tensor is result.tensor


def test_each_step_holds_what_came_of_it() -> None:
    original = picture("RGB")
    crop, mode, resize, scale, normalize = preprocess(original, RGB).steps
    assert crop.box == (11, 3, 50, 42)
    assert crop.image is not None
    assert np.array_equal(np.asarray(crop.image), np.asarray(original.image)[3:42, 11:50])
    assert mode.box is None
    assert resize.image is not None
    assert resize.image.size == (24, 20)
    assert scale.image is normalize.image is None
    assert scale.tensor is not None
    assert normalize.tensor is not None
    assert torch.equal(scale.tensor * 255, torch.from_numpy(np.array(resize.image)).permute(2, 0, 1).float())
    assert not torch.equal(scale.tensor, normalize.tensor)


def test_the_picture_is_left_as_it_was() -> None:
    original = picture("RGB")
    before = np.array(original.image)
    preprocess(original, GREY)
    assert np.array_equal(np.asarray(original.image), before)
