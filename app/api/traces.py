"""Traces: begun, described, streamed and exported."""

from __future__ import annotations

import json
import time
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import StreamingResponse
from pydantic import ValidationError

from app.api.dependencies import (
    ClientAddress,
    ImmutableHeaders,
    KnownTraceDep,
    MinusDep,
    ServicesDep,
    TraceDep,
    TraceGraphDep,
    server_timing,
)
from app.api.responses import BYTES, NOT_FOUND, UPLOAD_PROBLEMS, PartsResponse, file_responses
from app.api.schemas.pictures import PictureAnswer
from app.api.schemas.traces import (
    TraceAcceptedAnswer,
    TraceAnswer,
    TraceRequest,
    UploadedTraceAcceptedAnswer,
    UploadedTraceAnswer,
    trace_links,
)
from app.http.errors import InvalidField, NotThere
from app.http.uploads import form_file, media_type, read_form
from app.imaging.stream import Plan, Shape
from app.services import export
from app.services.pictures import StoredPicture
from app.services.trace import TraceSpec
from app.tracing.analysis.differences import shared
from app.tracing.capture.graph import LayerGraph

router = APIRouter(prefix="/traces", tags=["traces"])

_REQUEST: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {"schema": {"$ref": "#/components/schemas/TraceRequest"}},
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file", "network"],
                    "properties": {
                        "file": BYTES,
                        "network": {"type": "string"},
                        "checkpoint": {"type": "string", "default": "trained"},
                        "edits": {"type": "string", "default": "[]", "description": "A JSON list of edits."},
                        "wait": {"type": "boolean", "default": True},
                    },
                }
            },
        },
    }
}


@router.post(
    "",
    operation_id="create_trace",
    status_code=201,
    response_model=UploadedTraceAnswer | TraceAnswer | UploadedTraceAcceptedAnswer | TraceAcceptedAnswer,
    responses={
        200: {"model": TraceAnswer, "description": "It was known already."},
        202: {"model": TraceAcceptedAnswer, "description": "It is being made (`wait` was false)."},
        **NOT_FOUND,
        **UPLOAD_PROBLEMS,
    },
    openapi_extra=_REQUEST,
)
async def create_trace(
    request: Request, response: Response, services: ServicesDep, address: ClientAddress
) -> TraceAcceptedAnswer:
    """Put a picture through a network: by the picture's id in JSON, or with an upload in a form."""
    body, upload, timings = await _read_body(request, services, address)
    spec = TraceSpec(body.picture, body.network, body.checkpoint, body.edits)
    known, new = await services.traces.begin(spec, address, upload)
    uploaded = PictureAnswer.of(upload) if upload else None
    response.headers["Location"] = f"/api/v1/traces/{known.id}"
    if not body.wait:
        response.status_code = 202
        response.headers.update(server_timing(timings))
        answer = TraceAcceptedAnswer(id=known.id, links=trace_links(known.id))
        return UploadedTraceAcceptedAnswer(**dict(answer), uploaded=uploaded) if uploaded else answer
    trace = await services.traces.get(known)
    response.status_code = 201 if new else 200
    response.headers.update(server_timing({**timings, **trace.timings}))
    manifest = await services.workers.run_admitted(TraceAnswer.of, trace)
    return UploadedTraceAnswer(**dict(manifest), uploaded=uploaded) if uploaded else manifest


@router.get("/{trace_id}", operation_id="get_trace", responses=NOT_FOUND)
async def get_trace(
    response: Response, services: ServicesDep, trace: TraceDep, headers: ImmutableHeaders
) -> TraceAnswer:
    """Return a trace's manifest; waits for one that is being made."""
    response.headers.update(headers | server_timing(trace.timings))
    return await services.workers.run(TraceAnswer.of, trace)


