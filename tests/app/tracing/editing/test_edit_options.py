"""What a layer permits is what PyTorch takes: no more, and nothing less that makes a difference."""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F  # noqa: N812
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from torch import nn

from app.tracing.capture.graph_builder import build
from app.tracing.capture.program import Program
from app.tracing.editing.edit_options import edit_options_of, edits_of, poolings_instead_of
from app.tracing.editing.editor import Editor
from app.tracing.editing.edits import PADDING_MODES, Range, SetConvolution, SetPooling
from tests.app.tracing.layer_kinds_zoo import quiet
from tests.app.tracing.network_zoo import Net


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_no_number_within_a_range_is_impossible_and_none_beyond_it_is_possible(data: st.DataObject) -> None:
    draw = data.draw
    pooling = draw(st.booleans())
    extent = (draw(st.integers(2, 12)), draw(st.integers(2, 12)))
    kernel = (draw(st.integers(1, min(4, extent[0]))), draw(st.integers(1, min(4, extent[1]))))
    padding = (draw(st.integers(0, kernel[0] // 2)), draw(st.integers(0, kernel[1] // 2)))
    mode = draw(st.sampled_from(PADDING_MODES))
    assume(pooling or mode != "reflect" or all(p < n for p, n in zip(padding, extent, strict=True)))
    module: nn.Module = (
        nn.MaxPool2d(kernel, (1, 1), padding)
        if pooling
        else nn.Conv2d(1, 1, kernel, (1, 1), padding, padding_mode=mode)
    )
    network = nn.Sequential(module, nn.Identity())
    graph = build(network, (1, *extent))
    layer = graph.layers[1]
    offered = edit_options_of(graph, layer.id)
    windows = offered.pooling if pooling else offered.convolution
    assert windows is not None
    field = draw(st.sampled_from(sorted(windows.ranges)))
    axis = draw(st.integers(0, 1))
    within = windows.ranges[field][axis]

    def possible(value: int) -> bool:
        pairs: dict[str, Any] = {
            key: list(layer.hyperparameters[key])  # type: ignore[arg-type]
            for key in ("kernel_size", "stride", "padding", "dilation")
        }
        pairs[field][axis] = value
        settings: dict[str, Any] = {key: tuple(pair) for key, pair in pairs.items()}
        tried: nn.Module = (
            nn.MaxPool2d(**settings) if pooling else nn.Conv2d(1, 1, **settings, padding_mode=mode)
        )
        try:
            tried(torch.rand(1, 1, *extent))
        except (RuntimeError, ValueError, AssertionError):
            return False
        return True

    assert possible(within.low)
    assert possible(within.high)
    # Below, and (where the bound is not one of usefulness) above, PyTorch itself refuses.
    if within.low > (0 if field == "padding" else 1):
        assert not possible(within.low - 1)
    bounded = field in {"dilation", "kernel_size"} or (field == "padding" and pooling)
    if bounded and not (field == "dilation" and kernel[axis] == 1):
        assert not possible(within.high + 1)
    kind = SetPooling if pooling else SetConvolution
    pair = list(layer.hyperparameters[field])  # type: ignore[arg-type]
    pair[axis] = within.high
    edit = kind(layer=layer.id, **{field: tuple(pair)})
    run = Editor(Program(graph, network)).edit({0: edit}, 1 << 30)
    assert run.graph.conflict is None


def test_what_a_layer_has_not_is_not_offered() -> None:
    network = nn.Sequential(
        nn.Conv2d(2, 3, 3, bias=False), nn.ReLU(), nn.AdaptiveAvgPool2d(2), nn.Flatten(), nn.Linear(12, 4)
    )
    graph = build(network, (2, 6, 6))
    conv, relu, pool, flat, dense = (edit_options_of(graph, layer.id) for layer in graph.layers[1:])
    assert (conv.channels, conv.biases) == (3, 0)
    assert conv.weights is not None
    assert (conv.weights.filters, conv.weights.channels, conv.weights.height) == (3, 2, 3)
    assert relu.activations[:2] == ("identity", "relu")
    assert (relu.convolution, relu.pooling, relu.weights) == (None, None, None)
    assert pool.pooling is not None
    assert (pool.pooling.poolings, pool.pooling.ranges) == (("max", "average"), {})
    assert (flat.channels, flat.activations) == (12, ())
    assert (dense.channels, dense.biases) == (0, 4)  # the network's result stays as it is computed


def test_a_convolution_whose_kernel_is_computed_takes_edits_of_its_channels_only() -> None:
    net = Net(lambda net, x: F.conv2d(x, net.kernel.weight * 2), kernel=nn.Conv2d(1, 2, 3))
    graph = build(nn.Sequential(net, nn.Identity()), (1, 6, 6))
    options = edit_options_of(graph, "conv2d")
    assert options.channels == 2
    assert (options.weights, options.biases, options.convolution) == (None, 0, None)
    assert edits_of(graph.by_id["conv2d"]) == ("mute", "scale", "solo")


def test_a_dilated_pooling_cannot_be_an_average() -> None:
    dilated, plain = {"dilation": [2, 1]}, {"dilation": [1, 1]}
    assert poolings_instead_of("max_pool2d", dilated) == ("max", "min")
    assert poolings_instead_of("max_pool2d", plain) == ("max", "average", "min")
    assert poolings_instead_of("adaptive_avg_pool2d", {}) == ("max", "average")


def test_a_convolution_has_presets_and_a_dense_layer_has_none() -> None:
    graph = build(nn.Sequential(nn.Conv2d(1, 2, 3), nn.Flatten(), nn.Linear(32, 2)), (1, 6, 6))
    conv, dense = (edit_options_of(graph, graph.layers[index].id).weights for index in (1, 3))
    assert conv is not None
    assert {"identity", "sobel_vertical"} <= conv.presets.keys()
    assert dense is not None
    assert (dense.filters, dense.channels, dense.height, dense.width, dense.presets) == (2, 32, 1, 1, {})


def test_the_odd_cell_of_same_padding_fixes_the_window() -> None:
    with quiet():
        graph = build(nn.Sequential(nn.Conv2d(1, 2, 2, padding="same"), nn.Identity()), (1, 6, 6))
    windows = edit_options_of(graph, graph.layers[1].id).convolution
    assert windows is not None
    assert windows.ranges["stride"] == (Range(1, 1), Range(1, 1))
