"""Whatever the mode of a file, the picture is the 8-bit RGB or grey that an eye would see."""

from __future__ import annotations

import struct

import numpy as np
import pytest
from PIL import Image

from app.imaging.decode import decode
from tests.app.imaging.files import corners, pixels, saved


@pytest.mark.parametrize("kind", ["JPEG", "TIFF"])
def test_cmyk_becomes_rgb(kind: str) -> None:
    data = saved(Image.new("CMYK", (8, 8), (0, 255, 255, 0)), kind)
    colours = pixels(decode(data)).reshape(-1, 3).astype(int)
    assert colours.shape == (64, 3)
    assert (np.abs(colours - (255, 0, 0)) <= 2).all()


@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
def test_one_bit_is_black_and_white(kind: str) -> None:
    image = Image.fromarray(np.array([[0, 255], [255, 0]], dtype=np.uint8)).convert("1")
    picture = decode(saved(image, kind))
    assert picture.mode == "L"
    assert pixels(picture).tolist() == [[0, 255], [255, 0]]


@pytest.mark.parametrize("kind", ["PNG", "GIF", "BMP", "TIFF"])
def test_a_palette_becomes_its_colours(kind: str) -> None:
    image = corners().quantize(8, dither=Image.Dither.NONE)
    picture = decode(saved(image, kind))
    assert picture.mode == "RGB"
    assert (pixels(picture) == np.asarray(image.convert("RGB"))).all()


def test_a_palette_of_greys_is_grey() -> None:
    image = Image.fromarray(np.array([[0, 1], [2, 3]], dtype=np.uint8), "L")
    image = image.convert("P")
    image.putpalette([200, 200, 200, 10, 10, 10, 90, 90, 90, 255, 255, 255])
    picture = decode(saved(image, "PNG"))
    assert picture.mode == "L"
    assert pixels(picture).tolist() == [[200, 10], [90, 255]]


@pytest.mark.parametrize("kind", ["PNG", "GIF"])
def test_a_transparent_palette_entry_is_white(kind: str) -> None:
    image = corners().quantize(6, dither=Image.Dither.NONE)
    hole = image.getpixel((1, 0))
    expected = np.asarray(image.convert("RGB")).copy()
    expected[0, 1] = 255
    assert (pixels(decode(saved(image, kind, transparency=hole))) == expected).all()


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "TIFF"])
def test_alpha_is_composed_on_white(kind: str) -> None:
    image = Image.fromarray(np.array([[[0, 0, 0, 0], [0, 0, 0, 255], [255, 0, 0, 51]]], dtype=np.uint8))
    picture = decode(saved(image, kind, **({"exact": True} if kind == "WEBP" else {})))
    assert picture.mode == "RGB"
    assert pixels(picture).tolist() == [[[255, 255, 255], [0, 0, 0], [255, 204, 204]]]


@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
def test_grey_with_alpha_stays_grey(kind: str) -> None:
    image = Image.fromarray(np.array([[[0, 0], [0, 255], [100, 255], [0, 51]]], dtype=np.uint8), "LA")
    picture = decode(saved(image, kind))
    assert picture.mode == "L"
    assert pixels(picture).tolist() == [[255, 0, 100, 204]]


def test_a_palette_with_alpha() -> None:
    image = Image.new("PA", (2, 1))
    image.putpalette([10, 20, 30, 40, 50, 60])
    image.putpixel((0, 0), (0, 255))
    image.putpixel((1, 0), (1, 0))
    assert pixels(decode(saved(image, "TIFF"))).tolist() == [[[10, 20, 30], [255, 255, 255]]]


@pytest.mark.parametrize(
    ("mode", "key", "expected"),
    [("L", 7, [[255, 9]]), ("RGB", (7, 7, 7), [[[255] * 3, [9] * 3]]), ("I;16", 7, [[255, 0]])],
)
def test_one_transparent_colour_is_white(mode: str, key: object, expected: list[object]) -> None:
    array = np.array([[7, 9]], dtype=np.uint16 if mode == "I;16" else np.uint8)
    image = Image.fromarray(array) if mode == "I;16" else Image.fromarray(array).convert(mode)
    assert pixels(decode(saved(image, "PNG", transparency=key))).tolist() == expected


@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
def test_sixteen_bits_keep_their_range(kind: str) -> None:
    values = np.array([[0, 257, 32768, 65535], [128, 129, 65400, 65407]], dtype=np.uint16)
    picture = decode(saved(Image.fromarray(values), kind))
    assert picture.mode == "L"
    assert (pixels(picture) == np.rint(values / 257)).all()
    assert pixels(picture)[0].tolist() == [0, 1, 128, 255]


@pytest.mark.parametrize(("values", "expected"), [([0, 257, 65535], [0, 1, 255]), ([0, 128, 255], [0, 0, 1])])
def test_sixteen_bits_big_endian(values: list[int], expected: list[int]) -> None:
    image = Image.frombytes("I;16B", (3, 1), np.array(values, dtype=">u2").tobytes())
    assert pixels(decode(saved(image, "TIFF"))).tolist() == [expected]


def test_twelve_bits_are_white_at_4095() -> None:
    # A TIFF by hand, since Pillow writes none: two samples of 12 bits, 0x000 and 0xFFF.
    entries = [(256, 2), (257, 1), (258, 12), (259, 1), (262, 1), (273, 8), (277, 1), (278, 1), (279, 3)]
    directory = b"".join(struct.pack("<HHIHH", tag, 3, 1, value, 0) for tag, value in entries)
    head = b"II*\0" + struct.pack("<I", 12) + b"\x00\x0f\xff\x00"
    data = head + struct.pack("<H", len(entries)) + directory + bytes(4)
    assert pixels(decode(data)).tolist() == [[0, 255]]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (np.array([0, 32768, 65535], dtype=np.int32), [0, 128, 255]),
        (np.array([0, 100, 255], dtype=np.int32), [0, 100, 255]),
        (np.array([-10, 0, 10], dtype=np.int32), [0, 128, 255]),
        (np.array([0, 2**30, 2**31 - 1], dtype=np.int32), [0, 128, 255]),
        (np.array([0.0, 0.5, 1.0], dtype=np.float32), [0, 128, 255]),
        (np.array([0.0, 100.4, 255.0], dtype=np.float32), [0, 100, 255]),
        (np.array([0.0, 32767.5, 65535.0], dtype=np.float32), [0, 128, 255]),
        (np.array([-1.0, 0.0, 3.0], dtype=np.float32), [0, 64, 255]),
        (np.array([np.nan, 0.5, np.inf], dtype=np.float32), [0, 128, 255]),
        (np.array([5e5, 5e5, 5e5], dtype=np.float32), [0, 0, 0]),
        (np.array([np.nan, np.nan, np.nan], dtype=np.float32), [0, 0, 0]),
    ],
)
def test_numbers_without_a_stated_white(values: np.ndarray, expected: list[int]) -> None:
    picture = decode(saved(Image.fromarray(values[None]), "TIFF"))
    assert picture.mode == "L"
    assert pixels(picture).tolist() == [expected]


def test_white_may_be_zero() -> None:
    image = Image.fromarray(np.array([[0, 65535]], dtype=np.uint16))
    assert pixels(decode(saved(image, "TIFF", tiffinfo={262: 0}))).tolist() == [[255, 0]]
