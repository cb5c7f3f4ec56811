"""The memory that PyTorch takes to run a layer, beside the layer's output."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from app.tracing.layers.layer import Hyperparameters
from app.tracing.layers.shapes import Shape


@dataclass(frozen=True, slots=True)
class Workspace:
    """What a layer allocates beside its output while it runs, counted in cells of four bytes.

    ``freed`` is given back when the layer is done. ``saved`` is so only where no gradient is asked for: with one,
    PyTorch keeps it for the way back.
    """

    freed: int = 0
    saved: int = 0

    @property
    def cells(self) -> int:
        """All of it, as it is while the layer runs."""
        return self.freed + self.saved


Workspaces = Callable[[Hyperparameters, Sequence[Shape], Shape], Workspace]
"""Gives the workspace of a layer of its hyperparameters, its inputs' shapes and its output's, without the batch."""


def no_workspace(_hyperparameters: Hyperparameters, _sources: Sequence[Shape], _shape: Shape) -> Workspace:
    """Say that a layer writes its output and nothing else."""
    return Workspace()
