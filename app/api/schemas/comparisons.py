"""Two traces of one network against each other."""

from __future__ import annotations

from dataclasses import asdict

from pydantic import BaseModel, Field

from app.api.schemas.base import Answer
from app.api.schemas.layer_kinds import LayerKindName
from app.api.schemas.predictions import PredictionAnswer
from app.services.comparison import compare
from app.services.trace import Trace


class LayerDifferenceAnswer(BaseModel):
    """How far a layer of the trace (b) is from the same layer of the other (a), over all its cells."""

    id: str
    kind: LayerKindName
    shape: list[int]
    same: bool = Field(description="Every float32 is equal.")
    max_abs: float = Field(description="The largest |b − a|, in the layer's units.")
    mean_abs: float = Field(description="The mean of |b − a|.")
    relative: float | None = Field(
        description="Σ|b − a| / Σ|a|; null where a is zero everywhere and b is not."
    )
    correlation: float | None = Field(description="Pearson's; null where either is one value everywhere.")


class UncomparedAnswer(Answer):
    """A layer that has another shape in the other trace, or that one of the two lacks: null."""

    id: str
    shape: list[int] | None
    other_shape: list[int] | None


class DifferencesAnswer(BaseModel):
    """A trace (B) against another (A)."""

    id: str
    other: str
    network: str
    layers: list[LayerDifferenceAnswer]
    uncompared: list[UncomparedAnswer]
    prediction: list[PredictionAnswer]
    other_prediction: list[PredictionAnswer]

    @classmethod
    def of(cls, trace: Trace, other: Trace) -> DifferencesAnswer:
        """Return the comparison of two traces; reads every cell, so call this on a worker."""
        comparison = compare(trace, other)
        return cls(
            id=trace.id,
            other=other.id,
            network=trace.spec.network,
            layers=[
                LayerDifferenceAnswer(
                    id=layer.id, kind=layer.kind, shape=list(layer.shape), **asdict(difference)
                )
                for layer, difference in comparison.layers
            ],
            uncompared=[UncomparedAnswer.model_validate(layer) for layer in comparison.uncompared],
            prediction=PredictionAnswer.listed(comparison.prediction),
            other_prediction=PredictionAnswer.listed(comparison.other_prediction),
        )
