"""Adaptive windows divide a map as PyTorch divides it."""

from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F  # noqa: N812
from torch import nn

from app.tracing.derivation.derivation import derive
from app.tracing.layer_kinds.registry import kind_named, options
from tests.app.tracing.layer_kinds_zoo import SHAPE, Net, noise, program_of


@pytest.mark.parametrize("output_size", [(1, 1), (2, 3), (4, 5), (9, 8), (None, 3)])
def test_a_mean_divides_by_the_cells_of_its_window(output_size: tuple[int | None, int]) -> None:
    program = program_of(nn.Sequential(nn.AdaptiveAvgPool2d(output_size)), SHAPE)
    values = program.record(noise(SHAPE))
    _, rows, columns = values["_0"].shape
    ones = F.adaptive_avg_pool2d(torch.ones(1, *SHAPE), output_size)
    assert ones.eq(1).all()
    for row, column in ((0, 0), (rows - 1, columns - 1), (rows // 2, columns // 2)):
        derivation = derive(program, values, "_0", (1, row, column))
        assert derivation.divisor == len(derivation.terms)
        assert not any(term.padding for term in derivation.terms)
        assert derivation.sum == pytest.approx(derivation.value, rel=1e-6, abs=1e-6)


def test_functions_have_the_modules_hyperparameters() -> None:
    graph = program_of(
        Net(lambda x: F.adaptive_max_pool2d(F.adaptive_avg_pool2d(x, 4), (None, 2))), SHAPE
    ).graph
    sizes = [layer.hyperparameters for layer in graph.layers[1:]]
    assert sizes == [{"output_size": [4, 4]}, {"output_size": [None, 2]}]
    assert graph.layers[-1].shape == (4, 4, 2)


def test_a_maximum_can_stand_in_place_of_a_mean_of_the_same_windows() -> None:
    build = options("adaptive_pooling")["max"].build
    assert build is not None
    module = build({"output_size": [2, None]})
    assert isinstance(module, nn.AdaptiveMaxPool2d)
    assert module.output_size == (2, None)
    assert kind_named("adaptive_avg_pool2d").edits == kind_named("max_pool2d").edits
