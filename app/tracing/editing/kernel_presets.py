"""Kernels that image processing knows by name, for trying out in a network.

Values follow Gonzalez and Woods, "Digital Image Processing", chapter 3: each is applied as deep learning's
convolution does, without flipping.
"""

from __future__ import annotations

from collections.abc import Mapping

Kernel = tuple[tuple[float, ...], ...]

_THIRDS: Mapping[str, Kernel] = {
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
    """Return the named kernels at a size: 3×3, set amid zeros (above and left of the middle if it is even).

    A kernel with a side below 3 has only the identity.
    """
    names = _THIRDS if min(height, width) >= 3 else ("identity",)
    return {name: _set(_THIRDS[name], height, width) for name in names}


def _set(kernel: Kernel, height: int, width: int) -> Kernel:
    """Set a 3×3 kernel's middle on the middle cell of a kernel of that size; what does not fit is cut off."""
    top, left = (height - 1) // 2 - 1, (width - 1) // 2 - 1
    return tuple(
        tuple(
            float(kernel[row - top][column - left]) if 0 <= row - top < 3 and 0 <= column - left < 3 else 0.0
            for column in range(width)
        )
        for row in range(height)
    )
