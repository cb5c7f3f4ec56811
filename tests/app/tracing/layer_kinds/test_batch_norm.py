"""A batch norm normalises by running statistics, or where it has none by those of the map itself."""

from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F  # noqa: N812
from torch import nn

from app.tracing.derivation.cell_field import Rectangle, receptive_field_of_cell
from app.tracing.derivation.derivation import derive
from tests.app.tracing import layer_kinds_zoo
from tests.app.tracing.layer_kinds_zoo import SHAPE, Net, noise, program_of

OF_ITS_MAP = {
    "module": lambda: nn.BatchNorm2d(4, track_running_stats=False),
    "function": lambda: Net(lambda x: F.batch_norm(x, None, None, training=True)),
}


@pytest.mark.parametrize("name", OF_ITS_MAP)
def test_without_running_statistics_field_reading_numbers_and_program_are_those_of_the_map(name: str) -> None:
    program = program_of(nn.Sequential(OF_ITS_MAP[name]()), SHAPE)
    values = program.record(noise(SHAPE))
    layer = program.graph.layers[-1]
    assert layer.kind == "batch_norm"
    assert layer.receptive_field is not None
    assert (layer.receptive_field.size, layer.receptive_field.stride) == ((9, 8), (0, 0))
    assert receptive_field_of_cell(program.graph, layer.id, (1, 2, 3)) == Rectangle(0, 0, 9, 8)
    derivation = derive(program, values, layer.id, (1, 2, 3))
    channel = values["input"][1].double()
    assert derivation.affine is not None
    assert derivation.affine.mean == pytest.approx(channel.mean().item())
    assert derivation.affine.variance == pytest.approx(channel.var(correction=0).item())
    assert "# of the cells here" in derivation.python
    assert "running_mean" not in derivation.python


def test_with_running_statistics_they_are_the_ones_that_it_learnt() -> None:
    program, values = layer_kinds_zoo.recorded("batch norm")
    layer = program.graph.by_id["parts_0"]
    assert layer.receptive_field is not None
    assert layer.receptive_field.size == (1, 1)
    assert receptive_field_of_cell(program.graph, "parts_0", (1, 2, 3)) == Rectangle(2, 3, 3, 4)
    derivation = derive(program, values, "parts_0", (1, 2, 3))
    assert derivation.affine is not None
    assert derivation.affine.mean == float(program.parameters("parts_0")["running_mean"][1])
    assert 'parameters["running_mean"][1]' in derivation.python


def test_hyperparameters_say_which_statistics_are_used() -> None:
    def hyperparameters(module: nn.Module) -> dict[str, object]:
        return dict(program_of(nn.Sequential(module), SHAPE).graph.layers[-1].hyperparameters)

    assert hyperparameters(nn.BatchNorm2d(4)) == {"num_features": 4, "eps": 1e-5, "momentum": 0.1}
    assert hyperparameters(OF_ITS_MAP["module"]())["track_running_stats"] is False
    assert hyperparameters(OF_ITS_MAP["function"]())["training"] is True


def test_statistics_that_the_forward_computes_are_not_known_here() -> None:
    net = Net(lambda x: F.batch_norm(x, x.mean((0, 2, 3)), torch.ones_like(x.mean((0, 2, 3)))))
    program = program_of(net, SHAPE)
    values = program.record(noise(SHAPE))
    assert derive(program, values, "batch_norm", (0, 0, 0)).operation == "unknown"
    assert receptive_field_of_cell(program.graph, "batch_norm", (0, 0, 0)) is None


def test_each_cell_is_counted_once() -> None:
    program, _ = layer_kinds_zoo.recorded("batch norm")
    assert program.graph.by_id["parts_0"].multiply_adds == 4 * 9 * 8
