"""A convolution's terms are PyTorch's own window and kernel, padding and groups included."""

from __future__ import annotations

import itertools
import math
from typing import Any

import pytest
import torch
import torch.nn.functional as F  # noqa: N812
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from torch import nn

from app.tracing.capture.graph_builder import build
from app.tracing.capture.program import Program
from app.tracing.derivation.derivation import derive
from app.tracing.layer_kinds.conv2d import CONV2D
from app.tracing.layer_kinds.geometry import regions_read
from app.tracing.layer_kinds.operations import operation_of_module
from app.tracing.layers.layer import INPUT
from tests.app.tracing import layer_kinds_zoo
from tests.app.tracing.cells import some_cells
from tests.app.tracing.derivations import check


@pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel lengths")
@pytest.mark.parametrize(("kernel", "dilation"), [((4, 3), (1, 1)), ((2, 2), (3, 2)), ((3, 5), (2, 1))])
def test_same_padding_says_where_it_is_not_the_same_on_both_sides(
    kernel: tuple[int, int], dilation: tuple[int, int]
) -> None:
    conv = nn.Conv2d(2, 3, kernel, padding="same", dilation=dilation)
    hyperparameters = build(conv, (2, 9, 8)).layers[1].hyperparameters
    top, left = hyperparameters["padding"]
    bottom, right = hyperparameters.get("padding_end", hyperparameters["padding"])
    assert ("padding_end" in hyperparameters) == ((top, left) != (bottom, right))
    x = torch.randn(1, 2, 9, 8)
    with torch.inference_mode():
        padded = F.conv2d(F.pad(x, (left, right, top, bottom)), conv.weight, conv.bias, dilation=dilation)
        assert torch.allclose(padded, conv(x), atol=1e-6)


PADDINGS = {"zeros": "constant", "reflect": "reflect", "replicate": "replicate", "circular": "circular"}


@st.composite
def convolutions(draw: st.DrawFn) -> tuple[nn.Conv2d, tuple[int, int, int]]:
    height, width = draw(st.tuples(st.integers(1, 9), st.integers(1, 9)))
    groups, per_group, out_per_group = (draw(st.integers(1, 3)) for _ in range(3))
    kernel, stride, dilation = (
        draw(st.tuples(st.integers(1, most), st.integers(1, most))) for most in (4, 3, 3)
    )
    mode = draw(st.sampled_from(list(PADDINGS)))
    padding: Any
    if draw(st.booleans()) and mode == "zeros":
        padding, stride = "same", (1, 1)
    else:
        limits = {"reflect": (height - 1, width - 1), "circular": (height, width)}.get(mode, (4, 4))
        padding = tuple(draw(st.integers(0, min(4, limit))) for limit in limits)
    spans = [d * (k - 1) + 1 for d, k in zip(dilation, kernel, strict=True)]
    if padding != "same":
        room = zip((height, width), padding, spans, strict=True)
        assume(all(size + 2 * pad >= span for size, pad, span in room))
    module = nn.Conv2d(
        groups * per_group,
        groups * out_per_group,
        kernel,
        stride=stride,
        padding=padding,
        dilation=dilation,
        groups=groups,
        bias=draw(st.booleans()),
        padding_mode=mode,
    )
    return module, (groups * per_group, height, width)


