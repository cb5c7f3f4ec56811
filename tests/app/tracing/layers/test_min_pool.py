"""Min pooling is max pooling of the negative, so padding is never the smallest."""

from __future__ import annotations

import torch
import torch.nn.functional as F  # noqa: N812

from app.tracing.layers.min_pool import MinPool2d


def test_the_smallest_cell_of_every_window() -> None:
    maps = torch.randn(1, 3, 7, 8)
    windows = F.unfold(maps, 2, stride=2).view(1, 3, 4, 12)
    assert torch.equal(MinPool2d(2)(maps).flatten(2), windows.amin(2))


def test_padding_is_never_the_smallest() -> None:
    ones = torch.ones(1, 1, 4, 4)
    assert torch.equal(MinPool2d(3, stride=1, padding=1)(ones), ones)
