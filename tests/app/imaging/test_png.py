"""PNGs hold the pixels they were made of, as Pillow reads them and as the specification says."""

from __future__ import annotations

import io
import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from PIL import Image

from app.imaging import png
from tests.app.imaging.png_reader import read_png

PALETTE = bytes(itertools.chain.from_iterable((255 - code, code, code // 2) for code in range(256)))
grey = hnp.arrays(np.uint8, hnp.array_shapes(min_dims=2, max_dims=2, max_side=40))
rgb = hnp.arrays(np.uint8, st.tuples(st.integers(1, 20), st.integers(1, 20), st.just(3)))


@given(grey)
def test_grey(pixels: np.ndarray) -> None:
    data = png.encode(pixels)
    read = read_png(data)
    assert (read.colour_type, list(read.chunks)) == (0, ["IHDR", "IDAT", "IEND"])
    assert (read.pixels[..., 0] == pixels).all()
    with Image.open(io.BytesIO(data)) as image:
        assert image.mode == "L"
        assert (np.asarray(image) == pixels).all()


@given(grey)
def test_palette(pixels: np.ndarray) -> None:
    data = png.encode(pixels, PALETTE)
    read = read_png(data)
    assert (read.colour_type, list(read.chunks)) == (3, ["IHDR", "PLTE", "tRNS", "IDAT", "IEND"])
    assert read.chunks["PLTE"] == PALETTE
    assert read.chunks["tRNS"] == b"\x00"
    assert (read.pixels[..., 0] == pixels).all()
    with Image.open(io.BytesIO(data)) as image:
        assert image.mode == "P"
        assert (np.asarray(image) == pixels).all()
        colours = np.asarray(image.convert("RGBA"))
    assert (colours[..., 3] == np.where(pixels == 0, 0, 255)).all()
    assert (colours[..., :3] == np.frombuffer(PALETTE, np.uint8).reshape(256, 3)[pixels]).all()


@given(rgb)
def test_rgb(pixels: np.ndarray) -> None:
    data = png.encode_rgb(pixels)
    read = read_png(data)
    assert read.colour_type == 2
    assert (read.pixels == pixels).all()
    with Image.open(io.BytesIO(data)) as image:
        assert image.mode == "RGB"
        assert (np.asarray(image) == pixels).all()


@pytest.mark.parametrize("mode", ["RGB", "L"])
def test_an_image(mode: str) -> None:
    image = Image.radial_gradient("L").resize((31, 7)).convert(mode)
    with Image.open(io.BytesIO(png.encode_image(image))) as read:
        assert (read.mode, read.size) == (mode, (31, 7))
        assert read.tobytes() == image.tobytes()


def test_a_large_picture_and_strided_pixels() -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (1500, 1100), dtype=np.uint8)
    assert (read_png(png.encode(pixels)).pixels[..., 0] == pixels).all()
    assert (read_png(png.encode(pixels[::-2, ::3])).pixels[..., 0] == pixels[::-2, ::3]).all()
    flipped = pixels[:1200, :600].reshape(300, 800, 3)[:, ::-1]
    assert (read_png(png.encode_rgb(flipped)).pixels == flipped).all()


def test_what_is_no_picture() -> None:
    with pytest.raises(ValueError, match="at least one pixel"):
        png.encode(np.zeros((0, 4), dtype=np.uint8))
    with pytest.raises(ValueError, match="two dimensions"):
        png.encode(np.zeros((2, 2, 3), dtype=np.uint8))
    with pytest.raises(ValueError, match="768"):
        png.encode(np.zeros((2, 2), dtype=np.uint8), b"abc")
    with pytest.raises(ValueError, match="RGB or L, not P"):
        png.encode_image(Image.new("P", (2, 2)))
    with pytest.raises(ValueError, match="height, width, 3"):
        png.encode_rgb(np.zeros((2, 2), dtype=np.uint8))
