from __future__ import annotations

from dataclasses import dataclass

import pytest
from pydantic import ValidationError

from app.api.schemas.base import Answer


class Point(Answer):
    x: int
    y: int


@dataclass
class Place:
    x: int
    name: str = "here"
    y: int | None = 4


def test_an_answer_is_read_off_an_object_that_has_its_fields_and_others() -> None:
    assert Point.model_validate(Place(3)).model_dump() == {"x": 3, "y": 4}


def test_an_object_that_lacks_a_field_makes_no_answer() -> None:
    with pytest.raises(ValidationError):
        Point.model_validate(Place(3, y=None))
