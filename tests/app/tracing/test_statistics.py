from __future__ import annotations

import pytest
import torch

from app.tracing import statistics


@pytest.mark.parametrize(
    "values",
    [
        torch.randn(3, 50, 70) * 4 - 1,
        torch.relu(torch.randn(7, 123, 211)),
        torch.randn(200_000) * 1e-3 + 100,
        torch.randn(6, 10, 10).permute(2, 0, 1),
        torch.zeros(4, 2, 2),
        torch.tensor([-7.25]),
    ],
    ids=["signed", "rectified, several chunks", "far from zero", "permuted", "dead", "one cell"],
)
def test_statistics_are_those_of_double_precision(values: torch.Tensor) -> None:
    found = statistics.of(values)
    exact = values.double()
    assert (found.min, found.max) == (exact.min().item(), exact.max().item())
    assert found.mean == pytest.approx(exact.mean().item(), rel=1e-5, abs=1e-6)
    assert found.std == pytest.approx(exact.std(correction=0).item(), rel=1e-4, abs=1e-7)
    assert found.zero_fraction == (exact == 0).double().mean().item()
