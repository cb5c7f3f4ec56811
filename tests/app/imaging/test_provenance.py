"""The weights are Pillow's: rounded as Pillow rounds they give its very picture, and nothing else is in them."""

from __future__ import annotations

import io
from functools import cache
from typing import get_args

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from app import resources
from app.imaging.decode import Picture, decode
from app.imaging.picture_edits import Blur, Cover, Flip, Grey, PictureEdit, Rotate, Shift, Zoom
from app.imaging.preprocess import preprocess
from app.imaging.provenance import LUMA, Box, coefficients, input_cell_provenance, photograph_box
from model import registry
from model.preprocessing import CenterCrop, Filter, Normalize, Preprocessing, Resize, Scale, ToMode

Bytes = NDArray[np.uint8]
SIZES = st.integers(1, 40)


def along_rows(pixels: Bytes, outputs: int, name: Filter) -> Bytes:
    """One pass of a resize, along the second axis: 22-bit weights, rounded and cut off to bytes."""
    out = np.empty((pixels.shape[0], outputs, *pixels.shape[2:]), dtype=np.uint8)
    for output in range(outputs):
        first, weights = coefficients(name, pixels.shape[1], outputs, output)
        if name == "nearest":
            out[:, output] = pixels[:, first]
            continue
        whole = np.trunc(weights * (1 << 22) + np.where(weights < 0, -0.5, 0.5)).astype(np.int64)
        window = pixels[:, first : first + len(weights)].astype(np.int64)
        total = (1 << 21) + np.tensordot(window, whole, axes=([1], [0]))
        out[:, output] = np.clip(total >> 22, 0, 255)
    return out


def across_then_down(pixels: Bytes, resize: Resize) -> Bytes:
    if pixels.shape[1] != resize.width:
        pixels = along_rows(pixels, resize.width, resize.filter)
    if pixels.shape[0] != resize.height:
        pixels = along_rows(pixels.swapaxes(0, 1), resize.height, resize.filter).swapaxes(0, 1)
    return pixels


def is_pillows(pixels: Bytes, resize: Resize) -> bool:
    """Whether Pillow's picture is that of our weights; it chooses which direction comes first."""
    turned = Resize(resize.width, resize.height, resize.filter)
    ours = (across_then_down(pixels, resize), across_then_down(pixels.swapaxes(0, 1), turned).swapaxes(0, 1))
    pillows = np.asarray(resize.apply(Image.fromarray(pixels)))
    return any(np.array_equal(one, pillows) for one in ours)


@settings(max_examples=150, deadline=None)
@given(
    size=st.tuples(SIZES, SIZES),
    target=st.tuples(SIZES, SIZES),
    name=st.sampled_from(get_args(Filter)),
    grey=st.booleans(),
    seed=st.integers(0, 99),
)
def test_rounded_as_pillow_rounds_the_weights_give_pillows_picture(
    size: tuple[int, int], target: tuple[int, int], name: Filter, grey: bool, seed: int
) -> None:
    noise = np.random.default_rng(seed).integers(0, 256, size if grey else (*size, 3), dtype=np.uint8)
    assert is_pillows(noise, Resize(*target, name))


def test_a_large_photograph_too() -> None:
    pixels = np.asarray(photograph().image)
    for resize in (Resize(20, 20), Resize(224, 224, "lanczos"), Resize(100, 300, "nearest")):
        assert is_pillows(pixels, resize)


def test_grey_is_pillows_luma() -> None:
    colours = np.random.default_rng(0).integers(0, 256, (50, 50, 3), dtype=np.uint8)
    rounded = np.floor(colours @ LUMA + 0.5)
    assert np.array_equal(rounded, np.asarray(Image.fromarray(colours).convert("L")))


@cache
def photograph(mode: str = "RGB") -> Picture:
    with Image.open(resources.static_dir() / "samples" / "chelsea.jpg") as opened:
        file = io.BytesIO()
        opened.convert(mode).save(file, "PNG")
    return decode(file.getvalue())


def cells(shape: torch.Size, count: int) -> list[tuple[int, int, int]]:
    random = np.random.default_rng(1)
    some = [tuple(int(random.integers(size)) for size in shape) for _ in range(count)]
    return [*some, (0, 0, 0), (shape[0] - 1, shape[1] - 1, shape[2] - 1)]  # type: ignore[list-item]


@pytest.mark.parametrize("mode", ["RGB", "L"])
@pytest.mark.parametrize("network_id", registry.NETWORKS)
def test_the_pixels_of_a_cell_make_its_value(network_id: str, mode: str) -> None:
    picture = photograph(mode)
    done = preprocess(picture, registry.get(network_id).card.preprocessing)
    last = [step.image for step in done.steps if step.image is not None][-1]
    reached = np.asarray(last).reshape(*last.size[::-1], -1)
    pixels = np.asarray(picture.image).reshape(picture.height, picture.width, -1)
    for channel, row, column in cells(done.tensor.shape, 25):
        provenance = input_cell_provenance(picture, done, (channel, row, column))
        count, height, width = provenance.weights.shape
        levels = pixels[provenance.top : provenance.top + height, provenance.left : provenance.left + width]
        assert np.array_equal(provenance.levels, levels.transpose(2, 0, 1)[list(provenance.channels)])
        assert count == len(provenance.channels)
        assert provenance.weights.sum() == pytest.approx(1)
        assert provenance.sum == pytest.approx(float((provenance.weights * provenance.levels).sum()))
        assert abs(provenance.sum - provenance.level) < 1
        assert provenance.level == int(reached[row, column, channel])
        value = provenance.level
        for step in provenance.preparation:
            value = value / step["divisor"] if "divisor" in step else (value - step["mean"]) / step["std"]
        assert value == pytest.approx(float(done.tensor[channel, row, column]), abs=1e-6)


