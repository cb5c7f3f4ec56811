"""Trace a cell of the network's input back to the photograph: find the pixels it was computed from, and their weights.

Every picture step is linear up to rounding, so the weights are computed step by step, backwards: a crop moves them,
a change of mode spreads them over the colours, a resize spreads each over the pixels of its window. Autograd computes
the weights that edits of the picture give.

What is exact: the weights are those that Pillow computes, before it rounds them to 22 bits. What is not: Pillow
rounds the picture to whole levels from 0 to 255 after every step, and in a resize after either direction: half a
level each, which the steps after it weigh again. The weighted sum is so within two levels of the level reached (on
photographs within one), except where a bicubic or lanczos filter overshoots and a level is cut off at 0 or 255.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, repeat
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from app.imaging.decode import Picture
from app.imaging.picture_edits import PictureEdit
from app.imaging.preprocess import Preprocessed, RecordedStep
from model.preprocessing import CenterCrop, Filter, Normalize, Resize, Scale, ToMode

Floats = NDArray[np.float64]

# Pillow's integers for ITU-R 601-2: https://github.com/python-pillow/Pillow/blob/main/src/libImaging/Convert.c
LUMA = np.array([19595, 38470, 7471]) / 65536


@dataclass(frozen=True, slots=True)
class Box:
    """Pixels of a picture; ``right`` and ``bottom`` are exclusive."""

    left: int
    top: int
    right: int
    bottom: int


@dataclass(frozen=True, slots=True, eq=False)
class Weights:
    """Weights (C, h, w) of the pixels of a picture from row ``top`` and column ``left`` on; all others are 0."""

    values: Floats
    top: int
    left: int

    def trimmed(self) -> Weights:
        """Return the same without rows and columns of zeros at the edges."""
        nonzero = self.values != 0
        rows, columns = np.flatnonzero(nonzero.any((0, 2))), np.flatnonzero(nonzero.any((0, 1)))
        if not len(rows):
            return Weights(self.values[:, :0, :0], self.top, self.left)
        return Weights(
            self.values[:, rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1],
            self.top + int(rows[0]),
            self.left + int(columns[0]),
        )

    @property
    def box(self) -> Box:
        """The pixels that have a weight."""
        height, width = self.values.shape[1:]
        return Box(self.left, self.top, self.left + width, self.top + height)


@dataclass(frozen=True, slots=True, eq=False)
class Provenance:
    """The pixels of the photograph that a cell of the input was computed from.

    ``weights`` and ``levels`` (0–255) are (n, h, w): of ``channels`` of the photograph (R, G, B, or 0 where it is
    grey), of the rows from ``top`` and the columns from ``left`` on. ``sum`` is Σ weight × level, and ``level`` is
    what was reached of it: a whole number, unless the picture was edited. ``preparation`` then makes the value:
    ``{"kind": "scale", "divisor"}`` and ``{"kind": "normalize", "mean", "std"}``, in order.
    """

    channels: tuple[int, ...]
    top: int
    left: int
    weights: Floats
    levels: NDArray[np.uint8]
    sum: float
    level: float
    edited: bool
    preparation: tuple[dict[str, Any], ...]


def input_cell_provenance(
    picture: Picture, preprocessed: Preprocessed, cell: tuple[int, int, int]
) -> Provenance:
    """Return the provenance of the cell (channel, row, column) of the input tensor."""
    weights_on_photograph = _on_photograph(picture, preprocessed, _single_cell(cell, preprocessed))
    used_channels = tuple(np.flatnonzero((weights_on_photograph.values != 0).any((1, 2))).tolist())
    box = weights_on_photograph.box
    part = np.asarray(picture.image.crop((box.left, box.top, box.right, box.bottom)))
    pixels = part.reshape(*part.shape[:2], len(picture.mode))
    levels = np.ascontiguousarray(pixels.transpose(2, 0, 1)[list(used_channels)])
    weights = weights_on_photograph.values[list(used_channels)]
    channel, row, column = cell
    edits = _edits(preprocessed)
    steps = [recorded.step for recorded in preprocessed.steps]
    scale = next(step for step in steps if isinstance(step, Scale))
    before = [recorded for recorded in preprocessed.steps if not isinstance(recorded.step, Normalize)]
    tensor = before[-1].tensor
    assert tensor is not None  # noqa: S101 - the scale made one
    level = float(tensor[channel, row, column]) * scale.divisor
    preparation: list[dict[str, Any]] = [{"kind": "scale", "divisor": scale.divisor}]
    preparation += [
        {"kind": "normalize", "mean": step.mean[channel], "std": step.std[channel]}
        for step in steps
        if isinstance(step, Normalize)
    ]
    return Provenance(
        channels=used_channels,
        top=weights_on_photograph.top,
        left=weights_on_photograph.left,
        weights=weights,
        levels=levels,
        sum=float((weights * levels).sum()),
        level=level if edits else float(round(level)),
        edited=bool(edits),
        preparation=tuple(preparation),
    )


def photograph_box(picture: Picture, preprocessed: Preprocessed, region: Box) -> Box | None:
    """Return the smallest rectangle of the photograph with all pixels that a region of the input is computed from.

    It is in pixels of the upright picture as it is kept. None if there are none, because an edit covers the region.
    """
    shape = preprocessed.tensor.shape
    if _edits(preprocessed):
        ones = np.zeros((shape[0], shape[1], shape[2]))
        ones[:, region.top : region.bottom, region.left : region.right] = 1
        unedited = _before_edits(preprocessed, Weights(ones, 0, 0))
        if not unedited.values.size:
            return None
        region = unedited.box
    # A filter's window moves on with the cell, so the corners say where all of them lie.
    first, last = (
        _through_picture_steps(picture, preprocessed, Weights(np.ones((shape[0], 1, 1)), row, column)).box
        for row, column in ((region.top, region.left), (region.bottom - 1, region.right - 1))
    )
    return Box(first.left, first.top, last.right, last.bottom)


def _single_cell(cell: tuple[int, int, int], preprocessed: Preprocessed) -> Weights:
    channel, row, column = cell
    values = np.zeros((preprocessed.tensor.shape[0], 1, 1))
    values[channel] = 1
    return Weights(values, row, column)


def _on_photograph(picture: Picture, preprocessed: Preprocessed, weights: Weights) -> Weights:
    if _edits(preprocessed):
        weights = _before_edits(preprocessed, weights)
        if not weights.values.size:  # an edit laid something over it
            return Weights(np.zeros((len(picture.mode), 0, 0)), 0, 0)
    return _through_picture_steps(picture, preprocessed, weights)


def _through_picture_steps(picture: Picture, preprocessed: Preprocessed, weights: Weights) -> Weights:
    """Go back from the picture that is turned into numbers to the photograph."""
    steps = [item for item in preprocessed.steps if isinstance(item.step, CenterCrop | ToMode | Resize)]
    images = [picture.image, *(item.image for item in steps)]
    for before, recorded in reversed(list(zip(images, steps, strict=False))):
        assert before is not None  # noqa: S101 - picture steps put out pictures
        weights = _before(recorded, before, weights)
    return weights


def _before(recorded: RecordedStep, image: Image.Image, weights: Weights) -> Weights:
    """Return the weights of a step's input from those of its output. Every kind of step has a case here."""
    match recorded.step:
        case CenterCrop():
            assert recorded.box  # noqa: S101 - a crop says what it kept
            left, top, _, _ = recorded.box
            return Weights(weights.values, weights.top + top, weights.left + left)
        case ToMode(mode=mode):
            return Weights(_before_mode(mode, image.mode, weights.values), weights.top, weights.left)
        case Resize() as resize:
            return _before_resize(resize, image.size, weights)
        case step:
            raise NotImplementedError(f"no way back through {type(step).__name__}")


