"""Padding copies a cell or is 0; negative padding crops."""

from __future__ import annotations

import pytest

from app.tracing.derivation.derivation import derive
from tests.app.tracing import layer_kinds_zoo


@pytest.mark.parametrize(("name", "top", "left"), [("zero padding", 0, 1), ("cropping", -2, -1)])
def test_a_cell_copies_the_one_that_the_padding_moves_there(name: str, top: int, left: int) -> None:
    program, values = layer_kinds_zoo.recorded(name)
    (term,) = derive(program, values, "parts_0", (1, 4, 3)).terms
    assert (term.channel, term.row, term.column) == (1, 4 - top, 3 - left)
    assert term.value == float(values["input"][1, 4 - top, 3 - left])


def test_a_cell_in_the_padding_is_zero_and_says_so() -> None:
    program, values = layer_kinds_zoo.recorded("zero padding")
    (term,) = derive(program, values, "parts_0", (1, 4, 0)).terms
    assert (term.padding, term.value, term.column) == (True, 0.0, -1)


def test_hyperparameters_are_named_by_their_sides() -> None:
    graph = layer_kinds_zoo.recorded("zero padding")[0].graph
    assert graph.by_id["parts_0"].hyperparameters == {"left": 1, "right": 2, "top": 0, "bottom": 3}
