"""Convert an image of any Pillow mode to 8-bit ``RGB`` or ``L`` that looks the same.

A file of a few hundred bytes can hold fifty million pixels, so conversions that need more memory than
the pixels themselves work on one part of a picture after another.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from PIL.ImageFile import ImageFile
from PIL.TiffImagePlugin import TiffImageFile

Expander = Callable[[Image.Image], Image.Image]

_PART = 512  # pixels a side, about
_BITS_PER_SAMPLE, _PHOTOMETRIC = 258, 262  # TIFF 6.0, section 8
_WHITE_IS_ZERO = 0
_MULTIPLIED = {"LA": "La", "RGBA": "RGBa"}


def expander_for(image: ImageFile) -> Expander | None:
    """Return a function that converts the image, or a part of it, to ``L``, ``LA``, ``RGB`` or ``RGBA``.

    Palettes, transparent colours and numbers of any range are expanded. None where the image's own numbers
    can be averaged; those of ``LA`` and ``RGBA`` cannot before they are multiplied by their alpha.
    """
    match image.mode:
        case "LA" | "RGBA":
            return Image.Image.copy
        case "I" | "F":
            return _numbers_to_grey(image)
        case mode if mode.startswith("I;"):
            return _numbers_to_grey(image)
        case "P" | "PA":
            return _converter_to(
                ("L" if _has_grey_palette(image) else "RGB") + "A" * image.has_transparency_data
            )
        case "1" | "L" | "RGB" if image.has_transparency_data:
            return _converter_to("RGBA" if image.mode == "RGB" else "LA")
        case "1":
            return _converter_to("L")
        case _:
            return None


def expand_whole(image: ImageFile, expand: Expander) -> Image.Image:
    """Return the whole image expanded. Beside the image and the result it takes a few megabytes."""
    return _assemble(image, expand, (1, 1))


def expand_and_average(image: ImageFile, expand: Expander, factors: tuple[int, int]) -> Image.Image:
    """Return the image expanded and averaged over blocks of ``factors`` (width, height) pixels.

    Of mode ``L``, ``RGB``, or, multiplied by alpha, ``La`` or ``RGBa``. Beside the image and the result it
    takes a few megabytes.
    """

    def average(part: Image.Image) -> Image.Image:
        part = expand(part)
        if part.mode in _MULTIPLIED:
            part = part.convert(_MULTIPLIED[part.mode])
        return part.reduce(factors)

    return _assemble(image, average, factors)


def _assemble(image: ImageFile, make_tile: Expander, factors: tuple[int, int]) -> Image.Image:
    """Return what is made of the image part by part, ``factors`` times smaller, rounded up."""
    (width, height), (across, down) = image.size, factors
    result: Image.Image | None = None
    for left, top, part in _parts(image, factors):
        tile = make_tile(part)
        result = result or Image.new(tile.mode, (-(-width // across), -(-height // down)))
        result.paste(tile, (left // across, top // down))
    assert result is not None  # noqa: S101 - an image has a pixel
    return result


def flatten(image: Image.Image) -> Image.Image:
    """Return the image as ``RGB`` or ``L``, alpha composed on white."""
    match image.mode:
        case "L" | "RGB":
            return image
        case "La" | "RGBa":
            return flatten(image.convert(image.mode.upper()))
        case "LA" | "RGBA":
            opaque = image.convert(image.mode[:-1])
            white = Image.new(opaque.mode, image.size, "white")
            white.paste(opaque, mask=image.getchannel("A"))
            return white
        case _:
            return image.convert("RGB")


def _has_grey_palette(image: Image.Image) -> bool:
    colours = np.array(image.getpalette("RGB") or (0, 0, 1)).reshape(-1, 3)
    return bool((colours == colours[:, :1]).all())


def _converter_to(mode: str) -> Expander:
    return lambda part: part.convert(mode)


def _parts(image: Image.Image, factors: tuple[int, int] = (1, 1)) -> Iterator[tuple[int, int, Image.Image]]:
    """Yield (left, top, part) for parts that cover the image, their sides whole multiples of the factors."""
    width, height = image.size
    across, down = (factor * max(1, _PART // factor) for factor in factors)
    for top in range(0, height, down):
        for left in range(0, width, across):
            box = (left, top, min(left + across, width), min(top + down, height))
            yield left, top, image.crop(box)


def _numbers_to_grey(image: ImageFile) -> Expander:
    """Return what makes grey (``L``) of 16-bit, 32-bit or floating-point numbers, over their full range.

    The white of 12 or 16 unsigned bits is 4,095 or 65,535. Other numbers do not state theirs: it is the least
    of 1 (floating point), 255 and 65,535 that none exceeds; negative or larger numbers span their own range.
    """
    sixteen = image.mode.startswith("I;")  # of either byte order
    low, high = (0.0, float(2 ** _bits(image) - 1)) if sixteen else _range(image)
    greys = _to_grey(np.arange(2**16), low, high) if sixteen else None
    white_is_zero = _white_is_zero(image)
    key = image.info.get("transparency")

    def expand(part: Image.Image) -> Image.Image:
        numbers = np.asarray(part)
        grey = _to_grey(numbers, low, high) if greys is None else greys[numbers]
        if white_is_zero:
            grey = 255 - grey
        if key is not None:
            grey[numbers == key] = 255
        return Image.fromarray(grey)

    return expand


def _to_grey(numbers: NDArray[np.generic], low: float, high: float) -> NDArray[np.uint8]:
    with np.errstate(invalid="ignore", over="ignore"):
        grey = (numbers.astype(np.float64) - low) * (255 / (high - low))
    return np.rint(np.clip(np.nan_to_num(grey), 0, 255)).astype(np.uint8)


def _range(image: Image.Image) -> tuple[float, float]:
    ends: list[float] = []
    for _, _, part in _parts(image):
        numbers = np.asarray(part)
        finite = numbers[np.isfinite(numbers)]
        if finite.size:
            ends += [float(finite.min()), float(finite.max())]
    low, high = (min(ends), max(ends)) if ends else (0.0, 1.0)
    if low >= 0:
        whites = (1.0, 255.0, 65535.0) if image.mode == "F" else (255.0, 65535.0)
        for white in whites:
            if high <= white:
                return 0.0, white
    return low, high if high > low else low + 1


def _bits(image: ImageFile) -> int:
    return int(image.tag_v2.get(_BITS_PER_SAMPLE, (16,))[0]) if isinstance(image, TiffImageFile) else 16


def _white_is_zero(image: ImageFile) -> bool:
    return isinstance(image, TiffImageFile) and image.tag_v2.get(_PHOTOMETRIC) == _WHITE_IS_ZERO
