"""The arithmetic of receptive fields."""

from __future__ import annotations

from app.tracing.layers.receptive_field import ReceptiveField


def test_a_field_that_sees_all_along_one_axis_keeps_the_other() -> None:
    field = ReceptiveField(size=(3, 5), stride=(2, 1), offset=(-1, 0))
    assert field.over_all((4, 6), (True, False)) == ReceptiveField((9, 5), (0, 1), (-1, 0))
