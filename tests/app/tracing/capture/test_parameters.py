"""A layer's tensors are the ones it computes with, whole or a filter at a time."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from app.tracing.capture.parameters import UnknownFilter, filter_parameters, parameters
from tests.app.tracing import layer_kinds_zoo, network_zoo
from tests.app.tracing.layer_kinds_zoo import Net, program_of


def test_a_functional_layers_tensors_have_its_modules_names() -> None:
    program, _ = layer_kinds_zoo.recorded("functional")
    weights = dict(program.module.parts[0].state_dict())  # type: ignore[index]
    tensors_of = {layer.id: parameters(program, layer.id) for layer in program.graph.layers}
    named = {layer: set(tensors) for layer, tensors in tensors_of.items() if tensors}
    assert named == {
        "conv2d": {"weight", "bias"},
        "batch_norm": {"running_mean", "running_var"},
        "linear": {"weight"},
    }
    assert torch.equal(tensors_of["conv2d"]["weight"], weights["kernel"])
    assert torch.equal(tensors_of["batch_norm"]["running_var"], weights["variance"])


def test_an_operand_of_the_networks_own_is_named_by_its_side() -> None:
    program, _ = layer_kinds_zoo.recorded("own tensors")
    sides = {layer.id: set(parameters(program, layer.id)) for layer in program.graph.layers}
    assert sides == {"input": set(), "mul": {"other"}, "truediv": {"other"}, "sub": {"input"}}


def test_what_only_counts_is_left_out() -> None:
    program, _ = layer_kinds_zoo.recorded("batch norm")
    assert "num_batches_tracked" in program.parameters("parts_0")
    assert set(parameters(program, "parts_0")) == {"weight", "bias", "running_mean", "running_var"}


def test_all_are_float32_on_the_cpu_and_take_no_gradient() -> None:
    net = Net(lambda x, f: f(x), nn.Conv2d(4, 2, 3))
    program = program_of(net, layer_kinds_zoo.SHAPE)
    for value in parameters(program, "parts_0").values():
        assert (value.dtype, value.device.type, value.requires_grad) == (torch.float32, "cpu", False)


@pytest.mark.parametrize(
    ("name", "layer", "count"),
    [("groups", "parts_0", 6), ("batch norm", "parts_0", 4), ("linear over columns", "parts_0", 3)],
)
def test_a_filter_is_a_row_of_every_tensor(name: str, layer: str, count: int) -> None:
    program, _ = layer_kinds_zoo.recorded(name)
    whole = parameters(program, layer)
    for channel in (0, count - 1):
        rows = filter_parameters(program, layer, channel)
        assert set(rows) == set(whole)
        assert all(torch.equal(rows[key][0], whole[key][channel]) for key in whole)
        assert all(len(value) == 1 for value in rows.values())
    for channel in (-1, count):
        with pytest.raises(UnknownFilter, match=f"it has 0 to {count - 1}"):
            filter_parameters(program, layer, channel)


def test_a_layer_without_filters_says_so() -> None:
    module, shape = network_zoo.make("constants")
    program = program_of(module, shape)  # type: ignore[arg-type]
    with pytest.raises(UnknownFilter, match="kind mul, which has no filters"):
        filter_parameters(program, "mul", 0)
