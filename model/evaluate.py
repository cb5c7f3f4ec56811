"""Evaluation: how many test pictures a saved checkpoint names correctly, by the card's own preprocessing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch

from model.datasets import DATASETS, Split, prepare
from model.registry import get, load

_BATCH = 500


class NoTestSetError(RuntimeError):
    """There are no test pictures here to measure the network with."""


@dataclass(frozen=True, slots=True)
class Evaluation:
    """``correct`` of ``count`` pictures of ``split`` had the right class as the most probable one."""

    network: str
    checkpoint: str
    split: str
    correct: int
    count: int

    @property
    def accuracy(self) -> float:
        """The fraction named correctly, in [0, 1]."""
        return self.correct / self.count


def evaluate(
    network_id: str,
    checkpoint: str = "trained",
    *,
    split: Split | None = None,
    on_batch: Callable[[int, int], None] = lambda _done, _count: None,
) -> Evaluation:
    """Measure a checkpoint on the test split of its network's data set, or on ``split``.

    The pictures go through the card's preprocessing, exactly as an uploaded picture does. ``on_batch`` is
    called with how many pictures are done and how many there are.

    Raises:
        UnknownNetwork, UnknownCheckpoint: there is no such network or checkpoint.
        NoTestSetError: the network's data set is not available here and no split is given.
        DatasetError: the data set cannot be fetched.
    """
    network = get(network_id)
    module = load(network_id, checkpoint)
    if split is None:
        if network.recipe is None:
            raise NoTestSetError(
                f"{network_id} cannot be measured here: its test pictures ({network.card.dataset}) may not be"
                " redistributed, so nothing here fetches them; the card states the published figure"
            )
        split = DATASETS[network.recipe.dataset]().test
    inputs = prepare(split, network.card.preprocessing)
    labels = torch.from_numpy(split.labels)
    correct = done = 0
    with torch.inference_mode():
        for batch, targets in zip(torch.split(inputs, _BATCH), torch.split(labels, _BATCH), strict=True):
            correct += int((predicted(module.logits(batch)) == targets).sum())  # type: ignore[operator]
            done += len(batch)
            on_batch(done, len(labels))
    return Evaluation(network_id, checkpoint, split.name, correct, len(labels))


def predicted(logits: torch.Tensor) -> torch.Tensor:
    """Return the most probable class of each row, int64 (N,), from logits (N, classes).

    A single output is the logit of class 1: it is chosen where its probability is above one half.
    """
    if logits.shape[1] == 1:
        return (logits[:, 0] > 0).long()
    return logits.argmax(dim=1)
