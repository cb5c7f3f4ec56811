"""Files that pretend to be pictures, or are pictures that nobody should send.

Tests decode each of them, `bench.fuzz` begins with them, and `bench.attack` uploads them. They are the same in every
run. ``python -m scripts.hostile_pictures FOLDER`` writes them.
"""

from __future__ import annotations

import io
import struct
import sys
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image

FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF")
_MODES = {
    "PNG": ("RGB", "L", "P", "RGBA", "LA", "I;16", "1"),
    "JPEG": ("RGB", "L", "CMYK"),
    "WEBP": ("RGB", "RGBA"),
    "GIF": ("RGB", "L", "P"),
    "BMP": ("RGB", "L", "P", "1"),
    "TIFF": ("RGB", "L", "P", "RGBA", "CMYK", "I;16", "F", "LAB"),
}
_SHARES = (0.02, 0.1, 0.3, 0.5, 0.7, 0.9, 0.99)
_ORIENTATION = 0x0112


def hostile_pictures() -> Iterator[tuple[str, bytes]]:
    """Yield each file with its name."""
    for part in (_whole, _cut, _changed, _lying, _bombs, _metadata, _frames, _polyglots):
        yield from part()


def _noise(mode: str = "RGB", width: int = 24, height: int = 16) -> Image.Image:
    levels = np.random.default_rng(0).integers(0, 256, (height, width, 3), dtype=np.uint8)
    if mode == "I;16":
        return Image.fromarray(levels[..., 0].astype(np.uint16) * 200)
    if mode == "LAB":
        return Image.frombytes("LAB", (width, height), levels.tobytes())
    return Image.fromarray(levels).convert(mode)


