"""A trace's layer graph as its edits have left it, and the edits that a layer can take."""

from __future__ import annotations

from fastapi import APIRouter, Response

from app.api.dependencies import ImmutableHeaders, LayerId, ServicesDep, TraceGraphDep
from app.api.responses import NOT_FOUND
from app.api.schemas.edits import ChoicesAnswer
from app.api.schemas.graphs import TraceGraphAnswer
from app.http.errors import NotThere
from app.tracing.editing.edit_options import edit_options_of

router = APIRouter(prefix="/traces/{trace_id}", tags=["edits"], responses=NOT_FOUND)


@router.get("/graph", operation_id="get_trace_graph")
async def get_trace_graph(
    response: Response, services: ServicesDep, graph: TraceGraphDep, headers: ImmutableHeaders
) -> TraceGraphAnswer:
    """Return the layers as the trace's edits have left them, without waiting for the pass."""
    response.headers.update(headers)
    return await services.workers.run(TraceGraphAnswer.of, graph)


@router.get("/layers/{layer_id}/choices", operation_id="get_choices")
async def get_choices(
    response: Response, graph: TraceGraphDep, layer_id: LayerId, headers: ImmutableHeaders
) -> ChoicesAnswer:
    """Return what can be edited at a layer, and within which ranges, as the trace's edits have left it."""
    if layer_id not in graph.by_id:
        raise NotThere(f"There is no layer {layer_id!r}; there are {', '.join(graph.by_id)}")
    response.headers.update(headers)
    return ChoicesAnswer.model_validate(edit_options_of(graph, layer_id))
