from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from app.api.schemas.explanations import ExplanationAnswer

FIELDS: dict[str, Any] = {
    "method": "saliency",
    "class_index": 3,
    "label": "cat",
    "layer": None,
    "shape": [32, 32],
    "min": 0.0,
    "max": 1.0,
    "box": None,
    "links": {},
}


def test_the_class_is_called_class() -> None:
    fields = ExplanationAnswer(**FIELDS).model_dump(by_alias=True)
    assert fields["class"] == 3
    assert "class_index" not in fields
    assert ExplanationAnswer(**{**fields, "method": "grad_cam"}).class_index == 3


def test_methods_are_those_that_there_are() -> None:
    with pytest.raises(ValidationError):
        ExplanationAnswer(**{**FIELDS, "method": "lime"})
