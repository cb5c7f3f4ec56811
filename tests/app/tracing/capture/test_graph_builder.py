"""Every operation is a layer, with its shape, hyperparameters, parameters and inputs."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import nn

from app.tracing.capture.fx_trace import UntraceableNetwork
from app.tracing.capture.graph import LayerGraph
from app.tracing.capture.graph_builder import build
from tests.app.tracing import network_zoo
from tests.app.tracing.network_zoo import Net, graph_of


def table(graph: LayerGraph) -> list[tuple[str, str, tuple[int, ...], tuple[str, ...]]]:
    return [(layer.id, layer.kind, layer.shape, layer.inputs) for layer in graph.layers]


def test_functional_operations_are_layers_like_modules() -> None:
    assert table(graph_of("functional")) == [
        ("input", "input", (3, 13, 10), ()),
        ("conv2d", "conv2d", (6, 7, 9), ("input",)),
        ("relu", "relu", (6, 7, 9), ("conv2d",)),
        ("branch", "conv2d", (6, 7, 9), ("relu",)),
        ("add", "add", (6, 7, 9), ("relu", "branch")),
        ("max_pool2d", "max_pool2d", (6, 3, 4), ("add",)),
        ("avg_pool2d", "avg_pool2d", (6, 3, 4), ("add",)),
        ("cat", "cat", (12, 3, 4), ("max_pool2d", "avg_pool2d")),
        ("mul", "mul", (12, 3, 4), ("cat",)),
        ("tanh", "tanh", (12, 3, 4), ("mul",)),
        ("adaptive_avg_pool2d", "adaptive_avg_pool2d", (12, 1, 1), ("tanh",)),
        ("flatten", "flatten", (12,), ("adaptive_avg_pool2d",)),
        ("fc", "linear", (5,), ("flatten",)),
        ("softmax", "softmax", (5,), ("fc",)),
    ]


def test_functional_hyperparameters_and_counts_are_those_of_the_call() -> None:
    graph = graph_of("functional")
    conv = graph.by_id["conv2d"]
    assert conv.hyperparameters == {
        "in_channels": 3,
        "out_channels": 6,
        "kernel_size": [3, 2],
        "bias": True,
        "stride": [2, 1],
        "padding": [1, 0],
        "dilation": [1, 1],
        "groups": 1,
        "padding_mode": "zeros",
    }
    assert conv.parameters == 6 * 3 * 3 * 2 + 6
    assert conv.multiply_adds == (6 * 7 * 9) * (3 * 3 * 2)
    assert graph.by_id["max_pool2d"].hyperparameters["stride"] == [2, 2]
    assert graph.by_id["mul"].parameters == 12
    assert graph.by_id["fc"].multiply_adds == 5 * 12
    assert sum(layer.parameters for layer in graph.layers) == sum(
        p.numel() for p in network_zoo.make("functional")[0].parameters()
    )


def test_one_module_called_twice_is_two_layers() -> None:
    graph = graph_of("one module twice")
    assert [layer.id for layer in graph.layers] == ["input", "conv", "act", "conv_1", "act_1"]
    assert graph.by_id["conv_1"].inputs == ("act",)
    assert graph.by_id["conv"].module == graph.by_id["conv_1"].module == "conv"


def test_an_unknown_operation_keeps_its_name_and_its_place() -> None:
    graph = graph_of("chunks")
    others = {layer.id: layer.name for layer in graph.layers if layer.kind == "other"}
    assert others == {"getitem": "chunk[0]", "getitem_1": "chunk[1]", "roll": "roll"}
    assert graph.by_id["getitem"].inputs == ("conv",)
    assert graph.by_id["add"].inputs == ("mul", "mul")
    assert graph.by_id["view"].kind == "flatten"
    assert graph.by_id["roll"].receptive_field is None
    assert graph.by_id["mul"].receptive_field is None


def test_groups_dilation_and_same_padding_are_counted() -> None:
    graph = graph_of("depthwise")
    assert graph.by_id["grouped"].multiply_adds == (8 * 10 * 8) * (2 * 3 * 5)
    assert graph.by_id["depthwise"].hyperparameters["padding"] == [2, 1]
    assert graph.by_id["depthwise"].parameters == 8 * 9 + 8


def test_a_network_that_returns_several_tensors_is_refused() -> None:
    class Two(nn.Module):
        def forward(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
            return x + 1, x + 2

    with pytest.raises(UntraceableNetwork, match="returns tuple; one tensor is expected"):
        build(Two(), (1, 2, 2))


def test_inputs_are_in_the_order_of_the_arguments_as_often_as_they_are_read() -> None:
    def forward(net: Any, x: torch.Tensor) -> torch.Tensor:
        a, b = net.one(x), net.two(x)
        return torch.cat([b, a, b], 1) + torch.cat(tensors=[b + b, b - a, a], dim=1)

    graph = build(Net(forward, one=nn.Conv2d(1, 2, 1), two=nn.Conv2d(1, 2, 1)), (1, 4, 4))
    assert graph.by_id["cat"].inputs == ("two", "one", "two")
    assert graph.by_id["add"].inputs == ("two", "two")
    assert graph.by_id["sub"].inputs == ("two", "one")
    assert graph.by_id["cat_1"].inputs == ("add", "sub", "one")


def test_what_is_taken_out_of_a_tuple_is_named_for_its_module_and_has_its_parameters_once() -> None:
    graph = graph_of("tuples")
    module = network_zoo.make("tuples")[0]
    items = {layer.name: layer.parameters for layer in graph.layers if layer.name.endswith("]")}
    attention, lstm = (sum(p.numel() for p in part.parameters()) for part in (module.attention, module.lstm))
    assert items == {
        "MaxPool2d[0]": 0,
        "MaxPool2d[1]": 0,
        "MultiheadAttention[0]": attention,
        "MultiheadAttention[1]": 0,
        "LSTM[0]": lstm,
        "LSTM[1][0]": 0,
        "LSTM[1][1]": 0,
        "LSTM[1][0][0]": 0,
    }
    assert sum(layer.parameters for layer in graph.layers) == attention + lstm
    sliced = build(Net(lambda net, x: x[:, 1:, ..., ::2]), (2, 4, 4))
    assert sliced.layers[1].name == "x[:, 1:, ..., ::2]"


def test_multiply_adds_are_not_known_of_what_is_not_counted() -> None:
    graph = build(
        nn.Sequential(nn.Conv2d(1, 2, 3), nn.GroupNorm(1, 2), nn.ConvTranspose2d(2, 2, 2), nn.ReLU()),
        (1, 6, 6),
    )
    assert [layer.multiply_adds for layer in graph.layers] == [0, 288, None, None, 0]


def test_building_leaves_the_module_alone() -> None:
    module, shape = network_zoo.make("depthwise")
    module.train()
    before = {key: value.clone() for key, value in module.state_dict().items()}
    build(module, shape)
    assert module.training
    assert all(torch.equal(value, before[key]) for key, value in module.state_dict().items())
