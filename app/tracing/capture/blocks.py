"""The lecture's three stages of a convolution layer, found in any network's graph.

A block begins at a convolution (the feature map), goes on to the activation function that reads it, through
batch norm and the like, and ends at the pooling that reads the activation. The last two may be missing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.tracing.layer_kinds.layer_kind import Role
from app.tracing.layer_kinds.registry import kind_named
from app.tracing.layers.layer import Layer


@dataclass(frozen=True, slots=True)
class Block:
    """Layer ids of a block's feature map, activation map and pooled map."""

    id: str
    feature: str
    activation: str | None
    pooled: str | None


def find_blocks(layers: Sequence[Layer]) -> tuple[Block, ...]:
    """Return the blocks of a graph's layers, in their order, as ``block1``, ``block2`` ….

    A pooling that reads a convolution without an activation between them still ends its block.
    """
    readers: dict[str, list[Layer]] = {layer.id: [] for layer in layers}
    for layer in layers:
        for source in layer.inputs:
            readers[source].append(layer)

    blocks: list[Block] = []
    for layer in layers:
        if _has(layer, Role.CONVOLUTION):
            activation = _next_with(Role.ACTIVATION, layer.id, readers)
            pooled = _next_with(Role.POOLING, activation or layer.id, readers)
            blocks.append(Block(f"block{len(blocks) + 1}", layer.id, activation, pooled))
    return tuple(blocks)


def _next_with(role: Role, layer_id: str, readers: Mapping[str, list[Layer]]) -> str | None:
    """Return the one layer with a role that reads a layer, directly or through layers that pass it through.

    None if there is no such layer, or several.
    """
    while True:
        matches = [reader.id for reader in readers[layer_id] if _has(reader, role)]
        if matches:
            return matches[0] if len(matches) == 1 else None
        onward = [reader.id for reader in readers[layer_id] if _has(reader, Role.TRANSPARENT)]
        if len(onward) != 1:
            return None
        layer_id = onward[0]


def _has(layer: Layer, role: Role) -> bool:
    return role in kind_named(layer.kind).roles
