"""Test pictures: different photographs, as people would choose them."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from random import Random

from PIL import Image

from app import resources

_PHOTOGRAPHS = ("chelsea", "coffee", "rocket", "astronaut")


def photographs(count: int, size: tuple[int, int] = (640, 480), seed: int = 0) -> Iterator[bytes]:
    """Yield JPEG files of ``size`` (width, height): different crops of the samples, so that none is cached."""
    random = Random(seed)
    originals = [Image.open(resources.static_dir() / "samples" / f"{name}.jpg") for name in _PHOTOGRAPHS]
    for index in range(count):
        photograph = originals[index % len(originals)]
        width, height = (side * random.uniform(0.6, 0.9) for side in photograph.size)
        left = random.uniform(0, photograph.width - width)
        top = random.uniform(0, photograph.height - height)
        box = (left, top, left + width, top + height)
        file = BytesIO()
        photograph.convert("RGB").resize(size, Image.Resampling.BICUBIC, box=box).save(
            file, "JPEG", quality=88
        )
        yield file.getvalue()
