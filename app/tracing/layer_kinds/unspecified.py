"""The two kinds without a description of how their cells are computed: the input, and all other operations."""

from __future__ import annotations

from app.tracing.layer_kinds.layer_kind import LayerKind, uncounted
from app.tracing.layers import layer

INPUT = LayerKind(name=layer.INPUT)

OTHER = LayerKind(name=layer.OTHER, multiply_adds=uncounted)
