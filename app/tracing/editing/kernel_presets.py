"""Well-known kernels of image processing, for trying out in a network.

Values follow Gonzalez and Woods, "Digital Image Processing", chapter 3. They are applied as convolutions of neural
networks are: without flipping.
"""

from __future__ import annotations

from collections.abc import Mapping

Kernel = tuple[tuple[float, ...], ...]

_PRESETS: Mapping[str, Kernel] = {
    "identity": ((0, 0, 0), (0, 1, 0), (0, 0, 0)),
    "box_blur": ((1 / 9,) * 3,) * 3,
    "gaussian_blur": ((1 / 16, 2 / 16, 1 / 16), (2 / 16, 4 / 16, 2 / 16), (1 / 16, 2 / 16, 1 / 16)),
    "sharpen": ((0, -1, 0), (-1, 5, -1), (0, -1, 0)),
    "sobel_horizontal": ((-1, -2, -1), (0, 0, 0), (1, 2, 1)),
    "sobel_vertical": ((-1, 0, 1), (-2, 0, 2), (-1, 0, 1)),
    "laplacian": ((0, 1, 0), (1, -4, 1), (0, 1, 0)),
    "emboss": ((-2, -1, 0), (-1, 1, 1), (0, 1, 2)),
}


def kernels(height: int, width: int) -> dict[str, Kernel]:
    """Return the presets at a size: 3×3 in the middle of zeros (above and left of the middle if a side is even).

    For a kernel with a side below 3 there is only the identity.
    """
    names = _PRESETS if min(height, width) >= 3 else ("identity",)
    return {name: _centred(_PRESETS[name], height, width) for name in names}


def _centred(kernel: Kernel, height: int, width: int) -> Kernel:
    """Return a kernel of that size with a 3×3 kernel in its middle; what does not fit is cut off."""
    top, left = (height - 1) // 2 - 1, (width - 1) // 2 - 1
    return tuple(
        tuple(
            float(kernel[row - top][column - left]) if 0 <= row - top < 3 and 0 <= column - left < 3 else 0.0
            for column in range(width)
        )
        for row in range(height)
    )
