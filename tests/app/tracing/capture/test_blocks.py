"""Blocks are the feature map, the activation map and the pooled map of a convolution."""

from __future__ import annotations

import pytest
import torch.nn.functional as F  # noqa: N812
from torch import nn

from app.tracing.capture.blocks import Block
from app.tracing.capture.graph_builder import build
from tests.app.tracing.network_zoo import Net, graph_of


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


def block_of(*layers: nn.Module) -> tuple[str | None, str | None]:
    """The kinds of the first block's activation and pooling."""
    graph = build(nn.Sequential(nn.Conv2d(1, 2, 3), *layers), (1, 9, 9))
    block = graph.blocks[0]
    assert block.id == "block1"
    assert graph.by_id[block.feature].kind == "conv2d"
    return tuple(graph.by_id[layer].kind if layer else None for layer in (block.activation, block.pooled))  # type: ignore[return-value]


@pytest.mark.parametrize(
    ("layers", "expected"),
    [
        ([nn.ReLU(), nn.MaxPool2d(2)], ("relu", "max_pool2d")),
        (
            [nn.BatchNorm2d(2), nn.Dropout(), nn.SiLU(), nn.Identity(), nn.AvgPool2d(2)],
            ("silu", "avg_pool2d"),
        ),
        ([nn.MaxPool2d(2), nn.ReLU()], (None, "max_pool2d")),
        ([nn.Flatten(), nn.ReLU()], (None, None)),
        ([], (None, None)),
        ([nn.GroupNorm(1, 2), nn.GELU(), nn.AdaptiveAvgPool2d(1)], ("gelu", "adaptive_avg_pool2d")),
    ],
    ids=["all three", "through other layers", "no activation", "a vector", "alone", "adaptive"],
)
def test_a_block_ends_at_the_pooling_that_reads_it(
    layers: list[nn.Module], expected: tuple[str | None, str | None]
) -> None:
    assert block_of(*layers) == expected


def test_an_activation_that_two_poolings_read_has_none_of_its_own() -> None:
    net = Net(
        lambda net, x: F.max_pool2d(y := net.conv(x).relu(), 2) + F.avg_pool2d(y, 2), conv=nn.Conv2d(1, 2, 3)
    )
    assert build(net, (1, 8, 8)).blocks == (Block("block1", "conv", "relu", None),)
