"""A dense layer sums its inputs, and says what each flattened map contributes."""

from __future__ import annotations

import pytest

from app.tracing.derivation.derivation import derive
from app.tracing.layers.layer import INPUT
from tests.app.tracing import layer_kinds_zoo


def test_a_linear_layer_says_what_each_flattened_map_gives() -> None:
    program, values = layer_kinds_zoo.recorded("flattened, activated, dropped")
    layer_id = program.graph.output
    found = derive(program, values, layer_id, (1,))
    weights = program.parameters(layer_id)["weight"][1].detach().double().reshape(4, -1)
    expected = (weights * values[INPUT].relu().double().reshape(4, -1)).sum(1)
    assert [(one.input, one.channel) for one in found.channel_sums] == [(INPUT, c) for c in range(4)]
    assert [one.sum for one in found.channel_sums] == pytest.approx(expected.tolist())
