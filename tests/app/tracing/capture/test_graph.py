"""A layer graph is plain data: layers in order, the edges between them, and what the last one makes."""

from __future__ import annotations

from dataclasses import replace

import pytest
from torch import nn

from app.tracing.capture.graph import LayerGraph
from app.tracing.capture.graph_builder import build
from model import registry
from tests.app.tracing.network_zoo import graph_of


def test_layers_are_found_by_id_and_edges_are_their_inputs() -> None:
    graph = graph_of("functional")
    assert graph.by_id["add"].inputs == ("relu", "branch")
    assert [edge for edge in graph.edges if edge[1] == "add"] == [("relu", "add"), ("branch", "add")]
    assert len(graph.edges) == sum(len(layer.inputs) for layer in graph.layers)


@pytest.mark.parametrize(
    ("layers", "logits"),
    [
        ([nn.Flatten(), nn.Linear(9, 2), nn.Softmax(1)], "linear"),
        ([nn.Flatten(), nn.Linear(9, 1), nn.Sigmoid()], "linear"),
        ([nn.Flatten(), nn.Linear(9, 2)], None),
        ([nn.Flatten(), nn.Linear(9, 2), nn.ReLU()], None),
    ],
    ids=["softmax", "sigmoid", "nothing", "another activation"],
)
def test_logits_are_what_a_last_softmax_or_sigmoid_reads(layers: list[nn.Module], logits: str | None) -> None:
    graph = build(nn.Sequential(*layers), (1, 3, 3))
    assert (graph.by_id[graph.logits].kind if graph.logits else None) == logits


@pytest.mark.parametrize("network_id", registry.NETWORKS)
def test_every_layer_reads_layers_before_it(network_id: str) -> None:
    network = registry.get(network_id)
    graph: LayerGraph = build(registry.seeded(network), network.card.input_shape)
    order = {layer.id: index for index, layer in enumerate(graph.layers)}
    assert all(order[source] < order[reader] for source, reader in graph.edges)
    assert graph.output == graph.layers[-1].id
    assert {step.layer_id for step in graph.steps if step.layer_id} == set(order)


def test_a_changed_graph_finds_its_own_layers() -> None:
    graph = graph_of("one module twice")
    assert set(graph.by_id) == {"input", "conv", "act", "conv_1", "act_1"}
    shorter = replace(graph, layers=graph.layers[:2], output="conv")
    assert set(shorter.by_id) == {"input", "conv"}
    assert graph.conflict is None
