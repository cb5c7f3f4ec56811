"""A derivation is true: its terms are recorded values, its weights the network's, and they make the cell's value."""

from __future__ import annotations

import itertools
import math
import random
from collections.abc import Mapping
from functools import cache
from typing import Any

import pytest
import torch
import torch.nn.functional as F  # noqa: N812
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from torch import Tensor, nn

from app.tracing.derivation import Derivation, UnknownCell, derive
from app.tracing.graph import INPUT, LayerGraph, build
from app.tracing.recorder import Program
from app.tracing.terms import CONSTANT
from model import registry
from tests.app.tracing import kinds_zoo, zoo

pytestmark = pytest.mark.numbers

PADDINGS = {"zeros": "constant", "reflect": "reflect", "replicate": "replicate", "circular": "circular"}


@cache
def trace_of(network_id: str) -> tuple[Program, dict[str, Tensor]]:
    """A network as it is shipped, on a picture of noise."""
    network = registry.get(network_id)
    module = registry.load(network_id, "trained").eval()
    program = Program(build(module, network.card.input_shape), module)
    noise = torch.rand(network.card.input_shape, generator=torch.Generator().manual_seed(4))
    return program, program.record(noise * 2 - 1)


def cells(values: Tensor, count: int, seed: int = 0) -> list[tuple[int, ...]]:
    """Cells of a layer: some at random, the first and the last."""
    chosen = random.Random(seed)
    some = [tuple(chosen.randrange(size) for size in values.shape) for _ in range(count)]
    return [*some, (0,) * values.dim(), tuple(size - 1 for size in values.shape)]


def made_of(found: Derivation, rounding: str | None = None) -> float:
    """What the terms make, done again from what the derivation says and nothing else."""
    products = [term.product for term in found.terms if term.product is not None]
    values = [term.value for term in found.terms if not term.padding and term.value is not None]
    match found.operation:
        case "sum":
            result = math.fsum(products) + (found.bias or 0.0)
        case "max":
            result = max(values)
        case "min":
            result = min(values)
        case "mean":
            result = math.fsum(products) / (found.divisor or math.nan)
        case "product":
            result = math.prod(products)
        case "difference":
            result = products[0] - products[1]
        case "quotient":
            result = products[0] / products[1]
            result = math.floor(result) if rounding == "floor" else result
        case "affine":
            assert found.affine
            result = products[0] + found.affine.shift
        case "function":
            assert found.function
            assert values == [found.function.x]
            module = {
                "relu": nn.ReLU(),
                "relu6": nn.ReLU6(),
                "sigmoid": nn.Sigmoid(),
                "tanh": nn.Tanh(),
                "silu": nn.SiLU(),
                "gelu": nn.GELU(),
                "hardswish": nn.Hardswish(),
                "hardsigmoid": nn.Hardsigmoid(),
                "leaky_relu": nn.LeakyReLU(*found.function.parameters.values()),
                "elu": nn.ELU(*found.function.parameters.values()),
            }[found.function.name]
            result = float(module(torch.tensor(values[0], dtype=torch.float64)))
        case "softmax":
            assert found.softmax
            assert math.isclose(found.softmax.denominator, math.fsum(products), rel_tol=1e-12)
            result = found.softmax.exponential / found.softmax.denominator
        case "copy":
            (result,) = [term.value for term in found.terms]
        case other:
            raise AssertionError(f"{found.layer} {found.cell}: {other}")
    return result * found.gain


def check(found: Derivation, values: Mapping[str, Tensor], rounding: str | None = None) -> None:
    """The terms are the recorded values, and make the recorded cell."""
    largest = abs(found.value)
    for term in found.terms:
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
    assert found.value == float(values[found.layer][found.cell])
    size = max(largest, abs(found.affine.mean * found.affine.scale) if found.affine else 0.0)
    assert abs(made_of(found, rounding) - found.value) <= 1e-5 * max(size, 1e-6)


@pytest.mark.parametrize("network_id", registry.NETWORKS)
def test_the_terms_of_two_hundred_cells_make_what_was_recorded(network_id: str) -> None:
    program, values = trace_of(network_id)
    layers = [layer_id for layer_id in values if layer_id != INPUT]
    chosen = random.Random(network_id)
    for index in range(200):
        layer_id = layers[index % len(layers)] if index < len(layers) else chosen.choice(layers)
        cell = tuple(chosen.randrange(size) for size in values[layer_id].shape)
        check(derive(program, values, layer_id, cell), values)


