"""A functional form reads the arguments of a call, however they are written."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from app.tracing.layer_kinds.layer_kind import FunctionalForm, LayerKind, no_multiply_adds, uncounted

FORM = FunctionalForm(
    functions=(torch.mean,),
    methods=("mean",),
    operands=("input", "weight"),
    arguments=("dim", "keepdim"),
    defaults={"keepdim": False},
)


@pytest.mark.parametrize(
    ("args", "kwargs"),
    [(("x", "w", 2), {}), (("x", "w"), {"dim": 2}), (("x",), {"weight": "w", "axis": 2})],
    ids=["positional", "named", "numpy's word"],
)
def test_arguments_are_found_by_place_and_by_name(args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    call = FORM.read(args, kwargs, lambda value: value)
    assert call.operands == {"input": "x", "weight": "w"}
    assert call.arguments == {"dim": 2, "keepdim": False}


def test_values_are_those_of_the_example_pass_and_unknown_arguments_are_left_out() -> None:
    call = FORM.read(("x",), {"keepdim": 1, "out": 3}, lambda value: f"value of {value}")
    assert call.operands == {"input": "value of x", "weight": "value of None"}
    assert call.arguments == {"keepdim": "value of 1"}


def test_targets_are_functions_and_methods() -> None:
    assert FORM.targets == (torch.mean, "mean")


def test_parameters_of_a_function_have_names_where_it_takes_several_tensors() -> None:
    assert LayerKind(name="mine", forms=(FORM,)).functional_parameters == ("input", "weight")
    assert LayerKind(name="mine", forms=(FunctionalForm(),)).functional_parameters == ()
    assert LayerKind(name="mine").functional_parameters == ()


def test_costs_are_nothing_or_not_known() -> None:
    assert no_multiply_adds({}, (3, 4, 4)) == 0
    assert uncounted({}, (3, 4, 4)) is None


def test_words_are_found_under_the_kinds_name() -> None:
    assert LayerKind(name="mine").words_key == "kind.mine"
