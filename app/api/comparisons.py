"""Two traces of one network against each other."""

from __future__ import annotations

from dataclasses import asdict

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict, Field

from app.api.dependencies import ImmutableHeaders, OtherTraceDep, ServicesDep, TraceDep
from app.api.responses import NOT_FOUND
from app.api.schemas.models import MOST_CLASSES, PredictionAnswer
from app.services.comparison import Comparison, compare
from app.services.trace import Trace

router = APIRouter(prefix="/traces/{trace_id}", tags=["comparisons"], responses=NOT_FOUND)


class LayerDifferenceAnswer(BaseModel):
    """How far a layer of the trace (b) is from the same layer of the other (a), over all its cells."""

    id: str
    kind: str
    shape: list[int]
    same: bool = Field(description="Every float32 is equal.")
    max_abs: float = Field(description="The largest |b − a|, in the layer's units.")
    mean_abs: float = Field(description="The mean of |b − a|.")
    relative: float | None = Field(
        description="Σ|b − a| / Σ|a|; null where a is zero everywhere and b is not."
    )
    correlation: float | None = Field(description="Pearson's; null where either is one value everywhere.")


class UncomparedAnswer(BaseModel):
    """A layer that has another shape in the other trace, or that one of the two lacks: null."""

    model_config = ConfigDict(from_attributes=True)
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
        found: Comparison = compare(trace, other)
        layers = [
            LayerDifferenceAnswer(
                id=layer.id,
                kind=layer.kind,
                shape=list(layer.shape),
                **asdict(apart),
            )
            for layer, apart in found.layers
        ]
        ours, theirs = (
            [PredictionAnswer.model_validate(item) for item in prediction[:MOST_CLASSES]]
            for prediction in (found.prediction, found.other_prediction)
        )
        return cls(
            id=trace.id,
            other=other.id,
            network=trace.spec.network,
            layers=layers,
            uncompared=[UncomparedAnswer.model_validate(item) for item in found.uncompared],
            prediction=ours,
            other_prediction=theirs,
        )


@router.get("/differences/{other_id}", operation_id="get_differences")
async def get_differences(
    response: Response,
    services: ServicesDep,
    other: OtherTraceDep,
    trace: TraceDep,
    headers: ImmutableHeaders,
) -> DifferencesAnswer:
    """Return how far each layer of a trace is from that of another of the same network, and what both predict."""
    response.headers.update(headers)
    other_trace = await services.traces.get(other)
    return await services.workers.run(DifferencesAnswer.of, trace, other_trace)
