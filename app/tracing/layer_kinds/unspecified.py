"""The two kinds without a description of how their cells are computed: the input, and all other operations."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

from app.tracing.layer_kinds.layer_kind import LayerKind, uncounted
from app.tracing.layers import layer
from app.tracing.layers.layer import Hyperparameters
from app.tracing.layers.shapes import Shape
from app.tracing.layers.workspace import Workspace

INPUT = LayerKind(name=layer.INPUT)


def _copies(_hyperparameters: Hyperparameters, sources: Sequence[Shape], shape: Shape) -> Workspace:
    """Allow for a copy of each input and one of the output; what the operation needs is not known."""
    return Workspace(saved=sum(map(prod, sources)) + prod(shape))


OTHER = LayerKind(name=layer.OTHER, multiply_adds=uncounted, workspace=_copies)