def _before_mode(mode: str, original_mode: str, values: Floats) -> Floats:
    if mode == original_mode:
        return values
    return values.sum(0, keepdims=True) if original_mode == "L" else values * LUMA[:, None, None]


def _before_edits(preprocessed: Preprocessed, weights: Weights) -> Weights:
    """Return the weights before the edits: the gradient of the weighted sum with respect to the unedited numbers."""
    scaled = next(item for item in preprocessed.steps if isinstance(item.step, Scale))
    assert scaled.tensor is not None and isinstance(scaled.step, Scale)  # noqa: S101, PT018 - it made one
    with_grad = scaled.tensor.clone().requires_grad_()
    edited = with_grad
    for edit in _edits(preprocessed):
        edited = edit.apply(edited, 255 / scaled.step.divisor)
    height, width = weights.values.shape[1:]
    part = edited[:, weights.top : weights.top + height, weights.left : weights.left + width]
    (part.double() * part.new_tensor(weights.values).double()).sum().backward()  # type: ignore[no-untyped-call]
    grad = with_grad.grad
    derivatives = np.zeros(with_grad.shape) if grad is None else grad.double().numpy()
    return Weights(derivatives, 0, 0).trimmed()


def _edits(preprocessed: Preprocessed) -> Sequence[PictureEdit]:
    return [item.step for item in preprocessed.steps if isinstance(item.step, PictureEdit)]


