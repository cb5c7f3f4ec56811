"""Terms are read off arrays page by page, with their places, and padding says whether it has a value."""

from __future__ import annotations

import numpy as np

from app.tracing.layers.terms import Term, TermArray

POSITIONS = np.array([(0, -1, 0), (0, 0, 0), (0, 1, 0)])


def terms_with(**fields: object) -> TermArray:
    values = np.array([0.0, 2.0, -3.0])
    return TermArray("conv", POSITIONS, values, values, **fields)  # type: ignore[arg-type]


def test_a_page_has_the_terms_between_two_indices() -> None:
    array = terms_with(weights=np.array([1.0, 0.5, 2.0]))
    assert len(array) == 3
    assert array.terms(1, 3) == [
        Term("conv", 0, 0, 0, 2.0, 0.5, 2.0, padding=False),
        Term("conv", 0, 1, 0, -3.0, 2.0, -3.0, padding=False),
    ]
    assert array.terms(3, 9) == []


def test_padding_says_which_cell_it_repeats() -> None:
    padding = np.array([True, False, False])
    cells = np.array([(1, 0), (0, 0), (1, 0)])
    first, second, _ = terms_with(padding=padding, padding_cells=cells).terms(0, 3)
    assert (first.padding, first.source, first.value) == (True, (1, 0), 0.0)
    assert (second.padding, second.source) == (False, None)
    zeros = np.array([(-1, 0), (0, 0), (1, 0)])
    assert terms_with(padding=padding, padding_cells=zeros).terms(0, 1)[0].source is None


def test_padding_that_a_maximum_never_takes_has_no_value() -> None:
    padding = np.array([True, False, False])
    first, second, _ = terms_with(padding=padding, padding_is_empty=True).terms(0, 3)
    assert (first.value, first.product) == (None, None)
    assert second.value == 2.0


def test_a_vectors_terms_have_no_row_and_column() -> None:
    array = TermArray("fc", np.array([(4,)]), np.ones(1), np.ones(1))
    assert array.terms(0, 1) == [Term("fc", 4, None, None, 1.0, None, 1.0, padding=False)]
