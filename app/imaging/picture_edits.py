"""Edits of the picture that a network reads. Each is one more step of its preprocessing.

They apply at the network's own size, after the picture has become numbers and before those are normalised, so
that a pixel of an edit is a pixel of the input. ``full`` is what white is there (1, or 255 where the network
counts so). Moved pictures show their edge again where there is nothing to show; values lie between pixels by
bilinear interpolation, so a shift by whole pixels moves numbers without changing them.
"""

from __future__ import annotations

import math
from typing import Annotated, Literal

import torch
import torch.nn.functional as F  # noqa: N812 - the field's own name for it
from pydantic import BaseModel, ConfigDict, Field
from torch import Tensor

Pixels = Annotated[int, Field(ge=-4096, le=4096)]
Position = Annotated[int, Field(ge=0, lt=4096)]
Extent = Annotated[int, Field(ge=1, le=4096)]
Fraction = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]

LUMA = (0.299, 0.587, 0.114)  # ITU-R 601-2, as in preprocessing


class PictureEdit(BaseModel):
    """A change to what the network sees."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    def apply(self, pixels: Tensor, full: float) -> Tensor:
        """Return the changed picture: float32 (C, H, W), like ``pixels``, from 0 to ``full``."""
        raise NotImplementedError


class Shift(PictureEdit):
    """Move the picture by whole pixels: right and down where positive."""

    kind: Literal["shift"] = "shift"
    dx: Pixels = 0
    dy: Pixels = 0

    def apply(self, pixels: Tensor, full: float) -> Tensor:
        """Return the picture moved; every number is one of the picture's own."""
        del full
        height, width = pixels.shape[-2:]
        rows = (torch.arange(height) - self.dy).clamp(0, height - 1)
        columns = (torch.arange(width) - self.dx).clamp(0, width - 1)
        return pixels[:, rows[:, None], columns]


class Rotate(PictureEdit):
    """Turn the picture about its middle, counter-clockwise where positive."""

    kind: Literal["rotate"] = "rotate"
    degrees: Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]

    def apply(self, pixels: Tensor, full: float) -> Tensor:
        """Return the picture turned."""
        del full
        angle = math.radians(self.degrees)
        return _warp(pixels, math.cos(angle), math.sin(angle))


class Zoom(PictureEdit):
    """Enlarge (above 1) or shrink the picture about its middle."""

    kind: Literal["zoom"] = "zoom"
    factor: Annotated[float, Field(ge=0.1, le=10, allow_inf_nan=False)]

    def apply(self, pixels: Tensor, full: float) -> Tensor:
        """Return the picture at that size; shrunk, it is surrounded by its edge."""
        del full
        return _warp(pixels, 1 / self.factor, 0.0)


class Flip(PictureEdit):
    """Mirror the picture: left to right, or top to bottom."""

    kind: Literal["flip"] = "flip"
    axis: Literal["horizontal", "vertical"] = "horizontal"

    def apply(self, pixels: Tensor, full: float) -> Tensor:
        """Return the picture mirrored."""
        del full
        return pixels.flip(-1 if self.axis == "horizontal" else -2)


class Blur(PictureEdit):
    """Blur by a Gaussian of standard deviation ``sigma`` pixels, cut off beyond three of them."""

    kind: Literal["blur"] = "blur"
    sigma: Annotated[float, Field(gt=0, le=20, allow_inf_nan=False)]

    def apply(self, pixels: Tensor, full: float) -> Tensor:
        """Return the picture blurred; beyond its edge, the edge goes on."""
        del full
        radius = math.ceil(3 * self.sigma)
        steps = torch.arange(-radius, radius + 1, dtype=torch.float32)
        weights = torch.exp(-(steps**2) / (2 * self.sigma**2))
        weights = weights / weights.sum()
        padded = F.pad(pixels[:, None], (radius,) * 4, mode="replicate")
        across = F.conv2d(padded, weights[None, None, None, :])
        return F.conv2d(across, weights[None, None, :, None])[:, 0]


class Noise(PictureEdit):
    """Add Gaussian noise to every number: ``std`` is a fraction of white, and a seed's noise is always the same."""

    kind: Literal["noise"] = "noise"
    std: Fraction
    seed: Annotated[int, Field(ge=0, lt=1 << 32)] = 0

    def apply(self, pixels: Tensor, full: float) -> Tensor:
        """Return the picture with noise, kept between black and white."""
        noise = torch.randn(pixels.shape, generator=torch.Generator().manual_seed(self.seed))
        return (pixels + noise * (self.std * full)).clamp(0, full)


class Grey(PictureEdit):
    """Take the colour away: all channels become 0.299 R + 0.587 G + 0.114 B (ITU-R 601-2)."""

    kind: Literal["grey"] = "grey"

    def apply(self, pixels: Tensor, full: float) -> Tensor:
        """Return the picture without colour; a grey one stays as it is."""
        del full
        if pixels.shape[0] == 1:
            return pixels
        weights = pixels.new_tensor(LUMA)[:, None, None]
        return (pixels * weights).sum(0, keepdim=True).expand_as(pixels).contiguous()


class Cover(PictureEdit):
    """Lay a rectangle of one grey over the picture; what lies beyond the picture covers nothing."""

    kind: Literal["cover"] = "cover"
    top: Position
    left: Position
    height: Extent
    width: Extent
    level: Annotated[Fraction, Field(description="0 is black, 1 is white.")] = 0.5

    def apply(self, pixels: Tensor, full: float) -> Tensor:
        """Return the picture with the rectangle on it."""
        result = pixels.clone()
        result[:, self.top : self.top + self.height, self.left : self.left + self.width] = self.level * full
        return result


AnyPictureEdit = Shift | Rotate | Zoom | Flip | Blur | Noise | Grey | Cover


def _warp(pixels: Tensor, along: float, across: float) -> Tensor:
    """Sample the picture at positions turned and scaled about its middle, in pixels.

    The number at (x, y) from the middle comes from (along·x − across·y, across·x + along·y).
    """
    height, width = pixels.shape[-2:]
    y, x = torch.meshgrid(
        torch.arange(height, dtype=torch.float32) - (height - 1) / 2,
        torch.arange(width, dtype=torch.float32) - (width - 1) / 2,
        indexing="ij",
    )
    from_x, from_y = along * x - across * y, across * x + along * y
    # grid_sample counts from −1 to 1 between the outer edges of the outer pixels (align_corners=False).
    grid = torch.stack([from_x * (2 / width), from_y * (2 / height)], dim=-1)
    return F.grid_sample(pixels[None], grid[None], padding_mode="border", align_corners=False)[0]
