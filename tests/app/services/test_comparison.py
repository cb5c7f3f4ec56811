from __future__ import annotations

import pytest

from app.services.comparison import Uncompared, compare
from app.services.container import Services
from app.services.edits import parse_edits
from app.services.trace import Trace, TraceSpec, compute


def with_edits(services: Services, trace: Trace, *edits: dict[str, object]) -> Trace:
    spec = TraceSpec(trace.spec.picture, trace.spec.network, "trained", parse_edits(list(edits)))
    return compute(services.networks, lambda: services.pictures.get(spec.picture), spec)


def test_only_what_comes_after_an_edit_differs(services: Services, trace: Trace) -> None:
    muted = with_edits(services, trace, {"kind": "mute", "layer": "conv2_1", "channel": 3})
    comparison = compare(muted, trace)
    same = {layer.id: difference.same for layer, difference in comparison.layers}
    order = list(same)
    assert order == [layer.id for layer in trace.graph.layers]
    assert all(same[layer_id] for layer_id in order[: order.index("conv2_1")])
    assert not any(same[layer_id] for layer_id in order[order.index("conv2_1") :])
    assert comparison.uncompared == ()
    assert comparison.prediction == muted.prediction
    assert comparison.other_prediction == trace.prediction


def test_how_far_a_layer_is_from_the_others_is_b_less_a(services: Services, trace: Trace) -> None:
    muted = with_edits(services, trace, {"kind": "mute", "layer": "conv2_1", "channel": 3})
    difference = next(one for layer, one in compare(muted, trace).layers if layer.id == "conv2_1")
    lost = trace.values["conv2_1"][3]
    assert difference.max_abs == lost.abs().max()
    assert difference.mean_abs == pytest.approx(float(lost.abs().sum()) / 10 / lost.numel(), rel=1e-6)


def test_layers_that_one_of_the_two_lacks_have_one_shape(services: Services, trace: Trace) -> None:
    cut = with_edits(services, trace, {"kind": "convolution", "layer": "conv2_2", "padding": [1, 1]})
    uncompared = {one.id: one for one in compare(cut, trace).uncompared}
    assert uncompared["fc"] == Uncompared("fc", None, (10,))
    assert uncompared["relu2_2"] == Uncompared("relu2_2", (10, 12, 12), (10, 10, 10))
    turned = {one.id: one for one in compare(trace, cut).uncompared}
    assert turned["fc"] == Uncompared("fc", (10,), None)
