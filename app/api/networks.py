"""Cards, layer graphs and filters."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from torch import Tensor

from app.api.dependencies import LayerId, NetworkId, ServicesDep, cache_headers
from app.api.responses import NOT_FOUND, file_responses
from app.api.schemas.networks import NetworkAnswer, NetworkGraphAnswer
from app.http.errors import NotThere
from app.imaging import export, render
from app.services.networks import Networks

router = APIRouter(prefix="/networks", tags=["networks"])

Checkpoint = Annotated[str, Query(description="Which of the network's checkpoints.")]


@router.get("", operation_id="list_networks")
async def list_networks(services: ServicesDep) -> list[NetworkAnswer]:
    """Return every network's card."""

    def answer() -> list[NetworkAnswer]:
        networks = services.networks
        return [NetworkAnswer.of(card, networks) for card in networks.cards]

    return await services.workers.run(answer)


@router.get("/{network_id}", operation_id="get_network", responses=NOT_FOUND)
async def get_network(services: ServicesDep, network_id: NetworkId) -> NetworkGraphAnswer:
    """Return a network's card and layer graph."""
    card = services.networks.card(network_id)
    return await services.workers.run(NetworkGraphAnswer.of, card, services.networks)


def filters_of(networks: Networks, network_id: str, layer_id: str, checkpoint: str) -> Tensor:
    """Return a layer's weights on the CPU.

    Raises:
        NotThere: no such layer, or one without filters; the message names those that have some.
    """
    weights = networks.program(network_id, checkpoint).weights
    if layer_id not in weights:
        raise NotThere(f"{network_id} has no filters {layer_id!r}; layers with filters: {', '.join(weights)}")
    return weights[layer_id].cpu()


@dataclass(frozen=True, slots=True)
class Filters:
    """A layer's weights, and the headers of a response that shows them."""

    weights: Tensor
    headers: dict[str, str]


async def _filters(
    request: Request,
    services: ServicesDep,
    network_id: NetworkId,
    layer_id: LayerId,
    checkpoint: Checkpoint = "trained",
) -> Filters:
    networks = services.networks
    fingerprint = await services.workers.run(networks.fingerprint, network_id, checkpoint)
    weights = await services.workers.run(filters_of, networks, network_id, layer_id, checkpoint)
    return Filters(weights, cache_headers(request, fingerprint))


FiltersDep = Annotated[Filters, Depends(_filters)]


@router.get(
    "/{network_id}/layers/{layer_id}/filters.npy",
    operation_id="get_filters_npy",
    response_class=Response,
    responses=file_responses("application/octet-stream"),
)
async def get_filters_npy(services: ServicesDep, filters: FiltersDep) -> Response:
    """Return a convolution's filters, float32 (out, in/groups, kH, kW), or a linear layer's weights (out, in)."""
    content = await services.workers.run(export.npy, filters.weights)
    return Response(content, media_type="application/octet-stream", headers=filters.headers)


@router.get(
    "/{network_id}/layers/{layer_id}/filters.png",
    operation_id="get_filters_png",
    response_class=Response,
    responses=file_responses("image/png"),
)
async def get_filters_png(services: ServicesDep, filters: FiltersDep) -> Response:
    """Return a convolution's filters as one picture: a filter a row, an input channel a column."""
    atlas = await services.workers.run(render.filters_atlas, filters.weights)
    layout = {"X-Atlas": json.dumps(atlas.header())}
    return Response(atlas.png, media_type="image/png", headers=filters.headers | layout)
