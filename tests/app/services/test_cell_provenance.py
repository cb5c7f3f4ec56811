"""A cell's way back to the photograph."""

from __future__ import annotations

import pytest

from app.services.cell_provenance import cell_provenance
from app.services.container import Services
from app.services.trace import Trace
from app.tracing.derivation.derivation import UnknownCell


def test_a_cell_of_a_map_sees_a_piece_of_the_photograph(services: Services, trace: Trace) -> None:
    picture = services.pictures.get(trace.spec.picture)
    cell = cell_provenance(trace, picture, "conv1_1", (0, 4, 5), 0, 100)
    assert len(cell.derivation.terms) == cell.derivation.terms_total == 27
    assert cell.derivation.value == trace.values["conv1_1"][0, 4, 5]
    assert cell.photo is not None
    left, top, right, bottom = next(step.box for step in trace.preprocessed.steps if step.box is not None)
    side = (right - left) / 32
    assert left <= cell.photo.left <= left + 5 * side
    assert top + 7 * side <= cell.photo.bottom <= bottom
    assert (cell.levels, cell.preparation) == (None, ())


def test_a_cell_of_the_input_is_a_weighted_sum_of_pixels(services: Services, trace: Trace) -> None:
    picture = services.pictures.get(trace.spec.picture)
    cell = cell_provenance(trace, picture, "input", (1, 3, 3), 0, 10_000)
    terms = cell.derivation.terms
    assert {term.channel for term in terms} == {1}
    assert len(terms) == cell.derivation.terms_total
    assert all(0 <= (term.value or 0) <= 255 and float(term.value or 0).is_integer() for term in terms)
    assert sum(term.product or 0 for term in terms) == pytest.approx(cell.derivation.sum)
    assert cell.levels is not None
    assert (
        abs(cell.levels - cell.derivation.sum) <= 1
    )  # of a picture that is resized the sum is rounded, twice
    value = cell.levels
    for step in cell.preparation:
        value = value / step["divisor"] if step["kind"] == "scale" else (value - step["mean"]) / step["std"]
    assert value == pytest.approx(float(trace.values["input"][1, 3, 3]), abs=1e-6)


def test_terms_come_in_pages(services: Services, trace: Trace) -> None:
    picture = services.pictures.get(trace.spec.picture)
    for layer_id, position in (("input", (0, 2, 2)), ("fc", (3,))):
        whole = cell_provenance(trace, picture, layer_id, position, 0, 10_000).derivation.terms
        pages = [cell_provenance(trace, picture, layer_id, position, start, 50) for start in (0, 50, 100)]
        assert [term for page in pages for term in page.derivation.terms] == list(whole[:150])


def test_a_cell_that_there_is_not_is_refused(services: Services, trace: Trace) -> None:
    picture = services.pictures.get(trace.spec.picture)
    with pytest.raises(UnknownCell):
        cell_provenance(trace, picture, "input", (3, 0, 0), 0, 1)
