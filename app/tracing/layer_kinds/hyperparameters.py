"""Convert hyperparameters to plain data: numbers, texts and lists, pairs always as [height, width]."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch

from app.tracing.layer_kinds.layer_kind import LayerKind


def written_out(kind: LayerKind, hyperparameters: Mapping[str, Any]) -> dict[str, Any]:
    """Return hyperparameters as PyTorch was given them in the form in which a layer of that kind has them."""
    complete = dict(hyperparameters)
    if kind.complete is not None:
        complete = kind.complete(complete)
    return {
        name: as_pair(value) if name in kind.pairs else _as_plain_data(value)
        for name, value in complete.items()
    }


def attributes(module: Any, names: tuple[str, ...]) -> dict[str, Any]:
    """Return a module's attributes of these names."""
    return {name: getattr(module, name) for name in names}


def as_pair(value: Any) -> list[Any]:
    """Return [height, width] of one number for both, of a list of one, or of two."""
    if isinstance(value, tuple | list):
        return list(value) * (2 // len(value))
    return [value, value]


def _as_plain_data(value: Any) -> Any:
    if isinstance(value, torch.Size | tuple | list):
        return [int(item) for item in value]
    return value if isinstance(value, int | float | str | bool) or value is None else str(value)
