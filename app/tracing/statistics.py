"""What a reader wants to know of a layer's values at a glance."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np
from torch import Tensor

_CHUNK = 1 << 16  # float32 values that stay in a core's cache


@dataclass(frozen=True, slots=True)
class Statistics:
    """Of all cells of a layer, in its own units; ``std`` divides by n; ``zero_fraction`` is in [0, 1]."""

    min: float
    max: float
    mean: float
    std: float
    zero_fraction: float


def of(values: Tensor) -> Statistics:
    """Return the statistics of a float32 CPU tensor of any shape with at least one cell.

    In numpy: over 96 maps of 112 × 112 torch's std_mean and count_nonzero take twelve times as long on one core.
    """
    cells = values.detach().contiguous().numpy().reshape(-1)
    mean = float(cells.mean())
    # About the mean, not from the mean of squares, which loses the digits where the mean is large.
    deviations = np.empty(min(_CHUNK, cells.size), dtype=np.float32)
    squares = 0.0
    for start in range(0, cells.size, _CHUNK):
        chunk = cells[start : start + _CHUNK]
        off = np.subtract(chunk, np.float32(mean), out=deviations[: chunk.size])
        squares += float(np.dot(off, off))
    zeros = cells.size - int(np.count_nonzero(cells))
    return Statistics(
        float(cells.min()), float(cells.max()), mean, sqrt(squares / cells.size), zeros / cells.size
    )
