"""Operands may be layers, numbers or tensors of the network, on either side."""

from __future__ import annotations

from math import inf, isnan

import pytest
import torch

from app.tracing.capture.graph_builder import build
from app.tracing.derivation.derivation import derive
from app.tracing.layer_kinds.geometry import regions_read
from app.tracing.layers.terms import CONSTANT
from tests.app.tracing import layer_kinds_zoo
from tests.app.tracing.network_zoo import Net


def test_constants_of_arithmetic_are_hyperparameters() -> None:
    graph = build(
        Net(
            lambda net, x: torch.add(
                torch.div((1 - x) * 2.5, x.size(2), rounding_mode="floor"), x, alpha=3
            ).sub_(x, alpha=2)
        ),
        (1, 4, 4),
    )
    layers = {layer.id: (layer.inputs, dict(layer.hyperparameters)) for layer in graph.layers[1:]}
    assert layers == {
        "sub": (("input",), {"left": 1}),
        "mul": (("sub",), {"right": 2.5}),
        "div": (("mul",), {"right": 4, "rounding_mode": "floor"}),
        "add": (("div", "input"), {"alpha": 3}),
        "sub_": (("add", "input"), {"alpha": 2}),
    }


@pytest.mark.parametrize(
    ("name", "operation", "inputs"),
    [
        ("difference", "difference", (CONSTANT, "input")),
        ("number on the left", "quotient", (CONSTANT, "add")),
        ("doubled", "sum", ("input", "input")),
        ("weighed sum", "sum", ("input", "relu")),
    ],
)
def test_operands_are_in_the_order_in_which_they_are_written(
    name: str, operation: str, inputs: tuple[str, ...]
) -> None:
    program, values = layer_kinds_zoo.recorded(name)
    derivation = derive(program, values, program.graph.output, (1, 2, 3))
    assert derivation.operation == operation
    assert tuple(term.input for term in derivation.terms) == inputs


def test_an_operand_of_another_shape_is_read_where_it_is_broadcast() -> None:
    net = layer_kinds_zoo.Net(lambda x: x * x.mean((2, 3), keepdim=True))
    program = layer_kinds_zoo.program_of(net, layer_kinds_zoo.SHAPE)
    values = program.record(layer_kinds_zoo.noise(layer_kinds_zoo.SHAPE))
    _, gate = derive(program, values, "mul", (3, 5, 6)).terms
    assert (gate.input, gate.channel, gate.row, gate.column) == ("mean", 3, 0, 0)
    layer = program.graph.by_id["mul"]
    assert regions_read(layer, (8, 32, 64), [(4, 9, 8), (4, 1, 1)]) == [(8, 32, 64), (8, 1, 1)]


def test_alpha_is_the_weight_of_the_right_operand() -> None:
    program, values = layer_kinds_zoo.recorded("weighed sum")
    left, right = derive(program, values, program.graph.output, (0, 0, 0)).terms
    assert (left.weight, right.weight) == (None, -0.5)


def test_tensors_of_the_network_are_read_from_its_parameters() -> None:
    program, values = layer_kinds_zoo.recorded("own tensors")
    python = derive(program, values, "mul", (2, 1, 1)).python
    assert 'right = float(parameters["other"][2, 0, 0])' in python


def test_a_quotient_by_zero_is_what_pytorch_says() -> None:
    program = layer_kinds_zoo.program_of(layer_kinds_zoo.Net(lambda x: x / (x - x)), (1, 1, 2))
    values = program.record(torch.tensor([[[3.0, 0.0]]]))
    first, second = (derive(program, values, "truediv", (0, 0, column)) for column in (0, 1))
    assert (first.operation, first.value) == ("quotient", inf)
    assert second.operation == "quotient"
    assert isnan(second.value)
