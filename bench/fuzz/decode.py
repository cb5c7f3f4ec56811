"""Fuzz `app.imaging.decode.decode`: see `bench.fuzz.__main__`, which runs this module as a program."""

from __future__ import annotations

import sys
import warnings

import atheris

with atheris.instrument_imports(include=["PIL", "app.imaging"], enable_loader_override=False):
    from app.imaging.decode import Limits, PictureError, decode

# Small, so that many files are tried in a second. What they bound does not depend on how large they are.
_LIMITS = Limits(max_bytes=256 * 1024, max_pixels=1_000_000, max_side=128)


def check(data: bytes) -> None:
    """Decode the bytes; raise whatever is not the documented error, and where a picture is not as documented."""
    try:
        picture = decode(data, limits=_LIMITS)
    except PictureError as error:
        if isinstance(error.__cause__, AssertionError | SystemError):
            raise error.__cause__ from error
        return
    if picture.mode not in {"RGB", "L"} or picture.image.mode != picture.mode or picture.image.info:
        raise AssertionError(f"a picture of mode {picture.mode} with {picture.image.info}")
    if picture.image.size != (picture.width, picture.height):
        raise AssertionError(f"{picture.image.size} is not {picture.width} × {picture.height}")
    if not 1 <= max(picture.image.size) <= _LIMITS.max_side:
        raise AssertionError(f"the picture is not reduced: {picture.image.size}")
    if picture.original_width * picture.original_height > _LIMITS.max_pixels:
        raise AssertionError("more pixels than are taken")


if __name__ == "__main__":
    warnings.simplefilter("ignore")  # Pillow's words on damaged metadata
    atheris.Setup(sys.argv, check)
    atheris.Fuzz()
