"""Whatever is uploaded comes out as the upright picture that a viewer shows, or as one of two errors."""

from __future__ import annotations

import io
import struct
import subprocess
import sys
import threading
import zlib
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import ExifTags, Image, ImageFile

from app.imaging.decode import (
    Limits,
    PictureTooLarge,
    UnreadablePicture,
    decode,
    encode_png,
)
from tests.app.imaging.files import corners, pixels, saved
from tests.app.imaging.png_reader import read_png

EXACT = ("PNG", "WEBP", "GIF", "BMP", "TIFF")
FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF")


# ---- formats --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", EXACT)
@pytest.mark.parametrize("mode", ["RGB", "L"])
def test_lossless_formats_are_exact(kind: str, mode: str) -> None:
    image = corners().convert(mode)
    picture = decode(saved(image, kind))
    decoded = pixels(picture)
    assert picture.format == kind
    if mode == "L" and kind == "WEBP":  # WebP has no grey
        image = image.convert("RGB")
    assert picture.mode == image.mode
    assert (decoded == np.asarray(image)).all()


@pytest.mark.parametrize("mode", ["RGB", "L"])
def test_jpeg_is_what_pillow_decodes(mode: str) -> None:
    data = saved(Image.radial_gradient("L").convert(mode), "JPEG")
    picture = decode(data)
    assert (picture.format, picture.mode) == ("JPEG", mode)
    assert (pixels(picture) == np.asarray(Image.open(io.BytesIO(data)))).all()


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG", "TIFF"])
def test_only_the_first_frame(kind: str) -> None:
    frames = [Image.new("RGB", (5, 4), colour) for colour in ("red", "lime", "blue")]
    data = saved(frames[0], kind, save_all=True, append_images=frames[1:])
    with Image.open(io.BytesIO(data)) as image:
        assert image.n_frames == 3
    assert (pixels(decode(data)) == (255, 0, 0)).all()


def test_the_first_of_a_cameras_several_pictures() -> None:
    frames = [Image.new("L", (16, 16), level) for level in (40, 200)]
    picture = decode(saved(frames[0], "MPO", save_all=True, append_images=frames[1:]))
    assert picture.format == "JPEG"
    assert (pixels(picture) == 40).all()


# ---- orientation ----------------------------------------------------------------------------------------

UPRIGHT_AS_STORED = {
    1: lambda a: a,
    2: lambda a: a[:, ::-1],
    3: lambda a: a[::-1, ::-1],
    4: lambda a: a[::-1],
    5: lambda a: a.swapaxes(0, 1),
    6: lambda a: np.rot90(a, -1),
    7: lambda a: np.rot90(a, 2).swapaxes(0, 1),
    8: lambda a: np.rot90(a),
}


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "TIFF"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_orientation_is_applied(kind: str, orientation: int) -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    exif[ExifTags.Base.Make] = "a camera"
    expected = UPRIGHT_AS_STORED[orientation](np.asarray(corners()))
    picture = decode(saved(corners(), kind, exif=exif))
    assert (pixels(picture) == expected).all()
    assert (picture.original_height, picture.original_width) == expected.shape[:2]
    assert not picture.image.getexif()


@pytest.mark.parametrize("orientation", [1, 3, 6, 8])
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF"])
def test_orientation_survives_reduction(kind: str, orientation: int) -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    stored = np.zeros((400, 800), dtype=np.uint8)
    stored[:200, :400] = 255  # the upper left quarter is white
    picture = decode(saved(Image.fromarray(stored), kind, exif=exif), limits=Limits(max_side=200))
    small = UPRIGHT_AS_STORED[orientation](stored)[2::4, 2::4]
    assert (picture.height, picture.width) == small.shape
    assert (picture.original_height, picture.original_width) == UPRIGHT_AS_STORED[orientation](stored).shape
    assert (np.abs(pixels(picture).astype(int) - small) < 64).mean() > 0.97


def test_a_stated_orientation_that_is_none_is_ignored() -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 99
    assert (pixels(decode(saved(corners(), "PNG", exif=exif))) == np.asarray(corners())).all()


@pytest.mark.filterwarnings("ignore:Corrupt EXIF data")  # Pillow's word on it, an error only in tests
def test_damaged_metadata_does_not_cost_the_picture() -> None:
    data = saved(Image.new("RGB", (4, 4), "red"), "JPEG", exif=b"Exif\0\0MM\0*\xff\xff\xff\xff\xff")
    assert decode(data).width == 4


# ---- reduction ------------------------------------------------------------------------------------------


