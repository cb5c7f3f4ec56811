"""The mean over whole axes, such as the rows and columns of a map."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch

from app.tracing.layer_kinds.layer_kind import FunctionalForm, LayerKind
from app.tracing.layers.cell_arithmetic import CellArithmetic, mean_of
from app.tracing.layers.cell_query import CellQuery
from app.tracing.layers.layer import Hyperparameters, Layer
from app.tracing.layers.python_lines import PythonLines, load_values
from app.tracing.layers.receptive_field import FieldSource, ReceptiveField, field_over_axes
from app.tracing.layers.regions import Region, full_mask, only_shape
from app.tracing.layers.shapes import NotDerivable, Shape, axis_without_batch
from app.tracing.layers.terms import TermArray


def _stated_axes(hyperparameters: Hyperparameters) -> list[int]:
    """Return the axes as PyTorch was given them, the batch's counted; empty for all of them."""
    dim = hyperparameters.get("dim")
    return [dim] if isinstance(dim, int) else list(dim or [])


def _axes(hyperparameters: Hyperparameters, rank: int) -> set[int]:
    """Return the axes that a mean of values with ``rank`` axes runs over, without the batch's.

    Raises:
        NotDerivable: it runs over the batch.
    """
    stated = _stated_axes(hyperparameters)
    return {axis_without_batch(axis, rank) for axis in stated} if stated else set(range(rank))


def _along_other_axes(indices: Sequence[int], axes: set[int], rank: int) -> list[int]:
    """Return the output's indices along the axes that the mean does not run over.

    With ``keepdim`` the output has as many axes as the input (``rank``), and those of the mean are left out.
    """
    keeps_axes = len(indices) == rank
    return [index for axis, index in enumerate(indices) if not (keeps_axes and axis in axes)]


def _field(
    hyperparameters: Hyperparameters, sources: Sequence[FieldSource], _shape: Shape
) -> ReceptiveField | None:
    axes = {axis % 4 for axis in _stated_axes(hyperparameters)} or {2, 3}
    return field_over_axes(sources, (2 in axes, 3 in axes))


def _reads(layer: Layer, region: Region, shapes: Sequence[Shape]) -> list[Region]:
    shape = only_shape(layer, shapes, len(shapes[0]))
    axes = _axes(layer.hyperparameters, len(shape))
    if len(axes) == len(shape):
        return [tuple(map(full_mask, shape))]
    free = _along_other_axes(region, axes, len(shape))
    if len(free) != len(shape) - len(axes):
        raise NotDerivable
    return [tuple(full_mask(extent) if axis in axes else free.pop(0) for axis, extent in enumerate(shape))]


def _derive(query: CellQuery) -> CellArithmetic:
    source = query.source
    axes = _axes(query.hyperparameters, source.ndim)
    free = _along_other_axes(query.cell, axes, source.ndim)
    if len(free) != source.ndim - len(axes) and len(axes) < source.ndim:
        raise NotDerivable
    ranges = [
        np.arange(extent) if axis in axes else np.array([free.pop(0)])
        for axis, extent in enumerate(source.shape)
    ]
    positions = np.stack(np.meshgrid(*ranges, indexing="ij"), axis=-1).reshape(-1, source.ndim)
    values = source[np.ix_(*ranges)].astype(np.float64).ravel()
    return mean_of(TermArray(query.layer.inputs[0], positions, values, values), len(values))


def _python(query: CellQuery, arithmetic: CellArithmetic) -> PythonLines:
    positions = arithmetic.term_arrays[0].positions
    slices = [
        f"{low}:{high + 1}" if high > low else str(low)
        for low, high in zip(positions.min(0).tolist(), positions.max(0).tolist(), strict=True)
    ]
    return [load_values("values", query.layer.inputs[0], f"[{', '.join(slices)}]")], "values.mean()"


MEAN = LayerKind(
    name="mean",
    forms=(
        FunctionalForm(
            functions=(torch.mean,),
            methods=("mean",),
            arguments=("dim", "keepdim"),
            defaults={"keepdim": False},
        ),
    ),
    hyperparameters=("dim", "keepdim"),
    field=_field,
    reads=_reads,
    derive=_derive,
    python=_python,
)
