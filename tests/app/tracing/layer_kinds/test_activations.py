"""Activations are PyTorch's functions, in double precision and as Python."""

from __future__ import annotations

from math import erf, isnan

import numpy as np
import pytest
import torch

from app.tracing.layer_kinds.activations import ACTIVATIONS
from app.tracing.layer_kinds.layer_kind import LayerKind, Role
from app.tracing.layer_kinds.registry import options
from app.tracing.layers.cell_query import CellQuery
from app.tracing.layers.layer import Layer

VALUES = (0.0, -0.0, 1e-4, -1e-4, 0.5, -0.5, 2.9, -2.9, 3.0, -3.0, 6.5, 40.0, -40.0, 700.0, -700.0)


def query(kind: LayerKind, x: float) -> CellQuery:
    defaults = dict(kind.forms[0].defaults)
    layer = Layer("act", kind.name, kind.name, "", "", (1,), ("before",), defaults, 0, 0, None)
    return CellQuery(layer, (0,), (np.array([x], dtype=np.float32),))


@pytest.mark.parametrize("kind", ACTIVATIONS, ids=lambda kind: kind.name)
@pytest.mark.parametrize("x", VALUES)
def test_the_function_is_pytorchs(kind: LayerKind, x: float) -> None:
    assert kind.derive is not None
    arithmetic = kind.derive(query(kind, x))
    expected = kind.modules[0]()(torch.tensor(float(np.float32(x)), dtype=torch.float64)).item()
    assert arithmetic.result == pytest.approx(expected, rel=1e-12, abs=1e-15)
    assert arithmetic.function is not None
    assert (arithmetic.function.name, arithmetic.function.x) == (kind.name, float(np.float32(x)))
    assert dict(arithmetic.function.parameters) == dict(kind.forms[0].defaults)


@pytest.mark.parametrize("kind", ACTIVATIONS, ids=lambda kind: kind.name)
@pytest.mark.parametrize("x", [value for value in VALUES if abs(value) < 700])
def test_the_formula_is_the_function(kind: LayerKind, x: float) -> None:
    assert kind.derive is not None
    assert kind.python is not None
    arithmetic = kind.derive(query(kind, x))
    lines, formula = kind.python(query(kind, x), arithmetic)
    assert lines == ['x = float(np.load("values/before.npy")[0])']
    value = eval(formula, {"np": np, "erf": erf, "x": float(np.float32(x))})  # it is ours
    assert value == pytest.approx(arithmetic.result, rel=1e-12, abs=1e-15)


@pytest.mark.parametrize("kind", ACTIVATIONS, ids=lambda kind: kind.name)
def test_not_a_number_stays_so(kind: LayerKind) -> None:
    assert kind.derive is not None
    assert isnan(kind.derive(query(kind, float("nan"))).result)


def test_edits_make_activations_with_pytorchs_own_parameters() -> None:
    for name, kind in options("activation").items():
        assert kind.build is not None
        module = kind.build({})
        assert type(module) in kind.modules
        assert name == kind.name
    assert "gelu" not in options("activation")


def test_a_sigmoid_can_make_probabilities() -> None:
    assert [kind.name for kind in ACTIVATIONS if Role.PROBABILITIES in kind.roles] == ["sigmoid"]
