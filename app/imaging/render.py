"""Maps to PNG: all of a layer in one atlas, one map, or a layer's filters; all of them codes in a palette."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from torch import Tensor

from app.imaging import colormap, png, quantization
from app.imaging.quantization import Bytes, Floats, MapScales, Scale, Values

GAP = 1
"""Transparent pixels between two tiles."""

_ROW_OF_CELLS = 64
_VECTOR_CELL = 12
_KERNEL_SIDE = 24
_LARGEST_SIDE = 4096


@dataclass(frozen=True, slots=True)
class Atlas:
    """Many maps in one PNG, row by row; map i is at row ``i // columns``, column ``i % columns``.

    ``tile`` is (height, width) in pixels, ``gap`` what lies between; ``min`` and ``max`` are those of the
    scale that the colours span, or of all the maps where each has its own, and ``step`` is then None.
    """

    png: bytes
    columns: int
    rows: int
    tile: tuple[int, int]
    gap: int
    maps: int
    min: float
    max: float
    step: float | None

    def header(self) -> dict[str, Any]:
        """Return all but the PNG, JSON-ready: what REST sends as ``X-Atlas``."""
        return {
            "columns": self.columns,
            "rows": self.rows,
            "tile": list(self.tile),
            "gap": self.gap,
            "maps": self.maps,
            "min": self.min,
            "max": self.max,
            "step": self.step,
        }


def atlas(
    maps: Values, *, scale: Literal["layer", "map"] | Scale = "layer", colors: str = colormap.AUTO
) -> Atlas:
    """Return all the maps (n, h, w) of a layer in one near-square PNG, a pixel a cell.

    ``scale`` is one for the layer, one for each map, or one that is given (the network's). A sequential map has
    zero in its middle where the layer itself has a negative value, so that it looks the same on every scale. A
    vector (N,) is drawn as one row of enlarged cells, on one scale, wrapped after 64. Raises ValueError on an
    unknown colour map.
    """
    values = quantization.floats(maps)
    if values.ndim < 2:
        cells = values.reshape(-1, 1, 1)
        scale = "layer" if scale == "map" else scale
        columns, enlargement = min(len(cells), _ROW_OF_CELLS), _VECTOR_CELL
    else:
        cells = values.reshape(-1, *values.shape[-2:])
        columns, enlargement = _columns(*cells.shape), 1
    quantised, code_scale = quantization.quantise(cells, scale)
    signed = code_scale.signed if isinstance(scale, str) else quantization.measure(cells).signed
    return _draw(quantised, code_scale, columns, enlargement, colors, signed=signed)


def map_png(
    values: Values, *, scale: Scale | None = None, colors: str = colormap.AUTO, signed: bool | None = None
) -> bytes:
    """Return one map (h, w) as PNG, a pixel a cell, on a scale that is given or on its own.

    ``signed`` says whether a sequential map has zero in its middle; if None, it does where the scale holds a
    negative value. Raises ValueError on an unknown colour map.
    """
    quantised, code_scale = quantization.quantise(values, scale or "layer")
    diverging = code_scale.signed if signed is None else signed
    return png.encode(quantised, colormap.palette(colors, signed=diverging))


def filters_atlas(weights: Tensor | Floats, *, colors: str = colormap.AUTO) -> Atlas:
    """Return a layer's weights (out, in, kH, kW), or (out, in), on one scale: a row a filter.

    Columns are the inputs. Cells are enlarged to be seen, as far as no side grows over 4,096 pixels by it.
    Raises ValueError on another number of dimensions or an unknown colour map.
    """
    values = quantization.floats(weights)
    if values.ndim == 2:
        values = values[..., None, None]
    if values.ndim != 4:
        raise ValueError(f"Weights have the shape (out, in, kH, kW), not {values.shape}.")
    rows, columns, height, width = values.shape
    fits = _LARGEST_SIDE // max(rows * (height + GAP), columns * (width + GAP))
    enlargement = max(1, min(_KERNEL_SIDE // max(height, width), fits))
    quantised, code_scale = quantization.quantise(values.reshape(-1, height, width), "layer")
    return _draw(quantised, code_scale, columns, enlargement, colors, signed=code_scale.signed)


def _draw(
    tiles: Bytes, scale: Scale | MapScales, columns: int, enlargement: int, colors: str, *, signed: bool
) -> Atlas:
    if enlargement > 1:
        tiles = _enlarge(tiles, enlargement)
    count, height, width = tiles.shape
    rows = -(-count // columns)
    png_bytes = png.encode(_grid(tiles, rows, columns), colormap.palette(colors, signed=signed))
    overall, step = (scale.overall, None) if isinstance(scale, MapScales) else (scale, scale.step)
    return Atlas(png_bytes, columns, rows, (height, width), GAP, count, overall.min, overall.max, step)


def _enlarge(tiles: Bytes, times: int) -> Bytes:
    """Return tiles (n, h, w) with every pixel ``times`` as wide and high, in one copy."""
    count, height, width = tiles.shape
    pixels = np.broadcast_to(tiles[:, :, None, :, None], (count, height, times, width, times))
    return pixels.reshape(count, height * times, width * times)


def _columns(count: int, height: int, width: int) -> int:
    """Return the number of columns that makes the atlas nearly square."""
    return max(1, min(count, math.ceil(math.sqrt(count * (height + GAP) / (width + GAP)))))


def _grid(tiles: Bytes, rows: int, columns: int) -> Bytes:
    """Return tiles (n, h, w) in rows, gaps of code 0 between: (rows · (h + 1) − 1, columns · (w + 1) − 1)."""
    count, height, width = tiles.shape
    canvas = np.full((rows, height + GAP, columns, width + GAP), quantization.NOT_A_NUMBER, dtype=np.uint8)
    places = canvas[:, :height, :, :width].swapaxes(1, 2)  # (rows, columns, h, w)
    full = count // columns
    places[:full] = tiles[: full * columns].reshape(full, columns, height, width)
    if full < rows:
        places[full, : count - full * columns] = tiles[full * columns :]
    return canvas.reshape(rows * (height + GAP), -1)[:-GAP, :-GAP]
