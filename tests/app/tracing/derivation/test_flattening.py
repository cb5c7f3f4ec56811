"""A vector's maps are found through layers that keep every number's place, and through no others."""

from __future__ import annotations

import pytest
from torch import nn

from app.tracing.capture.graph_builder import build
from app.tracing.derivation.flattening import flattened_maps


@pytest.mark.parametrize(
    ("layers", "maps"),
    [
        ([nn.Flatten()], "conv2d"),
        ([nn.Flatten(), nn.ReLU(), nn.Dropout(), nn.Identity()], "conv2d"),
        ([nn.ReLU(), nn.Flatten()], "relu"),
        ([nn.Flatten(), nn.Softmax(1)], None),
        ([nn.Flatten(), nn.Linear(98, 4)], None),
        ([nn.Flatten(2)], None),
        ([nn.ReLU()], None),
    ],
    ids=["flatten", "one to one", "activated maps", "softmax", "dense", "rows", "maps"],
)
def test_the_maps_of_a_vector(layers: list[nn.Module], maps: str | None) -> None:
    graph = build(nn.Sequential(nn.Conv2d(1, 2, 3), *layers).eval(), (1, 9, 9))
    layer = flattened_maps(graph, graph.output)
    assert (layer.kind if layer else None) == maps
