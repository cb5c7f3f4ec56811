"""Colour maps: which colour a code is painted in.

All are safe for colour-blind readers and even to the eye. The middle of a diverging map is the value zero: nearly
white, or nearly black in `icefire`, which a dark page takes because its weak values stand out from zero and its zero
from the page. Where nothing is negative, a sequential map runs from zero to the largest value; where something is,
from the most negative possible value to the most positive, with zero in its middle.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Literal

import cmap
import numpy as np
from numpy.typing import NDArray

from app.imaging.quantization import ZERO

AUTO = "auto"
"""The choice that keeps a value's colour when it passes an activation, see `resolve`."""

_AUTO_PICTURE = "gray"
_AUTO_MAPS = "vik"

_SOURCES: dict[str, tuple[Literal["sequential", "diverging"], str]] = {
    "viridis": ("sequential", "bids:viridis"),
    "gray": ("sequential", "matlab:gray"),
    "inferno": ("sequential", "bids:inferno"),
    "cividis": ("sequential", "cividis"),
    "vik": ("diverging", "crameri:vik"),
    "broc": ("diverging", "crameri:broc"),
    "puor": ("diverging", "colorbrewer:PuOr"),
    "icefire": ("diverging", "seaborn:icefire"),
}
_OUTERMOST = 127


@dataclass(frozen=True, slots=True)
class Colormap:
    """A colour map: 256 ``colors`` (``#rrggbb``) from its lowest value to its highest.

    The 256 are evenly spaced; of a diverging map, colour 128 is the value zero.
    """

    name: str
    kind: Literal["sequential", "diverging"]
    colors: tuple[str, ...]


@cache
def listing() -> tuple[Colormap, ...]:
    """Return every colour map."""
    return tuple(
        Colormap(name, kind, tuple(f"#{red:02x}{green:02x}{blue:02x}" for red, green, blue in _ramp(name)))
        for name, (kind, _) in _SOURCES.items()
    )


def names() -> tuple[str, ...]:
    """Return what `palette` takes: `AUTO`, then every map's name."""
    return AUTO, *_SOURCES


def resolve(name: str, *, picture: bool = False) -> str:
    """Return the map's name that a choice means, as the page chooses in static/js/colors/palettes.js.

    `AUTO` is one diverging map for every layer, of which a layer without negative values uses the upper half;
    ``picture`` says that it is a network's input, which is grey, as pictures are. Raises ValueError, with the
    names there are, on another name.
    """
    if name == AUTO:
        return _AUTO_PICTURE if picture else _AUTO_MAPS
    if name not in _SOURCES:
        raise ValueError(f"There is no colour map {name!r}; there are {', '.join(names())}.")
    return name


@cache
def palette(name: str, *, signed: bool) -> bytes:
    """Return the colours of the 256 codes, 768 bytes of RGB; entry 0 is for gaps, to be transparent.

    Code c is painted in the colour of ``(c - 128) / 127`` of the scale. ``signed`` says whether a value is
    negative. Raises ValueError as `resolve` does.
    """
    map_name = resolve(name)
    share = (np.arange(1, 256) - ZERO) / _OUTERMOST
    both_sides = signed or _SOURCES[map_name][0] == "diverging"
    position = 127.5 + share * 127.5 if both_sides else share * 255
    # Rounded half up, as the page's script rounds, so that a PNG and the page agree in every colour.
    index = np.clip(np.floor(position + 0.5), 0, 255).astype(np.intp)
    colours = np.zeros((256, 3), dtype=np.uint8)
    colours[1:] = _ramp(map_name)[index]
    return colours.tobytes()


@cache
def _ramp(name: str) -> NDArray[np.uint8]:
    """Return a map's 256 colours, (256, 3): a diverging one's is centred on 128, where zero is."""
    kind, source = _SOURCES[name]
    if kind == "diverging":
        share = np.concatenate((np.linspace(0, 0.5, ZERO + 1), np.linspace(0.5, 1, _OUTERMOST + 1)[1:]))
    else:
        share = np.linspace(0, 1, 256)
    colours = np.asarray(cmap.Colormap(source)(share))[:, :3]
    ramp: NDArray[np.uint8] = np.rint(colours * 255).astype(np.uint8)
    ramp.setflags(write=False)
    return ramp
