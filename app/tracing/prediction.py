"""What the network says the picture is: logits and probabilities, best first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from app.tracing.graph import LayerGraph


@dataclass(frozen=True, slots=True)
class Prediction:
    """One class: its place in the output, its name, its logit and its probability in [0, 1]."""

    index: int
    label: str
    logit: float
    probability: float


def predict(graph: LayerGraph, values: Mapping[str, Tensor], labels: Sequence[str]) -> tuple[Prediction, ...]:
    """Return all classes, best first, from what the network's last layers put out.

    A final softmax gives the probabilities and its input the logits. A single sigmoid unit z speaks of two
    classes: the second has the logit z and the probability σ(z), the first −z and 1 − σ(z). A network that
    ends without either puts out logits, of which the softmax is taken here.
    """
    output = values[graph.output].flatten()
    if graph.logits is None:
        logits, probabilities = output, torch.softmax(output, dim=0)
    elif output.numel() == 1:
        logit = values[graph.logits].flatten()
        logits, probabilities = torch.cat([-logit, logit]), torch.cat([1 - output, output])
    else:
        logits, probabilities = values[graph.logits].flatten(), output
    order = torch.argsort(probabilities, descending=True, stable=True)
    return tuple(
        Prediction(index, labels[index] if index < len(labels) else str(index), logit, probability)
        for index, logit, probability in zip(
            order.tolist(), logits[order].tolist(), probabilities[order].tolist(), strict=True
        )
    )