@settings(max_examples=120, deadline=None)
@given(example=convolutions(), seed=st.integers(0, 99))
def test_a_convolutions_terms_are_pytorchs_own_window(
    example: tuple[nn.Conv2d, tuple[int, int, int]], seed: int
) -> None:
    module, shape = example
    with torch.no_grad():
        for parameter in module.parameters():
            parameter.copy_(torch.randn(parameter.shape, generator=torch.Generator().manual_seed(seed)))
            parameter.requires_grad_(requires_grad=False)
    program = layer_kinds_zoo.program_of(nn.Sequential(module), shape)
    values = program.record(torch.randn(shape, generator=torch.Generator().manual_seed(seed)))
    (channel, row, column) = cell = some_cells(values["_0"], 1, seed)[0]
    derivation = derive(program, values, "_0", cell)
    check(derivation, values)
    pads = (
        [side for pair in _same(module)[::-1] for side in pair]
        if module.padding == "same"
        else [module.padding[1]] * 2 + [module.padding[0]] * 2
    )
    padded = F.pad(values[INPUT][None], pads, mode=PADDINGS[module.padding_mode])[0]
    per_group = shape[0] // module.groups
    first = channel // (module.out_channels // module.groups) * per_group
    (kh, kw), (dh, dw) = module.kernel_size, module.dilation
    top, left = row * module.stride[0], column * module.stride[1]
    window = padded[
        first : first + per_group, top : top + dh * (kh - 1) + 1 : dh, left : left + dw * (kw - 1) + 1 : dw
    ]
    assert [term.value for term in derivation.terms] == window.flatten().tolist()
    assert [term.weight for term in derivation.terms] == module.weight[channel].flatten().tolist()
    assert derivation.bias == (None if module.bias is None else float(module.bias[channel]))
    positions = itertools.product(
        range(first, first + per_group),
        [top - pads[2] + dh * step for step in range(kh)],
        [left - pads[0] + dw * step for step in range(kw)],
    )
    assert [(term.channel, term.row, term.column) for term in derivation.terms] == list(positions)
    for term in derivation.terms:
        assert term.row is not None
        assert term.column is not None
        assert term.padding == (not (0 <= term.row < shape[1] and 0 <= term.column < shape[2]))
    assert [(one.channel, one.input) for one in derivation.channel_sums] == [
        (index, INPUT) for index in range(first, first + per_group)
    ]
    sums = (window.double() * module.weight[channel].double()).sum((1, 2)).tolist()
    assert [one.sum for one in derivation.channel_sums] == pytest.approx(sums, abs=1e-9)


def _same(module: nn.Conv2d) -> list[tuple[int, int]]:
    totals = [d * (k - 1) for d, k in zip(module.dilation, module.kernel_size, strict=True)]
    return [(total // 2, total - total // 2) for total in totals]


def test_no_zero_has_a_sign() -> None:
    module = nn.Conv2d(1, 1, 3, padding=1, bias=False)
    nn.init.constant_(module.weight, -1.0)
    program = Program(build(module, (1, 3, 3)), module)
    values = program.record(torch.zeros(1, 3, 3))
    derivation = derive(program, values, program.graph.output, (0, 0, 0))
    numbers = [term.product for term in derivation.terms] + [one.sum for one in derivation.channel_sums]
    assert [math.copysign(1, number) for number in numbers if number is not None] == [1.0] * 10


def test_a_region_reads_the_channels_of_its_groups() -> None:
    layer = layer_kinds_zoo.recorded("groups")[0].graph.by_id["parts_0"]
    first_group, second_group = ((1 << 2) - 1), ((1 << 2) - 1) << 2
    for outputs, channels in ((1 << 2, first_group), (1 << 3, second_group), (1 << 2 | 1 << 3, 0b1111)):
        (region,) = regions_read(layer, (outputs, 1, 1), [(4, 9, 8)])
        assert region[0] == channels


def test_a_kernel_that_the_forward_computes_is_not_known_here() -> None:
    net = layer_kinds_zoo.Net(lambda x: F.conv2d(x, torch.ones(2, 4, 3, 3) * x.mean()))
    program = layer_kinds_zoo.program_of(net, layer_kinds_zoo.SHAPE)
    values = program.record(layer_kinds_zoo.noise(layer_kinds_zoo.SHAPE))
    layer = program.graph.by_id["conv2d"]
    assert (layer.weight, layer.hyperparameters["out_channels"]) == ("", 2)
    assert derive(program, values, "conv2d", (0, 0, 0)).operation == "unknown"


@pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel lengths")
@pytest.mark.parametrize("name", ["groups", "same, the odd one at the end", "circular"])
def test_a_module_built_of_the_hyperparameters_has_them(name: str) -> None:
    layer = layer_kinds_zoo.recorded(name)[0].graph.by_id["parts_0"]
    assert CONV2D.build is not None
    assert operation_of_module(CONV2D.build(layer.hyperparameters)).hyperparameters == layer.hyperparameters
