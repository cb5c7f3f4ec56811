"""Modes: what Pillow read, whatever its mode, as 8-bit ``RGB`` or ``L`` that means the same to an eye."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from PIL.ImageFile import ImageFile
from PIL.TiffImagePlugin import TiffImageFile

_BITS_PER_SAMPLE, _PHOTOMETRIC = 258, 262  # TIFF 6.0, section 8
_WHITE_IS_ZERO = 0


def resampleable(image: ImageFile) -> Image.Image:
    """Return the image in a mode whose numbers can be averaged: palettes and transparent colours expanded."""
    match image.mode:
        case "I" | "F":
            return _grey_from_numbers(image)
        case mode if mode.startswith("I;"):
            return _grey_from_numbers(image)
        case "P" | "PA":
            grey = _has_grey_palette(image)
            if image.has_transparency_data:
                return image.convert("LA" if grey else "RGBA")
            return image.convert("L" if grey else "RGB")
        case "1" | "L" if image.has_transparency_data:
            return image.convert("LA")
        case "RGB" if image.has_transparency_data:
            return image.convert("RGBA")
        case "1":
            return image.convert("L")
        case _:
            return image


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


def _grey_from_numbers(image: ImageFile) -> Image.Image:
    """Return grey (``L``) from 16-bit, 32-bit or floating-point numbers, over their full range.

    The white of 12 or 16 unsigned bits is 4,095 or 65,535. Other numbers do not state theirs: it is the least
    of 1 (floating point), 255 and 65,535 that none exceeds; negative or larger numbers span their own range.
    """
    numbers = np.asarray(image)
    if (
        numbers.dtype.kind == "u"
    ):  # 16 bits of either byte order; looked up, since floating point would take eight times the memory
        grey = _to_grey(np.arange(2**16), 0.0, float(2 ** _bits(image) - 1))[numbers]
    else:
        grey = _to_grey(numbers, *_range(numbers))
    if _white_is_zero(image):
        grey = 255 - grey
    if (key := image.info.get("transparency")) is not None:
        grey[numbers == key] = 255
    return Image.fromarray(grey)


def _to_grey(numbers: NDArray[np.generic], low: float, high: float) -> NDArray[np.uint8]:
    with np.errstate(invalid="ignore", over="ignore"):
        grey = (numbers.astype(np.float64) - low) * (255 / (high - low))
    return np.rint(np.clip(np.nan_to_num(grey), 0, 255)).astype(np.uint8)


def _range(numbers: NDArray[np.int32 | np.float32]) -> tuple[float, float]:
    known = numbers[np.isfinite(numbers)]
    low, high = (float(known.min()), float(known.max())) if known.size else (0.0, 1.0)
    if low >= 0:
        whites = (1.0, 255.0, 65535.0) if numbers.dtype.kind == "f" else (255.0, 65535.0)
        for white in whites:
            if high <= white:
                return 0.0, white
    return low, high if high > low else low + 1


def _bits(image: ImageFile) -> int:
    return int(image.tag_v2.get(_BITS_PER_SAMPLE, (16,))[0]) if isinstance(image, TiffImageFile) else 16


def _white_is_zero(image: ImageFile) -> bool:
    return isinstance(image, TiffImageFile) and image.tag_v2.get(_PHOTOMETRIC) == _WHITE_IS_ZERO
