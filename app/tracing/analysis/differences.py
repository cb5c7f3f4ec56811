"""How much the values of two passes of a network differ, layer by layer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import inf, sqrt

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from app.tracing.capture.graph import LayerGraph

_CHUNK = 1 << 16  # cells whose float64 copies stay in a core's cache


@dataclass(frozen=True, slots=True)
class Difference:
    """How much a layer's values b differ from the values a of another pass, over all cells.

    ``same`` says that every float32 is equal. ``max_abs`` and ``mean_abs`` are of |b − a|, each difference a
    float32 (float64 where that is too small for it), in the layer's own units. ``relative`` is Σ|b − a| / Σ|a|;
    None where a is zero everywhere and b is not. ``correlation`` is Pearson's, in [−1, 1]; None where either is
    the same value everywhere.
    """

    same: bool
    max_abs: float
    mean_abs: float
    relative: float | None
    correlation: float | None


def difference(b: Tensor, a: Tensor) -> Difference:
    """Return how much b differs from a: float32 CPU tensors of one shape, with at least one cell. Sums are float64."""
    cells_b, cells_a = (values.detach().contiguous().numpy().reshape(-1) for values in (b, a))
    if cells_b.shape != cells_a.shape:
        raise ValueError(f"{tuple(b.shape)} cannot be compared with {tuple(a.shape)}.")
    same = bool(np.array_equal(cells_b, cells_a))
    largest, total, magnitude = 0.0, 0.0, 0.0
    with np.errstate(over="ignore"):
        for chunk_b, chunk_a in _chunks(cells_b, cells_a):
            distances: NDArray[np.floating] = np.abs(chunk_b - chunk_a)
            most = float(distances.max())
            if most == inf:  # values of edited networks can differ by more than the largest float32
                distances = np.abs(chunk_b - chunk_a.astype(np.float64))
                most = float(distances.max())
            largest = max(largest, most)
            total += float(distances.sum(dtype=np.float64))
            magnitude += float(np.abs(chunk_a).sum(dtype=np.float64))
    relative = total / magnitude if magnitude else (0.0 if same else None)
    return Difference(same, largest, total / cells_b.size, relative, _correlation(cells_b, cells_a))


def _correlation(b: NDArray[np.float32], a: NDArray[np.float32]) -> float | None:
    if b.min() == b.max() or a.min() == a.max():
        return None
    mean_b, mean_a = b.mean(dtype=np.float64), a.mean(dtype=np.float64)
    covariance = variance_b = variance_a = 0.0
    for chunk_b, chunk_a in _chunks(b, a):
        deviations_b, deviations_a = chunk_b - mean_b, chunk_a - mean_a
        covariance += float(deviations_b @ deviations_a)
        variance_b += float(deviations_b @ deviations_b)
        variance_a += float(deviations_a @ deviations_a)
    norm = sqrt(variance_b) * sqrt(variance_a)
    return max(-1.0, min(1.0, covariance / norm)) if norm else None


def _chunks(
    b: NDArray[np.float32], a: NDArray[np.float32]
) -> Iterator[tuple[NDArray[np.float32], NDArray[np.float32]]]:
    for start in range(0, b.size, _CHUNK):
        yield b[start : start + _CHUNK], a[start : start + _CHUNK]


def shared(graph: LayerGraph, other: LayerGraph) -> tuple[str, ...]:
    """Return the layers that both graphs have with the same shape, in the first one's order."""
    other_shapes = {layer.id: layer.shape for layer in other.layers}
    return tuple(layer.id for layer in graph.layers if other_shapes.get(layer.id) == layer.shape)


class Differences(Mapping[str, Tensor]):
    """The values b − a of every layer, subtracted in float32 when they are read.

    ``values`` (b) may grow while a pass still runs, and a layer can be read as soon as they have it; ``minus`` (a)
    is complete.
    """

    def __init__(self, values: Mapping[str, Tensor], minus: Mapping[str, Tensor]) -> None:
        self._values = values
        self._minus = minus

    def __getitem__(self, layer_id: str) -> Tensor:
        return self._values[layer_id] - self._minus[layer_id]

    def __contains__(self, layer_id: object) -> bool:
        return layer_id in self._values and layer_id in self._minus

    def __iter__(self) -> Iterator[str]:
        return (layer_id for layer_id in self._values if layer_id in self._minus)

    def __len__(self) -> int:
        return sum(1 for _ in self)
