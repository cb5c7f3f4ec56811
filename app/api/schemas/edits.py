"""What can be edited at a layer."""

from __future__ import annotations

from app.api.schemas.base import Answer
from app.tracing.editing.edits import Activation, PaddingMode, PoolingName


class RangeAnswer(Answer):
    """Whole numbers from ``low`` to ``high``, both included."""

    low: int
    high: int


class WindowsAnswer(Answer):
    """How a window may slide while its other settings stay: a range along [height, width] for each setting."""

    ranges: dict[str, tuple[RangeAnswer, RangeAnswer]]
    padding_modes: list[PaddingMode]
    poolings: list[PoolingName]


class WeightsAnswer(Answer):
    """Filters (or a dense layer's units), channels of each, and the kernel's size; kernels known by name."""

    filters: int
    channels: int
    height: int
    width: int
    presets: dict[str, list[list[float]]]


class ChoicesAnswer(Answer):
    """What can be edited at a layer; what cannot is 0, null or empty."""

    channels: int
    biases: int
    weights: WeightsAnswer | None
    convolution: WindowsAnswer | None
    pooling: WindowsAnswer | None
    activations: list[Activation]
