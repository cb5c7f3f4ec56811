"""A dense layer sums its inputs, and says what each flattened map contributes."""

from __future__ import annotations

import pytest

from app.tracing.derivation.cell_field import Rectangle, receptive_field_of_cell
from app.tracing.derivation.derivation import derive
from app.tracing.editing.edit_options import filter_shape_of
from app.tracing.layer_kinds.layer_kind import FilterShape
from app.tracing.layer_kinds.linear import LINEAR
from app.tracing.layers.layer import INPUT
from tests.app.tracing import layer_kinds_zoo


def test_a_linear_layer_says_what_each_flattened_map_gives() -> None:
    program, values = layer_kinds_zoo.recorded("flattened, activated, dropped")
    layer_id = program.graph.output
    derivation = derive(program, values, layer_id, (1,))
    weights = program.parameters(layer_id)["weight"][1].detach().double().reshape(4, -1)
    expected = (weights * values[INPUT].relu().double().reshape(4, -1)).sum(1)
    assert [(one.input, one.channel) for one in derivation.channel_sums] == [(INPUT, c) for c in range(4)]
    assert [one.sum for one in derivation.channel_sums] == pytest.approx(expected.tolist())


def test_along_columns_it_reads_one_row_of_one_map() -> None:
    program, values = layer_kinds_zoo.recorded("linear over columns")
    derivation = derive(program, values, "parts_0", (1, 4, 2))
    assert [(term.channel, term.row, term.column) for term in derivation.terms] == [
        (1, 4, c) for c in range(8)
    ]
    assert derivation.bias == float(program.parameters("parts_0")["bias"][2])
    assert derivation.channel_sums == ()
    assert receptive_field_of_cell(program.graph, "parts_0", (1, 4, 2)) == Rectangle(4, 0, 5, 8)


def test_its_weights_and_cost_are_counted_by_features() -> None:
    graph = layer_kinds_zoo.recorded("flattened")[0].graph
    layer = graph.by_id[graph.output]
    assert layer.hyperparameters == {"in_features": 288, "out_features": 3, "bias": True}
    assert (layer.multiply_adds, layer.parameters) == (3 * 288, 3 * 288 + 3)
    assert filter_shape_of(layer) == FilterShape(3, 288, 1, 1)


def test_another_number_of_inputs_is_a_mismatch() -> None:
    mismatch = LINEAR.mismatch({"in_features": 54}, [(150,)]) if LINEAR.mismatch else None
    assert mismatch is not None
    assert (mismatch.reason, mismatch.expects) == ("features", (54,))
    assert mismatch.detail == "expects 54 numbers and would get 150"