WRITTEN = {
    "PNG": ("RGB", "L", "RGBA", "LA", "P", "1"),
    "JPEG": ("RGB", "L", "CMYK", "1"),
    "WEBP": ("RGB", "RGBA"),
    "GIF": ("RGB", "L", "P", "1"),
    "BMP": ("RGB", "L", "RGBA", "P", "1"),
    "TIFF": ("RGB", "L", "RGBA", "LA", "P", "CMYK", "YCbCr", "1"),
}


@pytest.mark.parametrize(
    ("kind", "mode"), [(kind, mode) for kind, modes in WRITTEN.items() for mode in modes]
)
def test_large_pictures_are_reduced_and_look_the_same(kind: str, mode: str) -> None:
    smooth = Image.radial_gradient("L").resize((640, 480)).convert("RGB")
    data = saved(smooth.convert(mode), kind)
    picture = decode(data, limits=Limits(max_side=100))
    assert max(picture.width, picture.height) in range(75, 101)
    assert (picture.original_width, picture.original_height) == (640, 480)
    assert picture.width / picture.height == pytest.approx(4 / 3, rel=0.02)
    expected = np.asarray(
        smooth.resize((picture.width, picture.height), Image.Resampling.BOX).convert(picture.mode)
    )
    tolerance = 25 if mode in ("1", "P") or kind == "GIF" else 6  # dithered, and few colours
    assert np.abs(pixels(picture).astype(int) - expected).mean() < tolerance


def test_a_jpeg_reduced_has_no_smeared_edge() -> None:
    for width in (2047, 2050, 3001, 4004, 5000):
        stored = Image.new("RGB", (width, 64), (200, 100, 50))
        picture = decode(saved(stored, "JPEG", quality=95))
        assert 768 <= picture.width <= 1024
        assert np.abs(pixels(picture).astype(int) - (200, 100, 50)).max() <= 3


@pytest.mark.parametrize("size", [(5000, 1), (1, 5000), (4999, 3)])
@pytest.mark.parametrize("kind", FORMATS)
def test_thin_pictures_keep_a_pixel(kind: str, size: tuple[int, int]) -> None:
    picture = decode(saved(Image.new("RGB", size, "white"), kind))
    assert max(picture.width, picture.height) in range(768, 1025)
    assert min(picture.width, picture.height) >= 1
    assert pixels(picture).min() >= 250


def test_a_picture_that_fits_is_not_resampled() -> None:
    values = np.random.default_rng(0).integers(0, 256, (1024, 17), dtype=np.uint8)
    assert (pixels(decode(saved(Image.fromarray(values), "PNG"))) == values).all()


# ---- limits and errors ----------------------------------------------------------------------------------


def test_bytes_are_bounded_first() -> None:
    with pytest.raises(PictureTooLarge, match=r"0\.1 MiB; at most 0\.0 MiB"):
        decode(bytes(100_000), limits=Limits(max_bytes=100))


