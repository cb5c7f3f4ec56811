from __future__ import annotations

from app.api.schemas.predictions import MOST_CLASSES, PredictionAnswer
from app.tracing.analysis.prediction import Prediction


def test_of_more_classes_than_can_be_read_the_best_are_listed() -> None:
    prediction = [
        Prediction(index, f"class {index}", -index, 0.5**index) for index in range(MOST_CLASSES + 7)
    ]
    answers = PredictionAnswer.listed(prediction)
    assert len(answers) == MOST_CLASSES == 1000
    assert answers[2].model_dump() == {"index": 2, "label": "class 2", "logit": -2, "probability": 0.25}
    assert PredictionAnswer.listed([]) == []
