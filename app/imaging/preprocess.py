"""Turn a picture into a network's input ("layer 0"), and record every step so that a reader can see it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from PIL import Image

from app.imaging.decode import Picture
from app.imaging.picture_edits import PictureEdit
from model.preprocessing import CenterCrop, Preprocessing, Step

Box = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True, eq=False)
class RecordedStep:
    """A step and its result: an ``image`` until pixels become numbers, from then on a ``tensor``.

    The tensor is float32 (C, H, W). An edit of the picture is a step with both: its numbers, and an image of
    them rounded to bytes, to be looked at. ``box`` is what a crop kept of the image before it: (left, top, right,
    bottom) in pixels, right and bottom exclusive.
    """

    step: Step | PictureEdit
    image: Image.Image | None
    tensor: torch.Tensor | None
    box: Box | None


@dataclass(frozen=True, slots=True, eq=False)
class Preprocessed:
    """A network's input ``tensor``, float32 (C, H, W), and the ``steps`` that led to it, in order."""

    tensor: torch.Tensor
    steps: tuple[RecordedStep, ...]


def preprocess(
    picture: Picture, preprocessing: Preprocessing, edits: Sequence[PictureEdit] = ()
) -> Preprocessed:
    """Return what ``preprocessing.apply`` gives for the picture, bit for bit, and how each step got there.

    Edits come after the step that turns pixels into numbers, before those are normalised.
    """
    steps: list[RecordedStep] = []
    image = picture.image
    for picture_step in preprocessing.picture_steps:
        box = picture_step.box(*image.size) if isinstance(picture_step, CenterCrop) else None
        image = picture_step.apply(image)
        steps.append(RecordedStep(picture_step, image, None, box))
    tensor = preprocessing.scale.apply(image)
    steps.append(RecordedStep(preprocessing.scale, None, tensor, None))
    full = 255 / preprocessing.scale.divisor
    for edit in edits:
        tensor = edit.apply(tensor, full)
        steps.append(RecordedStep(edit, _image(tensor, full), tensor, None))
    for tensor_step in preprocessing.tensor_steps:
        tensor = tensor_step.apply(tensor)
        steps.append(RecordedStep(tensor_step, None, tensor, None))
    return Preprocessed(tensor, tuple(steps))


def _image(tensor: torch.Tensor, full: float) -> Image.Image:
    """Return numbers from 0 to ``full``, (C, H, W), as a picture."""
    levels = (tensor * (255 / full)).round().clamp(0, 255).to(torch.uint8).numpy()
    return Image.fromarray(levels[0] if levels.shape[0] == 1 else levels.transpose(1, 2, 0))
