"""A network's prediction for a picture."""

from __future__ import annotations

from collections.abc import Sequence

from app.api.schemas.base import Answer
from app.tracing.analysis.prediction import Prediction

MOST_CLASSES = 1000


class PredictionAnswer(Answer):
    """One class."""

    index: int
    label: str
    logit: float
    probability: float

    @classmethod
    def listed(cls, prediction: Sequence[Prediction]) -> list[PredictionAnswer]:
        """Return the first `MOST_CLASSES` classes of a prediction."""
        return [cls.model_validate(one) for one in prediction[:MOST_CLASSES]]
