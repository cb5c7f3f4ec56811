"""One edit of each kind, as JSON."""

from __future__ import annotations

from typing import Any

EDITS: tuple[dict[str, Any], ...] = (
    {"kind": "shift", "dx": 1, "dy": -1},
    {"kind": "rotate", "degrees": 90},
    {"kind": "zoom", "factor": 2},
    {"kind": "flip", "axis": "vertical"},
    {"kind": "blur", "sigma": 1.5},
    {"kind": "noise", "std": 0.1, "seed": 7},
    {"kind": "grey"},
    {"kind": "cover", "top": 0, "left": 0, "height": 5, "width": 5, "level": 1},
    {"kind": "mute", "layer": "conv1_1", "channel": 0},
    {"kind": "solo", "layer": "conv1_1", "channel": 0},
    {"kind": "scale", "layer": "conv1_1", "channel": 0, "factor": -2.5},
    {"kind": "weight", "layer": "conv1_1", "filter": 0, "channel": 0, "row": 0, "column": 0, "value": 1e3},
    {"kind": "kernel", "layer": "conv1_1", "filter": 0, "channel": None, "values": [[1, 0], [0, -1]]},
    {"kind": "bias", "layer": "conv1_1", "filter": 0, "value": 0.5},
    {"kind": "convolution", "layer": "conv1_1", "stride": [1, 2], "padding": [0, 1], "padding_mode": "reflect"},
    {"kind": "pooling", "layer": "max_pool_1", "pooling": "average", "kernel_size": [2, 2]},
    {"kind": "activation", "layer": "relu1_1", "activation": "silu"},
)  # fmt: skip
