from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest
import torch
import torch.nn.functional as F  # noqa: N812
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from app.tracing.blocks import Block
from app.tracing.following import UntraceableNetwork
from app.tracing.graph import LayerGraph, build
from app.tracing.recorder import Program
from tests.app.tracing import zoo

pytestmark = pytest.mark.numbers


def graph_of(name: str) -> LayerGraph:
    module, shape = zoo.make(name)
    return build(module, shape)


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
        p.numel() for p in zoo.make("functional")[0].parameters()
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


def test_a_network_that_depends_on_values_is_refused_with_the_place() -> None:
    with pytest.raises(
        UntraceableNetwork, match=r"in module 'features.1', zoo.py line \d+: if x.sum\(\) > 0:"
    ):
        build(zoo.Branching(), (1, 5, 5))


def test_a_network_that_fails_on_the_shape_is_refused_with_the_layer() -> None:
    module = nn.Sequential(nn.Conv2d(3, 4, 3), nn.Flatten(), nn.Linear(7, 2))
    with pytest.raises(UntraceableNetwork, match=r"layer '_2' fails on an input of shape \[3, 8, 8\]"):
        build(module, (3, 8, 8))


def test_a_network_that_returns_several_tensors_is_refused() -> None:
    class Two(nn.Module):
        def forward(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
            return x + 1, x + 2

    with pytest.raises(UntraceableNetwork, match="returns tuple; one tensor is expected"):
        build(Two(), (1, 2, 2))


class Net(nn.Module):
    """A forward over modules that a test gives."""

    def __init__(self, forward: Callable[..., Any], **modules: nn.Module) -> None:
        super().__init__()
        for name, module in modules.items():
            setattr(self, name, module)
        self.inner = forward

    def forward(self, x: torch.Tensor) -> Any:
        return self.inner(self, x)


def then(first: Any, second: Any) -> Any:
    """Return the second of two that Python evaluates in this order."""
    return (first, second)[1]


@pytest.mark.parametrize(
    ("forward", "says"),
    [
        (
            lambda net, x: then(F.relu_((y := net.conv(x)).flatten(1)), y),
            "'relu_' overwrites, through a view, what layer 'conv' put out, and the network's output reads 'conv'",
        ),
        (
            lambda net, x: then((y := net.conv(x))[:, :2].relu_(), F.max_pool2d(y, 2)),
            "'relu_' overwrites, through a view, what layer 'conv' put out, and layer 'max_pool2d' reads 'conv'",
        ),
        (
            lambda net, x: then((flat := (y := net.conv(x)).flatten(1), F.relu_(y)), flat * 1),
            "'relu_' overwrites, through a view, what layer 'flatten' put out, and layer 'mul' reads 'flatten'",
        ),
        (
            lambda net, x: then((parts := net.conv(x).chunk(2, 1))[0].relu_(), torch.cat(parts, 1)),
            "'relu_' overwrites, through a view, what layer 'chunk' put out, and layer 'cat' reads 'chunk'",
        ),
        (
            lambda net, x: then((y := net.conv(x)).data.relu_(), y + 1),
            "'relu_' overwrites, through a view, what layer 'conv' put out, and layer 'add' reads 'conv'",
        ),
    ],
    ids=["flatten", "slice", "view read later", "tuple", "data"],
)
def test_what_is_overwritten_through_a_view_and_read_afterwards_is_refused(
    forward: Callable[..., Any], says: str
) -> None:
    with pytest.raises(
        UntraceableNetwork, match=f"{says} afterwards. Write .* without in-place, or go on with"
    ):
        build(Net(forward, conv=nn.Conv2d(1, 4, 3)), (1, 8, 8))


def test_a_size_of_what_was_overwritten_is_no_reading() -> None:
    net = Net(
        lambda net, x: then(out := F.relu_((y := net.conv(x)).flatten(1)), out.view(y.size(0), -1)),
        conv=nn.Conv2d(1, 2, 3),
    )
    assert build(net, (1, 6, 6)).by_id["view"].inputs == ("relu_",)


def test_a_network_that_overwrites_its_own_tensors_is_refused() -> None:
    net = Net(lambda net, x: x + net.bn.running_mean.add_(x.sum()), bn=nn.BatchNorm2d(1))
    with pytest.raises(
        UntraceableNetwork, match=r"'add_' overwrites the network's own tensor 'bn\.running_mean'"
    ):
        build(net, (1, 4, 4))


@pytest.mark.parametrize(
    ("forward", "says"),
    [
        (lambda net, x: F.dropout(net.conv(x)), "layer 'dropout' is random"),
        (lambda net, x: net.conv(x) + torch.rand_like(x[..., 2:, 2:]), "layer 'rand_like' is random"),
        (lambda net, x: net.conv(x) + torch.randn(4, 1, 1), "forward gives: it is random"),
        (lambda net, x: net.conv(x) * random.random(), "forward gives: it is random"),
    ],
    ids=["dropout", "like", "drawn while tracing", "drawn by Python"],
)
def test_a_random_network_is_refused(forward: Callable[..., Any], says: str) -> None:
    with pytest.raises(UntraceableNetwork, match=says):
        build(Net(forward, conv=nn.Conv2d(1, 4, 3)), (1, 8, 8))


def test_dropout_that_follows_the_mode_is_not_random_and_nan_is_the_same_as_nan() -> None:
    net = Net(lambda net, x: torch.log(F.dropout(x, training=net.training) - 2))
    assert build(net, (1, 4, 4)).by_id["log"].kind == "other"


def test_a_network_of_two_inputs_is_refused() -> None:
    class Two(nn.Module):
        def forward(self, x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
            return x + y

    with pytest.raises(UntraceableNetwork, match=r"one input is expected, .* takes \(x: .*missing .* 'y'"):
        build(Two(), (1, 4, 4))


def test_a_network_that_cannot_be_copied_is_refused() -> None:
    module = nn.Conv2d(1, 1, 1)
    module.derived = module.weight * 2  # no leaf of autograd's graph
    with pytest.raises(UntraceableNetwork, match=r"cannot be copied \(RuntimeError: .*deepcopy"):
        build(module, (1, 4, 4))


def test_a_hook_of_the_whole_network_is_refused_where_it_changes_numbers() -> None:
    net = Net(lambda net, x: net.conv(x), conv=nn.Conv2d(1, 1, 1))
    net.register_forward_hook(lambda _module, _inputs, output: output + 1)
    with pytest.raises(UntraceableNetwork, match="or changes its numbers in a hook"):
        build(net, (1, 4, 4))


def test_constants_of_arithmetic_are_hyperparameters() -> None:
    graph = build(
        Net(
            lambda net, x: torch.add(
                torch.div((1 - x) * 2.5, x.size(2), rounding_mode="floor"), x, alpha=3
            ).sub_(x, alpha=2)
        ),
        (1, 4, 4),
    )
    found = {layer.id: (layer.inputs, dict(layer.hyperparameters)) for layer in graph.layers[1:]}
    assert found == {
        "sub": (("input",), {"left": 1}),
        "mul": (("sub",), {"right": 2.5}),
        "div": (("mul",), {"right": 4, "rounding_mode": "floor"}),
        "add": (("div", "input"), {"alpha": 3}),
        "sub_": (("add", "input"), {"alpha": 2}),
    }


def test_inputs_are_in_the_order_of_the_arguments_as_often_as_they_are_read() -> None:
    def forward(net: Any, x: torch.Tensor) -> torch.Tensor:
        a, b = net.one(x), net.two(x)
        return torch.cat([b, a, b], 1) + torch.cat(tensors=[b + b, b - a, a], dim=1)

    graph = build(Net(forward, one=nn.Conv2d(1, 2, 1), two=nn.Conv2d(1, 2, 1)), (1, 4, 4))
    assert graph.by_id["cat"].inputs == ("two", "one", "two")
    assert graph.by_id["add"].inputs == ("two", "two")
    assert graph.by_id["sub"].inputs == ("two", "one")
    assert graph.by_id["cat_1"].inputs == ("add", "sub", "one")


@pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel lengths")
@pytest.mark.parametrize(("kernel", "dilation"), [((4, 3), (1, 1)), ((2, 2), (3, 2)), ((3, 5), (2, 1))])
def test_same_padding_says_where_it_is_not_the_same_on_both_sides(
    kernel: tuple[int, int], dilation: tuple[int, int]
) -> None:
    conv = nn.Conv2d(2, 3, kernel, padding="same", dilation=dilation)
    found = build(conv, (2, 9, 8)).layers[1].hyperparameters
    top, left = found["padding"]
    bottom, right = found.get("padding_end", found["padding"])
    assert ("padding_end" in found) == ((top, left) != (bottom, right))
    x = torch.randn(1, 2, 9, 8)
    with torch.inference_mode():
        padded = F.conv2d(F.pad(x, (left, right, top, bottom)), conv.weight, conv.bias, dilation=dilation)
        assert torch.allclose(padded, conv(x), atol=1e-6)


def test_what_is_taken_out_of_a_tuple_is_named_for_its_module_and_has_its_parameters_once() -> None:
    graph = graph_of("tuples")
    module = zoo.make("tuples")[0]
    taken = {layer.name: layer.parameters for layer in graph.layers if layer.name.endswith("]")}
    attention, lstm = (sum(p.numel() for p in part.parameters()) for part in (module.attention, module.lstm))
    assert taken == {
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
    module, shape = zoo.make("depthwise")
    module.train()
    before = {key: value.clone() for key, value in module.state_dict().items()}
    build(module, shape)
    assert module.training
    assert all(torch.equal(value, before[key]) for key, value in module.state_dict().items())


def test_blocks_are_found_through_batch_norm_and_functional_operations() -> None:
    assert graph_of("functional").blocks == (
        Block(
            "block1", "conv2d", "relu", None
        ),  # the activation is read by the branch and the sum, not by a pooling
        Block("block2", "branch", None, None),
    )
    assert graph_of("depthwise").blocks == (
        Block("block1", "grouped", "act", None),
        Block("block2", "depthwise", "act_1", None),
    )
    assert graph_of("in place").blocks[-1] == Block("block3", "conv3", "relu_", "max_pool2d")


conv = st.builds(
    lambda k, s, p, d: nn.Conv2d(1, 1, k, s, p, d, bias=False),
    st.tuples(st.integers(1, 3), st.integers(1, 3)),
    st.tuples(st.integers(1, 2), st.integers(1, 3)),
    st.tuples(st.integers(0, 2), st.integers(0, 1)),
    st.tuples(st.integers(1, 2), st.integers(1, 2)),
)
pool = st.builds(lambda k, s: nn.AvgPool2d(k, s), st.integers(1, 3), st.integers(1, 3))


@settings(deadline=None, max_examples=60)
@given(layers=st.lists(st.one_of(conv, pool), min_size=1, max_size=4), data=st.data())
def test_receptive_field_is_where_the_gradient_is(layers: list[nn.Module], data: st.DataObject) -> None:
    """With positive weights, the pixels with a gradient are the field, as far as it is in the picture."""
    module = nn.Sequential(*layers)
    for parameter in module.parameters():
        nn.init.constant_(parameter, 1.0)
    shape = (1, 25, 23)
    try:
        graph = build(module, shape)
    except UntraceableNetwork:
        return  # the windows have outgrown the map
    layer = graph.by_id[graph.output]
    field = layer.receptive_field
    assert field is not None
    row = data.draw(st.integers(0, layer.shape[1] - 1))
    column = data.draw(st.integers(0, layer.shape[2] - 1))
    picture = torch.zeros(1, *shape, requires_grad=True)
    module(picture)[0, 0, row, column].backward()
    assert picture.grad is not None
    seen = picture.grad[0, 0].nonzero()
    if not len(seen):
        return  # the cell sees padding alone
    top, left = (field.offset[axis] + (row, column)[axis] * field.stride[axis] for axis in (0, 1))
    low, high = seen.min(0).values.tolist(), seen.max(0).values.tolist()
    first = [max(0, top), max(0, left)]
    last = [min(shape[1], top + field.size[0]) - 1, min(shape[2], left + field.size[1]) - 1]
    assert all(a >= b for a, b in zip(low, first, strict=True))
    assert all(a <= b for a, b in zip(high, last, strict=True))
    # Over the border a dilated window's outermost cell may miss the picture; inside it the field is exact.
    if top >= 0 and left >= 0 and top + field.size[0] <= shape[1] and left + field.size[1] <= shape[2]:
        assert (low, high) == (first, last)


def test_global_pooling_sees_the_whole_input_and_flatten_keeps_it() -> None:
    graph = build(
        nn.Sequential(nn.Conv2d(1, 2, 3, padding=1), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(2, 2)),
        (1, 6, 9),
    )
    pooled, flat, dense = (graph.layers[index].receptive_field for index in (2, 3, 4))
    assert pooled is not None
    assert (pooled.size, pooled.offset) == ((8, 11), (-1, -1))
    assert flat is not None
    assert (flat.size, flat.stride) == ((8, 11), (0, 0))
    assert dense == flat


def test_weights_are_found_for_modules_and_functions() -> None:
    module, shape = zoo.make("functional")
    weights = Program(build(module, shape), module).weights
    assert {key: tuple(value.shape) for key, value in weights.items()} == {
        "conv2d": (6, 3, 3, 2),
        "branch": (6, 6, 1, 1),
        "fc": (5, 12),
    }


def test_padding_as_a_layer_moves_the_field() -> None:
    graph = build(nn.Sequential(nn.ZeroPad2d((0, 1, 2, 1)), nn.Conv2d(1, 1, 3, stride=2)), (1, 8, 8))
    pad, conv = graph.layers[1:]
    assert (pad.kind, pad.hyperparameters) == ("zero_pad2d", {"left": 0, "right": 1, "top": 2, "bottom": 1})
    assert conv.receptive_field is not None
    assert (conv.receptive_field.offset, conv.receptive_field.stride) == ((-2, 0), (2, 2))