def test_the_channels_are_the_photographs_own() -> None:
    grey = Preprocessing((ToMode("L"), Resize(8, 8)), Scale())
    colour = Preprocessing((ToMode("RGB"), Resize(8, 8)), Scale())
    channels = {
        (mode, name): input_cell_provenance(
            photograph(mode), preprocess(photograph(mode), steps), (at, 3, 3)
        ).channels
        for mode in ("RGB", "L")
        for name, steps, at in (("grey", grey, 0), ("colour", colour, 2))
    }
    assert channels == {
        ("RGB", "grey"): (0, 1, 2),
        ("RGB", "colour"): (2,),
        ("L", "grey"): (0,),
        ("L", "colour"): (0,),
    }


# ---- rectangles -----------------------------------------------------------------------------------------

ORDERS = {
    "crop, then resize": Preprocessing((CenterCrop(0.8), ToMode("RGB"), Resize(12, 10)), Scale()),
    "resize, then crop": Preprocessing((Resize(20, 30, "lanczos"), CenterCrop(0.9)), Scale()),
    "enlarged": Preprocessing((CenterCrop(0.1), Resize(99, 99, "bilinear")), Scale()),
    "nothing": Preprocessing((), Scale(1.0), (Normalize((1.0, 2.0, 3.0), (1.0, 1.0, 1.0)),)),
}
EDITS: dict[str, tuple[PictureEdit, ...]] = {
    "shifted": (Shift(dx=2, dy=-1),),
    "mirrored": (Flip(axis="horizontal"),),
    "turned": (Rotate(degrees=30),),
    "shrunk": (Zoom(factor=0.8),),
    "blurred": (Blur(sigma=0.7),),
    "grey and turned": (Grey(), Rotate(degrees=-90)),
}


def changed_outside(picture: Picture, box: Box | None) -> Picture:
    """The picture, inverted everywhere but in a box."""
    pixels = np.asarray(picture.image)
    inverted = 255 - pixels
    if box:
        part = np.s_[box.top : box.bottom, box.left : box.right]
        inverted[part] = pixels[part]
    return _picture(inverted)


def changed_inside(picture: Picture, box: Box) -> Picture:
    """The picture, with a box of noise."""
    pixels = np.array(picture.image)
    part = pixels[box.top : box.bottom, box.left : box.right]
    part[:] = np.random.default_rng(2).integers(0, 256, part.shape)
    return _picture(pixels)


def _picture(pixels: Bytes) -> Picture:
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    return decode(file.getvalue())


@pytest.mark.parametrize("name", [*ORDERS, *EDITS])
def test_nothing_outside_the_rectangle_matters(name: str) -> None:
    preprocessing = ORDERS.get(name, ORDERS["crop, then resize"])
    edits = EDITS.get(name, ())
    picture = photograph()
    done = preprocess(picture, preprocessing, edits)
    for _, row, column in cells(done.tensor.shape, 3):
        bottom, right = (
            min(at + 3, size) for at, size in zip((row, column), done.tensor.shape[1:], strict=True)
        )
        region = np.s_[:, row:bottom, column:right]
        box = photograph_box(picture, done, Box(column, row, right, bottom))
        assert box
        outside = preprocess(changed_outside(picture, box), preprocessing, edits).tensor
        assert torch.equal(outside[region], done.tensor[region])
        inside = preprocess(changed_inside(picture, box), preprocessing, edits).tensor
        assert not torch.equal(inside[region], done.tensor[region])


@pytest.mark.parametrize("name", ORDERS)
def test_the_rectangle_is_no_larger_than_the_pixels_that_have_a_weight(name: str) -> None:
    picture = photograph()
    done = preprocess(picture, ORDERS[name])
    for _, row, column in cells(done.tensor.shape, 3):
        bottom, right = (
            min(at + 3, size) for at, size in zip((row, column), done.tensor.shape[1:], strict=True)
        )
        provenances = [
            input_cell_provenance(picture, done, (0, y, x))
            for y in range(row, bottom)
            for x in range(column, right)
        ]
        assert photograph_box(picture, done, Box(column, row, right, bottom)) == Box(
            min(one.left for one in provenances),
            min(one.top for one in provenances),
            max(one.left + one.weights.shape[2] for one in provenances),
            max(one.top + one.weights.shape[1] for one in provenances),
        )


@pytest.mark.parametrize("name", EDITS)
def test_an_edited_pixel_is_followed_through_its_edits(name: str) -> None:
    picture = photograph()
    done = preprocess(picture, ORDERS["crop, then resize"], EDITS[name])
    for cell in cells(done.tensor.shape, 8):
        provenance = input_cell_provenance(picture, done, cell)
        assert provenance.edited
        assert provenance.level == pytest.approx(float(done.tensor[cell]) * 255, abs=1e-3)
        assert abs(provenance.sum - provenance.level) < 2
        assert provenance.weights.sum() == pytest.approx(1, abs=1e-5)


def test_what_an_edit_covers_comes_from_nowhere() -> None:
    picture = photograph()
    done = preprocess(picture, ORDERS["crop, then resize"], (Cover(top=0, left=0, height=5, width=5),))
    assert photograph_box(picture, done, Box(1, 1, 4, 4)) is None
    provenance = input_cell_provenance(picture, done, (0, 2, 2))
    assert (provenance.weights.size, provenance.sum, provenance.level) == (0, 0.0, 127.5)
