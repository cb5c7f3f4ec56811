"""Of the input and of unknown operations no arithmetic is claimed."""

from __future__ import annotations

from app.tracing.layer_kinds.registry import kind_named
from app.tracing.layers.layer import INPUT, OTHER


def test_neither_says_how_its_cells_are_computed() -> None:
    for name in (INPUT, OTHER):
        kind = kind_named(name)
        assert (kind.derive, kind.python, kind.field, kind.reads, kind.window) == (None,) * 5
        assert kind.edits == ("mute", "scale", "solo")


def test_the_input_multiplies_nothing_and_of_other_operations_it_is_not_known() -> None:
    assert kind_named(INPUT).multiply_adds({}, (3, 4, 4)) == 0
    assert kind_named(OTHER).multiply_adds({}, (3, 4, 4)) is None
