"""Two traces of one network against each other."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Path, Response
from pydantic import BaseModel, ConfigDict, Field

from app.api.dependencies import ImmutableHeaders, KnownTraceId, ServicesDep, TraceDep
from app.api.responses import NOT_FOUND
from app.api.schemas.models import MOST_CLASSES, PredictionAnswer
from app.http.errors import InvalidField
from app.services.comparison import Comparison, compare
from app.services.container import Services
from app.services.content_id import is_id
from app.services.trace import Trace
from app.services.traces import UnknownTrace

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


async def counterpart(
    services: Services, trace_id: str, other_id: str, *, where: Literal["path", "query"], field: str
) -> str:
    """Return the id of a trace that can be compared with another, without computing either.

    Raises:
        UnknownTrace: there is none.
        InvalidField: it is of another network, whose layers have nothing to do with this one's.
    """
    if not is_id(other_id):
        raise UnknownTrace(other_id)
    spec, other = await services.traces.check(trace_id), await services.traces.check(other_id)
    if spec.network != other.network:
        message = (
            f"a trace of {other.network}; only traces of one network, here {spec.network}, can be compared"
        )
        raise InvalidField(field, message, where=where)
    return other_id


async def _other(
    services: ServicesDep,
    trace_id: KnownTraceId,
    other_id: Annotated[str, Path(description="The trace that is compared with: A.")],
) -> str:
    return await counterpart(services, trace_id, other_id, where="path", field="other_id")


@router.get("/differences/{other_id}", operation_id="get_differences")
async def get_differences(
    response: Response,
    services: ServicesDep,
    other_id: Annotated[str, Depends(_other)],
    trace: TraceDep,
    headers: ImmutableHeaders,
) -> DifferencesAnswer:
    """Return how far each layer of a trace is from that of another of the same network, and what both predict."""
    other = await services.traces.get(other_id)
    response.headers.update(headers)
    return await services.workers.run(DifferencesAnswer.of, trace, other)
