"""How one cell of a layer was computed, and the tensors that the layer computed with."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Response

from app.api.dependencies import ImmutableHeaders, ServicesDep, TraceDep, TraceLayerId
from app.api.responses import NOT_FOUND, file_responses
from app.api.schemas.cells import CellAnswer
from app.imaging import export
from app.services.cell_provenance import cell_provenance
from app.services.container import Services
from app.services.trace import Trace
from app.tracing.capture import parameters
from app.tracing.layers.terms import Cell

router = APIRouter(prefix="/traces/{trace_id}/layers/{layer_id}", tags=["cells"])

# An answer with so many terms and their channels' sums is below 150 kB in all our networks.
MOST_TERMS = 600

Offset = Annotated[int, Query(ge=0, le=1 << 40, description="The first term, counted from 0.")]
Limit = Annotated[int, Query(ge=1, le=MOST_TERMS, description="Bound on the terms that are listed.")]


@router.get(
    "/cells/{channel}/{row}/{column}", operation_id="get_cell", response_model=CellAnswer, responses=NOT_FOUND
)
async def get_cell(
    services: ServicesDep,
    trace: TraceDep,
    layer_id: TraceLayerId,
    channel: Annotated[int, Path(description="A map's index, from 0.")],
    row: Annotated[int, Path(description="From the top, from 0.")],
    column: Annotated[int, Path(description="From the left, from 0.")],
    headers: ImmutableHeaders,
    offset: Offset = 0,
    limit: Limit = MOST_TERMS,
) -> Response:
    """Return how one cell of a map was computed: every value and weight, and the arithmetic."""
    return await _answer(services, trace, layer_id, (channel, row, column), offset, limit, headers)


@router.get("/cells/{index}", operation_id="get_unit", response_model=CellAnswer, responses=NOT_FOUND)
async def get_unit(
    services: ServicesDep,
    trace: TraceDep,
    layer_id: TraceLayerId,
    index: Annotated[int, Path(description="A unit's index in the vector, from 0.")],
    headers: ImmutableHeaders,
    offset: Offset = 0,
    limit: Limit = MOST_TERMS,
) -> Response:
    """Return how one unit of a vector was computed, as get_cell does."""
    return await _answer(services, trace, layer_id, (index,), offset, limit, headers)


@router.get(
    "/parameters.safetensors",
    operation_id="get_parameters",
    response_class=Response,
    responses=file_responses("application/octet-stream"),
)
async def get_parameters(
    services: ServicesDep,
    trace: TraceDep,
    layer_id: TraceLayerId,
    headers: ImmutableHeaders,
    filter: Annotated[  # noqa: A002 - what a reader calls it
        int | None, Query(description="Only this output channel's rows, as tensors of one row.")
    ] = None,
) -> Response:
    """Return the tensors that a layer computed with in this trace, float32; an empty file where it has none."""

    def answer() -> bytes:
        tensors = (
            parameters.parameters(trace.program, layer_id)
            if filter is None
            else parameters.filter_parameters(trace.program, layer_id, filter)
        )
        return export.tensors(tensors)

    content = await services.workers.run(answer)
    return Response(content, media_type="application/octet-stream", headers=headers)


async def _answer(
    services: Services,
    trace: Trace,
    layer_id: str,
    cell: Cell,
    offset: int,
    limit: int,
    headers: dict[str, str],
) -> Response:
    def answer() -> str:
        picture = services.pictures.get(trace.spec.picture)
        return CellAnswer.of(cell_provenance(trace, picture, layer_id, cell, offset, limit)).model_dump_json()

    content = await services.workers.run(answer)
    return Response(content, media_type="application/json", headers=headers)
