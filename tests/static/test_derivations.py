"""The server's derivation agrees with PyTorch on the very fixtures that hold the page's derivation to PyTorch."""

from __future__ import annotations

import json
from collections.abc import Iterator
from math import prod
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from app.tracing.layer_kinds.registry import kind_named
from app.tracing.layers.cell_arithmetic import CellArithmetic
from app.tracing.layers.cell_query import CellQuery
from app.tracing.layers.layer import Layer
from tests.static.fixtures.write import HERE

pytestmark = pytest.mark.numbers

EXAMPLES: list[dict[str, Any]] = [
    example
    for name in ("convolutions", "poolings", "others")
    for example in json.loads((HERE / f"{name}.json").read_text(encoding="utf-8"))
]
TOLERANCE = 1e-6  # of what is added up; the page's derivation is held to the same


def name(example: dict[str, Any]) -> str:
    return f"{EXAMPLES.index(example)} {example['kind']}"


def array(tensor: dict[str, Any]) -> NDArray[np.float32]:
    return np.float32(tensor["values"]).reshape(tensor["shape"])


def arithmetic(example: dict[str, Any], index: int) -> CellArithmetic:
    shape = tuple(example["shape"])
    layer = Layer(
        id="layer",
        kind=example["kind"],
        name="",
        module="",
        weight="",
        shape=shape,
        inputs=tuple(f"source{number}" for number in range(len(example["sources"]))),
        hyperparameters=example["hyperparameters"],
        parameters=0,
        multiply_adds=None,
        receptive_field=None,
    )
    query = CellQuery(
        layer,
        tuple(map(int, np.unravel_index(index, shape))),
        tuple(map(array, example["sources"])),
        {key: torch.from_numpy(array(tensor)) for key, tensor in example["parameters"].items()},
    )
    derive = kind_named(example["kind"]).derive
    assert derive is not None
    return derive(query)


def pooled_windows() -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    for example in EXAMPLES:
        for window in example.get("windows", ()):
            yield example, window


@pytest.mark.parametrize("example", EXAMPLES, ids=name)
def test_every_cell_has_pytorchs_value(example: dict[str, Any]) -> None:
    assert len(example["output"]) == prod(example["shape"])
    for index, expected in enumerate(example["output"]):
        cell = arithmetic(example, index)
        assert abs(cell.result - expected) <= TOLERANCE * max(cell.magnitude, abs(expected)), index


def test_a_poolings_window_has_pytorchs_cells_winner_and_divisor() -> None:
    count = 0
    for example, window in pooled_windows():
        shape = example["sources"][0]["shape"]
        cell = arithmetic(example, window["cell"])
        (terms,) = cell.term_arrays
        inside = np.ones(len(terms), bool) if terms.padding is None else ~terms.padding
        flat = [
            int(np.ravel_multi_index(tuple(position), shape)) if real else None
            for position, real in zip(terms.positions, inside, strict=True)
        ]
        assert sorted(place for place in flat if place is not None) == window["reads"]
        if "divisor" in window:
            assert cell.divisor == window["divisor"]
        else:
            assert cell.winner is not None
            assert flat[cell.winner] == window["winner"]
            assert [flat[tie] for tie in cell.ties] == window["ties"]
        count += 1
    assert count > 100
