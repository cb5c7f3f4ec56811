"""The palettes that maps can be coloured with."""

from __future__ import annotations

from typing import Literal

from app.api.schemas.base import Answer


class ColormapAnswer(Answer):
    """256 colours, from the lowest value to the highest."""

    name: str
    kind: Literal["sequential", "diverging"]
    colors: list[str]
