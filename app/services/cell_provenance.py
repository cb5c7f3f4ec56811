"""Where a cell's value comes from: its derivation, and the part of the photograph that it sees."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from app.imaging.decode import Picture
from app.imaging.provenance import Box, Provenance, input_cell_provenance, photograph_box
from app.services.trace import Trace
from app.tracing.derivation.derivation import Derivation, derive
from app.tracing.layers.layer import INPUT
from app.tracing.layers.terms import Cell, Term


@dataclass(frozen=True, slots=True)
class CellProvenance:
    """A cell's ``derivation``; ``photo`` is the part of the upright photograph that it sees, None if it sees nothing.

    The terms of a cell of the input are pixels of the photograph: values from 0 to 255 of the channels R, G and B,
    or of channel 0 where it is grey. ``levels`` is the level (0–255) that their weighted sum was rounded to, and
    ``preparation`` has the steps from that level to the cell's value; None and empty for all other cells.
    """

    derivation: Derivation
    photo: Box | None
    levels: float | None = None
    preparation: tuple[dict[str, Any], ...] = ()


def cell_provenance(
    trace: Trace, picture: Picture, layer_id: str, cell: Cell, offset: int, limit: int
) -> CellProvenance:
    """Return where a cell of a trace comes from, with at most ``limit`` of its terms from ``offset`` on.

    ``picture`` is the one that the trace is of.

    Raises:
        KeyError: the network has no such layer.
        UnknownCell: the layer has no such cell.
    """
    derivation = derive(trace.program, trace.values, layer_id, cell, offset, limit)
    field = derivation.receptive_field
    photo = (
        photograph_box(picture, trace.preprocessed, Box(field.left, field.top, field.right, field.bottom))
        if field
        else None
    )
    if layer_id != INPUT or len(cell) != 3:
        return CellProvenance(derivation, photo)
    channel, row, column = cell
    pixels = input_cell_provenance(picture, trace.preprocessed, (channel, row, column))
    pixel_derivation = replace(
        derivation,
        terms=_terms(pixels, offset, limit),
        terms_total=pixels.weights.size,
        sum=pixels.sum,
        python=_python(pixels, cell, grey=len(trace.values[INPUT]) == 1, gain=derivation.gain),
    )
    return CellProvenance(pixel_derivation, photo, pixels.level, pixels.preparation)


def _terms(pixels: Provenance, offset: int, limit: int) -> tuple[Term, ...]:
    """The pixels from ``offset`` on: channels ascending, row by row within each."""
    _, height, width = pixels.weights.shape
    weights, levels = pixels.weights.ravel(), pixels.levels.ravel()
    terms = []
    for index in islice(range(weights.size), offset, offset + limit):
        channel, place = divmod(index, height * width)
        row, column = divmod(place, width)
        value, weight = float(levels[index]), float(weights[index])
        position = (pixels.channels[channel], pixels.top + row, pixels.left + column)
        terms.append(Term("", *position, value, weight, value * weight + 0.0, padding=False))
    return tuple(terms)


def _python(pixels: Provenance, cell: Cell, *, grey: bool, gain: float) -> str:
    """A program that makes the value of the last picture before the numbers, from the files of an export."""
    channel, row, column = cell
    factor = f"{gain!r} * " if gain != 1.0 else ""
    if pixels.edited:  # an edited picture's numbers are no whole levels, so no PNG has them
        index = ", ".join(map(str, cell))
        return f'import numpy as np\n\nprint(np.load("values/{INPUT}.npy")[{index}])\n'
    index = f"{row}, {column}" if grey else f"{row}, {column}, {channel}"
    lines = [f'value = float(np.asarray(Image.open("input.png"))[{index}])']
    for step in pixels.preparation:
        if step["kind"] == "scale":
            lines.append(f"value = value / {step['divisor']!r}")
        else:
            lines.append(f"value = (value - {step['mean']!r}) / {step['std']!r}")
    return "\n".join(
        ["import numpy as np", "from PIL import Image", "", *lines, f"print(np.float32({factor}value))", ""]
    )