def _saved(image: Image.Image, kind: str, **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def _whole() -> Iterator[tuple[str, bytes]]:
    """Every format in every mode, as it should be."""
    for kind, modes in _MODES.items():
        for mode in modes:
            yield f"whole-{kind}-{mode}", _saved(_noise(mode), kind)
    for compression in ("tiff_lzw", "tiff_adobe_deflate", "packbits", "jpeg", "group4"):
        mode = "1" if compression == "group4" else "RGB"
        yield f"whole-TIFF-{compression}", _saved(_noise(mode), "TIFF", compression=compression)
    yield "whole-JPEG-progressive", _saved(_noise(), "JPEG", progressive=True)


def _cut() -> Iterator[tuple[str, bytes]]:
    for name, data in _whole():
        for share in _SHARES:
            yield f"cut-{share}-{name}", data[: int(len(data) * share)]


def _changed() -> Iterator[tuple[str, bytes]]:
    """Some bytes are others, most of them near the beginning, where the headers are."""
    random = np.random.default_rng(1)
    for name, data in _whole():
        for number in range(6):
            changed = bytearray(data)
            end = min(len(data), 96) if number % 2 else len(data)
            for place in random.integers(4, end, 1 + number):
                changed[place] = random.choice([0, 1, 127, 128, 255])
            yield f"changed-{number}-{name}", bytes(changed)


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def _png(width: int, height: int, *chunks: bytes, depth: int = 8, colour: int = 2) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + b"".join(chunks) + _chunk(b"IEND", b"")


def _tiff(*entries: tuple[int, int, int, int], following: int = 0) -> bytes:
    """Return a TIFF of one directory of these entries: tag, type, count, value or offset."""
    directory = b"".join(struct.pack("<HHII", *entry) for entry in entries)
    return b"II*\0\x08\0\0\0" + struct.pack("<H", len(entries)) + directory + struct.pack("<I", following)


def _tiff_of(width: int, height: int, *others: tuple[int, int, int, int], following: int = 0) -> bytes:
    sizes = ((256, 4, 1, width), (257, 4, 1, height), (258, 3, 1, 8), (262, 3, 1, 1))
    return _tiff(*sizes, *others, following=following)


def _bmp(width: int, height: int, bits: int = 24, compression: int = 0, colours: int = 0) -> bytes:
    sizes = struct.pack(
        "<IIIIiiHHIIiiII", 54, 0, 54, 40, width, height, 1, bits, compression, 0, 1, 1, colours, 0
    )
    return b"BM" + sizes + bytes(64)


def _lying() -> Iterator[tuple[str, bytes]]:
    """Headers that promise other pictures than follow."""
    pixels = _chunk(b"IDAT", zlib.compress(bytes(100)))
    for width, height in (
        (0, 0),
        (0, 5),
        (2**31 - 1, 2**31 - 1),
        (100_000, 100_000),
        (1, 2**31 - 1),
        (7000, 7000),
    ):
        yield f"lying-PNG-{width}x{height}", _png(width, height, pixels)
    for depth, colour in ((0, 2), (3, 0), (16, 3), (8, 7), (255, 255)):
        yield f"lying-PNG-{depth}-{colour}", _png(8, 8, pixels, depth=depth, colour=colour)
    yield "lying-PNG-length", b"\x89PNG\r\n\x1a\n\xff\xff\xff\xffIHDR" + bytes(40)
    yield "lying-PNG-palette", _png(8, 8, _chunk(b"PLTE", b"abcd"), pixels, colour=3)
    jpeg = bytearray(_saved(_noise(), "JPEG"))
    frame = jpeg.index(b"\xff\xc0")
    for size in (b"\0\0\0\0", b"\xff\xff\xff\xff", b"\x40\0\x01\0"):
        yield f"lying-JPEG-{size.hex()}", bytes(jpeg[: frame + 5]) + size + bytes(jpeg[frame + 9 :])
    for components in (0, 5, 255):
        jpeg[frame + 9] = components
        yield f"lying-JPEG-{components}-components", bytes(jpeg)
    yield "lying-JPEG-endless-segments", b"\xff\xd8" + b"\xff\xe1\0\x02" * 50_000
    for size in ((65535, 65535), (0, 0), (7000, 7000), (1, 65535)):
        yield f"lying-GIF-{size}", b"GIF89a" + struct.pack("<HH", *size) + bytes(30)
    for size in ((90_000, 90_000), (4, -(2**31)), (-4, 4), (2**31 - 1, 1), (7000, 7000)):
        yield f"lying-BMP-{size}", _bmp(*size)
    for bits, compression, colours in (
        (8, 1, 2**32 - 1),
        (4, 2, 0),
        (0, 4, 0),
        (32, 3, 0),
        (1, 1, 256),
        (65535, 9, 0),
    ):
        yield f"lying-BMP-{bits}-{compression}", _bmp(8, 8, bits, compression, colours)
    for canvas in (b"\xff" * 6, bytes(6), b"\x57\x1b\0\x57\x1b\0"):
        yield f"lying-WEBP-{canvas.hex()}", b"RIFF\x20\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0" + canvas + bytes(12)
    yield "lying-WEBP-lossless", b"RIFF\x20\0\0\0WEBPVP8L\x0a\0\0\0\x2f\xff\xff\xff\xff" + bytes(20)
    for size in ((2**32 - 1, 2**32 - 1), (0, 0), (60_000, 60_000), (7000, 7000)):
        yield f"lying-TIFF-{size}", _tiff_of(*size, (273, 4, 1, 8), (279, 4, 1, 2**32 - 1))
    yield "lying-TIFF-count", _tiff_of(8, 8, (273, 4, 2**32 - 1, 8), (279, 4, 2**31, 8))
    yield "lying-TIFF-offset", b"II*\0\xff\xff\xff\xff"
    yield (
        "lying-TIFF-tile",
        _tiff_of(8, 8, (322, 4, 1, 2**31), (323, 4, 1, 2**31), (324, 4, 1, 8), (325, 4, 1, 8)),
    )
    yield "lying-TIFF-strips", _tiff_of(8, 8, (278, 4, 1, 0), (273, 4, 1, 8), (279, 4, 1, 0))
    yield "lying-TIFF-big", b"II+\0\x08\0\0\0" + b"\xff" * 60


def _bombs() -> Iterator[tuple[str, bytes]]:
    """A few bytes that become many."""
    row = bytes(1 + 7000)
    packer = zlib.compressobj(9)
    data = b"".join([*(packer.compress(row * 100) for _ in range(70)), packer.flush()])
    yield "bomb-PNG-pixels", _png(7000, 7000, _chunk(b"IDAT", data), colour=0)
    large = zlib.compress(bytes(32 << 20), 9)
    pixels = _chunk(b"IDAT", zlib.compress(bytes(8 * 25)))
    yield "bomb-PNG-text", _png(8, 8, _chunk(b"zTXt", b"Comment\0\0" + large), pixels)
    yield "bomb-PNG-international", _png(8, 8, _chunk(b"iTXt", b"Comment\0\x01\0\0\0" + large), pixels)
    yield "bomb-PNG-profile", _png(8, 8, _chunk(b"iCCP", b"Profile\0\0" + large), pixels)
    yield "bomb-PNG-texts", _png(8, 8, _chunk(b"tEXt", b"Comment\0" + b"a" * 100) * 20_000, pixels)
    yield "bomb-PNG-more-pixels", _png(8, 8, _chunk(b"IDAT", large))
    strip = _tiff_of(7000, 7000, (259, 3, 1, 8), (273, 4, 1, 90), (279, 4, 1, len(large)))
    yield "bomb-TIFF-strip", strip.ljust(90, b"\0") + large
    yield "bomb-GIF-codes", b"GIF89a\x58\x1b\x58\x1b\xf0\0\0" + bytes(6) + b",\0\0\0\0\x58\x1b\x58\x1b\0\x02" + (
        b"\xff" + b"\x8c\x2d\x99\x87" * 63 + b"abc"
    ) * 200 + b"\0;"  # fmt: skip
    yield "bomb-GIF-comments", b"GIF89a\x08\0\x08\0\0\0\0" + (b"!\xfe\xff" + b"a" * 255 + b"\0") * 20_000


def _exif(*entries: tuple[int, int, int, int], following: int = 0) -> bytes:
    return b"Exif\0\0" + _tiff(*entries, following=following)


def _metadata() -> Iterator[tuple[str, bytes]]:
    """Orientations that are none, directories that lead back to themselves, and far too much of it."""
    kinds = {"short": 3, "long": 4, "text": 2, "ratio": 5, "none": 0, "unknown": 999, "double": 12}
    exifs = {f"{name}-{value}": _exif((_ORIENTATION, kind, 1, value))
             for name, kind in kinds.items() for value in (0, 6, 9, 65535, 2**32 - 1)}  # fmt: skip
    exifs |= {
        "count": _exif((_ORIENTATION, 3, 2**32 - 1, 8)),
        "loop": _exif((_ORIENTATION, 3, 1, 6), following=8),
        "inner-loop": _exif((_ORIENTATION, 3, 1, 6), (0x8769, 4, 1, 8), (0x8825, 4, 1, 8), (0xA005, 4, 1, 8)),
        "many": _exif(*((tag, 4, 1, tag) for tag in range(4000))),
        "twice": _exif((_ORIENTATION, 3, 1, 6), (_ORIENTATION, 3, 1, 3)),
        "cut": _exif((_ORIENTATION, 3, 1, 6))[:14],
        "empty": b"Exif\0\0",
        "no-exif": b"\xff" * 200,
    }
    for name, exif in exifs.items():
        for kind in ("JPEG", "PNG", "WEBP"):
            yield f"exif-{kind}-{name}", _saved(_noise(), kind, exif=exif)
    for value in (0, 9, 65535):
        yield (
            f"exif-TIFF-{value}",
            _tiff_of(8, 8, (273, 4, 1, 8), (_ORIENTATION, 3, 1, value), (279, 4, 1, 64)) + bytes(64),
        )
    yield "xmp-JPEG", _saved(_noise(), "JPEG", xmp=b"<x:xmpmeta" * 5000)
    yield (
        "xmp-entities",
        _saved(_noise(), "JPEG", xmp=b'<!DOCTYPE a [<!ENTITY b "c"><!ENTITY d "&b;&b;">]><a>&d;</a>'),
    )
    yield "profile-JPEG", _saved(_noise(), "JPEG", icc_profile=b"\xff" * 60_000)
    yield "comment-JPEG", _saved(_noise(), "JPEG", comment=b"\0" * 60_000)


def _frames() -> Iterator[tuple[str, bytes]]:
    """More frames or pages than anyone looks at."""
    frame = _noise("P")
    yield (
        "frames-GIF",
        _saved(frame, "GIF", save_all=True, append_images=[_noise("P", 24, 15 - n % 3) for n in range(300)]),
    )
    yield (
        "frames-WEBP",
        _saved(_noise(), "WEBP", save_all=True, append_images=[_noise().rotate(n) for n in range(40)]),
    )
    yield (
        "frames-PNG",
        _saved(_noise(), "PNG", save_all=True, append_images=[_noise().rotate(n) for n in range(40)]),
    )
    yield "frames-TIFF", _saved(_noise(), "TIFF", save_all=True, append_images=[_noise()] * 200)
    pixels = _chunk(b"IDAT", zlib.compress(bytes(8 * 25)))
    for count in (0, 2**31 - 1, 2**32 - 1):
        yield f"frames-PNG-{count}", _png(8, 8, _chunk(b"acTL", struct.pack(">II", count, 0)), pixels)
    control = _chunk(b"fcTL", struct.pack(">IIIIIHHBB", 0, 2**31, 2**31, 2**31, 2**31, 0, 0, 0, 0))
    yield "frames-PNG-outside", _png(8, 8, _chunk(b"acTL", struct.pack(">II", 2, 0)), control, pixels)
    yield "pages-TIFF-loop", _tiff_of(8, 8, (273, 4, 1, 8), (279, 4, 1, 64), following=8) + bytes(64)
    yield (
        "frames-GIF-outside",
        b"GIF89a\x08\0\x08\0\0\0\0,\xff\xff\xff\xff\xff\xff\xff\xff\0\x02\x02\x4c\x01\0;",
    )


def _polyglots() -> Iterator[tuple[str, bytes]]:
    """Pictures that something else takes for its own, and the other way round."""
    page = b"<html><script>alert(1)</script></html>"
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr(zipfile.ZipInfo("index.html"), page)
    for kind in FORMATS:
        whole = _saved(_noise(), kind)
        yield f"polyglot-{kind}-page", whole + page
        yield f"polyglot-{kind}-archive", whole + archive.getvalue()
        yield f"polyglot-page-{kind}", page + whole
        yield f"polyglot-{kind}-twice", whole + whole
    yield "polyglot-GIF-script", b"GIF89a=1;alert(1)//" + _saved(_noise("P"), "GIF")
    yield "polyglot-BM-script", b"BM=1;alert(1)/*" + bytes(100)
    yield "polyglot-JPEG-comment", _saved(_noise(), "JPEG", comment=page)
    yield "polyglot-PDF", b"%PDF-1.4\n" + _saved(_noise(), "JPEG")
    yield "polyglot-SVG", b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
    yield "polyglot-EPS", b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n(id) (r) file"
    yield "polyglot-ICO", b"\0\0\x01\0\x01\0" + bytes(40)
    yield "polyglot-PSD", b"8BPS\0\x01" + bytes(40)
    yield "polyglot-AVIF", b"\0\0\0\x20ftypavif" + bytes(40)
    yield "polyglot-ZIP", archive.getvalue()
    yield "polyglot-nothing", b"\0"


def main(folder: Path) -> None:
    """Write the files into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    count = 0
    for count, (name, data) in enumerate(hostile_pictures(), 1):
        (folder / f"{count:04}-{name.replace('/', '-')}").write_bytes(data)
    print(f"{count} files in {folder}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
