"""Compute which pictures of a network's set excite each of its channels most; `model.exemplars` stores the result."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from app.tracing.capture.program import Program
from app.tracing.layer_kinds.layer_kind import Role
from app.tracing.layer_kinds.registry import kind_named
from app.tracing.layers.layer import INPUT, Layer
from model.exemplars import MOST, Exemplar
from model.preprocessing import Preprocessing


def compute(
    program: Program,
    preprocessing: Preprocessing,
    pictures: Sequence[Image.Image],
    indices: Sequence[int],
    on_picture: Callable[[], object] = lambda: None,
) -> dict[str, list[list[Exemplar]]]:
    """Return, by layer and channel, the pictures with the largest values, the strongest first.

    ``indices`` name the pictures that are shown. A map counts with its largest cell, and among equal cells with the
    first. Pictures with equal values keep their order.
    """
    # A layer that passes its input on has the exemplars of the layer before it.
    layers = [
        layer
        for layer in program.graph.layers
        if layer.id != INPUT and Role.SAME_VALUES not in kind_named(layer.kind).roles
    ]
    largest: dict[str, list[Tensor]] = {layer.id: [] for layer in layers}
    places: dict[str, list[Tensor]] = {layer.id: [] for layer in layers}
    for index in indices:
        values = program.record(preprocessing.apply(pictures[index]))
        for layer in layers:
            cells = values[layer.id].reshape(layer.shape[0], -1)
            most = cells.max(dim=1)
            largest[layer.id].append(most.values)
            # Among equal maxima take the first cell; torch.max does not say which it takes.
            places[layer.id].append((cells == most.values[:, None]).byte().argmax(dim=1))
        on_picture()
    return {
        layer.id: _strongest(layer, indices, torch.stack(largest[layer.id]), torch.stack(places[layer.id]))
        for layer in layers
    }


def _strongest(layer: Layer, indices: Sequence[int], largest: Tensor, places: Tensor) -> list[list[Exemplar]]:
    """The strongest pictures of each channel, from each picture's largest values and their places, (n, C)."""
    order = np.argsort(-largest.numpy(), axis=0, kind="stable")[:MOST]
    return [
        [
            Exemplar(
                indices[row],
                float(largest[row, channel]),
                divmod(int(places[row, channel]), layer.shape[2]) if len(layer.shape) == 3 else None,
            )
            for row in order[:, channel]
        ]
        for channel in range(layer.shape[0])
    ]
