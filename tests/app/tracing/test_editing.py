"""An edited program does what PyTorch does with the same change made by hand, and nothing else changes."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest
import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor, nn

from app.tracing.choices import choices
from app.tracing.editing import Editor, TooManyCells, reusable
from app.tracing.edits import (
    MuteChannel,
    NetworkEdit,
    ScaleChannel,
    SetActivation,
    SetBias,
    SetConvolution,
    SetKernel,
    SetPooling,
    SetWeight,
    SoloChannel,
    UnfitEdit,
)
from app.tracing.graph import build
from app.tracing.recorder import Program
from model import registry
from tests.app.tracing import zoo

pytestmark = pytest.mark.numbers

ENOUGH = 1 << 30


class Small(nn.Module):
    """Convolution, ReLU, pooling, convolution with groups, global average and a dense layer."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(2, 4, 3, padding=1)
        self.relu = nn.ReLU(inplace=True)
        self.pool = nn.MaxPool2d(2)
        self.grouped = nn.Conv2d(4, 6, (3, 1), groups=2, bias=False)
        self.average = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(6, 3)
        self.softmax = nn.Softmax(1)

    def forward(self, x: Tensor) -> Tensor:
        x = self.grouped(self.pool(self.relu(self.conv(x))))
        result: Tensor = self.softmax(self.fc(self.average(x).flatten(1)))
        return result


@pytest.fixture(scope="module")
def small() -> tuple[Small, Program]:
    torch.manual_seed(1)
    module = Small().eval()
    return module, Program(build(module, (2, 12, 13)), copy.deepcopy(module))


def edited(program: Program, *edits: NetworkEdit) -> Program:
    return Editor(program).edit(dict(enumerate(edits)), ENOUGH)


def by_hand(module: nn.Module, change: Callable[[Any], None]) -> Callable[[Tensor], Tensor]:
    changed = copy.deepcopy(module)
    with torch.no_grad():
        change(changed)

    def run(picture: Tensor) -> Tensor:
        with torch.inference_mode():
            result: Tensor = changed(picture[None].clone())[0]
        return result

    return run


def zeroed(channels: list[int]) -> Callable[[nn.Module, Any, Tensor], Tensor]:
    def hook(_module: nn.Module, _input: Any, output: Tensor) -> Tensor:
        output = output.clone()
        output[:, channels] = 0
        return output

    return hook


def set_kernel(module: Small, filter_index: int, channel: int | slice, values: list[list[float]]) -> None:
    module.conv.weight[filter_index, channel] = torch.tensor(values)


