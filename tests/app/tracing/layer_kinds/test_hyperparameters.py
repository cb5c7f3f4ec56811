"""Hyperparameters are numbers, texts and lists, pairs always [height, width]."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import nn

from app.tracing.layer_kinds.hyperparameters import as_pair, attributes, written_out
from app.tracing.layer_kinds.layer_kind import LayerKind

KIND = LayerKind(name="mine", hyperparameters=("size", "dim"), pairs=frozenset({"size"}))


@pytest.mark.parametrize(
    ("value", "pair"), [(3, [3, 3]), ((2,), [2, 2]), ((2, 4), [2, 4]), (None, [None, None])]
)
def test_a_pair_may_be_given_as_one_number(value: Any, pair: list[Any]) -> None:
    assert as_pair(value) == pair
    assert written_out(KIND, {"size": value}) == {"size": pair}


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        ((1, 2), [1, 2]),
        (torch.Size([3]), [3]),
        (None, None),
        (True, True),
        (0.5, 0.5),
        (torch.int8, "torch.int8"),
    ],
)
def test_other_values_become_plain_data(value: Any, plain: Any) -> None:
    assert written_out(KIND, {"dim": value}) == {"dim": plain}


def test_a_kind_may_fill_in_what_follows_from_others_and_the_callers_data_stays() -> None:
    kind = LayerKind(
        name="mine", complete=lambda given_values: {**given_values, "stride": given_values["size"]}
    )
    hyperparameters = {"size": 2}
    assert written_out(kind, hyperparameters) == {"size": 2, "stride": 2}
    assert hyperparameters == {"size": 2}


def test_attributes_are_read_off_a_module() -> None:
    assert attributes(nn.ELU(0.5), ("alpha", "inplace")) == {"alpha": 0.5, "inplace": False}
