"""Which layers compute the same in two edited forms of one network."""

from __future__ import annotations

from app.tracing.capture.graph import LayerGraph


def unchanged_layers(before: LayerGraph, after: LayerGraph) -> frozenset[str]:
    """Return the layers that put out the same in two edited forms of one network, on the same input."""
    # Names of steps, not of layers, because a layer can depend on another's size, which is no layer.
    unchanged: set[str] = set()
    for step in after.steps:
        layer_id = step.layer_id
        edited_alike = layer_id is None or (
            layer_id in before.by_id and before.edited.get(layer_id) == after.edited.get(layer_id)
        )
        if edited_alike and unchanged.issuperset(step.sources):
            unchanged.add(step.name)
    return frozenset(step.layer_id for step in after.steps if step.layer_id and step.name in unchanged)
