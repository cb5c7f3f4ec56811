"""The pictures of a small set, which comes with ConvScope, that excite a channel most."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response

from app.api.dependencies import LayerId, NetworkId, ServicesDep, cache_headers
from app.api.responses import NOT_FOUND, file_responses
from app.api.schemas.cells import FieldAnswer
from app.api.schemas.exemplars import ExemplarAnswer, ExemplarsAnswer
from app.http.errors import NotThere
from app.imaging import png
from app.services.container import Services
from app.tracing.derivation.cell_field import receptive_field_of_cell
from model import exemplars
from model.exemplars import Exemplar, PictureSet

router = APIRouter(prefix="/networks/{network_id}", tags=["networks"])

_DAY = 24 * 3600


@router.get("/layers/{layer_id}/exemplars", operation_id="get_exemplars", responses=NOT_FOUND)
async def get_exemplars(
    request: Request,
    response: Response,
    services: ServicesDep,
    network_id: NetworkId,
    layer_id: LayerId,
    channel: Annotated[int, Query(description="A channel's index, or a unit's of a vector, from 0.")] = 0,
) -> ExemplarsAnswer:
    """Return the five pictures of the network's set that excite a channel most."""
    response.headers.update(cache_headers(request, network_id, keep=f"max-age={_DAY}"))
    return await services.workers.run(_answer, services, network_id, layer_id, channel)


@router.get(
    "/exemplars/{index}.png",
    operation_id="get_exemplar_png",
    response_class=Response,
    responses=file_responses("image/png"),
)
async def get_exemplar_png(
    request: Request,
    services: ServicesDep,
    network_id: NetworkId,
    index: Annotated[int, Path(description="A picture's place in the set.")],
) -> Response:
    """Return a picture of the network's set."""
    picture_set = exemplars.picture_set_of(network_id)
    if picture_set is None:
        raise NotThere(f"{network_id} was trained by others, on pictures of which there is no set here")
    if not 0 <= index < len(picture_set):
        raise NotThere(
            f"There is no picture {index} in {picture_set.name}; there are 0 to {len(picture_set) - 1}"
        )
    headers = cache_headers(request, picture_set.name, keep=f"max-age={_DAY}")
    image = (await services.workers.run(exemplars.pictures, picture_set.name))[index]
    return Response(
        await services.workers.run(png.encode_image, image), media_type="image/png", headers=headers
    )


def _answer(services: Services, network_id: str, layer_id: str, channel: int) -> ExemplarsAnswer:
    picture_set = exemplars.picture_set_of(network_id)
    graph = services.networks.graph(network_id)
    if layer_id not in graph.by_id:
        raise NotThere(f"{network_id} has no layer {layer_id!r}; there are {', '.join(graph.by_id)}")
    count = graph.by_id[layer_id].shape[0]
    if not 0 <= channel < count:
        raise NotThere(f"{layer_id} has no channel {channel}; it has 0 to {count - 1}")

    def answer_of(picture_set: PictureSet, exemplar: Exemplar) -> ExemplarAnswer:
        field = receptive_field_of_cell(
            graph, layer_id, (channel, *exemplar.cell) if exemplar.cell else (channel,)
        )
        return ExemplarAnswer(
            index=exemplar.index,
            picture=services.pictures.exemplars[picture_set.name][exemplar.index],
            url=f"/api/v1/networks/{network_id}/exemplars/{exemplar.index}.png",
            label=picture_set.label(exemplar.index),
            value=exemplar.value,
            cell=list(exemplar.cell) if exemplar.cell else None,
            field=FieldAnswer.model_validate(field) if field else None,
        )

    return ExemplarsAnswer(
        network=network_id,
        checkpoint=exemplars.CHECKPOINT,
        layer=layer_id,
        channel=channel,
        source=picture_set.source if picture_set else None,
        count=len(exemplars.picture_indices(network_id)),
        input=list(graph.input_shape[1:]),
        pictures=[
            answer_of(picture_set, exemplar)
            for exemplar in exemplars.strongest(network_id, layer_id, channel)
        ]
        if picture_set
        else [],
    )
