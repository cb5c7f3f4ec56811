"""A picture to a network's input, every step recorded, so that a reader can see each ("layer 0")."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from PIL import Image

from app.imaging.decode import Picture
from model.preprocessing import CenterCrop, Preprocessing, Step

Box = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True, eq=False)
class RecordedStep:
    """A step and what came of it: an ``image`` until pixels become numbers, from then on a ``tensor``.

    The tensor is float32 (C, H, W). ``box`` is what a crop kept of the image before it: (left, top, right,
    bottom) in pixels, right and bottom exclusive.
    """

    step: Step
    image: Image.Image | None
    tensor: torch.Tensor | None
    box: Box | None


@dataclass(frozen=True, slots=True, eq=False)
class Preprocessed:
    """A network's input ``tensor``, float32 (C, H, W), and the ``steps`` that led to it, in order."""

    tensor: torch.Tensor
    steps: tuple[RecordedStep, ...]


def preprocess(picture: Picture, preprocessing: Preprocessing) -> Preprocessed:
    """Return what ``preprocessing.apply`` gives for the picture, bit for bit, and how each step got there."""
    steps: list[RecordedStep] = []
    image = picture.image
    for picture_step in preprocessing.picture_steps:
        box = picture_step.box(*image.size) if isinstance(picture_step, CenterCrop) else None
        image = picture_step.apply(image)
        steps.append(RecordedStep(picture_step, image, None, box))
    tensor = preprocessing.scale.apply(image)
    steps.append(RecordedStep(preprocessing.scale, None, tensor, None))
    for tensor_step in preprocessing.tensor_steps:
        tensor = tensor_step.apply(tensor)
        steps.append(RecordedStep(tensor_step, None, tensor, None))
    return Preprocessed(tensor, tuple(steps))