@pytest.mark.parametrize("kind", FORMATS)
def test_pixels_are_bounded_before_decoding(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def load(self: ImageFile.ImageFile) -> None:
        raise AssertionError("decoded")

    data = saved(Image.new("RGB", (300, 200)), kind)
    monkeypatch.setattr(ImageFile.ImageFile, "load", load)
    limit, size = (
        (137_141, "59,999 are taken of a picture of this kind") if kind == "WEBP" else (59_999, "59,999")
    )
    with pytest.raises(PictureTooLarge, match=rf"300 × 200 = 60,000 pixels; at most {size}"):
        decode(data, limits=Limits(max_pixels=limit))


def rgb16_tiff(size: int) -> bytes:
    """The head of a TIFF of 16-bit RGB, which Pillow does not write."""
    entries = [(256, 3, 1, size), (257, 3, 1, size), (258, 3, 3, 8), (259, 3, 1, 1), (262, 3, 1, 2)]
    entries += [(273, 3, 1, 14), (277, 3, 1, 3), (278, 3, 1, size), (279, 4, 1, 6 * size * size)]
    directory = b"".join(
        struct.pack("<HHI", tag, kind, count)
        + (struct.pack("<I", value) if kind == 4 or count == 3 else struct.pack("<HH", value, 0))
        for tag, kind, count, value in entries
    )
    return (
        b"II*\0"
        + struct.pack("<I", 14)
        + struct.pack("<HHH", 16, 16, 16)
        + struct.pack("<H", len(entries))
        + directory
        + bytes(4)
    )


def test_fewer_pixels_of_what_takes_more_memory_are_taken() -> None:
    limits = Limits(max_pixels=10_000)  # 70,000 bytes
    assert decode(saved(Image.new("RGB", (100, 100)), "TIFF"), limits=limits).width == 100
    with pytest.raises(PictureTooLarge, match="pixels; at most 8,750 are taken of a picture of this kind"):
        decode(saved(Image.new("F", (100, 100)), "TIFF"), limits=limits)
    with pytest.raises(PictureTooLarge, match="at most 4,375 are taken of"):
        decode(saved(Image.new("RGBA", (100, 100)), "WEBP"), limits=limits)
    with pytest.raises(PictureTooLarge, match="at most 7,000 are taken of"):
        decode(rgb16_tiff(100), limits=limits)
    for mode in ("RGBA", "I;16", "L", "P"):
        assert decode(saved(Image.new(mode, (100, 100)), "PNG"), limits=limits).width == 100


MEASURE = """
import sys
from pathlib import Path
from app.imaging.decode import decode

def peak():  # of this program alone: getrusage would begin with that of the one that started it
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmHWM")).split()[1])

files = sys.stdin.buffer.read()
before = peak()
while files:
    length = int.from_bytes(files[:4], "little")
    decode(files[4:4 + length])
    files = files[4 + length:]
print(peak() - before)
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="measures as Linux does")
def test_no_mode_takes_much_more_memory_than_its_pixels() -> None:
    side = 4000
    numbers = np.full((side, side), 0.5, dtype=np.float32)
    files = [
        saved(Image.fromarray(numbers), "TIFF", compression="tiff_deflate"),
        saved(Image.fromarray(numbers.astype(np.uint16)), "PNG", compress_level=1),
        saved(Image.new("RGBA", (side, side), (1, 2, 3, 4)), "PNG", compress_level=1),
        saved(Image.new("RGB", (side, side)), "PNG", compress_level=1, transparency=(1, 2, 3)),
        saved(Image.new("P", (side, side)), "PNG", compress_level=1, transparency=0),
    ]
    done = subprocess.run(
        [sys.executable, "-c", MEASURE],
        input=b"".join(len(file).to_bytes(4, "little") + file for file in files),
        capture_output=True,
        check=True,
        cwd=Path(__file__).parents[3],
    )
    assert int(done.stdout) * 1024 < 4 * side * side + 40 * 2**20  # four bytes a pixel in Pillow, and parts


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P", "F", "I;16", "1"])
@pytest.mark.parametrize("size", [(2400, 1700), (9000, 40), (1301, 700)])
def test_reduction_in_parts_is_that_of_the_whole(mode: str, size: tuple[int, int]) -> None:
    rng = np.random.default_rng(3)
    values = rng.integers(0, 256, (size[1], size[0], 4), dtype=np.uint8)
    if mode == "F":
        image = Image.fromarray(values[..., 0].astype(np.float32) * 3 - 100)
    elif mode == "I;16":
        image = Image.fromarray(values[..., 0].astype(np.uint16) * 200)
    else:
        image = Image.fromarray(values).convert(mode)
    picture = decode(saved(image, "TIFF"), limits=Limits(max_side=300))
    if mode == "F":
        low, high = -100, 665
        whole = Image.fromarray(np.rint((np.asarray(image) - low) * (255 / (high - low))).astype(np.uint8))
    elif mode == "I;16":
        whole = Image.fromarray(np.rint(np.asarray(image) / 257).astype(np.uint8))
    else:
        whole = image if mode in ("RGBA", "LA") else image.convert("RGB" if mode == "P" else "L")
    reduced = whole.resize(picture.image.size, Image.Resampling.BICUBIC, reducing_gap=1.5)
    if mode in ("RGBA", "LA"):
        white = Image.new(mode[:-1], reduced.size, "white")
        white.paste(reduced.convert(mode[:-1]), mask=reduced.getchannel("A"))
        reduced = white
    assert (pixels(picture) == np.asarray(reduced)).all()


def png_header(width: int, height: int, body: bytes = b"") -> bytes:
    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def webp_header(width: int, height: int) -> bytes:
    canvas = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    return b"RIFF\x20\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0" + canvas + bytes(12)


@pytest.mark.parametrize(
    "data",
    [
        png_header(100_000, 100_000),
        png_header(10_000, 10_000),  # more than Pillow warns of
        png_header(2**31 - 1, 2**31 - 1),
        webp_header(16_000, 16_000),
        b"GIF89a" + struct.pack("<HH", 65535, 65535) + bytes(30),
        b"GIF89a" + struct.pack("<HH", 10_000, 10_000) + bytes(30),
        b"BM" + struct.pack("<IIIIiiHHIIiiII", 54, 0, 54, 40, 90_000, 90_000, 1, 24, 0, 0, 1, 1, 0, 0),
    ],
)
def test_bombs(data: bytes) -> None:
    with pytest.raises(PictureTooLarge, match="pixels"):
        decode(data)


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("share", [0.9, 0.5, 0.1])
def test_truncated_files(kind: str, share: float) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (64, 64, 3), dtype=np.uint8)
    data = saved(Image.fromarray(noise), kind)
    with pytest.raises(UnreadablePicture, match="PNG, JPEG, WebP, GIF, BMP or TIFF"):
        decode(data[: int(len(data) * share)])


@pytest.mark.parametrize(
    "data",
    [
        b"%PDF-1.7 and so on",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"\0\0\0\x20ftypheic" + bytes(64),
        b"RIFF\x24\0\0\0WAVEfmt " + bytes(64),
        b"P6 1 1 255\nabc",  # Pillow would read it
        b"%!PS-Adobe-3.0 EPSF-3.0\n",
        bytes(1000),
    ],
)
def test_wrong_types_say_what_is_read(data: bytes) -> None:
    with pytest.raises(UnreadablePicture, match="Choose a PNG, JPEG, WebP, GIF, BMP or TIFF"):
        decode(data)


def test_empty_and_zero_size() -> None:
    with pytest.raises(UnreadablePicture, match="empty"):
        decode(b"")
    for data in (png_header(0, 5), png_header(5, 0), b"GIF89a" + bytes(20)):
        with pytest.raises(UnreadablePicture):
            decode(data)


def test_running_out_of_memory_is_the_files_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    def load(self: ImageFile.ImageFile) -> None:
        raise MemoryError

    monkeypatch.setattr(ImageFile.ImageFile, "load", load)
    with pytest.raises(UnreadablePicture):
        decode(saved(corners(), "BMP"))


@cache
def valid_files() -> tuple[bytes, ...]:
    image = Image.radial_gradient("L").resize((24, 16)).convert("RGB")
    files = [saved(image, kind) for kind in FORMATS]
    files += [
        saved(image, "TIFF", compression=how) for how in ("tiff_lzw", "jpeg", "tiff_deflate", "packbits")
    ]
    files += [saved(image, "JPEG", progressive=True), saved(image.convert("CMYK"), "JPEG")]
    files += [saved(image.convert("P"), kind, transparency=3) for kind in ("PNG", "GIF")]
    files += [saved(image.convert("RGBA"), "WEBP"), saved(image.convert("I;16"), "PNG")]
    files.append(saved(image, "GIF", save_all=True, append_images=[image.rotate(90)]))
    return tuple(files)


def only_the_two_errors(data: bytes) -> None:
    try:
        picture = decode(data, limits=Limits(max_pixels=1_000_000, max_side=64))
    except (PictureTooLarge, UnreadablePicture):
        return
    assert picture.mode in ("RGB", "L")
    assert np.asarray(picture.image).shape[:2] == (picture.height, picture.width)


fuzz = settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@fuzz
@given(
    st.sampled_from(
        [b"", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF89a", b"RIFF\0\0\0\0WEBPVP8 ", b"BM", b"II*\0"]
    ),
    st.binary(),
)
def test_random_bytes_raise_only_the_two_errors(beginning: bytes, rest: bytes) -> None:
    only_the_two_errors(beginning + rest)


@fuzz
@given(st.data())
def test_mutated_files_raise_only_the_two_errors(data: st.DataObject) -> None:
    file = bytearray(data.draw(st.sampled_from(valid_files())))
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(file) - 1) | st.integers(0, min(80, len(file) - 1)))
        file[at] = data.draw(st.integers(0, 255))
    end = data.draw(st.just(len(file)) | st.integers(1, len(file)))
    only_the_two_errors(bytes(file[:end]))


# ---- storing, and threads -------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", ["RGB", "L"])
def test_storing_is_exact(mode: str) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (33, 57, 3), dtype=np.uint8)
    picture = decode(saved(Image.fromarray(noise).convert(mode), "PNG"))
    stored = encode_png(picture)
    assert (read_png(stored).pixels.reshape(pixels(picture).shape) == pixels(picture)).all()
    again = decode(stored)
    assert again.mode == mode
    assert encode_png(again) == stored


def test_threads_do_not_disturb_each_other() -> None:
    files = {level: saved(Image.new("L", (900, 700), level), "JPEG") for level in (0, 64, 128, 255)}
    wrong: list[int] = []

    def work(level: int) -> None:
        for _ in range(6):
            picture = decode(files[level], limits=Limits(max_side=300))
            if abs(int(pixels(picture).astype(int).mean()) - level) > 1:
                wrong.append(level)

    before = Image.MAX_IMAGE_PIXELS, ImageFile.LOAD_TRUNCATED_IMAGES
    threads = [threading.Thread(target=work, args=(level,)) for level in files]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
    assert before == (Image.MAX_IMAGE_PIXELS, ImageFile.LOAD_TRUNCATED_IMAGES)
