"""Windows, factors and memory beyond what is possible are refused with what is."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

from app.tracing.capture.graph_builder import build
from app.tracing.capture.program import Program
from app.tracing.editing.bounds import TooManyCells
from app.tracing.editing.edit_options import edit_options_of
from app.tracing.editing.editor import Editor
from app.tracing.editing.edits import (
    InvalidEdit,
    MuteChannel,
    NetworkEdit,
    ScaleChannel,
    SetConvolution,
    SetPooling,
    SoloChannel,
)
from tests.app.tracing.editing.small_network import (
    edited,
    small_program,
)

UNFIT: dict[str, tuple[list[NetworkEdit], int, str, str]] = {
    "no channel": (
        [MuteChannel(layer="conv", channel=0), MuteChannel(layer="conv", channel=4)],
        1,
        "channel",
        "channels 0 to 3",
    ),
    "the result": ([MuteChannel(layer="softmax", channel=0)], 0, "layer", "stays as it is"),
    "factors together": ([ScaleChannel(layer="conv", channel=0, factor=100)] * 2, 1, "factor", "±1000"),
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
}


@pytest.mark.parametrize("name", UNFIT)
def test_what_is_out_of_bounds_is_refused_by_place_and_field(name: str) -> None:
    edits, index, field, message = UNFIT[name]
    with pytest.raises(InvalidEdit) as refused:
        edited(small_program()[1], *edits)
    assert (refused.value.index, refused.value.field) == (index, field)
    assert message in str(refused.value)


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
        assert run.graph.conflict is not None
        assert (run.graph.conflict.layer, run.graph.conflict.reason) == ("fc", "features")
        alone = torch.arange(cells) == channel
        unmuted = alone if isinstance(edit, SoloChannel) else ~alone
        assert torch.equal(run.record(picture)["flatten"], torch.where(unmuted, whole, 0.0))
        assert edit_options_of(run.graph, "flatten").channels == cells
    with pytest.raises(InvalidEdit, match=f"flatten has channels 0 to {cells - 1}"):
        edited(program, window, MuteChannel(layer="flatten", channel=72))


def test_too_large_a_network_is_refused_before_it_is_run() -> None:
    _, program = small_program()
    needed = 4 * sum(torch.Size(layer.shape).numel() for layer in program.graph.layers)
    wider = {0: SetConvolution(layer="conv", padding=(2, 2))}
    with pytest.raises(TooManyCells, match="at most 0 MiB are permitted"):
        Editor(program).edit(wider, needed)
    assert Editor(program).edit({0: MuteChannel(layer="conv", channel=0)}, needed).graph.conflict is None
