"""Min pooling as a module, which PyTorch does not have."""

from __future__ import annotations

from torch import Tensor, nn


class MinPool2d(nn.MaxPool2d):
    """The smallest cell of every window: −max(−x), with the windows of max pooling. Padding is never the smallest."""

    def forward(self, input: Tensor) -> Tensor:  # noqa: A002 - PyTorch's own name for it
        """Return (N, C, H', W') of an input (N, C, H, W)."""
        smallest: Tensor = -super().forward(-input)
        return smallest
