"""A derivation is true: its terms are recorded values, its weights the network's, and they make the cell's value."""

from __future__ import annotations

import math
import random

import pytest
import torch
from torch import nn

from app.tracing.capture.graph import LayerGraph
from app.tracing.capture.graph_builder import build
from app.tracing.capture.program import Program
from app.tracing.derivation.derivation import UnknownCell, derive
from app.tracing.layers.layer import INPUT
from model import registry
from tests.app.tracing import layer_kinds_zoo, network_zoo
from tests.app.tracing.cells import some_cells
from tests.app.tracing.derivations import check
from tests.app.tracing.network_zoo import trace_of


@pytest.mark.parametrize("network_id", registry.NETWORKS)
def test_the_terms_of_two_hundred_cells_make_what_was_recorded(network_id: str) -> None:
    program, values = trace_of(network_id)
    layers = [layer_id for layer_id in values if layer_id != INPUT]
    chosen = random.Random(network_id)
    for index in range(200):
        layer_id = layers[index % len(layers)] if index < len(layers) else chosen.choice(layers)
        cell = tuple(chosen.randrange(size) for size in values[layer_id].shape)
        check(derive(program, values, layer_id, cell), values)


@pytest.mark.parametrize("name", layer_kinds_zoo.CASES)
def test_every_kind_in_every_way(name: str) -> None:
    program, values = layer_kinds_zoo.recorded(name)
    for layer_id in values:
        if layer_id != INPUT:
            rounding = program.graph.by_id[layer_id].hyperparameters.get("rounding_mode")
            for cell in some_cells(values[layer_id], 12):
                derivation = derive(program, values, layer_id, cell)
                check(derivation, values, str(rounding) if rounding else None)


@pytest.mark.parametrize("name", network_zoo.CASES)
def test_what_breaks_viewers_built_on_hooks_is_derived_or_said_to_be_unknown(name: str) -> None:
    module, shape = network_zoo.make(name)
    program = Program(build(module, shape), module)
    values = program.record(torch.randn(shape, generator=torch.Generator().manual_seed(3)))
    for layer_id in values:
        kind = program.graph.by_id[layer_id].kind
        for cell in some_cells(values[layer_id], 6):
            derivation = derive(program, values, layer_id, cell)
            if kind == INPUT:
                assert (derivation.operation, derivation.terms) == ("steps", ())
            elif kind == "other" or (name == "hooked" and kind == "conv2d"):
                assert (derivation.operation, derivation.terms, derivation.terms_total) == ("unknown", (), 0)
            else:
                check(derivation, values)


# ---- convolutions ---------------------------------------------------------------------------------------


# ---- pools ----------------------------------------------------------------------------------------------


# ---- the rest -------------------------------------------------------------------------------------------


def test_terms_come_in_pages_with_the_sums_of_their_channels() -> None:
    program, values = trace_of("small-vgg")
    whole = derive(program, values, "conv3_2", (7, 3, 2))
    assert whole.terms_total == len(whole.terms) == 128 * 9
    page = derive(program, values, "conv3_2", (7, 3, 2), offset=100, limit=50)
    assert page.terms == whole.terms[100:150]
    assert page.channel_sums == whole.channel_sums[11:17]
    assert (page.offset, page.terms_total, page.sum) == (100, whole.terms_total, whole.sum)
    beyond = derive(program, values, "conv3_2", (7, 3, 2), offset=10**9, limit=50)
    assert (beyond.terms, beyond.channel_sums) == ((), ())


def test_a_gain_that_an_edit_put_on_a_channel_is_said() -> None:
    net = nn.Sequential(nn.Conv2d(1, 3, 3))
    plain = build(net, (1, 6, 6))
    gains = {"_0": {1: 0.0, 2: -2.5}}
    graph = LayerGraph(
        plain.input_shape, plain.layers, plain.steps, plain.output, plain.overwritten, {}, gains
    )
    program = Program(graph, net)
    values = program.record(torch.randn(1, 6, 6))
    for channel, gain in enumerate((1.0, 0.0, -2.5)):
        derivation = derive(program, values, "_0", (channel, 2, 3))
        assert derivation.gain == gain
        assert derivation.operation == "sum"
        check(derivation, values)
    assert derive(program, values, "_0", (1, 0, 0)).value == 0


def test_numbers_beyond_float32_are_no_reason_to_fail() -> None:
    program, values = layer_kinds_zoo.recorded("sum of branches")
    huge = program.record(torch.full(layer_kinds_zoo.SHAPE, 3e38))
    assert not all(value.isfinite().all() for value in huge.values())
    for layer_id in values:
        for cell in some_cells(huge[layer_id], 5):
            derivation = derive(program, huge, layer_id, cell)
            assert math.isnan(derivation.value) or derivation.value == float(huge[layer_id][cell])


@pytest.mark.parametrize(
    ("layer_id", "cell", "message"),
    [
        (
            "conv1_1",
            (10, 0, 0),
            r"conv1_1 has no cell 10/0/0; it has channels 0 to 9, rows 0 to 29, columns 0 to 29",
        ),
        ("conv1_1", (0, 30, 0), "rows 0 to 29"),
        ("conv1_1", (0, 0, -1), "columns 0 to 29"),
        ("conv1_1", (3,), "no cell 3; it has channels 0 to 9"),
        ("fc", (10,), "fc has no cell 10; it is a vector, of cells 0 to 9"),
        ("fc", (0, 0, 0), "it is a vector, of cells 0 to 9"),
    ],
)
def test_a_cell_that_is_not_there_is_refused_with_what_is(
    layer_id: str, cell: tuple[int, ...], message: str
) -> None:
    program, values = trace_of("tiny-vgg")
    with pytest.raises(UnknownCell, match=message):
        derive(program, values, layer_id, cell)
