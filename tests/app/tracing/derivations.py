"""Whether a derivation is true: its terms are recorded values, and they make the recorded cell."""

from __future__ import annotations

import math
from collections.abc import Mapping

import torch
from torch import Tensor

from app.tracing.derivation.derivation import Derivation
from app.tracing.layer_kinds.registry import kind_named
from app.tracing.layers.terms import CONSTANT


def made_of(derivation: Derivation, rounding: str | None = None) -> float:
    """What the terms make, done again from what the derivation says and nothing else."""
    products = [term.product for term in derivation.terms if term.product is not None]
    values = [term.value for term in derivation.terms if not term.padding and term.value is not None]
    match derivation.operation:
        case "sum":
            result = math.fsum(products) + (derivation.bias or 0.0)
        case "max":
            result = max(values)
        case "min":
            result = min(values)
        case "mean":
            result = math.fsum(products) / (derivation.divisor or math.nan)
        case "product":
            result = math.prod(products)
        case "difference":
            result = products[0] - products[1]
        case "quotient":
            result = products[0] / products[1]
            result = math.floor(result) if rounding == "floor" else result
        case "affine":
            assert derivation.affine
            result = products[0] + derivation.affine.shift
        case "function":
            assert derivation.function
            assert values == [derivation.function.x]
            module = kind_named(derivation.function.name).modules[0](**derivation.function.parameters)
            result = float(module(torch.tensor(values[0], dtype=torch.float64)))
        case "softmax":
            assert derivation.softmax
            assert math.isclose(derivation.softmax.denominator, math.fsum(products), rel_tol=1e-12)
            result = derivation.softmax.exponential / derivation.softmax.denominator
        case "copy":
            (result,) = [term.value for term in derivation.terms]
        case other:
            raise AssertionError(f"{derivation.layer} {derivation.cell}: {other}")
    return result * derivation.gain


def check(derivation: Derivation, values: Mapping[str, Tensor], rounding: str | None = None) -> None:
    """The terms are the recorded values, and make the recorded cell."""
    largest = abs(derivation.value)
    for term in derivation.terms:
        largest = max(largest, abs(term.product or 0.0))
        if term.input == CONSTANT:
            continue
        where = [at for at in (term.channel, term.row, term.column) if at is not None]
        if not term.padding:
            assert term.value == float(values[term.input][tuple(where)])
        elif term.source is not None:
            assert term.value == float(values[term.input][(where[0], *term.source)])
        if term.weight is not None:
            assert term.product == term.value * term.weight
    assert derivation.value == float(values[derivation.layer][derivation.cell])
    size = max(largest, abs(derivation.affine.mean * derivation.affine.scale) if derivation.affine else 0.0)
    assert abs(made_of(derivation, rounding) - derivation.value) <= 1e-5 * max(size, 1e-6)
