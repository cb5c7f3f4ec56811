from __future__ import annotations

from math import isnan

import pytest
import torch

from app.tracing.analysis.statistics import compute_statistics


@pytest.mark.parametrize(
    "values",
    [
        torch.randn(3, 50, 70) * 4 - 1,
        torch.relu(torch.randn(7, 123, 211)),
        torch.randn(200_000) * 1e-3 + 100,
        torch.randn(6, 10, 10).permute(2, 0, 1),
        torch.zeros(4, 2, 2),
        torch.tensor([-7.25]),
        torch.randn(3, 200, 200) * 1e20,
        (torch.rand(3, 200, 200) * 2 - 1) * 3e38,
        torch.randn(3, 200, 200) * 1e-25,
        torch.tensor([3e38, 3e38, 3e38, -1e38]),
    ],
    ids=[
        "signed",
        "rectified, several chunks",
        "far from zero",
        "permuted",
        "dead",
        "one cell",
        "huge",
        "largest",
        "tiny",
        "a sum over the top",
    ],
)
def test_statistics_are_those_of_double_precision(values: torch.Tensor) -> None:
    summary = compute_statistics(values)
    exact = values.double()
    scale = exact.abs().max().item()
    assert (summary.min, summary.max) == (exact.min().item(), exact.max().item())
    assert summary.mean == pytest.approx(exact.mean().item(), rel=1e-5, abs=1e-6 * scale)
    assert summary.std == pytest.approx(exact.std(correction=0).item(), rel=1e-4)
    assert summary.zero_fraction == (exact == 0).double().mean().item()


def test_statistics_of_what_is_no_number_are_not_numbers_and_no_warning() -> None:
    summary = compute_statistics(torch.tensor([1.0, float("inf"), -2.0]))
    assert (summary.min, summary.max, summary.mean, summary.zero_fraction) == (
        -2,
        float("inf"),
        float("inf"),
        0,
    )
    assert isnan(summary.std)
    assert isnan(compute_statistics(torch.tensor([1.0, float("nan")])).mean)
