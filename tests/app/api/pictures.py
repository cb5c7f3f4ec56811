"""Pictures for tests, made on the spot."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image


def png(size: tuple[int, int], seed: int = 0, mode: str = "RGB") -> bytes:
    """Return a PNG of random pixels, the same for the same seed."""
    width, height = size
    shape = (height, width, 3) if mode == "RGB" else (height, width)
    pixels = np.random.default_rng(seed).integers(0, 256, shape, dtype=np.uint8)
    target = io.BytesIO()
    Image.fromarray(pixels).save(target, "PNG")
    return target.getvalue()
