"""Which maps a vector was flattened from."""

from __future__ import annotations

from app.tracing.capture.graph import LayerGraph
from app.tracing.layer_kinds.layer_kind import Role
from app.tracing.layer_kinds.registry import kind_named
from app.tracing.layers.layer import Layer


def flattened_maps(graph: LayerGraph, layer_id: str) -> Layer | None:
    """Return the layer of maps (C, H, W) of which a layer is the flattened vector, if it is one.

    Activations, dropout and the like may stand between, since they keep every number's place.
    """
    layer = graph.by_id[layer_id]
    while _has(layer, Role.ONE_TO_ONE) and len(layer.inputs) == 1 and len(layer.shape) == 1:
        layer = graph.by_id[layer.inputs[0]]
    if not _has(layer, Role.FLATTEN) or len(layer.shape) != 1 or len(layer.inputs) != 1:
        return None
    maps = graph.by_id[layer.inputs[0]]
    return maps if len(maps.shape) == 3 else None


def _has(layer: Layer, role: Role) -> bool:
    return role in kind_named(layer.kind).roles
