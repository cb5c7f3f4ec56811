"""Edits as JSON: one text for one meaning, and nothing but edits gets in."""

from __future__ import annotations

import math
from typing import Any

import pytest
from pydantic import ValidationError

from app.imaging.picture_edits import Shift
from app.services import edits
from app.services.trace import TraceSpec
from app.tracing.editing.edits import MuteChannel

MUTE = {"kind": "mute", "layer": "conv", "channel": 1}


def test_edits_are_told_apart_by_kind_and_keep_their_order() -> None:
    parsed = edits.parse_edits([{"kind": "shift", "dx": 3}, MUTE])
    assert parsed == (Shift(dx=3, dy=0), MuteChannel(layer="conv", channel=1))
    assert edits.edits_of_picture(parsed) == (Shift(dx=3),)
    assert edits.edits_of_network(parsed) == {1: MuteChannel(layer="conv", channel=1)}


def test_what_means_the_same_is_written_the_same() -> None:
    one = edits.parse_edits([{"kind": "shift", "dx": 3}])
    other = edits.parse_edits([{"dy": 0, "dx": 3, "kind": "shift"}])
    assert (
        TraceSpec("picture", "network", edits=one).to_json()
        == TraceSpec("picture", "network", edits=other).to_json()
    )


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "explode"},
        {"layer": "conv", "channel": 1},
        {**MUTE, "channel": -1},
        {**MUTE, "surprise": 1},
        {"kind": "scale", "layer": "conv", "channel": 0, "factor": math.nan},
        {"kind": "bias", "layer": "conv", "filter": 0, "value": math.inf},
        {"kind": "kernel", "layer": "conv", "filter": 0, "values": []},
        {"kind": "kernel", "layer": "conv", "filter": 0, "values": [[]]},
        {"kind": "kernel", "layer": "conv", "filter": 0, "values": [[0.0] * 32]},
        {"kind": "convolution", "layer": "conv", "stride": [0, 1]},
        {"kind": "convolution", "layer": "conv", "stride": [1]},
        {"kind": "pooling", "layer": "pool", "pooling": "median"},
        {"kind": "blur", "sigma": 0},
        {"kind": "cover", "top": -1, "left": 0, "height": 1, "width": 1},
        "mute",
        None,
    ],
)
def test_what_is_no_edit_is_refused(wrong: Any) -> None:
    with pytest.raises(ValidationError):
        edits.parse_edits([wrong])


def test_there_is_a_most() -> None:
    assert len(edits.parse_edits([MUTE] * edits.MOST_EDITS)) == edits.MOST_EDITS
    with pytest.raises(ValidationError):
        edits.parse_edits([MUTE] * (edits.MOST_EDITS + 1))
