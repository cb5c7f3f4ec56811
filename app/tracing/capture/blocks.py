"""The lecture's three stages of a convolution layer, found in any network's graph.

A block begins at a convolution (the feature map), goes on to the activation function that reads it, through
batch norm and the like, and ends at the pooling that reads the activation. The last two may be missing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from app.tracing.capture.layer_kinds import ACTIVATIONS, POOLINGS, TRANSPARENT


@dataclass(frozen=True, slots=True)
class Block:
    """Layer ids of a block's feature map, activation map and pooled map."""

    id: str
    feature: str
    activation: str | None
    pooled: str | None


def find(layers: Iterable[tuple[str, str, Sequence[str]]]) -> tuple[Block, ...]:
    """Return the blocks of a graph given as (id, kind, inputs), in graph order, as ``block1``, ``block2`` ….

    A pooling that reads a convolution without an activation between them still ends its block.
    """
    listed = list(layers)
    kind = {layer_id: layer_kind for layer_id, layer_kind, _ in listed}
    readers: dict[str, list[str]] = {layer_id: [] for layer_id in kind}
    for layer_id, _, inputs in listed:
        for source in inputs:
            readers[source].append(layer_id)

    found: list[Block] = []
    for layer_id, layer_kind, _ in listed:
        if layer_kind == "conv2d":
            activation = _next(layer_id, ACTIVATIONS, kind, readers)
            pooled = _next(activation or layer_id, POOLINGS, kind, readers)
            found.append(Block(f"block{len(found) + 1}", layer_id, activation, pooled))
    return tuple(found)


def _next(
    start: str, wanted: frozenset[str], kind: Mapping[str, str], readers: Mapping[str, list[str]]
) -> str | None:
    """The one reader of a wanted kind, looked for through transparent layers; None if none or several."""
    here = start
    while True:
        hits = [reader for reader in readers[here] if kind[reader] in wanted]
        if hits:
            return hits[0] if len(hits) == 1 else None
        onward = [reader for reader in readers[here] if kind[reader] in TRANSPARENT]
        if len(onward) != 1:
            return None
        here = onward[0]
