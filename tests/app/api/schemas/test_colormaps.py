from __future__ import annotations

import re

import pytest
from pydantic import ValidationError

from app.api.schemas.colormaps import ColormapAnswer
from app.imaging import colormap


def test_every_palette_there_is_makes_an_answer_of_hexadecimal_colours() -> None:
    answers = [ColormapAnswer.model_validate(item) for item in colormap.listing()]
    assert {answer.name for answer in answers} <= set(colormap.names())
    assert all(re.fullmatch("#[0-9a-f]{6}", color) for answer in answers for color in answer.colors)
    assert answers[0].model_dump().keys() == {"name", "kind", "colors"}


def test_a_palette_is_sequential_or_diverging() -> None:
    with pytest.raises(ValidationError):
        ColormapAnswer(name="rainbow", kind="cyclic", colors=[])
