"""Positions, padding and common windows are those of PyTorch, along one axis."""

from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F  # noqa: N812
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from app.tracing.layers.windows import AdaptiveAxis, SlidingAxis

MODES = {"zeros": "constant", "reflect": "reflect", "replicate": "replicate", "circular": "circular"}


def numbered(extent: int) -> torch.Tensor:
    """Cells that hold their own index, counted from 1."""
    return torch.arange(1.0, extent + 1).view(1, 1, extent)


@settings(max_examples=150, deadline=None)
@given(data=st.data(), mode=st.sampled_from(sorted(MODES)))
def test_a_window_reads_the_cells_that_pytorch_pads_and_unfolds(data: st.DataObject, mode: str) -> None:
    extent, kernel = data.draw(st.integers(1, 9)), data.draw(st.integers(1, 4))
    stride, dilation = data.draw(st.integers(1, 3)), data.draw(st.integers(1, 3))
    padding = data.draw(st.integers(0, {"reflect": extent - 1, "circular": extent}.get(mode, 4)))
    span = dilation * (kernel - 1) + 1
    assume(extent + 2 * padding >= span)
    axis = SlidingAxis(extent, kernel, stride, padding, dilation, mode)
    padded = F.pad(numbered(extent), (padding, padding), mode=MODES[mode])[0, 0]
    for output in range((extent + 2 * padding - span) // stride + 1):
        window = padded[output * stride : output * stride + span : dilation].long().tolist()
        cells = [axis.cell_at(position) for position in axis.positions(output)]
        assert [0 if cell is None else cell + 1 for cell in cells] == window


@settings(deadline=None)
@given(extent=st.integers(1, 12), outputs=st.integers(1, 12))
def test_adaptive_windows_are_those_that_have_a_gradient(extent: int, outputs: int) -> None:
    axis = AdaptiveAxis(extent, outputs)
    x = numbered(extent).requires_grad_()
    pooled = F.adaptive_avg_pool1d(x, outputs)
    for output in range(outputs):
        (gradient,) = torch.autograd.grad(pooled[0, 0, output], x, retain_graph=True)
        assert axis.positions(output) == gradient[0, 0].nonzero().flatten().tolist()
        assert [axis.cell_at(position) for position in axis.positions(output)] == axis.positions(output)


def test_a_pooling_that_rounds_up_is_cut_at_the_edge_of_the_padding() -> None:
    axis = SlidingAxis(5, kernel=3, stride=2, padding=1, cut=True)
    assert axis.positions(2) == [3, 4, 5]
    assert axis.positions(3) == [5]
    assert SlidingAxis(5, kernel=3, stride=2, padding=1).positions(3) == [5, 6, 7]


@pytest.mark.parametrize(
    ("axis", "common"),
    [
        (SlidingAxis(9, kernel=3, padding=2), True),
        (SlidingAxis(9, kernel=3, padding=1, mode="reflect"), True),
        (SlidingAxis(9, kernel=3, padding=2, mode="reflect"), False),
        (SlidingAxis(9, kernel=3, padding=1, mode="circular"), False),
        (AdaptiveAxis(9, 2), False),
    ],
)
def test_a_common_window_is_there_unless_padding_or_remainders_forbid_it(
    axis: SlidingAxis | AdaptiveAxis, common: bool
) -> None:
    assert (axis.common is not None) == common


def test_even_adaptive_windows_are_sliding_ones() -> None:
    assert AdaptiveAxis(9, 3).common == SlidingAxis(9, kernel=3, stride=3)