@router.get(
    "/{trace_id}/maps.safetensors",
    operation_id="stream_maps",
    response_class=StreamingResponse,
    responses=file_responses("application/octet-stream"),
)
async def stream_maps(
    services: ServicesDep,
    known: KnownTraceDep,
    minus: MinusDep,
    headers: ImmutableHeaders,
    graph: TraceGraphDep,
    dtype: Annotated[
        Literal["u8", "f32"], Query(description="8-bit codes, or the values themselves.")
    ] = "u8",
    tile: Annotated[int, Query(ge=0, le=4096, description="Bound on a map's side; 0 for none.")] = 64,
    limit: Annotated[int, Query(ge=0, le=4096, description="Bound on the maps of a layer; 0 for none.")] = 16,
    scale: Annotated[
        Literal["layer", "map"], Query(description="One scale a layer, or one a map.")
    ] = "layer",
    layers: Annotated[
        str, Query(description="Only these layers, separated by commas.", max_length=8192)
    ] = "",
) -> Response:
    """Stream the maps of every layer as one safetensors file, in graph order, while the network runs.

    For each layer there is `<id>.scale`, float32 [min, max, step] (one row a map with `scale=map`), and `<id>`:
    a code c means (c − 128)·step. Maps larger than `tile` are averaged over blocks; vectors are whole. With `minus`
    the values are differences from that trace, of the layers that both have with the same shape.
    """
    requested_ids = [layer for layer in layers.split(",") if layer]
    other = await services.traces.get(minus) if minus else None
    plan = Plan(
        _streamed_layers(graph, requested_ids, other.graph if other else None),
        dtype=dtype,
        tile=tile,
        limit=limit,
        scale=scale,
        metadata={"trace": known.id, **({"minus": minus.id} if minus else {})},
    )
    parts = await services.traces.stream(known, plan, other)
    length = {"Content-Length": str(plan.length)}
    return PartsResponse(parts, media_type="application/octet-stream", headers=headers | length)


def _streamed_layers(
    graph: LayerGraph, requested_ids: list[str], other: LayerGraph | None
) -> tuple[tuple[str, Shape], ...]:
    """Return the layers that a stream has, each with its shape, in graph order.

    These are the requested ones, or all; of those, what ``other`` has with the same shape, where it is given.

    Raises:
        NotThere: a requested layer does not exist.
    """
    for layer_id in requested_ids:
        if layer_id not in graph.by_id:
            raise NotThere(f"There is no layer {layer_id!r}; there are {', '.join(graph.by_id)}")
    layer_ids = set(requested_ids or graph.by_id) & set(shared(graph, other) if other else graph.by_id)
    return tuple((layer.id, layer.shape) for layer in graph.layers if layer.id in layer_ids)


@router.get(
    "/{trace_id}/export.zip",
    operation_id="export_trace",
    response_class=StreamingResponse,
    responses=file_responses("application/zip"),
)
async def export_trace(
    services: ServicesDep, known: KnownTraceDep, trace: TraceDep, headers: ImmutableHeaders
) -> Response:
    """Return everything: manifest.json, input.png, an atlas and the float32 values of every layer."""
    reader = services.traces.admit_reader(known)
    manifest = await services.workers.run(lambda: TraceAnswer.of(trace).model_dump_json(indent=1).encode())
    parts = export.zip_parts(trace, manifest, reader, services.workers, services.budget)
    name = f"convscope-{trace.spec.network}-{trace.id[:8]}.zip"
    return PartsResponse(
        parts,
        media_type="application/zip",
        headers=headers | {"Content-Disposition": f'attachment; filename="{name}"'},
    )


async def _read_body(
    request: Request, services: ServicesDep, address: str
) -> tuple[TraceRequest, StoredPicture | None, dict[str, float]]:
    """Return the specification, the picture that came along (not kept yet), and the seconds that this took."""
    if media_type(request) == "multipart/form-data":
        return await _from_form(request, services, address)
    try:
        return TraceRequest.model_validate_json(await request.body()), None, {}
    except ValidationError as error:
        raise _as_request_error(error) from error


async def _from_form(
    request: Request, services: ServicesDep, address: str
) -> tuple[TraceRequest, StoredPicture, dict[str, float]]:
    form = await read_form(request)
    data = form_file(form)
    fields: dict[str, Any] = dict(form.texts)
    if "picture" in fields:
        raise InvalidField("picture", "a file was sent too; send one of the two")
    try:
        fields["edits"] = json.loads(fields.get("edits") or "[]")
    except (ValueError, RecursionError) as error:
        raise InvalidField("edits", "not JSON; a list is expected, such as []") from error
    try:
        body = TraceRequest.model_validate({**fields, "picture": ""})
    except ValidationError as error:
        raise _as_request_error(error) from error
    services.networks.check(body.network, body.checkpoint)
    began = time.perf_counter()
    upload = await services.workers.run(services.pictures.prepare, data, address)
    timings = {"decode": time.perf_counter() - began}
    return body.model_copy(update={"picture": upload.id}), upload, timings


def _as_request_error(error: ValidationError) -> RequestValidationError:
    items = error.errors(include_url=False, include_context=False, include_input=False)
    return RequestValidationError([{**item, "loc": ("body", *item["loc"])} for item in items])
