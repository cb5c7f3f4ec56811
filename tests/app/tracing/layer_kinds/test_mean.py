"""A mean runs over the axes that PyTorch runs over."""

from __future__ import annotations

from typing import Any

import pytest

from app.tracing.derivation.derivation import derive
from tests.app.tracing.cells import some_cells
from tests.app.tracing.layer_kinds_zoo import SHAPE, Net, noise, program_of


@pytest.mark.parametrize("keepdim", [True, False])
@pytest.mark.parametrize("dim", [1, -1, (2, 3), (-3, 3), (1, 2, 3)])
def test_the_terms_are_the_cells_along_the_axes(dim: Any, keepdim: bool) -> None:
    program = program_of(Net(lambda x: x.mean(dim, keepdim=keepdim)), SHAPE)
    values = program.record(noise(SHAPE))
    count = values["input"][None].numel() // values["mean"].numel()
    for cell in some_cells(values["mean"], 4):
        derivation = derive(program, values, "mean", cell)
        assert derivation.divisor == derivation.terms_total == count
        total = sum(term.value for term in derivation.terms if term.value is not None)
        assert total / count == pytest.approx(derivation.value, rel=1e-5, abs=1e-6)


def test_a_mean_over_the_batch_is_not_derived() -> None:
    program = program_of(Net(lambda x: x.mean(0, keepdim=True)), SHAPE)
    values = program.record(noise(SHAPE))
    assert derive(program, values, "mean", (0, 0, 0)).operation == "unknown"


def test_without_axes_it_runs_over_all() -> None:
    program = program_of(Net(lambda x: x.mean()), SHAPE)
    assert derive(program, program.record(noise(SHAPE)), "mean", (0,)).divisor == 4 * 9 * 8
