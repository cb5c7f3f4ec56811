"""Bytes to a picture, safely: what people upload, and what a stranger may send.

A picture is upright (its EXIF orientation applied), of mode ``RGB`` or ``L``, without metadata, and no larger
than is useful. The bytes are bounded before anything reads them, the pixels before anything decodes them.
Whatever the bytes are, the only errors are `PictureTooLarge` and `UnreadablePicture`, each with a sentence
for the reader. Pillow's readers are called themselves, not through `Image.open`: its own bound on pixels is a
warning, and warnings and that bound belong to the whole process.
"""

from __future__ import annotations

import io
import math
import re
import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, cast

from PIL import ExifTags, Image
from PIL.BmpImagePlugin import BmpImageFile
from PIL.GifImagePlugin import GifImageFile
from PIL.ImageFile import ImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.TiffImagePlugin import TiffImageFile
from PIL.WebPImagePlugin import WebPImageFile

from app.imaging import png
from app.imaging.mode_conversion import expand_and_average, expand_whole, expander_for, flatten

Mode = Literal["RGB", "L"]

ALLOWED = "PNG, JPEG, WebP, GIF, BMP or TIFF"


class PictureError(ValueError):
    """Bytes that cannot become a picture; the message says why, to the person who sent them."""


class PictureTooLarge(PictureError):
    """More bytes or more pixels than the limits allow."""


class UnreadablePicture(PictureError):
    """Empty, truncated or damaged bytes, or of a kind that is not read."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What is taken: ``max_bytes`` of file and ``max_pixels`` in it; ``max_side`` pixels is what is kept.

    Of kinds that take more than 8-bit RGB does to decode, 7 bytes a pixel at most, fewer pixels are taken, so
    that none needs more memory: 7/16 as many of a WebP, 7/8 of a TIFF of 32 bits a pixel.
    """

    max_bytes: int = 20 * 2**20
    max_pixels: int = 50_000_000
    max_side: int = 1024


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """A picture: ``image`` is a Pillow image of that size and mode, upright, without metadata; read it only.

    ``original_width`` and ``original_height`` are the upright size before it was reduced. ``format`` is the
    file's: ``PNG``, ``JPEG``, ``WEBP``, ``GIF``, ``BMP`` or ``TIFF``.
    """

    width: int
    height: int
    mode: Mode
    image: Image.Image
    original_width: int
    original_height: int
    format: str


def decode(data: bytes, *, limits: Limits | None = None) -> Picture:
    """Return the picture in the bytes: of an animation or of several pages, the first.

    Alpha is composed on white, CMYK and coloured palettes become RGB, grey of any depth stays grey with its
    full range (65,535 of 16 bits is 255). Larger pictures are reduced to ``limits.max_side``. Raises
    `PictureTooLarge` or `UnreadablePicture`, nothing else.
    """
    limits = limits or Limits()
    if len(data) > limits.max_bytes:
        raise PictureTooLarge(
            f"The file has {_megabytes(len(data))}; at most {_megabytes(limits.max_bytes)} are taken."
        )
    if not data:
        raise UnreadablePicture(f"The file is empty. Choose a picture: {ALLOWED}.")
    try:
        return _decode(data, limits)
    except PictureError:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise PictureTooLarge(f"The picture has more than {_megapixels(limits.max_pixels)}.") from error
    except Exception as error:  # a damaged file can make Pillow's readers raise any exception
        raise UnreadablePicture(
            f"The picture cannot be read: the file is damaged or incomplete. {ALLOWED} are read."
        ) from error


def encode_png(picture: Picture) -> bytes:
    """Return the picture as a PNG, from which `decode` gives the same pixels back."""
    return png.encode_image(picture.image)


def _decode(data: bytes, limits: Limits) -> Picture:
    with _open(data, limits) as image:
        _check_pixels(image.size, limits, _bytes_per_pixel(image))
        width, height = image.size
        target, box = _load(image, limits.max_side)
        orientation = _orientation(
            image
        )  # after loading: Pillow turns a TIFF itself, a PNG may state it last
        reduced = _reduce(image, target, box)
        upright = _turn(flatten(reduced), orientation)
    if orientation in _SIDEWAYS:
        width, height = height, width
    mode = cast("Mode", upright.mode)
    return Picture(upright.width, upright.height, mode, upright, width, height, str(image.format))


# ---- opening --------------------------------------------------------------------------------------------


# Bytes a pixel. A picture may take as much memory as `max_pixels` of 8-bit RGB do at most: in a TIFF of one strip.
_USUAL = 7
_WEBP = 16  # its reader keeps two canvases and hands over a copy; measured
_BITS_PER_SAMPLE = 258  # TIFF 6.0, section 8

_READERS: tuple[tuple[re.Pattern[bytes], Callable[[io.BytesIO], ImageFile]], ...] = (
    (re.compile(rb"\x89PNG\r\n\x1a\n"), PngImageFile),
    (re.compile(rb"\xff\xd8\xff"), JpegImageFile),
    (re.compile(rb"GIF8[79]a"), GifImageFile),
    (re.compile(rb"RIFF....WEBPVP8[ LX]", re.DOTALL), WebPImageFile),
    (re.compile(rb"BM"), BmpImageFile),
    (re.compile(rb"II[*+]\0|MM\0[*+]"), TiffImageFile),
)


