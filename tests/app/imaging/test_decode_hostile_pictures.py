"""Every hostile file gives a picture as it is promised, or one of the two errors."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest

from app.imaging.decode import Limits, Picture, PictureError, PictureTooLarge, UnreadablePicture, decode
from scripts.hostile_pictures import FORMATS, hostile_pictures

# Pillow's words on damaged metadata.
pytestmark = pytest.mark.filterwarnings("ignore::UserWarning")

FILES = dict(hostile_pictures())


def outcome(data: bytes) -> Picture | PictureError:
    try:
        return decode(data)
    except PictureError as error:
        return error


def named(beginning: str) -> Iterator[tuple[str, Picture | PictureError]]:
    chosen = {name: data for name, data in FILES.items() if name.startswith(beginning)}
    assert chosen
    return ((name, outcome(data)) for name, data in chosen.items())


def test_each_is_a_picture_or_one_of_the_two_errors() -> None:
    assert len(FILES) > 600
    for name, data in FILES.items():
        found = outcome(data)
        if isinstance(found, Picture):
            assert found.mode == found.image.mode in {"RGB", "L"}, name
            assert (found.width, found.height) == found.image.size, name
            assert 1 <= max(found.image.size) <= Limits().max_side, name
            assert found.image.info == {}, name
            assert found.format in FORMATS, name
        else:
            assert type(found) in {PictureTooLarge, UnreadablePicture}, name
            assert str(found).endswith("."), name


def test_they_are_the_same_in_every_run() -> None:
    assert dict(hostile_pictures()) == FILES


def test_whole_files_are_read_and_metadata_costs_no_picture() -> None:
    strange = {"whole-TIFF-LAB", "frames-GIF-outside", "frames-PNG-outside"}
    for beginning in (
        "whole",
        "exif-JPEG",
        "exif-PNG",
        "exif-WEBP",
        "polyglot-JPEG",
        "frames-GIF",
        "frames-PNG",
    ):
        for name, found in named(beginning):
            assert isinstance(found, Picture) or name in strange, (name, found)


def test_more_pixels_than_are_taken_are_refused_by_the_header() -> None:
    for name in ("lying-PNG-100000x100000", "lying-GIF-(65535, 65535)", "lying-BMP-(90000, 90000)",
                 "lying-TIFF-(60000, 60000)", "lying-WEBP-ffffffffffff", "lying-JPEG-ffffffff"):  # fmt: skip
        assert isinstance(outcome(FILES[name]), PictureTooLarge), name


def test_what_is_no_picture_is_refused_though_a_picture_follows() -> None:
    for name, found in named("polyglot-page-"):
        assert isinstance(found, UnreadablePicture), name
    for name in ("polyglot-SVG", "polyglot-PDF", "polyglot-EPS", "polyglot-ZIP", "polyglot-BM-script"):
        assert isinstance(outcome(FILES[name]), PictureError), name


@pytest.mark.skipif(sys.platform != "linux", reason="measures as Linux does")
def test_a_small_file_does_not_take_much_memory() -> None:
    import resource

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for name, _ in named("bomb-"):
        grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
        assert grown < 400, (name, grown)  # MiB: 7 bytes a pixel at most, of 50 million pixels
