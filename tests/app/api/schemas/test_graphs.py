from __future__ import annotations

import pytest

from app.api.schemas.graphs import BlockAnswer, LayerAnswer, StopAnswer, TraceGraphAnswer
from app.services.container import Services
from app.services.edits import edits_of_network, parse_edits
from app.services.trace import Trace
from app.tracing.capture.graph import LayerGraph


def edited(services: Services, *edits: dict[str, object]) -> LayerGraph:
    return services.networks.edited("tiny-vgg", "trained", edits_of_network(parse_edits(list(edits)))).graph


def test_layers_come_in_the_order_in_which_they_run(trace: Trace) -> None:
    layers = LayerAnswer.listed(trace.graph)
    assert [layer.id for layer in layers] == [layer.id for layer in trace.graph.layers]
    first, conv = layers[:2]
    assert (first.id, first.kind, first.inputs, first.receptive_field is not None) == (
        "input",
        "input",
        [],
        True,
    )
    assert conv.receptive_field is not None
    assert (conv.receptive_field.size, conv.receptive_field.stride) == ([3, 3], [1, 1])
    assert conv.hyperparameters["kernel_size"] == [3, 3]
    assert not hasattr(conv, "weight")


def test_a_blocks_stage_that_is_missing_is_null(trace: Trace) -> None:
    blocks = BlockAnswer.listed(trace.graph)
    assert (blocks[0].id, blocks[0].feature, blocks[0].activation, blocks[0].pooled) == (
        "block1",
        "conv1_1",
        "relu1_1",
        None,
    )


def test_a_whole_network_stops_nowhere(trace: Trace) -> None:
    assert StopAnswer.of(trace.graph) is None
    assert TraceGraphAnswer.of(trace.graph).stop is None


@pytest.mark.parametrize(
    ("edit", "layer", "reason"),
    [
        ({"kind": "convolution", "layer": "conv2_2", "padding": [1, 1]}, "fc", "features"),
        ({"kind": "pooling", "layer": "pool1", "kernel_size": [14, 14]}, "conv2_1", "window"),
    ],
)
def test_a_network_that_edits_have_cut_short_says_where_and_why(
    services: Services, edit: dict[str, object], layer: str, reason: str
) -> None:
    answer = TraceGraphAnswer.of(edited(services, edit))
    assert answer.stop is not None
    assert (answer.stop.layer, answer.stop.reason) == (layer, reason)
    assert layer not in {one.id for one in answer.layers}
    assert answer.stop.detail
