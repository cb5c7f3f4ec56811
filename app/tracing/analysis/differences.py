"""How far two passes of a network are from each other: layer by layer, cell by cell."""

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
    """Of all cells of a layer: how far its values b are from the values a of another pass.

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
    """Return how far b is from a: float32 CPU tensors of one shape, with at least one cell. Sums are float64."""
    ours, theirs = (values.detach().contiguous().numpy().reshape(-1) for values in (b, a))
    if ours.shape != theirs.shape:
        raise ValueError(f"{tuple(b.shape)} cannot be compared with {tuple(a.shape)}.")
    same = bool(np.array_equal(ours, theirs))
    largest, total, magnitude = 0.0, 0.0, 0.0
    with np.errstate(over="ignore"):
        for one, other in _chunks(ours, theirs):
            apart: NDArray[np.floating] = np.abs(one - other)
            most = float(apart.max())
            if most == inf:  # values of edited networks can differ by more than a float32 holds
                apart = np.abs(one - other.astype(np.float64))
                most = float(apart.max())
            largest = max(largest, most)
            total += float(apart.sum(dtype=np.float64))
            magnitude += float(np.abs(other).sum(dtype=np.float64))
    relative = total / magnitude if magnitude else (0.0 if same else None)
    return Difference(same, largest, total / ours.size, relative, _correlation(ours, theirs))


def _correlation(ours: NDArray[np.float32], theirs: NDArray[np.float32]) -> float | None:
    if ours.min() == ours.max() or theirs.min() == theirs.max():
        return None
    means = float(ours.mean(dtype=np.float64)), float(theirs.mean(dtype=np.float64))
    both = own = other = 0.0
    for one, another in _chunks(ours, theirs):
        left, right = one - np.float64(means[0]), another - np.float64(means[1])
        both += float(left @ right)
        own += float(left @ left)
        other += float(right @ right)
    norm = sqrt(own) * sqrt(other)
    return max(-1.0, min(1.0, both / norm)) if norm else None


def _chunks(
    ours: NDArray[np.float32], theirs: NDArray[np.float32]
) -> Iterator[tuple[NDArray[np.float32], NDArray[np.float32]]]:
    for start in range(0, ours.size, _CHUNK):
        yield ours[start : start + _CHUNK], theirs[start : start + _CHUNK]


def shared(graph: LayerGraph, other: LayerGraph) -> tuple[str, ...]:
    """Return the layers that both graphs have with the same shape, in the first one's order."""
    there = {layer.id: layer.shape for layer in other.layers}
    return tuple(layer.id for layer in graph.layers if there.get(layer.id) == layer.shape)


class Differences(Mapping[str, Tensor]):
    """The values b − a of every layer, subtracted in float32 when they are asked for.

    A layer is there as soon as ``values`` have it, so that it can be read while a pass still runs; ``minus`` is
    of a pass that is done.
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
