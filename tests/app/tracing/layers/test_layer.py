"""A layer is plain data, which nobody can change."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, replace

import pytest

from app.tracing.layers.layer import INPUT, OTHER, Operation
from tests.app.tracing.network_zoo import graph_of


def test_a_layer_is_changed_by_making_another() -> None:
    layer = graph_of("one module twice").by_id["conv"]
    with pytest.raises(FrozenInstanceError):
        layer.kind = OTHER  # type: ignore[misc]
    assert replace(layer, kind=OTHER).shape == layer.shape
    assert layer.kind == "conv2d"


def test_the_picture_is_the_first_layer_under_its_name() -> None:
    first = graph_of("one module twice").layers[0]
    assert (first.id, first.kind, first.inputs, first.module) == (INPUT, INPUT, (), "")


def test_an_operation_needs_no_hyperparameters() -> None:
    assert Operation("relu", "relu") == Operation("relu", "relu", {})