BLUR = [[1.0, 2.0, 1.0], [2.0, 4.0, 2.0], [1.0, 2.0, 1.0]]
KERNEL = tuple(map(tuple, BLUR))
CASES: dict[str, tuple[list[NetworkEdit], Callable[[Any], Any]]] = {
    "mute": (
        [MuteChannel(layer="conv", channel=2)],
        lambda m: m.conv.register_forward_hook(zeroed([2])),
    ),
    "solo": (
        [SoloChannel(layer="relu", channel=1)],
        lambda m: m.relu.register_forward_hook(zeroed([0, 2, 3])),
    ),
    "scale": (
        [ScaleChannel(layer="pool", channel=0, factor=-2.5)],
        lambda m: m.pool.register_forward_hook(
            lambda _m, _i, out: torch.cat([out[:, :1] * -2.5, out[:, 1:]], 1)
        ),
    ),
    "mute a unit": (
        [MuteChannel(layer="flatten", channel=4)],
        lambda m: m.fc.register_forward_pre_hook(lambda _m, args: zeroed([4])(_m, None, args[0])),
    ),
    "mute a colour": (
        [MuteChannel(layer="input", channel=1)],
        lambda m: m.conv.register_forward_pre_hook(lambda _m, args: zeroed([1])(_m, None, args[0])),
    ),
    "weight": (
        [SetWeight(layer="conv", filter=3, channel=1, row=2, column=0, value=7)],
        lambda m: m.conv.weight.__setitem__((3, 1, 2, 0), 7.0),
    ),
    "dense weight": (
        [SetWeight(layer="fc", filter=2, channel=5, value=-3)],
        lambda m: m.fc.weight.__setitem__((2, 5), -3.0),
    ),
    "kernel": (
        [SetKernel(layer="conv", filter=0, channel=1, values=KERNEL)],
        lambda m: set_kernel(m, 0, 1, BLUR),
    ),
    "kernel everywhere": (
        [SetKernel(layer="conv", filter=0, values=KERNEL)],
        lambda m: set_kernel(m, 0, slice(None), BLUR),
    ),
    "bias": ([SetBias(layer="conv", filter=1, value=4)], lambda m: m.conv.bias.__setitem__(1, 4.0)),
    "dense bias": ([SetBias(layer="fc", filter=1, value=4)], lambda m: m.fc.bias.__setitem__(1, 4.0)),
    "stride": (
        [SetConvolution(layer="conv", stride=(2, 1))],
        lambda m: setattr(m.conv, "stride", (2, 1)),
    ),
    "dilation and padding": (
        [SetConvolution(layer="conv", dilation=(2, 3), padding=(2, 4))],
        lambda m: m.conv.__dict__.update(dilation=(2, 3), padding=(2, 4)),
    ),
    "padding mode": (
        [SetConvolution(layer="conv", padding_mode="circular")],
        lambda m: setattr(m.conv, "padding_mode", "circular"),
    ),
    "average pooling": (
        [SetPooling(layer="pool", pooling="average")],
        lambda m: setattr(m, "pool", nn.AvgPool2d(2)),
    ),
    "min pooling": (
        [SetPooling(layer="pool", pooling="min")],
        lambda m: m.pool.__dict__.update(forward=lambda x: -F.max_pool2d(-x, 2)),
    ),
    "larger windows": (
        [SetPooling(layer="pool", kernel_size=(3, 2))],
        lambda m: setattr(m, "pool", nn.MaxPool2d((3, 2))),
    ),
    "overlapping windows": (
        [SetPooling(layer="pool", kernel_size=(3, 3), stride=(1, 1), padding=(1, 1))],
        lambda m: setattr(m, "pool", nn.MaxPool2d(3, 1, 1)),
    ),
    "global maximum": (
        [SetPooling(layer="average", pooling="max")],
        lambda m: setattr(m, "average", nn.AdaptiveMaxPool2d(1)),
    ),
    "activation": (
        [SetActivation(layer="relu", activation="tanh")],
        lambda m: setattr(m, "relu", nn.Tanh()),
    ),
    "no activation": (
        [SetActivation(layer="relu", activation="identity")],
        lambda m: setattr(m, "relu", nn.Identity()),
    ),
    "two of one layer": (
        [SetConvolution(layer="conv", stride=(2, 2)), SetBias(layer="conv", filter=0, value=-1)],
        lambda m: (m.conv.__dict__.update(stride=(2, 2)), m.conv.bias.__setitem__(0, -1.0)),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_an_edit_is_the_same_change_made_by_hand(name: str, small: tuple[Small, Program]) -> None:
    module, program = small
    edits, change = CASES[name]
    picture = torch.randn(2, 12, 13)
    run = edited(program, *edits)
    recorded = run.record(picture)
    assert torch.equal(recorded[run.graph.output], by_hand(module, change)(picture))
    assert {key: tuple(value.shape) for key, value in recorded.items()} == {
        layer.id: layer.shape for layer in run.graph.layers
    }


@pytest.mark.parametrize("name", CASES)
def test_what_comes_before_an_edit_is_taken_over(name: str, small: tuple[Small, Program]) -> None:
    _, program = small
    picture = torch.randn(2, 12, 13)
    before = program.record(picture)
    kept = {layer_id: value.clone() for layer_id, value in before.items()}
    run = edited(program, *CASES[name][0])
    same = reusable(program.graph, run.graph)
    whole = run.record(picture)
    rest = run.record(picture, given={layer_id: before[layer_id] for layer_id in same})
    assert all(torch.equal(whole[layer_id], before[layer_id]) for layer_id in same)
    assert all(torch.equal(rest[layer_id], whole[layer_id]) for layer_id in whole)
    assert all(rest[layer_id] is before[layer_id] for layer_id in same)
    assert all(torch.equal(before[layer_id], kept[layer_id]) for layer_id in before)
    first = CASES[name][0][0].layer
    assert first not in same
    assert (first == "input") == (not same)


def test_a_layer_that_reads_only_anothers_size_is_run_again_when_that_changes() -> None:
    class Sized(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.conv = nn.Conv2d(1, 1, 3)

        def forward(self, x: Tensor) -> Tensor:
            size = self.conv(x).size(2)
            return F.adaptive_avg_pool2d(x, size)

    module = Sized()
    program = Program(build(module, (1, 9, 9)), module)
    run = edited(program, SetConvolution(layer="conv", stride=(2, 2)))
    assert reusable(program.graph, run.graph) == {"input"}
    assert run.record(torch.rand(1, 9, 9))["adaptive_avg_pool2d"].shape == (1, 4, 4)


def test_no_activation_leaves_nothing_that_a_later_layer_overwrites() -> None:
    class Residual(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.conv = nn.Conv2d(1, 2, 3)
            self.relu = nn.ReLU()

        def forward(self, x: Tensor) -> Tensor:
            x = self.conv(x)
            y = self.relu(x)
            y.add_(1)
            result: Tensor = y * x
            return result

    module, picture = Residual(), torch.rand(1, 6, 6)
    program = Program(build(module, (1, 6, 6)), module)
    values = edited(program, SetActivation(layer="relu", activation="identity")).record(picture)
    with torch.inference_mode():
        plain = module.conv(picture[None])[0]
    assert torch.equal(values["conv"], plain)
    assert torch.equal(values["relu"], plain)
    assert torch.equal(values["mul"], (plain + 1) * plain)


class Flat(nn.Module):
    """Maps of (2, 4, 4) that are flattened, and a dense layer."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(1, 2, 3)
        self.fc = nn.Linear(32, 3)

    def forward(self, x: Tensor) -> Tensor:
        result: Tensor = self.fc(self.conv(x).flatten(1))
        return result


@pytest.mark.parametrize(
    ("window", "cells"),
    [(SetConvolution(layer="conv", stride=(2, 2)), 8), (SetConvolution(layer="conv", padding=(1, 1)), 72)],
)
@pytest.mark.parametrize("channel", [3, 31])
def test_channels_of_a_flattened_layer_are_those_that_an_edit_left(
    window: NetworkEdit, cells: int, channel: int
) -> None:
    module, picture = Flat(), torch.rand(1, 6, 6)
    program = Program(build(module, (1, 6, 6)), module)
    whole = edited(program, window).record(picture)["flatten"]
    assert len(whole) == cells
    for edit in (
        SoloChannel(layer="flatten", channel=channel),
        MuteChannel(layer="flatten", channel=channel),
    ):
        run = edited(program, window, edit)
        assert run.graph.stop is not None
        assert (run.graph.stop.layer, run.graph.stop.reason) == ("fc", "features")
        alone = torch.arange(cells) == channel
        kept = alone if isinstance(edit, SoloChannel) else ~alone
        assert torch.equal(run.record(picture)["flatten"], torch.where(kept, whole, 0.0))
        assert choices(run.graph, "flatten").channels == cells
    with pytest.raises(UnfitEdit, match=f"flatten has channels 0 to {cells - 1}"):
        edited(program, window, MuteChannel(layer="flatten", channel=72))


def test_shared_weights_stay_as_they_are(small: tuple[Small, Program]) -> None:
    _, program = small
    before = copy.deepcopy(program.module.state_dict())
    for edits, _ in CASES.values():
        edited(program, *edits).record(torch.randn(2, 12, 13))
    assert all(torch.equal(value, before[key]) for key, value in program.module.state_dict().items())


def test_an_edit_of_one_call_leaves_the_other_call_of_that_module_alone() -> None:
    module, shape = zoo.make("one module twice")
    program = Program(build(module, shape), module)
    first, second = [layer for layer in program.graph.layers if layer.module == "conv"][:2]
    run = edited(program, SetBias(layer=first.id, filter=0, value=9))
    assert float(run.parameters(first.id)["bias"][0]) == 9
    assert float(run.parameters(second.id)["bias"][0]) != 9


def test_functional_operations_can_be_edited_too() -> None:
    module, shape = zoo.make("functional")
    program = Program(build(module, shape), module)
    picture = torch.randn(shape)
    run = edited(program, SetKernel(layer="conv2d", filter=2, values=((1, 0), (0, 1), (1, 1))))
    weight = program.parameters("conv2d")["weight"].clone()
    weight[2] = torch.tensor([[1.0, 0], [0, 1], [1, 1]])
    bias = program.parameters("conv2d")["bias"]
    with torch.inference_mode():
        expected = F.conv2d(picture[None], weight, bias, stride=(2, 1), padding=(1, 0))[0]
    assert torch.equal(run.record(picture)["conv2d"], expected)


def test_a_later_layer_that_becomes_impossible_ends_the_network_there() -> None:
    program = Program(
        build(registry.seeded(registry.get("lecture-cnn")), (3, 20, 20)),
        registry.seeded(registry.get("lecture-cnn")),
    )
    run = edited(program, SetConvolution(layer="conv", stride=(1, 1)))
    stop = run.graph.stop
    assert stop is not None
    assert (stop.layer, stop.kind, stop.reason) == ("fc", "linear", "features")
    assert (stop.expects, stop.gets) == ((54,), ((150,),))
    assert list(run.record(torch.rand(3, 20, 20))) == ["input", "conv", "relu", "pool", "flatten"]
    assert run.graph.output == "flatten"
    assert run.graph.logits is None
    assert [(block.feature, block.pooled) for block in run.graph.blocks] == [("conv", "pool")]


@pytest.mark.parametrize(
    ("layers", "edit", "reason", "expects", "gets"),
    [
        (
            [nn.MaxPool2d(2), nn.Conv2d(1, 1, 4)],
            SetPooling(layer="0", kernel_size=(3, 3)),
            "window",
            (4, 4),
            ((1, 3, 3),),
        ),
        (
            [nn.Conv2d(1, 1, 3), nn.AvgPool2d((6, 2))],
            SetConvolution(layer="0", dilation=(3, 1)),
            "window",
            (6, 2),
            ((1, 3, 7),),
        ),
    ],
)
def test_a_stop_says_what_is_expected_and_what_would_come(
    layers: list[nn.Module],
    edit: SetPooling | SetConvolution,
    reason: str,
    expects: tuple[int, ...],
    gets: tuple[tuple[int, ...], ...],
) -> None:
    module = nn.Sequential(*layers)
    graph = build(module, (1, 9, 9))
    names = {layer.module: layer.id for layer in graph.layers}
    run = edited(Program(graph, module), edit.model_copy(update={"layer": names[edit.layer]}))
    assert run.graph.stop is not None
    assert run.graph.stop.layer == names["1"]
    assert (run.graph.stop.reason, run.graph.stop.expects, run.graph.stop.gets) == (reason, expects, gets)


def test_branches_that_no_longer_match_say_so() -> None:
    class Residual(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.conv = nn.Conv2d(1, 1, 3, padding=1)

        def forward(self, x: Tensor) -> Tensor:
            result: Tensor = x + self.conv(x)
            return result

    module = Residual()
    run = edited(Program(build(module, (1, 6, 6)), module), SetConvolution(layer="conv", stride=(2, 2)))
    assert run.graph.stop is not None
    assert (run.graph.stop.layer, run.graph.stop.reason) == ("add", "shapes")
    assert run.graph.stop.gets == ((1, 6, 6), (1, 3, 3))


UNFIT: dict[str, tuple[list[NetworkEdit], int, str, str]] = {
    "no layer": ([MuteChannel(layer="conv9", channel=0)], 0, "layer", "there are input, conv"),
    "no channel": (
        [MuteChannel(layer="conv", channel=0), MuteChannel(layer="conv", channel=4)],
        1,
        "channel",
        "channels 0 to 3",
    ),
    "the result": ([MuteChannel(layer="softmax", channel=0)], 0, "layer", "stays as it is"),
    "factors together": ([ScaleChannel(layer="conv", channel=0, factor=100)] * 2, 1, "factor", "±1000"),
    "no filter": ([SetBias(layer="conv", filter=4, value=0)], 0, "filter", "0 to 3"),
    "no such weight": (
        [SetWeight(layer="conv", filter=0, channel=0, row=0, column=3, value=0)],
        0,
        "column",
        "0 to 2",
    ),
    "no bias": ([SetBias(layer="grouped", filter=0, value=0)], 0, "layer", "no bias"),
    "kernel's shape": (
        [SetKernel(layer="grouped", filter=0, values=KERNEL)],
        0,
        "values",
        "3 rows of 1 numbers",
    ),
    "ragged kernel": (
        [SetKernel(layer="conv", filter=0, values=((1, 2, 3), (1, 2), (1, 2, 3)))],
        0,
        "values",
        "3 rows of 3 numbers are expected, not 3 rows of 2 or 3",
    ),
    "kernel of a pooling": (
        [SetKernel(layer="pool", filter=0, values=KERNEL)],
        0,
        "layer",
        "takes pooling and edits of its channels",
    ),
    "stride of a ReLU": ([SetConvolution(layer="relu", stride=(2, 2))], 0, "layer", "takes activation"),
    "activation of a flatten": (
        [SetActivation(layer="flatten", activation="tanh")],
        0,
        "layer",
        "edits of its channels only",
    ),
    "stride": (
        [SetConvolution(layer="conv", stride=(13, 1))],
        0,
        "stride",
        "1 to 12 vertically, 1 to 13 hor",
    ),
    "dilation": (
        [SetConvolution(layer="conv", dilation=(1, 8))],
        0,
        "dilation",
        "1 to 6 vertically, 1 to 7 hor",
    ),
    "padding": ([SetConvolution(layer="conv", padding=(1, 3))], 0, "padding", "0 to 2"),
    "reflecting too far": (
        [SetConvolution(layer="grouped", padding=(0, 3), padding_mode="reflect")],
        0,
        "padding",
        "0 to 2",
    ),
    "pool's padding": ([SetPooling(layer="pool", padding=(2, 2))], 0, "padding", "0 to 1"),
    "adaptive windows": (
        [SetPooling(layer="average", kernel_size=(2, 2))],
        0,
        "kernel_size",
        "max or average",
    ),
    "adaptive minimum": ([SetPooling(layer="average", pooling="min")], 0, "pooling", "max or average"),
}


@pytest.mark.parametrize("name", UNFIT)
def test_an_edit_that_does_not_fit_is_refused_by_place_and_field(
    name: str, small: tuple[Small, Program]
) -> None:
    edits, index, field, message = UNFIT[name]
    with pytest.raises(UnfitEdit) as refused:
        edited(small[1], *edits)
    assert (refused.value.index, refused.value.field) == (index, field)
    assert message in str(refused.value)


def test_too_large_a_network_is_refused_before_it_is_run(small: tuple[Small, Program]) -> None:
    _, program = small
    needed = 4 * sum(torch.Size(layer.shape).numel() for layer in program.graph.layers)
    wider = {0: SetConvolution(layer="conv", padding=(2, 2))}
    with pytest.raises(TooManyCells, match="at most 0 MiB are permitted"):
        Editor(program).edit(wider, needed)
    assert Editor(program).edit({0: MuteChannel(layer="conv", channel=0)}, needed).graph.stop is None
