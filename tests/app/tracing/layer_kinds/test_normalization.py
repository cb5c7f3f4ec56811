"""A normalised cell is scale·x + shift, with PyTorch's mean, variance, weight and bias."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from app.tracing.derivation.derivation import derive
from app.tracing.layer_kinds.normalization import measured_moments
from tests.app.tracing import layer_kinds_zoo
from tests.app.tracing.cells import some_cells


def test_moments_are_those_of_double_precision_divided_by_n() -> None:
    cells = layer_kinds_zoo.noise((3, 4, 5)).numpy() * 3 + 100
    mean, variance = measured_moments(cells)
    exact = torch.from_numpy(cells.astype(np.float64))
    assert mean == pytest.approx(exact.mean().item(), rel=1e-12)
    assert variance == pytest.approx(exact.var(correction=0).item(), rel=1e-9)


@pytest.mark.parametrize("name", ["batch norm", "batch norm without weights", "group norm"])
def test_scale_and_shift_make_the_cell_of_its_only_term(name: str) -> None:
    program, values = layer_kinds_zoo.recorded(name)
    for cell in some_cells(values["parts_0"], 4):
        derivation = derive(program, values, "parts_0", cell)
        affine = derivation.affine
        assert affine is not None
        (term,) = derivation.terms
        assert term.value == float(values["input"][cell])
        assert term.weight == affine.scale
        assert affine.scale == pytest.approx(affine.weight / (affine.variance + affine.eps) ** 0.5)
        assert affine.scale * term.value + affine.shift == pytest.approx(derivation.value, rel=1e-5, abs=1e-5)
