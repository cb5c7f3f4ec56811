"""Blocks are the feature map, the activation map and the pooled map of a convolution."""

from __future__ import annotations

from app.tracing.capture.blocks import Block
from tests.app.tracing.network_zoo import graph_of


def test_blocks_are_found_through_batch_norm_and_functional_operations() -> None:
    assert graph_of("functional").blocks == (
        Block(
            "block1", "conv2d", "relu", None
        ),  # the activation is read by the branch and the sum, not by a pooling
        Block("block2", "branch", None, None),
    )
    assert graph_of("depthwise").blocks == (
        Block("block1", "grouped", "act", None),
        Block("block2", "depthwise", "act_1", None),
    )
    assert graph_of("in place").blocks[-1] == Block("block3", "conv3", "relu_", "max_pool2d")
