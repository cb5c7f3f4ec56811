from __future__ import annotations

import pytest
from PIL import Image
from pydantic import ValidationError

from app.api.schemas.preprocessing import InputAnswer, StepAnswer
from app.imaging.decode import Picture
from app.imaging.picture_edits import Shift
from app.imaging.preprocess import preprocess
from model import registry


def test_each_step_says_what_came_of_it() -> None:
    picture = Picture(40, 30, "RGB", Image.new("RGB", (40, 30)), 40, 30, "PNG")
    card = registry.get("small-vgg").card
    preprocessed = preprocess(picture, card.preprocessing, [Shift(dx=2, dy=0)])
    answer = InputAnswer.of(preprocessed).model_dump()
    assert answer["shape"] == [3, 32, 32]
    steps = {step["kind"]: step for step in answer["preprocessing"]}
    assert list(steps) == ["center_crop", "to_mode", "resize", "scale", "shift", "normalize"]
    assert steps["center_crop"]["box"] == [5, 0, 35, 30]
    assert steps["center_crop"]["result"] == {"width": 30, "height": 30, "mode": "RGB"}
    assert steps["scale"]["result"] == {"shape": [3, 32, 32]}
    assert steps["shift"]["result"] == {"width": 32, "height": 32, "mode": "RGB"}  # to be looked at
    assert (steps["shift"]["dx"], "box" in steps["shift"]) == (2, False)
    assert steps["normalize"]["mean"] == card.preprocessing.tensor_steps[0].mean


def test_a_step_is_of_a_kind_that_is_known() -> None:
    assert StepAnswer(kind="grey", result={}).model_dump() == {"kind": "grey", "result": {}}
    with pytest.raises(ValidationError):
        StepAnswer.model_validate({"kind": "sharpen"})
