"""Augmentations: random changes to a batch of training pictures that keep their class.

Each is a frozen value, applied to a whole batch at once: float32 (N, C, H, W) in, the same shape out, every
picture with its own draw from the generator.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch.nn import functional


@dataclass(frozen=True, slots=True)
class Flip:
    """Mirror left and right, every second picture on average."""

    def apply(self, batch: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
        """Return the batch, (N, C, H, W)."""
        mirrored = torch.rand(len(batch), generator=generator) < 0.5
        return torch.where(mirrored[:, None, None, None], batch.flip(3), batch)


@dataclass(frozen=True, slots=True)
class Crop:
    """Pad by ``padding`` cells of zero on every side and cut out the old size at a random place."""

    padding: int

    def apply(self, batch: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
        """Return the batch, (N, C, H, W)."""
        count, _, height, width = batch.shape
        padded = functional.pad(batch, (self.padding,) * 4)
        # A view (N, C, 2p+1, 2p+1, H, W) of every possible cut: choosing is one gather, with no loop.
        cuts = padded.unfold(2, height, 1).unfold(3, width, 1)
        places = 2 * self.padding + 1
        top = torch.randint(places, (count,), generator=generator)
        left = torch.randint(places, (count,), generator=generator)
        return cuts[torch.arange(count), :, top, left]


@dataclass(frozen=True, slots=True)
class Affine:
    """Turn by up to ±``degrees``, scale by up to 1±``scale``, move by up to ``shift`` cells; zero outside."""

    degrees: float
    scale: float
    shift: float

    def apply(self, batch: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
        """Return the batch, (N, C, H, W), resampled bilinearly."""
        count, _, height, width = batch.shape
        angle, zoom, across, down = torch.rand(4, count, generator=generator) * 2 - 1
        angle = angle * math.radians(self.degrees)
        zoom = 1 + zoom * self.scale
        cos, sin = zoom * torch.cos(angle), zoom * torch.sin(angle)
        across, down = across * 2 * self.shift / width, down * 2 * self.shift / height
        rows = torch.stack([cos, -sin, across, sin, cos, down], dim=1).reshape(count, 2, 3)
        grid = functional.affine_grid(rows, list(batch.shape), align_corners=False)
        return functional.grid_sample(batch, grid, align_corners=False)


Augmentation = Flip | Crop | Affine
