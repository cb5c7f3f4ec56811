"""What batch norm and group norm share: y = (x − mean)/√(variance + eps) · weight + bias."""

from __future__ import annotations

from math import sqrt

import numpy as np
from numpy.typing import NDArray

from app.tracing.layers.cell_arithmetic import CellArithmetic
from app.tracing.layers.cell_query import CellQuery
from app.tracing.layers.python_lines import PythonLines, load_parameters, term_value
from app.tracing.layers.terms import Affine, TermArray


def measured_moments(cells: NDArray[np.float32]) -> tuple[float, float]:
    """Return the mean and the variance (divided by n) of some cells, in float64."""
    wide = cells.astype(np.float64)
    return float(wide.mean()), float(wide.var())


def normalized(query: CellQuery, term: TermArray, mean: float, variance: float) -> CellArithmetic:
    """Return y = scale·x + shift, x being the only term."""
    channel = query.cell[0]
    eps = float(query.hyperparameters["eps"])
    weight, bias = query.number("weight", channel), query.number("bias", channel)
    weight, bias = 1.0 if weight is None else weight, 0.0 if bias is None else bias
    scale = weight / sqrt(variance + eps)
    shift = bias - mean * scale
    x = float(term.values[0])
    product = scale * x + 0.0
    weighted_term = TermArray(
        term.input, term.positions, term.values, np.array([product]), weights=np.array([scale])
    )
    affine = Affine(mean, variance, eps, weight, bias, scale, shift)
    magnitude = abs(product) + abs(bias) + abs(mean * scale)
    return CellArithmetic("affine", product + shift, (weighted_term,), magnitude, affine=affine)


def normalization_python(query: CellQuery, arithmetic: CellArithmetic, *, measured: bool) -> PythonLines:
    """Return the program of a normalised cell; ``measured``: by the statistics of the map, not by running ones."""
    channel = query.cell[0]
    assert arithmetic.affine  # noqa: S101 - a normalisation has one
    lines = [f"x = {term_value(arithmetic.term_arrays[0])}"]
    if query.parameters:
        lines.append(load_parameters(query))
    if measured:
        mean, variance = arithmetic.affine.mean, arithmetic.affine.variance
        lines.append(f"mean, variance = {mean!r}, {variance!r}  # of the cells here")
    else:
        lines += [
            f'mean = float(parameters["running_mean"][{channel}])',
            f'variance = float(parameters["running_var"][{channel}])',
        ]
    weight = f'float(parameters["weight"][{channel}])' if "weight" in query.parameters else "1.0"
    bias = f'float(parameters["bias"][{channel}])' if "bias" in query.parameters else "0.0"
    lines.append(f"scale = {weight} / np.sqrt(variance + {arithmetic.affine.eps!r})")
    return lines, f"(x - mean) * scale + {bias}"
