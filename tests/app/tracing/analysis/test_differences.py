"""Differences are numpy's in double precision, also where float32 has no room for them."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from app.tracing.analysis.differences import Differences, difference, shared
from app.tracing.capture.graph_builder import build
from tests.app.tracing.layer_kinds_zoo import noise


@pytest.mark.parametrize("size", [(5,), (3, 40, 50), (7, 150, 210)])
def test_a_difference_is_that_of_double_precision(size: tuple[int, ...]) -> None:
    a, b = noise(size, seed=1), noise(size, seed=2) * 0.5 + 0.1
    result = difference(b, a)
    wide_a, wide_b = a.double().numpy().ravel(), b.double().numpy().ravel()
    assert result.max_abs == pytest.approx(np.abs(wide_b - wide_a).max(), rel=1e-6)
    assert result.mean_abs == pytest.approx(np.abs(wide_b - wide_a).mean(), rel=1e-6)
    assert result.relative == pytest.approx(np.abs(wide_b - wide_a).sum() / np.abs(wide_a).sum(), rel=1e-6)
    assert result.correlation == pytest.approx(np.corrcoef(wide_a, wide_b)[0, 1], rel=1e-6)
    assert not result.same


def test_equal_values_do_not_differ() -> None:
    a = noise((2, 3, 4))
    result = difference(a.clone(), a)
    assert (result.same, result.max_abs, result.relative) == (True, 0.0, 0.0)
    assert result.correlation == pytest.approx(1)


def test_it_is_relative_to_a_and_undefined_where_a_is_zero() -> None:
    a, b = torch.tensor([2.0, -2.0]), torch.tensor([3.0, -2.0])
    assert difference(b, a).relative == 0.25
    zero = torch.zeros(2)
    assert difference(b, zero).relative is None
    assert difference(zero, zero).relative == 0.0


def test_what_is_the_same_everywhere_has_no_correlation() -> None:
    assert difference(torch.ones(4), noise((4,))).correlation is None
    assert difference(torch.tensor([1.0, -1.0]), torch.tensor([-1.0, 1.0])).correlation == pytest.approx(-1)


def test_values_whose_difference_float32_cannot_hold() -> None:
    result = difference(torch.tensor([3e38, 0.0]), torch.tensor([-3e38, 0.0]))
    assert result.max_abs == pytest.approx(6e38)
    assert math.isfinite(result.mean_abs)


def test_other_shapes_cannot_be_compared() -> None:
    with pytest.raises(ValueError, match=r"\(3,\) cannot be compared with \(4,\)"):
        difference(torch.zeros(3), torch.zeros(4))


def test_shared_layers_have_the_same_name_and_shape() -> None:
    one = build(nn.Sequential(nn.Conv2d(1, 2, 3), nn.ReLU(), nn.MaxPool2d(2)), (1, 9, 9))
    other = build(nn.Sequential(nn.Conv2d(1, 2, 3), nn.ReLU(), nn.MaxPool2d(3)), (1, 9, 9))
    assert shared(one, other) == ("input", "_0", "_1")


def test_differences_are_there_as_soon_as_the_running_pass_has_them() -> None:
    values: dict[str, Tensor] = {"conv": torch.tensor([3.0])}
    differences = Differences(values, {"conv": torch.tensor([1.0]), "relu": torch.tensor([1.0])})
    assert (list(differences), len(differences)) == (["conv"], 1)
    assert differences["conv"].tolist() == [2.0]
    assert "relu" not in differences
    values["relu"] = torch.tensor([0.0])
    assert differences["relu"].tolist() == [-1.0]
    values["pool"] = torch.tensor([0.0])
    assert "pool" not in differences
