"""Which cells of a layer a test looks at."""

from __future__ import annotations

import random

from torch import Tensor

from app.tracing.layers.terms import Cell


def some_cells(values: Tensor, count: int, seed: int = 0) -> list[Cell]:
    """Return ``count`` cells of a layer at random, the first and the last."""
    chosen = random.Random(seed)
    cells = [tuple(chosen.randrange(size) for size in values.shape) for _ in range(count)]
    return [*cells, (0,) * values.dim(), tuple(size - 1 for size in values.shape)]
