"""Preprocessing: the visible steps from a picture to a network's input tensor ("layer 0").

A network's card lists its steps. Each step is a frozen value that can be shown to a reader (`describe`) and
applied. Until `Scale` the value is a Pillow image of mode ``RGB`` or ``L``; from `Scale` on it is a float32
tensor of shape (C, H, W). Training and serving apply these same steps, so a card's accuracy is the accuracy
of what is on screen.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

import numpy as np
import torch
from PIL import Image

Filter = Literal["nearest", "box", "bilinear", "bicubic", "lanczos"]
_FILTERS: dict[Filter, Image.Resampling] = {
    "nearest": Image.Resampling.NEAREST,
    "box": Image.Resampling.BOX,
    "bilinear": Image.Resampling.BILINEAR,
    "bicubic": Image.Resampling.BICUBIC,
    "lanczos": Image.Resampling.LANCZOS,
}


@dataclass(frozen=True, slots=True)
class CenterCrop:
    """Keep the central square, of side ``round(fraction * min(height, width))`` and at least one pixel."""

    fraction: float = 1.0

    def apply(self, image: Image.Image) -> Image.Image:
        """Return the square, same mode."""
        return image.crop(self.box(image.width, image.height))

    def box(self, width: int, height: int) -> tuple[int, int, int, int]:
        """Return (left, top, right, bottom) in pixels for that picture size; right and bottom exclusive."""
        side = max(1, round(self.fraction * min(width, height)))
        left, top = (width - side) // 2, (height - side) // 2
        return left, top, left + side, top + side


@dataclass(frozen=True, slots=True)
class ToMode:
    """Convert to ``RGB``, or to grey (``L``) by ITU-R 601-2 luma: 0.299 R + 0.587 G + 0.114 B (Pillow's)."""

    mode: Literal["RGB", "L"]

    def apply(self, image: Image.Image) -> Image.Image:
        """Return the picture in that mode; larger is whiter."""
        return image if image.mode == self.mode else image.convert(self.mode)


@dataclass(frozen=True, slots=True)
class Resize:
    """Resample to height × width with Pillow's antialiased filter, in 8 bits."""

    height: int
    width: int
    filter: Filter = "bicubic"

    def apply(self, image: Image.Image) -> Image.Image:
        """Return the picture at that size, same mode."""
        if image.size == (self.width, self.height):
            return image
        return image.resize((self.width, self.height), _FILTERS[self.filter])


@dataclass(frozen=True, slots=True)
class Scale:
    """Turn bytes 0–255 into float32 of shape (C, H, W), each divided by ``divisor``."""

    divisor: float = 255.0

    def apply(self, image: Image.Image) -> torch.Tensor:
        """Return the tensor, (3, H, W) for ``RGB`` and (1, H, W) for ``L``."""
        array = np.asarray(image, dtype=np.float32)
        planes = array[None] if array.ndim == 2 else array.transpose(2, 0, 1)
        return torch.from_numpy(np.ascontiguousarray(planes)) / self.divisor


@dataclass(frozen=True, slots=True)
class Normalize:
    """Subtract a mean and divide by a standard deviation, one of each per channel."""

    mean: tuple[float, ...]
    std: tuple[float, ...]

    def apply(self, tensor: torch.Tensor) -> torch.Tensor:
        """Return ``(tensor - mean) / std``, shape (C, H, W)."""
        mean = torch.tensor(self.mean, dtype=torch.float32)[:, None, None]
        std = torch.tensor(self.std, dtype=torch.float32)[:, None, None]
        return (tensor - mean) / std


PictureStep = CenterCrop | ToMode | Resize
TensorStep = Normalize
Step = CenterCrop | ToMode | Resize | Scale | Normalize

_KINDS: dict[type[Step], str] = {
    CenterCrop: "center_crop",
    ToMode: "to_mode",
    Resize: "resize",
    Scale: "scale",
    Normalize: "normalize",
}


@dataclass(frozen=True, slots=True)
class Preprocessing:
    """A network's steps: picture steps, then one scale, then tensor steps."""

    picture_steps: tuple[PictureStep, ...]
    scale: Scale
    tensor_steps: tuple[TensorStep, ...] = ()

    @property
    def steps(self) -> tuple[Step, ...]:
        """All steps in the order in which they apply."""
        return (*self.picture_steps, self.scale, *self.tensor_steps)

    def apply(self, image: Image.Image) -> torch.Tensor:
        """Return the input tensor of a picture of mode ``RGB`` or ``L``: float32 (C, H, W)."""
        for picture_step in self.picture_steps:
            image = picture_step.apply(image)
        tensor = self.scale.apply(image)
        for tensor_step in self.tensor_steps:
            tensor = tensor_step.apply(tensor)
        return tensor


def describe(step: Step) -> dict[str, Any]:
    """Return the step as JSON-ready fields, its ``kind`` first: ``{"kind": "resize", "height": 32, …}``."""
    return {"kind": _KINDS[type(step)], **asdict(step)}
