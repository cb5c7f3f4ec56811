"""The arithmetic of receptive fields."""

from __future__ import annotations

from app.tracing.layers.receptive_field import (
    FieldSource,
    ReceptiveField,
    field_of_same_cells,
    field_over_axes,
    union,
)
from app.tracing.layers.windows import AdaptiveAxis, SlidingAxis


def test_a_field_that_sees_all_along_one_axis_keeps_the_other() -> None:
    field = ReceptiveField(size=(3, 5), stride=(2, 1), offset=(-1, 0))
    assert field.over_all((4, 6), (True, False)) == ReceptiveField((9, 5), (0, 1), (-1, 0))


def test_a_window_enlarges_the_field_by_its_dilated_span_and_multiplies_the_stride() -> None:
    field = ReceptiveField(size=(3, 5), stride=(2, 1), offset=(-1, 0))
    rows = SlidingAxis(9, kernel=3, stride=2, padding=1, dilation=2)
    columns = SlidingAxis(9, kernel=1, padding=3)
    assert field.through((rows, columns)) == ReceptiveField((3 + 2 * 2 * 2, 5), (4, 1), (-1 - 2, -3))


def test_windows_that_are_not_alike_have_no_field() -> None:
    uneven = AdaptiveAxis(9, 2)
    assert ReceptiveField.of_input().through((SlidingAxis(9), uneven)) is None


def test_a_union_holds_both_fields_where_their_strides_agree() -> None:
    one = ReceptiveField((3, 3), (2, 2), (-1, -1))
    other = ReceptiveField((1, 9), (2, 2), (4, 0))
    assert union([one, other]) == ReceptiveField((6, 10), (2, 2), (-1, -1))
    assert union([one, ReceptiveField((3, 3), (1, 1), (0, 0))]) is None


def test_cells_that_are_repeated_over_a_map_have_no_field_unless_they_see_all() -> None:
    field = ReceptiveField((3, 3), (1, 1), (0, 0))
    maps, row = FieldSource(field, (1, 2, 4, 4)), FieldSource(field, (1, 2, 1, 4))
    assert field_of_same_cells({}, [maps, maps], (1, 2, 4, 4)) == field
    assert field_of_same_cells({}, [maps, row], (1, 2, 4, 4)) is None
    whole = FieldSource(field.over_all((4, 4)), (1, 2, 1, 1))
    assert field_of_same_cells({}, [whole], (1, 2, 4, 4)) == whole.field


def test_what_reads_whole_axes_reads_one_input() -> None:
    field = ReceptiveField((3, 3), (1, 1), (0, 0))
    maps, vector = FieldSource(field, (1, 2, 4, 5)), FieldSource(field, (1, 40))
    assert field_over_axes([maps], (False, True)) == ReceptiveField((3, 7), (1, 0), (0, 0))
    assert field_over_axes([vector], (True, True)) == field
    assert field_over_axes([maps, maps], (True, True)) is None
