"""How far PyTorch's float32 activations are from the exact values, as the documents and the page say it.

PyTorch has several float32 versions of a function and takes the one that the processor can run, so the last bits differ
from machine to machine. `make numbers` runs this again with the versions for the plainest processor.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812 - the field's own name for it

pytestmark = pytest.mark.numbers

ROOT = Path(__file__).resolve().parent.parent
REST = " ".join((ROOT / "docs" / "rest.md").read_text("utf-8").split())
STATED_ERRORS = re.search(
    r"PyTorch's GELU of x is within (\S+)·\|x\| of the exact value, and every other activation within (\S+) of",
    REST,
)
ACTIVATIONS = [
    "relu",
    "relu6",
    "leaky_relu",
    "elu",
    "gelu",
    "silu",
    "sigmoid",
    "tanh",
    "hardswish",
    "hardsigmoid",
]


def inputs() -> Tensor:
    """Every size of number that a map holds, close to one another where curves bend."""
    small = torch.logspace(-12, 1, 200_003)
    return torch.cat([torch.linspace(-20, 20, 400_003), small, -small, torch.linspace(-100, 100, 10_003)])


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_activations_are_as_near_to_the_exact_value_as_the_document_says(name: str) -> None:
    assert STATED_ERRORS
    of_gelu, of_others = map(float, STATED_ERRORS.groups())
    x = inputs()
    function = getattr(F, name)
    exact = function(x.double())
    size = x.double().abs() if name == "gelu" else torch.maximum(x.double().abs(), exact.abs())
    # As the server keeps it, and against the float32 that the page rounds the exact value to.
    for reference in (exact, exact.float().double()):
        error = (function(x).double() - reference).abs()
        assert (error <= size * (of_gelu if name == "gelu" else of_others)).all()


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_the_page_says_of_gelu_what_the_document_says(lang: str) -> None:
    assert STATED_ERRORS
    strings = json.loads((ROOT / "static" / "locales" / lang / "learn-after.json").read_text("utf-8"))
    digits, power = f"{float(STATED_ERRORS[1]):.0e}".split("e-")
    small = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
    assert f"{digits}×10⁻{power.lstrip('0').translate(small)}" in strings["learn.activate.gelu"]
