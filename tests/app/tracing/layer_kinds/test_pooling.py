"""A pooling's winner is PyTorch's, its ties are named, and an average counts what PyTorch counts."""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F  # noqa: N812
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from torch import Tensor, nn

from app.tracing.derivation.derivation import derive
from tests.app.tracing import layer_kinds_zoo
from tests.app.tracing.cells import some_cells
from tests.app.tracing.derivations import check

POOLS = ("max", "min", "average", "adaptive max", "adaptive average")


@st.composite
def pools(draw: st.DrawFn) -> tuple[str, nn.Module, tuple[int, int, int]]:
    height, width = draw(st.tuples(st.integers(1, 9), st.integers(1, 9)))
    kind = draw(st.sampled_from(POOLS))
    if kind.startswith("adaptive"):
        wanted = draw(st.tuples(st.none() | st.integers(1, 6), st.none() | st.integers(1, 6)))
        adaptive = nn.AdaptiveMaxPool2d if kind == "adaptive max" else nn.AdaptiveAvgPool2d
        return kind, adaptive(wanted), (2, height, width)
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
@given(made=pools(), seed=st.integers(0, 99))
def test_a_pools_winner_is_pytorchs_and_its_ties_are_named(
    made: tuple[str, nn.Module, tuple[int, int, int]], seed: int
) -> None:
    kind, module, shape = made
    program = layer_kinds_zoo.program_of(nn.Sequential(module), shape)
    if kind == "min":
        program = layer_kinds_zoo.min_pooled(program)
    # Few different numbers, so that there are ties.
    picture = torch.randint(-2, 3, shape, generator=torch.Generator().manual_seed(seed)).float()
    values = program.record(picture)
    cell = some_cells(values["_0"], 1, seed)[0]
    found = derive(program, values, "_0", cell)
    if "average" in kind:
        check(found, values)
        assert (found.winner, found.ties) == (None, ())
        return
    if found.winner is None:  # a dilated window can miss a small map
        assert all(term.padding for term in found.terms)
        assert found.value == (math.inf if kind == "min" else -math.inf)
        return
    check(found, values)
    indices = _indices(module, -picture if kind == "min" else picture)
    term = found.terms[found.winner]
    assert term.row is not None
    assert term.column is not None
    assert term.row * shape[2] + term.column == int(indices[cell])
    equal = [index for index, one in enumerate(found.terms) if not one.padding and one.value == found.value]
    assert found.ties == (tuple(equal) if len(equal) > 1 else ())
    assert all((one.value, one.product) == (None, None) for one in found.terms if one.padding)


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
