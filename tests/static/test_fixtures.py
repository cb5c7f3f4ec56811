"""The fixtures of the JavaScript tests are what PyTorch, NumPy, Pillow and safetensors compute today."""

from __future__ import annotations

import json
import warnings
from math import isclose
from typing import Any

import pytest

from tests.static.fixtures.write import HERE, WRITERS

pytestmark = pytest.mark.numbers

# PyTorch's last bits of float32 differ between processors; what is exact everywhere is compared exactly below.
RELATIVE, ABSOLUTE = 1e-5, 1e-6


@pytest.mark.parametrize("name", WRITERS)
def test_a_fixture_is_what_its_writer_computes(name: str) -> None:
    committed = json.loads((HERE / f"{name}.json").read_text(encoding="utf-8"))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # PyTorch says of some paddings that they take a copy
        computed = json.loads(json.dumps(WRITERS[name]()))
    assert difference(committed, computed) is None


def test_every_fixture_has_a_writer() -> None:
    assert {path.stem for path in HERE.glob("*.json")} == set(WRITERS)


def difference(one: Any, other: Any, at: str = "") -> str | None:
    """Return the first place where two JSON values differ, floats beyond the last bits of float32; None if none."""
    if isinstance(one, float) and isinstance(other, float):
        same = isclose(one, other, rel_tol=RELATIVE, abs_tol=ABSOLUTE)
        return None if same else f"{at}: {one} is now {other}"
    if type(one) is not type(other):
        return f"{at}: {one!r} is now {other!r}"
    if isinstance(one, dict):
        if one.keys() != other.keys():
            return f"{at}: the keys {sorted(one)} are now {sorted(other)}"
        return next(filter(None, (difference(one[key], other[key], f"{at}.{key}") for key in one)), None)
    if isinstance(one, list):
        if len(one) != len(other):
            return f"{at}: {len(one)} items are now {len(other)}"
        pairs = zip(one, other, strict=True)
        return next(
            filter(None, (difference(*pair, f"{at}[{index}]") for index, pair in enumerate(pairs))), None
        )
    return None if one == other else f"{at}: {one!r} is now {other!r}"