def _open(data: bytes, limits: Limits) -> ImageFile:
    for beginning, reader in _READERS:
        if beginning.match(data):
            if (size := _stated_size(data)) is not None:
                _check_pixels(size, limits, _WEBP if reader is WebPImageFile else 1)
            return reader(io.BytesIO(data))
    raise UnreadablePicture(f"This is not a picture of a kind that is read. Choose a {ALLOWED} file.")


def _stated_size(data: bytes) -> tuple[int, int] | None:
    """Return the size in the header of the two kinds whose readers allocate or check before they tell it.

    WebP: RFC 9649, sections 2.5 to 2.7. GIF: the GIF89a specification, section 18.
    """
    if data[:3] == b"GIF" and len(data) >= 10:
        return struct.unpack_from("<HH", data, 6)
    if data[8:12] != b"WEBP" or len(data) < 30:
        return None
    if data[12:16] == b"VP8X":
        return 1 + int.from_bytes(data[24:27], "little"), 1 + int.from_bytes(data[27:30], "little")
    if data[12:16] == b"VP8L":
        packed = int.from_bytes(data[21:25], "little")
        return 1 + (packed & 0x3FFF), 1 + (packed >> 14 & 0x3FFF)
    width, height = struct.unpack_from("<HH", data, 26)
    return width & 0x3FFF, height & 0x3FFF


def _bytes_per_pixel(image: ImageFile) -> float:
    """Return the most memory that decoding takes, in bytes a pixel: Pillow's own and the reader's beside it."""
    pillow_bytes = 1.0 if image.mode in {"1", "L", "P"} else 4.0
    if isinstance(image, TiffImageFile):  # a file of one strip is unpacked in one piece
        bits = image.tag_v2.get(_BITS_PER_SAMPLE, (1,))
        return pillow_bytes + sum(bits) / 8
    return float(_WEBP) if isinstance(image, WebPImageFile) else pillow_bytes


def _check_pixels(size: tuple[int, int], limits: Limits, bytes_per_pixel: float) -> None:
    width, height = size
    if width < 1 or height < 1:
        raise UnreadablePicture(f"The picture has no pixels: it is {width} × {height}.")
    most = min(limits.max_pixels, int(limits.max_pixels * _USUAL / bytes_per_pixel))
    if width * height > most:
        kind = " of a picture of this kind" if most < limits.max_pixels else ""
        raise PictureTooLarge(
            f"The picture has {width:,} × {height:,} = {width * height:,} pixels; "
            f"at most {most:,} are taken{kind}."
        )


# ---- reducing -------------------------------------------------------------------------------------------

_Box = tuple[float, float, float, float]
_GAP = 1.5  # resampled from no less than this many times the target
_WORTH = 0.75  # of the side that is kept: a JPEG that can decode itself to that is not resampled


def _load(image: ImageFile, side: int) -> tuple[tuple[int, int], _Box | None]:
    """Decode the image, a larger JPEG at 1/2, 1/4 or 1/8 of its size where that suffices.

    Returns the size to bring it to, and the box of what was decoded that the picture covers if not all.
    """
    width, height = image.size
    target = _fit(width, height, side)
    if target == image.size:
        image.load()
        return target, None
    longer = max(width, height)
    for part in (2, 4, 8):
        if _WORTH * side <= math.ceil(longer / part) <= side:
            draft_size = (max(1, width // part), max(1, height // part))
            break
    else:
        draft_size = (math.ceil(target[0] * _GAP), math.ceil(target[1] * _GAP))
    draft = image.draft(None, draft_size)
    image.load()
    if max(image.size) <= side:
        return image.size, None
    return target, draft[1] if draft else None


def _fit(width: int, height: int, side: int) -> tuple[int, int]:
    longer = max(width, height)
    if longer <= side:
        return width, height
    return max(1, round(width * side / longer)), max(1, round(height * side / longer))


def _reduce(image: ImageFile, target: tuple[int, int], box: _Box | None) -> Image.Image:
    """Bring a decoded image to its size, averaged first where it is much larger, in a mode that `flatten` takes."""
    expand = expander_for(image)
    if image.size == target:
        return expand_whole(image, expand) if expand else image
    if expand is None or box is not None:
        return image.resize(target, Image.Resampling.BICUBIC, box=box, reducing_gap=_GAP)
    # As `resize` does it, but never with the whole image in another mode beside it.
    across, down = (int(now / then / _GAP) or 1 for now, then in zip(image.size, target, strict=True))
    averaged = expand_and_average(image, expand, (across, down))
    whole = (0.0, 0.0, image.width / across, image.height / down)
    return averaged.resize(target, Image.Resampling.BICUBIC, box=whole)


# ---- orientation ----------------------------------------------------------------------------------------

_TURNS: dict[int, Image.Transpose] = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_SIDEWAYS = (5, 6, 7, 8)


def _orientation(image: ImageFile) -> int:
    """Return the EXIF orientation, 1 to 8; 1 (upright) where there is none that can be read."""
    try:
        value = image.getexif().get(ExifTags.Base.Orientation, 1)
    except Exception:  # damaged metadata is no reason to refuse a picture that was decoded
        return 1
    return value if value in _TURNS else 1


def _turn(image: Image.Image, orientation: int) -> Image.Image:
    """Return the image upright, its own pixels, without metadata."""
    turn = _TURNS.get(orientation)
    upright = image.copy() if turn is None else image.transpose(turn)
    upright.info = {}
    return upright


def _megabytes(count: int) -> str:
    return f"{count / 2**20:.1f} MiB"


def _megapixels(count: int) -> str:
    return f"{count / 1e6:.1f} million pixels"
