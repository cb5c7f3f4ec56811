"""A layer: one operation of a network, as plain data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from app.tracing.layers.receptive_field import ReceptiveField
from app.tracing.layers.shapes import Shape

INPUT = "input"  # the id and the kind of the layer that stands for the picture
OTHER = "other"  # the kind of every operation that no layer kind describes

# By PyTorch's names. A value is a number, a text, a truth value, a list of whole numbers, or None. Pairs are lists
# [height, width].
Hyperparameters = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Operation:
    """What one node of the graph does: its kind, its name in PyTorch, and its hyperparameters."""

    kind: str
    name: str
    hyperparameters: Hyperparameters = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Layer:
    """One operation of a network, with what is known of its output.

    ``shape`` is (C, H, W) or (N,), without the batch. ``name`` is the module's class or the function's name.
    ``module`` is the module's path in the network, empty for functional operations; ``weight`` is the path of
    a convolution's filters or a linear layer's matrix, else empty. ``multiply_adds`` counts
    multiplications that are summed (convolution, linear) or shifted (batch norm): C·H·W·kH·kW·in/groups for
    a convolution; it is None where the layer may multiply but its kind does not say how often. ``parameters``
    are counted at every layer that uses them. ``receptive_field`` is None where no one field fits all cells.
    """

    id: str
    kind: str
    name: str
    module: str
    weight: str
    shape: Shape
    inputs: tuple[str, ...]
    hyperparameters: Hyperparameters
    parameters: int
    multiply_adds: int | None
    receptive_field: ReceptiveField | None
