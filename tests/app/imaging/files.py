"""Pictures as files, for tests: written with Pillow, and what decoding makes of them."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image

from app.imaging.decode import Picture


def saved(image: Image.Image, kind: str, **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **({"lossless": True} if kind == "WEBP" else {}) | options)
    return file.getvalue()


def pixels(picture: Picture) -> np.ndarray:
    array = np.asarray(picture.image)
    assert picture.image.mode == picture.mode
    assert picture.image.size == (picture.width, picture.height)
    assert picture.image.info == {}
    assert type(picture.image) is Image.Image
    return array


def corners() -> Image.Image:
    """Six colours on 3 × 2: every turn and flip of it differs."""
    colours = [[(255, 0, 0), (0, 255, 0), (0, 0, 255)], [(255, 255, 0), (0, 255, 255), (9, 9, 9)]]
    return Image.fromarray(np.array(colours, dtype=np.uint8))
