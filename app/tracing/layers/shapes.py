"""Shapes with and without the batch that PyTorch puts in front."""

from __future__ import annotations

Shape = tuple[int, ...]


class NotDerivable(Exception):
    """A cell whose arithmetic is not known: a layer with an input that was computed as its kernel, say."""


def shape_without_batch(shape: Shape) -> Shape:
    """Return a value's shape without the batch of one; a single number counts as a vector of one."""
    return (shape[1:] if shape[:1] == (1,) else shape) or (1,)


def axis_without_batch(dim: int, rank: int) -> int:
    """Return which axis of values with ``rank`` axes PyTorch means by ``dim``; PyTorch counts the batch's axis too.

    Raises:
        NotDerivable: it means the batch's axis.
    """
    axis = dim - 1 if dim >= 0 else dim + rank
    if not 0 <= axis < rank:
        raise NotDerivable
    return axis
