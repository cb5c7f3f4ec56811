"""Edits are frozen values within bounds, and name kinds that can be built."""

from __future__ import annotations

from typing import Any, get_args

import pytest
from pydantic import TypeAdapter, ValidationError

from app.tracing.editing.edits import (
    ACTIVATIONS,
    POOLINGS,
    InvalidEdit,
    MuteChannel,
    NetworkEdit,
    Range,
    SetKernel,
)
from app.tracing.layer_kinds.registry import KINDS, options

EDIT: TypeAdapter[Any] = TypeAdapter(NetworkEdit)


def test_names_of_activations_and_poolings_are_options_of_layer_kinds() -> None:
    assert set(ACTIVATIONS) == set(options("activation"))
    assert set(POOLINGS) == set(options("pooling"))
    assert set(options("adaptive_pooling")) <= set(POOLINGS)


def test_every_edit_is_taken_by_some_layer_kind() -> None:
    names = {edit.model_fields["kind"].default for edit in get_args(NetworkEdit)}
    assert {name for kind in KINDS for name in kind.edits} == names


@pytest.mark.parametrize(
    "edit",
    [
        {"kind": "mute", "layer": "conv", "channel": -1},
        {"kind": "mute", "layer": "", "channel": 0},
        {"kind": "scale", "layer": "conv", "channel": 0, "factor": 101},
        {"kind": "scale", "layer": "conv", "channel": 0, "factor": float("nan")},
        {"kind": "kernel", "layer": "conv", "filter": 0, "values": []},
        {"kind": "convolution", "layer": "conv", "stride": [0, 1]},
        {"kind": "activation", "layer": "relu", "activation": "gelu"},
        {"kind": "mute", "layer": "conv", "channel": 0, "colour": "red"},
    ],
)
def test_an_edit_out_of_bounds_is_no_edit(edit: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        EDIT.validate_python(edit)


def test_an_edit_is_known_by_its_kind_and_does_not_change() -> None:
    edit = EDIT.validate_python({"kind": "mute", "layer": "conv", "channel": 3})
    assert edit == MuteChannel(layer="conv", channel=3)
    with pytest.raises(ValidationError):
        edit.channel = 4


def test_of_a_bad_kernel_the_first_numbers_are_reported_not_all() -> None:
    with pytest.raises(ValidationError) as refused:
        SetKernel(layer="conv", filter=0, values=(("x",) * 31,) * 31)  # type: ignore[arg-type]
    assert refused.value.error_count() <= 3


def test_a_range_holds_both_its_ends() -> None:
    within = Range(1, 3)
    assert [number for number in range(6) if number in within] == [1, 2, 3]
    assert (str(within), str(Range(2, 2))) == ("1 to 3", "only 2")


def test_an_invalid_edit_says_where_and_what_is_permitted() -> None:
    error = InvalidEdit(2, "stride", "too far", Range(1, 3))
    assert (error.index, error.field, error.permitted, str(error)) == (2, "stride", Range(1, 3), "too far")
