"""A network's card: everything a reader or a program needs to know of a network without running it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import nn

from model.preprocessing import Preprocessing
from model.recipe import Recipe


@dataclass(frozen=True, slots=True)
class Accuracy:
    """A measured top-1 accuracy: ``value`` is a fraction in [0, 1] of ``count`` pictures of ``split``."""

    value: float
    count: int
    split: str


@dataclass(frozen=True, slots=True)
class Card:
    """What a network is, what it was trained on and how well it does.

    ``input_shape`` is (C, H, W). ``labels`` names the classes in output order; a network with a single
    sigmoid output has two labels, the second being the one whose probability it puts out. ``checkpoints``
    lists the sets of weights in the order of training: ``initial``, ``epoch-N`` …, ``trained``.
    """

    id: str
    title: str
    summary: str
    input_shape: tuple[int, int, int]
    preprocessing: Preprocessing
    labels: tuple[str, ...]
    dataset: str
    checkpoints: tuple[str, ...]
    license: str
    source: str
    accuracy: Accuracy | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Network:
    """A card and the function that builds the untrained module.

    The module maps float32 (N, C, H, W) to probabilities: its last operation is a softmax, or a sigmoid
    where there is a single output unit; its ``logits`` method stops before that. ``recipe`` says how we
    train it; a network that others trained has none, and ``published`` reads their state dict instead.
    """

    card: Card
    build: Callable[[], nn.Module]
    recipe: Recipe | None = None
    published: Callable[[], dict[str, torch.Tensor]] | None = None
