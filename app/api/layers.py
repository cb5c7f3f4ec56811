"""A layer's maps and a block's stages, as pictures and as numbers."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Path, Query, Response
from torch import Tensor

from app.api.dependencies import (
    ColormapName,
    ImmutableHeaders,
    LayerValuesDep,
    ServicesDep,
    TraceDep,
    TraceLayerId,
    server_timing,
)
from app.api.responses import file_responses
from app.http.errors import NotThere
from app.imaging import colormap as colormaps
from app.imaging import export, png, quantization, render
from app.imaging.quantization import Scale
from app.services.trace import Trace
from app.tracing.layers.layer import INPUT

router = APIRouter(prefix="/traces/{trace_id}", tags=["layers"])

ScaleScope = Annotated[
    Literal["map", "layer", "network"],
    Query(description="What shares one colour scale: a map, a layer, or all."),
]
Channel = Annotated[int, Path(description="A map's index, from 0.")]


@dataclass(frozen=True, slots=True)
class Map:
    """One map (H, W), and its layer's values."""

    cells: Tensor
    layer_id: str
    layer: Tensor


async def _map(layer_id: TraceLayerId, values: LayerValuesDep, channel: Channel) -> Map:
    if values.dim() < 3:
        raise NotThere(f"{layer_id} is a vector of {len(values)} numbers and has no maps; see its values.npy")
    maps = values.reshape(-1, *values.shape[-2:])
    if not 0 <= channel < len(maps):
        raise NotThere(f"{layer_id} has no map {channel}; it has 0 to {len(maps) - 1}")
    return Map(maps[channel], layer_id, values)


MapDep = Annotated[Map, Depends(_map)]


@router.get(
    "/layers/{layer_id}/atlas.png",
    operation_id="get_atlas",
    response_class=Response,
    responses=file_responses("image/png"),
)
async def get_atlas(
    services: ServicesDep,
    trace: TraceDep,
    layer_id: TraceLayerId,
    values: LayerValuesDep,
    headers: ImmutableHeaders,
    colormap: ColormapName,
    scale: ScaleScope = "layer",
) -> Response:
    """Return all the maps of a layer in one picture; the header X-Atlas says where each lies and the range."""
    palette = colormaps.resolve(colormap, picture=layer_id == INPUT)
    return await services.workers.run(_atlas, trace, values, scale, palette, headers)


@router.get(
    "/blocks/{block_id}/{stage}.png",
    operation_id="get_block_stage",
    response_class=Response,
    responses=file_responses("image/png"),
)
async def get_block_stage(
    services: ServicesDep,
    trace: TraceDep,
    block_id: Annotated[str, Path(description="A block's id.", examples=["block1"])],
    stage: Literal["feature", "activation", "pooled"],
    headers: ImmutableHeaders,
    colormap: ColormapName,
    scale: ScaleScope = "layer",
) -> Response:
    """Return a block's feature maps, activation maps or pooled maps in one picture, as get_atlas does."""
    blocks = {block.id: block for block in trace.graph.blocks}
    if block_id not in blocks:
        raise NotThere(f"There is no block {block_id!r}; there are {', '.join(blocks)}")
    layer_id = getattr(blocks[block_id], stage)
    if layer_id is None:
        raise NotThere(f"{block_id} of {trace.spec.network} has no {stage} stage")
    palette = colormaps.resolve(colormap, picture=layer_id == INPUT)
    return await services.workers.run(_atlas, trace, trace.values[layer_id], scale, palette, headers)


@router.get(
    "/layers/{layer_id}/maps/{channel}.png",
    operation_id="get_map_png",
    response_class=Response,
    responses=file_responses("image/png"),
)
async def get_map_png(
    services: ServicesDep,
    trace: TraceDep,
    layer_map: MapDep,
    headers: ImmutableHeaders,
    colormap: ColormapName,
    scale: ScaleScope = "layer",
) -> Response:
    """Return one map as a picture, a pixel a cell."""
    palette = colormaps.resolve(colormap, picture=layer_map.layer_id == INPUT)

    def draw() -> bytes:
        layer = quantization.measure(layer_map.layer)
        shared = network_scale(trace) if scale == "network" else layer if scale == "layer" else None
        return render.map_png(layer_map.cells, scale=shared, colors=palette, signed=layer.signed)

    return Response(await services.workers.run(draw), media_type="image/png", headers=headers)


@router.get(
    "/layers/{layer_id}/maps/{channel}.npy",
    operation_id="get_map_npy",
    response_class=Response,
    responses=file_responses("application/octet-stream"),
)
async def get_map_npy(services: ServicesDep, layer_map: MapDep, headers: ImmutableHeaders) -> Response:
    """Return one map's values, float32 (H, W)."""
    content = await services.workers.run(export.npy, layer_map.cells)
    return Response(content, media_type="application/octet-stream", headers=headers)


@router.get(
    "/layers/{layer_id}/maps/{channel}.csv",
    operation_id="get_map_csv",
    response_class=Response,
    responses=file_responses("text/csv"),
)
async def get_map_csv(services: ServicesDep, layer_map: MapDep, headers: ImmutableHeaders) -> Response:
    """Return one map's values as text, a row a line; each number reads back as the same float32."""
    content = await services.workers.run(export.csv, layer_map.cells)
    return Response(content, media_type="text/csv; charset=utf-8", headers=headers)


@router.get(
    "/layers/{layer_id}/values.npy",
    operation_id="get_values_npy",
    response_class=Response,
    responses=file_responses("application/octet-stream"),
)
async def get_values_npy(
    services: ServicesDep, values: LayerValuesDep, headers: ImmutableHeaders
) -> Response:
    """Return all of a layer's values, float32 (C, H, W) or (N,)."""
    content = await services.workers.run(export.npy, values)
    return Response(content, media_type="application/octet-stream", headers=headers)


@router.get(
    "/preprocessing/{step}.png",
    operation_id="get_preprocessing_step",
    response_class=Response,
    responses=file_responses("image/png"),
)
async def get_preprocessing_step(
    services: ServicesDep,
    trace: TraceDep,
    step: Annotated[int, Path(description="A step's index in the manifest, from 0.")],
    headers: ImmutableHeaders,
) -> Response:
    """Return the picture as it is after a preprocessing step, up to the step that turns it into numbers."""
    images = [recorded.image for recorded in trace.preprocessed.steps]
    image = images[step] if 0 <= step < len(images) else None
    if image is None:
        with_picture = [str(index) for index, item in enumerate(images) if item is not None]
        raise NotThere(f"Step {step} has no picture; steps with one: {', '.join(with_picture)}")
    return Response(
        await services.workers.run(png.encode_image, image), media_type="image/png", headers=headers
    )


def network_scale(trace: Trace) -> Scale:
    """Return the one scale that covers every layer of a trace."""
    ranges = trace.statistics.values()
    return Scale.spanning(min(item.min for item in ranges), max(item.max for item in ranges))


def _atlas(
    trace: Trace,
    values: Tensor,
    scale: Literal["map", "layer", "network"],
    palette: str,
    headers: dict[str, str],
) -> Response:
    span = network_scale(trace) if scale == "network" else scale
    began = time.perf_counter()
    atlas = render.atlas(values, scale=span, colors=palette)
    timing = server_timing({"render": time.perf_counter() - began})
    layout = {"X-Atlas": json.dumps(atlas.header())}
    return Response(atlas.png, media_type="image/png", headers=headers | layout | timing)
