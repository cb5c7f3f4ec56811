"""Compare two traces of one network, A and B: how far each layer of B is from A's, and what both predict."""

from __future__ import annotations

from dataclasses import dataclass

from app.services.trace import Trace
from app.tracing.analysis.differences import Difference, difference, shared
from app.tracing.analysis.prediction import Prediction
from app.tracing.layers.layer import Layer


@dataclass(frozen=True, slots=True)
class Uncompared:
    """A layer whose shapes differ, or that only one of the two traces has: the other's shape is None."""

    id: str
    shape: tuple[int, ...] | None
    other_shape: tuple[int, ...] | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """B against A: ``layers`` that both have with one shape, in B's order, and how far B's values are from A's."""

    layers: tuple[tuple[Layer, Difference], ...]
    uncompared: tuple[Uncompared, ...]
    prediction: tuple[Prediction, ...]
    other_prediction: tuple[Prediction, ...]


def compare(trace: Trace, other: Trace) -> Comparison:
    """Return how far a trace (B) is from another (A) of the same network; reads every cell, so use a worker."""
    common = shared(trace.graph, other.graph)
    shapes, other_shapes = ({layer.id: layer.shape for layer in one.graph.layers} for one in (trace, other))
    rest = [layer_id for layer_id in {**shapes, **other_shapes} if layer_id not in common]
    return Comparison(
        tuple(
            (trace.graph.by_id[layer_id], difference(trace.values[layer_id], other.values[layer_id]))
            for layer_id in common
        ),
        tuple(Uncompared(name, shapes.get(name), other_shapes.get(name)) for name in rest),
        trace.prediction,
        other.prediction,
    )
