from __future__ import annotations

from app.api.schemas.comparisons import DifferencesAnswer
from app.services.container import Services
from app.services.edits import parse_edits
from app.services.networks import Networks
from app.services.trace import Trace, TraceSpec, compute


def edited(services: Services, trace: Trace, *edits: dict[str, object]) -> Trace:
    networks: Networks = services.networks
    spec = TraceSpec(trace.spec.picture, trace.spec.network, "trained", parse_edits(list(edits)))
    return compute(networks, lambda: services.pictures.get(spec.picture), spec, "b" * 32)


def test_a_trace_against_itself_is_the_same_in_every_layer(trace: Trace) -> None:
    answer = DifferencesAnswer.of(trace, trace)
    assert [layer.id for layer in answer.layers] == [layer.id for layer in trace.graph.layers]
    assert all(layer.same and layer.max_abs == 0 for layer in answer.layers)
    assert answer.uncompared == []
    assert answer.prediction == answer.other_prediction


def test_layers_of_another_shape_are_listed_with_both_shapes(services: Services, trace: Trace) -> None:
    other = edited(services, trace, {"kind": "convolution", "layer": "conv2_2", "padding": [1, 1]})
    answer = DifferencesAnswer.of(other, trace)
    assert (answer.id, answer.other, answer.network) == (other.id, trace.id, "tiny-vgg")
    shapes = {layer.id: (layer.shape, layer.other_shape) for layer in answer.uncompared}
    assert shapes["conv2_2"] == ([10, 12, 12], [10, 10, 10])
    assert shapes["fc"] == (None, [10])  # what the edited network does not come to
    assert {"conv1_1", "conv2_1"} <= {layer.id for layer in answer.layers}
    assert not shapes.keys() & {layer.id for layer in answer.layers}
    assert answer.prediction == []
    assert len(answer.other_prediction) == 10
