"""Colour maps: which colour a code is painted in.

All are safe for colour-blind readers and even to the eye. A diverging map is nearly white in the middle,
which is the value zero. Where nothing is negative, a sequential map runs from zero to the largest value;
where something is, from the most negative possible value to the most positive, with zero in its middle.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Literal

import cmap
import numpy as np
from numpy.typing import NDArray

from app.imaging.codes import ZERO

AUTO = "auto"
"""The choice that diverges where there are negative values: the first map of the kind in question."""

_SOURCES: dict[str, tuple[Literal["sequential", "diverging"], str]] = {
    "viridis": ("sequential", "bids:viridis"),
    "gray": ("sequential", "matlab:gray"),
    "inferno": ("sequential", "bids:inferno"),
    "cividis": ("sequential", "cividis"),
    "vik": ("diverging", "crameri:vik"),
    "broc": ("diverging", "crameri:broc"),
    "puor": ("diverging", "colorbrewer:PuOr"),
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
    """Return every colour map. The first of each kind is the one that `AUTO` takes."""
    return tuple(
        Colormap(name, kind, tuple(f"#{red:02x}{green:02x}{blue:02x}" for red, green, blue in _ramp(name)))
        for name, (kind, _) in _SOURCES.items()
    )


def names() -> tuple[str, ...]:
    """Return what `palette` takes: `AUTO`, then every map's name."""
    return AUTO, *_SOURCES


def resolve(name: str, *, signed: bool) -> str:
    """Return the map's name that a choice means where values are signed, or are not.

    Raises ValueError, with the names there are, on another one.
    """
    if name == AUTO:
        kind = "diverging" if signed else "sequential"
        return next(name for name, source in _SOURCES.items() if source[0] == kind)
    if name not in _SOURCES:
        raise ValueError(f"There is no colour map {name!r}; there are {', '.join(names())}.")
    return name


@cache
def palette(name: str, *, signed: bool) -> bytes:
    """Return the colours of the 256 codes, 768 bytes of RGB; entry 0 is for gaps, to be transparent.

    Code c is painted in the colour of ``(c - 128) / 127`` of the scale. ``signed`` says whether a value is
    negative. Raises ValueError as `resolve` does.
    """
    resolved = resolve(name, signed=signed)
    share = (np.arange(1, 256) - ZERO) / _OUTERMOST
    both_sides = signed or _SOURCES[resolved][0] == "diverging"
    position = 127.5 + share * 127.5 if both_sides else share * 255
    # Rounded half up, as the page's script rounds, so that a PNG and the page agree in every colour.
    index = np.clip(np.floor(position + 0.5), 0, 255).astype(np.intp)
    colours = np.zeros((256, 3), dtype=np.uint8)
    colours[1:] = _ramp(resolved)[index]
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
