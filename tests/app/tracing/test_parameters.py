"""A layer's tensors are the ones it computes with, whole or a filter at a time."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from app.tracing.parameters import UnknownFilter, of_filter, parameters
from tests.app.tracing import kinds_zoo, zoo
from tests.app.tracing.kinds_zoo import Net, followed

pytestmark = pytest.mark.numbers


def test_a_functional_layers_tensors_have_its_modules_names() -> None:
    program, _ = kinds_zoo.recorded("functional")
    own = dict(program.module.held[0].state_dict())  # type: ignore[index]
    found = {layer.id: parameters(program, layer.id) for layer in program.graph.layers}
    named = {layer: set(tensors) for layer, tensors in found.items() if tensors}
    assert named == {
        "conv2d": {"weight", "bias"},
        "batch_norm": {"running_mean", "running_var"},
        "linear": {"weight"},
    }
    assert torch.equal(found["conv2d"]["weight"], own["kernel"])
    assert torch.equal(found["batch_norm"]["running_var"], own["variance"])


def test_an_operand_of_the_networks_own_is_named_by_its_side() -> None:
    program, _ = kinds_zoo.recorded("own tensors")
    sides = {layer.id: set(parameters(program, layer.id)) for layer in program.graph.layers}
    assert sides == {"input": set(), "mul": {"other"}, "truediv": {"other"}, "sub": {"input"}}


def test_what_only_counts_is_left_out() -> None:
    program, _ = kinds_zoo.recorded("batch norm")
    assert "num_batches_tracked" in program.parameters("held_0")
    assert set(parameters(program, "held_0")) == {"weight", "bias", "running_mean", "running_var"}


def test_all_are_float32_on_the_cpu_and_take_no_gradient() -> None:
    net = Net(lambda x, f: f(x), nn.Conv2d(4, 2, 3))
    program = followed(net, kinds_zoo.SHAPE)
    for value in parameters(program, "held_0").values():
        assert (value.dtype, value.device.type, value.requires_grad) == (torch.float32, "cpu", False)


@pytest.mark.parametrize(
    ("name", "layer", "count"),
    [("groups", "held_0", 6), ("batch norm", "held_0", 4), ("linear over columns", "held_0", 3)],
)
def test_a_filter_is_a_row_of_every_tensor(name: str, layer: str, count: int) -> None:
    program, _ = kinds_zoo.recorded(name)
    whole = parameters(program, layer)
    for channel in (0, count - 1):
        found = of_filter(program, layer, channel)
        assert set(found) == set(whole)
        assert all(torch.equal(found[key][0], whole[key][channel]) for key in whole)
        assert all(len(value) == 1 for value in found.values())
    for channel in (-1, count):
        with pytest.raises(UnknownFilter, match=f"it has 0 to {count - 1}"):
            of_filter(program, layer, channel)


def test_a_layer_without_filters_says_so() -> None:
    module, shape = zoo.make("constants")
    program = followed(module, shape)  # type: ignore[arg-type]
    with pytest.raises(UnknownFilter, match="kind mul, which has no filters"):
        of_filter(program, "mul", 0)
