"""What a module runs is traced truly, or the network is refused with the reason and the place."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest
import torch
import torch.nn.functional as F  # noqa: N812
from torch import nn

from app.tracing.capture.fx_trace import UntraceableNetwork, holds_tensors, trace_module
from app.tracing.capture.graph_builder import build
from app.tracing.layers.min_pool import MinPool2d
from tests.app.tracing import network_zoo
from tests.app.tracing.network_zoo import Net, then


def test_a_network_that_depends_on_values_is_refused_with_the_place() -> None:
    with pytest.raises(
        UntraceableNetwork,
        match=r"in module 'features.1', network_zoo.py line \d+: if x.sum\(\) > 0:",
    ):
        build(network_zoo.Branching(), (1, 5, 5))


def test_a_network_that_fails_on_the_shape_is_refused_with_the_layer() -> None:
    module = nn.Sequential(nn.Conv2d(3, 4, 3), nn.Flatten(), nn.Linear(7, 2))
    with pytest.raises(UntraceableNetwork, match=r"layer '_2' fails on an input of shape \[3, 8, 8\]"):
        build(module, (3, 8, 8))


@pytest.mark.parametrize(
    ("forward", "message"),
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
    forward: Callable[..., Any], message: str
) -> None:
    with pytest.raises(
        UntraceableNetwork, match=f"{message} afterwards. Write .* without in-place, or go on with"
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
    ("forward", "message"),
    [
        (lambda net, x: F.dropout(net.conv(x)), "layer 'dropout' is random"),
        (lambda net, x: net.conv(x) + torch.rand_like(x[..., 2:, 2:]), "layer 'rand_like' is random"),
        (lambda net, x: net.conv(x) + torch.randn(4, 1, 1), "forward gives: it is random"),
        (lambda net, x: net.conv(x) * random.random(), "forward gives: it is random"),
    ],
    ids=["dropout", "like", "drawn while tracing", "drawn by Python"],
)
def test_a_random_network_is_refused(forward: Callable[..., Any], message: str) -> None:
    with pytest.raises(UntraceableNetwork, match=message):
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


def test_every_operation_has_its_value_for_an_example() -> None:
    module, shape = network_zoo.make("functional")
    traced = trace_module(module, shape)
    assert {node.name for node in traced.graph.nodes} == set(traced.values)
    with torch.no_grad():
        assert torch.equal(traced.root(traced.values["x"]), traced.values["output"])
    assert not traced.root.training
    assert traced.root is not module
    assert traced.overwritten == frozenset()


def test_what_is_overwritten_is_named_and_later_readers_read_the_operation_that_wrote() -> None:
    traced = trace_module(*network_zoo.make("mutated before reuse"))
    assert traced.overwritten == {"conv"}
    (add,) = [node for node in traced.graph.nodes if node.name == "add"]
    assert [node.name for node in add.all_input_nodes] == ["relu_"]


def test_two_halves_of_one_memory_do_not_overwrite_each_other() -> None:
    traced = trace_module(*network_zoo.make("disjoint views"))
    assert "getitem_1" not in traced.overwritten
    assert {"conv", "getitem"} <= traced.overwritten


def test_a_module_of_a_described_kind_is_one_operation_and_its_subclass_is_looked_into() -> None:
    class Negative(MinPool2d):
        def forward(self, input: torch.Tensor) -> torch.Tensor:  # noqa: A002
            return -super().forward(input)  # type: ignore[no-any-return]

    def operations(module: nn.Module) -> list[str]:
        graph = trace_module(nn.Sequential(module), (1, 4, 4)).graph
        return [node.op for node in graph.nodes if node.op.startswith("call")]

    assert operations(MinPool2d(2)) == ["call_module"]
    assert "call_module" not in operations(Negative(2))


@pytest.mark.parametrize("value", [torch.ones(1), (1, [torch.ones(1)]), {"a": (torch.ones(1),)}])
def test_tensors_are_found_inside_of_values(value: Any) -> None:
    assert holds_tensors(value)


@pytest.mark.parametrize("value", [3, (1, 2), {"a": None}, torch.Size([1])])
def test_sizes_and_numbers_hold_no_tensors(value: Any) -> None:
    assert not holds_tensors(value)