@pytest.mark.parametrize("name", kinds_zoo.CASES)
def test_every_kind_in_every_way(name: str) -> None:
    program, values = kinds_zoo.recorded(name)
    for layer_id in values:
        if layer_id != INPUT:
            rounding = program.graph.by_id[layer_id].hyperparameters.get("rounding_mode")
            for cell in cells(values[layer_id], 12):
                found = derive(program, values, layer_id, cell)
                check(found, values, str(rounding) if rounding else None)


@pytest.mark.parametrize("name", zoo.CASES)
def test_what_breaks_viewers_built_on_hooks_is_derived_or_said_to_be_unknown(name: str) -> None:
    module, shape = zoo.make(name)
    program = Program(build(module, shape), module)
    values = program.record(torch.randn(shape, generator=torch.Generator().manual_seed(3)))
    for layer_id in values:
        kind = program.graph.by_id[layer_id].kind
        for cell in cells(values[layer_id], 6):
            found = derive(program, values, layer_id, cell)
            if kind == INPUT:
                assert (found.operation, found.terms) == ("steps", ())
            elif kind == "other" or (name == "hooked" and kind == "conv2d"):
                assert (found.operation, found.terms, found.terms_total) == ("unknown", (), 0)
            else:
                check(found, values)


# ---- convolutions ---------------------------------------------------------------------------------------


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
@given(made=convolutions(), seed=st.integers(0, 99))
def test_a_convolutions_terms_are_pytorchs_own_window(
    made: tuple[nn.Conv2d, tuple[int, int, int]], seed: int
) -> None:
    module, shape = made
    with torch.no_grad():
        for parameter in module.parameters():
            parameter.copy_(torch.randn(parameter.shape, generator=torch.Generator().manual_seed(seed)))
            parameter.requires_grad_(requires_grad=False)
    program = kinds_zoo.followed(nn.Sequential(module), shape)
    values = program.record(torch.randn(shape, generator=torch.Generator().manual_seed(seed)))
    (channel, row, column) = cell = cells(values["_0"], 1, seed)[0]
    found = derive(program, values, "_0", cell)
    check(found, values)
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
    assert [term.value for term in found.terms] == window.flatten().tolist()
    assert [term.weight for term in found.terms] == module.weight[channel].flatten().tolist()
    assert found.bias == (None if module.bias is None else float(module.bias[channel]))
    positions = itertools.product(
        range(first, first + per_group),
        [top - pads[2] + dh * step for step in range(kh)],
        [left - pads[0] + dw * step for step in range(kw)],
    )
    assert [(term.channel, term.row, term.column) for term in found.terms] == list(positions)
    for term in found.terms:
        assert term.row is not None
        assert term.column is not None
        assert term.padding == (not (0 <= term.row < shape[1] and 0 <= term.column < shape[2]))
    assert [(one.channel, one.input) for one in found.channel_sums] == [
        (index, INPUT) for index in range(first, first + per_group)
    ]
    sums = (window.double() * module.weight[channel].double()).sum((1, 2)).tolist()
    assert [one.sum for one in found.channel_sums] == pytest.approx(sums, abs=1e-9)


