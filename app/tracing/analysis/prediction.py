"""The network's prediction: logits and probabilities of all classes, best first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from app.tracing.capture.graph import LayerGraph


@dataclass(frozen=True, slots=True)
class Prediction:
    """One class: its place in the output, its name, its logit and its probability in [0, 1]."""

    index: int
    label: str
    logit: float
    probability: float


def predict(graph: LayerGraph, values: Mapping[str, Tensor], labels: Sequence[str]) -> tuple[Prediction, ...]:
    """Return all classes, best first, from the outputs of the network's last layers; see `scores`.

    None of an edited network that ends early.
    """
    if graph.conflict is not None:
        return ()
    logits, probabilities = scores(graph, values)
    order = torch.argsort(probabilities, descending=True, stable=True)
    return tuple(
        Prediction(index, labels[index] if index < len(labels) else str(index), logit, probability)
        for index, logit, probability in zip(
            order.tolist(), logits[order].tolist(), probabilities[order].tolist(), strict=True
        )
    )


def scores(graph: LayerGraph, values: Mapping[str, Tensor]) -> tuple[Tensor, Tensor]:
    """Return the logits and the probabilities of all classes, (N,) each, in output order.

    A final softmax puts out the probabilities, and its input is the logits. A single sigmoid unit z stands for two
    classes: the second has the logit z and the probability σ(z), the first −z and 1 − σ(z). A network that
    ends without either puts out logits, and the softmax is applied here. Only these two layers are read from
    ``values``, with or without their batch of one; gradients pass.
    """
    output = values[graph.output].flatten()
    if graph.logits is None:
        return output, torch.softmax(output, dim=0)
    logits = values[graph.logits].flatten()
    if output.numel() == 1:
        return torch.cat([-logits, logits]), torch.cat([1 - output, output])
    return logits, output