# ---- Pillow's resampling --------------------------------------------------------------------------------
# https://github.com/python-pillow/Pillow/blob/main/src/libImaging/Resample.c


def _before_resize(resize: Resize, size: tuple[int, int], weights: Weights) -> Weights:
    width, height = size
    if (width, height) == (resize.width, resize.height):
        return weights
    count, across = weights.values.shape[1:]
    top, rows = _matrix(resize.filter, height, resize.height, range(weights.top, weights.top + count))
    left, columns = _matrix(resize.filter, width, resize.width, range(weights.left, weights.left + across))
    return Weights(rows.T @ weights.values @ columns, top, left)


def _matrix(name: Filter, extent: int, outputs: int, places: range) -> tuple[int, Floats]:
    """The weights (outputs, inputs) of some outputs, and the first input that has one."""
    rows = [coefficients(name, extent, outputs, output) for output in places]
    first = min(start for start, _ in rows)
    matrix = np.zeros(
        (len(rows), max(start + len(row_coefficients) for start, row_coefficients in rows) - first)
    )
    for row, (start, row_coefficients) in enumerate(rows):
        matrix[row, start - first : start - first + len(row_coefficients)] = row_coefficients
    return first, matrix


@lru_cache(maxsize=8192)
def coefficients(name: Filter, extent: int, outputs: int, output: int) -> tuple[int, Floats]:
    """Return the first pixel that an output is made of, along one axis, and the weights from there on.

    A filter is stretched by the reduction, cut off at the picture's edges, and made to sum to 1.
    """
    scale = extent / outputs
    if extent == outputs:
        return output, np.ones(1)
    if name == "nearest":
        return _nearest(extent, outputs)[output], np.ones(1)
    support, curve = _CURVES[name]
    stretch = scale if scale > 1 else 1.0
    center = (output + 0.5) * scale
    first = max(0, int(center - support * stretch + 0.5))
    end = min(extent, int(center + support * stretch + 0.5))
    weights = curve(np.asarray((np.arange(first, end) - center + 0.5) / stretch, dtype=np.float64))
    return first, weights / weights.sum()


@lru_cache(maxsize=64)
def _nearest(extent: int, outputs: int) -> list[int]:
    """The pixel that each output copies. Pillow adds the step up, with what that rounds."""
    scale = extent / outputs
    return [
        min(int(place), extent - 1) for place in accumulate(repeat(scale, outputs - 1), initial=scale / 2)
    ]


def _box(x: Floats) -> Floats:
    return np.asarray((x > -0.5) & (x <= 0.5), dtype=np.float64)


def _bilinear(x: Floats) -> Floats:
    return np.asarray(np.clip(1 - np.abs(x), 0, None))


def _bicubic(x: Floats) -> Floats:
    """Keys' cubic convolution with a = −0.5."""
    x = np.abs(x)
    near = (1.5 * x - 2.5) * x * x + 1
    far = (((x - 5) * x + 8) * x - 4) * -0.5
    return np.asarray(np.where(x < 1, near, np.where(x < 2, far, 0.0)))


def _lanczos(x: Floats) -> Floats:
    return np.asarray(np.where(np.abs(x) < 3, np.sinc(x) * np.sinc(x / 3), 0.0))


_CURVES: dict[Filter, tuple[float, Callable[[Floats], Floats]]] = {
    "box": (0.5, _box),
    "bilinear": (1.0, _bilinear),
    "bicubic": (2.0, _bicubic),
    "lanczos": (3.0, _lanczos),
}
