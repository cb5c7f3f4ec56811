"""What a reader wants to know of a layer's values at a glance."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True, slots=True)
class Statistics:
    """Of all cells of a layer, in its own units; ``std`` divides by n; ``zero_fraction`` is in [0, 1]."""

    min: float
    max: float
    mean: float
    std: float
    zero_fraction: float


@torch.inference_mode()
def of(values: Tensor) -> Statistics:
    """Return the statistics of a float32 tensor of any shape with at least one cell."""
    low, high = torch.aminmax(values)
    std, mean = torch.std_mean(values, correction=0)
    zeros = values.numel() - int(torch.count_nonzero(values))
    return Statistics(float(low), float(high), float(mean), float(std), zeros / values.numel())