def _same(module: nn.Conv2d) -> list[tuple[int, int]]:
    totals = [d * (k - 1) for d, k in zip(module.dilation, module.kernel_size, strict=True)]
    return [(total // 2, total - total // 2) for total in totals]


def test_no_zero_has_a_sign() -> None:
    module = nn.Conv2d(1, 1, 3, padding=1, bias=False)
    nn.init.constant_(module.weight, -1.0)
    program = Program(build(module, (1, 3, 3)), module)
    values = program.record(torch.zeros(1, 3, 3))
    found = derive(program, values, program.graph.output, (0, 0, 0))
    numbers = [term.product for term in found.terms] + [one.sum for one in found.channel_sums]
    assert [math.copysign(1, number) for number in numbers if number is not None] == [1.0] * 10


# ---- pools ----------------------------------------------------------------------------------------------

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
    program = kinds_zoo.followed(nn.Sequential(module), shape)
    if kind == "min":
        program = kinds_zoo.min_pooled(program)
    # Few different numbers, so that there are ties.
    picture = torch.randint(-2, 3, shape, generator=torch.Generator().manual_seed(seed)).float()
    values = program.record(picture)
    cell = cells(values["_0"], 1, seed)[0]
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
        name: derive(*kinds_zoo.recorded(name), "held_0", (0, 0, 0)).divisor
        for name in ("average pooling", "average of what is there")
    }
    assert divisors == {"average pooling": 9, "average of what is there": 4}


# ---- the rest -------------------------------------------------------------------------------------------


def test_a_linear_layer_says_what_each_flattened_map_gives() -> None:
    program, values = kinds_zoo.recorded("flattened, activated, dropped")
    layer_id = program.graph.output
    found = derive(program, values, layer_id, (1,))
    weights = program.parameters(layer_id)["weight"][1].detach().double().reshape(4, -1)
    expected = (weights * values[INPUT].relu().double().reshape(4, -1)).sum(1)
    assert [(one.input, one.channel) for one in found.channel_sums] == [(INPUT, c) for c in range(4)]
    assert [one.sum for one in found.channel_sums] == pytest.approx(expected.tolist())


def test_terms_come_in_pages_with_the_sums_of_their_channels() -> None:
    program, values = trace_of("small-vgg")
    whole = derive(program, values, "conv3_2", (7, 3, 2))
    assert whole.terms_total == len(whole.terms) == 128 * 9
    page = derive(program, values, "conv3_2", (7, 3, 2), offset=100, limit=50)
    assert page.terms == whole.terms[100:150]
    assert page.channel_sums == whole.channel_sums[11:17]
    assert (page.offset, page.terms_total, page.sum) == (100, whole.terms_total, whole.sum)
    beyond = derive(program, values, "conv3_2", (7, 3, 2), offset=10**9, limit=50)
    assert (beyond.terms, beyond.channel_sums) == ((), ())


def test_a_gain_that_an_edit_put_on_a_channel_is_said() -> None:
    net = nn.Sequential(nn.Conv2d(1, 3, 3))
    plain = build(net, (1, 6, 6))
    gains = {"_0": {1: 0.0, 2: -2.5}}
    graph = LayerGraph(
        plain.input_shape, plain.layers, plain.steps, plain.output, plain.overwritten, {}, gains
    )
    program = Program(graph, net)
    values = program.record(torch.randn(1, 6, 6))
    for channel, gain in enumerate((1.0, 0.0, -2.5)):
        found = derive(program, values, "_0", (channel, 2, 3))
        assert found.gain == gain
        assert found.operation == "sum"
        check(found, values)
    assert derive(program, values, "_0", (1, 0, 0)).value == 0


def test_numbers_beyond_float32_are_no_reason_to_fail() -> None:
    program, values = kinds_zoo.recorded("sum of branches")
    huge = program.record(torch.full(kinds_zoo.SHAPE, 3e38))
    assert not all(value.isfinite().all() for value in huge.values())
    for layer_id in values:
        for cell in cells(huge[layer_id], 5):
            found = derive(program, huge, layer_id, cell)
            assert math.isnan(found.value) or found.value == float(huge[layer_id][cell])


@pytest.mark.parametrize(
    ("layer_id", "cell", "says"),
    [
        (
            "conv1_1",
            (10, 0, 0),
            r"conv1_1 has no cell 10/0/0; it has channels 0 to 9, rows 0 to 29, columns 0 to 29",
        ),
        ("conv1_1", (0, 30, 0), "rows 0 to 29"),
        ("conv1_1", (0, 0, -1), "columns 0 to 29"),
        ("conv1_1", (3,), "no cell 3; it has channels 0 to 9"),
        ("fc", (10,), "fc has no cell 10; it is a vector, of cells 0 to 9"),
        ("fc", (0, 0, 0), "it is a vector, of cells 0 to 9"),
    ],
)
def test_a_cell_that_is_not_there_is_refused_with_what_is(
    layer_id: str, cell: tuple[int, ...], says: str
) -> None:
    program, values = trace_of("tiny-vgg")
    with pytest.raises(UnknownCell, match=says):
        derive(program, values, layer_id, cell)
