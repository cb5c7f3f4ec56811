"""Two traces of one network against each other."""

from __future__ import annotations

from fastapi import APIRouter, Response

from app.api.dependencies import ImmutableHeaders, OtherTraceDep, ServicesDep, TraceDep
from app.api.responses import NOT_FOUND
from app.api.schemas.comparisons import DifferencesAnswer

router = APIRouter(prefix="/traces/{trace_id}", tags=["comparisons"], responses=NOT_FOUND)


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
