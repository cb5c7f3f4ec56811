"""A recipe: all that decides how a network of ours is trained, so that a run can be repeated."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from model.augmentation import Augmentation


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a network is trained.

    ``dataset`` is a key of `model.datasets.DATASETS`. ``learning_rate`` is the peak of a one-cycle schedule.
    ``saved_epochs`` are the epochs, counted from 1, after which a checkpoint ``epoch-N`` is kept.
    ``half_precision`` keeps floating-point weights in 16 bits on disk; they are widened when loaded.
    """

    dataset: str
    epochs: int
    batch_size: int
    optimizer: Literal["sgd", "adamw"]
    learning_rate: float
    weight_decay: float = 0.0
    label_smoothing: float = 0.0
    augmentations: tuple[Augmentation, ...] = ()
    saved_epochs: tuple[int, ...] = ()
    half_precision: bool = False
    seed: int = 0

    @property
    def checkpoints(self) -> tuple[str, ...]:
        """The names of the checkpoints that a run leaves, in the order of training."""
        return ("initial", *(f"epoch-{epoch}" for epoch in self.saved_epochs), "trained")
