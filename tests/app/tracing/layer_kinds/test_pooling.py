"""A pooling's winner is PyTorch's, its ties are named, and an average counts what PyTorch counts."""

from __future__ import annotations

import math

import pytest
import torch
import torch.nn.functional as F  # noqa: N812
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from torch import Tensor, nn

from app.tracing.derivation.derivation import derive
from app.tracing.layer_kinds.operations import operation_of_module
from app.tracing.layer_kinds.registry import options
from tests.app.tracing import layer_kinds_zoo
from tests.app.tracing.cells import some_cells
from tests.app.tracing.derivations import check

POOLS = ("max", "min", "average", "adaptive max", "adaptive average")


@st.composite
def pools(draw: st.DrawFn) -> tuple[str, nn.Module, tuple[int, int, int]]:
    height, width = draw(st.tuples(st.integers(1, 9), st.integers(1, 9)))
    kind = draw(st.sampled_from(POOLS))
    if kind.startswith("adaptive"):
        output_size = draw(st.tuples(st.none() | st.integers(1, 6), st.none() | st.integers(1, 6)))
        adaptive = nn.AdaptiveMaxPool2d if kind == "adaptive max" else nn.AdaptiveAvgPool2d
        return kind, adaptive(output_size), (2, height, width)
    kernel, stride = (draw(st.tuples(st.integers(1, 4), st.integers(1, 4))) for _ in range(2))
    padding = tuple(draw(st.integers(0, side // 2)) for side in kernel)
    dilation = (1, 1) if kind == "average" else draw(st.tuples(st.integers(1, 2), st.integers(1, 2)))
    spans = zip((height, width), padding, dilation, kernel, strict=True)
    assume(all(size + 2 * pad >= d * (k - 1) + 1 for size, pad, d, k in spans))
    ceil = draw(st.booleans())
    module: nn.Module = nn.MaxPool2d(kernel, stride, padding, dilation, ceil_mode=ceil)
    if kind == "average":
        module = nn.AvgPool2d(kernel, stride, padding, ceil, count_include_pad=draw(st.booleans()))
    return kind, module, (2, height, width)


@settings(max_examples=120, deadline=None)
@given(example=pools(), seed=st.integers(0, 99))
def test_a_pools_winner_is_pytorchs_and_its_ties_are_named(
    example: tuple[str, nn.Module, tuple[int, int, int]], seed: int
) -> None:
    kind, module, shape = example
    program = layer_kinds_zoo.program_of(nn.Sequential(module), shape)
    if kind == "min":
        program = layer_kinds_zoo.min_pooled(program)
    # Few different numbers, so that there are ties.
    picture = torch.randint(-2, 3, shape, generator=torch.Generator().manual_seed(seed)).float()
    values = program.record(picture)
    cell = some_cells(values["_0"], 1, seed)[0]
    derivation = derive(program, values, "_0", cell)
    if "average" in kind:
        check(derivation, values)
        assert (derivation.winner, derivation.ties) == (None, ())
        return
    if derivation.winner is None:  # a dilated window can miss a small map
        assert all(term.padding for term in derivation.terms)
        assert derivation.value == (math.inf if kind == "min" else -math.inf)
        return
    check(derivation, values)
    indices = _indices(module, -picture if kind == "min" else picture)
    term = derivation.terms[derivation.winner]
    assert term.row is not None
    assert term.column is not None
    assert term.row * shape[2] + term.column == int(indices[cell])
    equal = [
        index
        for index, one in enumerate(derivation.terms)
        if not one.padding and one.value == derivation.value
    ]
    assert derivation.ties == (tuple(equal) if len(equal) > 1 else ())
    assert all((one.value, one.product) == (None, None) for one in derivation.terms if one.padding)


def _indices(module: nn.Module, picture: Tensor) -> Tensor:
    if isinstance(module, nn.AdaptiveMaxPool2d):
        return F.adaptive_max_pool2d(picture[None], module.output_size, return_indices=True)[1][0]
    assert isinstance(module, nn.MaxPool2d)
    _, indices = F.max_pool2d(
        picture[None],
        module.kernel_size,
        module.stride,
        module.padding,
        module.dilation,
        ceil_mode=module.ceil_mode,
        return_indices=True,
    )
    return indices[0]


def test_an_average_counts_the_padding_or_not() -> None:
    divisors = {
        name: derive(*layer_kinds_zoo.recorded(name), "parts_0", (0, 0, 0)).divisor
        for name in ("average pooling", "average of what is there")
    }
    assert divisors == {"average pooling": 9, "average of what is there": 4}


def test_a_stride_is_the_windows_size_where_none_is_given() -> None:
    graph = layer_kinds_zoo.program_of(
        layer_kinds_zoo.Net(lambda x: F.max_pool2d(x, (2, 3))), (1, 9, 9)
    ).graph
    assert graph.layers[-1].hyperparameters == {
        "kernel_size": [2, 3],
        "stride": [2, 3],
        "padding": [0, 0],
        "dilation": [1, 1],
        "ceil_mode": False,
    }


@pytest.mark.parametrize("name", ["max", "average", "min"])
def test_one_pooling_can_be_built_of_anothers_hyperparameters(name: str) -> None:
    other = "average" if name == "max" else "max"
    pooled = layer_kinds_zoo.recorded("average pooling" if other == "average" else "max pooling, rounded up")
    hyperparameters = pooled[0].graph.by_id["parts_0"].hyperparameters
    kind = options("pooling")[name]
    assert kind.build is not None
    built = operation_of_module(kind.build(hyperparameters))
    assert built.kind == kind.name
    for key in ("kernel_size", "stride", "padding", "ceil_mode"):
        assert built.hyperparameters[key] == hyperparameters[key]
