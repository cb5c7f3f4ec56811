"""Where in the picture a class's score comes from: Grad-CAM, saliency, and starting an occlusion."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from app.api.dependencies import ColormapName, ImmutableHeaders, ServicesDep, TraceDep
from app.api.responses import NOT_FOUND, Responses, file_responses
from app.api.schemas.explanations import ExplanationAnswer
from app.api.schemas.occlusions import OcclusionRequest, RequestedOcclusionAnswer
from app.api.schemas.problems import ProblemAnswer
from app.http.errors import InvalidField, NotThere
from app.imaging import colormap as colormaps
from app.imaging import export, render
from app.services.explanations import (
    MOST_POSITIONS,
    Explanation,
    Method,
    Occlusion,
    kept_box,
    predicted,
)
from app.services.trace import Trace
from app.tracing.analysis.explanations import PatchPositions, grad_cam_layers

router = APIRouter(prefix="/traces/{trace_id}", tags=["explanations"])

_SEQUENTIAL = "inferno"
"""What `auto` means where nothing is negative: no middle to diverge from, and dark where there is nothing."""

_PATCHES, _STRIDES = 5, 16
"""Of an input's side: the default patch is a fifth of it, the default stride a sixteenth."""

_UNFIT: Responses = {422: {"model": ProblemAnswer, "description": "Not permitted; says what is."}}

ClassIndex = Annotated[
    int | None, Query(alias="class", description="A class's index; by default the most probable one.")
]
LayerName = Annotated[
    str | None,
    Query(
        alias="layer",
        max_length=200,
        description="Of Grad-CAM: a layer with maps; by default the last convolution or activation with maps.",
    ),
]


async def _explanation(
    services: ServicesDep,
    trace: TraceDep,
    method: Method,
    class_index: ClassIndex = None,
    layer: LayerName = None,
) -> Explanation:
    _check_class(trace, class_index, "query")
    if layer is not None and method == "grad_cam":
        _check_layer(trace, layer)
    return await services.run_within(
        services.explanations.needed_bytes(trace, method, class_index, layer),
        services.explanations.explain,
        trace,
        method,
        class_index,
        layer,
    )


ExplanationDep = Annotated[Explanation, Depends(_explanation)]


@router.get(
    "/explanations/{method}.npy",
    operation_id="get_explanation_npy",
    response_class=Response,
    responses={**file_responses("application/octet-stream"), **_UNFIT},
)
async def get_explanation_npy(
    services: ServicesDep, explanation: ExplanationDep, headers: ImmutableHeaders
) -> Response:
    """Return an explanation's values, float32 (H, W)."""
    content = await services.workers.run(export.npy, explanation.values)
    return Response(content, media_type="application/octet-stream", headers=headers)


@router.get(
    "/explanations/{method}.png",
    operation_id="get_explanation_png",
    response_class=Response,
    responses={**file_responses("image/png"), **_UNFIT},
)
async def get_explanation_png(
    services: ServicesDep,
    explanation: ExplanationDep,
    headers: ImmutableHeaders,
    colormap: ColormapName,
) -> Response:
    """Return an explanation as a picture, a pixel a cell, coloured from 0 to its largest value."""
    palette = _SEQUENTIAL if colormap == colormaps.AUTO else colormap
    content = await services.workers.run(render.map_png, explanation.values, colors=palette)
    return Response(content, media_type="image/png", headers=headers)


@router.get("/explanations/{method}", operation_id="get_explanation", responses={**NOT_FOUND, **_UNFIT})
async def get_explanation(
    response: Response, trace: TraceDep, explanation: ExplanationDep, headers: ImmutableHeaders
) -> ExplanationAnswer:
    """Return what an explanation is of, its range, and where on the picture it lies."""
    response.headers.update(headers)
    prediction, layer, values = explanation.prediction, explanation.layer, explanation.values
    box = kept_box(trace.preprocessed)
    query = f"?class={prediction.index}" + (f"&layer={layer}" if layer else "")
    here = f"/api/v1/traces/{trace.id}/explanations/{explanation.method}"
    return ExplanationAnswer(
        method=explanation.method,
        class_index=prediction.index,
        label=prediction.label,
        layer=layer,
        shape=list(values.shape),
        min=float(values.min()),
        max=float(values.max()),
        box=list(box) if box else None,
        links={kind: f"{here}.{kind}{query}" for kind in ("npy", "png")},
    )


@router.post(
    "/occlusions",
    operation_id="create_occlusion",
    status_code=202,
    responses={**NOT_FOUND, **_UNFIT, 503: {"model": ProblemAnswer, "description": "Busy; see Retry-After."}},
)
async def create_occlusion(
    response: Response, services: ServicesDep, trace: TraceDep, body: OcclusionRequest
) -> RequestedOcclusionAnswer:
    """Cover the input with a patch at one position after another, in the background.

    The response has the job's address. The same request is the same job, so finished work is returned at once.
    """
    job, token = services.explanations.occlude(trace, _occlusion(trace, body))
    response.headers["Location"] = f"/api/v1/occlusions/{job.id}"
    return RequestedOcclusionAnswer.requested(job, token)


def _occlusion(trace: Trace, body: OcclusionRequest) -> Occlusion:
    """Return the request with defaults for the fields that it leaves out.

    Raises:
        InvalidField: something is out of its range, which the message names.
    """
    _check_class(trace, body.class_index, "body")
    _, height, width = trace.preprocessed.tensor.shape
    side = min(height, width)
    patch = max(1, side // _PATCHES) if body.patch is None else body.patch
    stride = max(1, side // _STRIDES) if body.stride is None else body.stride
    for name, value in (("patch", patch), ("stride", stride)):
        if not 1 <= value <= side:
            raise InvalidField(name, f"{value} cells; 1 to {side} are permitted")
    count = len(PatchPositions(patch, stride, height, width))
    if count > MOST_POSITIONS:
        least = next(
            step
            for step in range(stride, side + 1)
            if len(PatchPositions(patch, step, height, width)) <= MOST_POSITIONS
        )
        raise InvalidField(
            "stride",
            f"{stride} makes {count} positions, and at most {MOST_POSITIONS} are computed; "
            f"with a patch of {patch}, strides of {least} to {side} are permitted",
        )
    index = predicted(trace, body.class_index).index
    return Occlusion(index, patch, stride, body.fill, body.score)


def _check_class(trace: Trace, class_index: int | None, where: str) -> None:
    count = len(trace.prediction)
    if class_index is not None and count and not 0 <= class_index < count:
        raise InvalidField(
            "class", f"there is no class {class_index}; there are 0 to {count - 1}", where=where
        )


def _check_layer(trace: Trace, layer: str) -> None:
    layers = grad_cam_layers(trace.graph)
    if layer not in trace.graph.by_id:
        raise NotThere(f"{trace.spec.network} has no layer {layer!r}; layers with maps: {', '.join(layers)}")
    if layer not in layers:
        message = f"{layer} has no maps of more than one cell; layers that have: {', '.join(layers)}"
        raise InvalidField("layer", message, where="query")
