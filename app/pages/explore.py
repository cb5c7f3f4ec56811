"""Explore's page. It carries what its first paint needs, and the trace that it shows is begun with it.

The networks and samples in it are responses of the REST interface (see `catalog`), so a program can get everything
that the page shows.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app import __version__
from app.http.addresses import client_address
from app.pages.catalog import Catalog
from app.pages.context import page, page_context, strings
from app.pages.modulepreload import modules_to_preload
from app.services.container import Services
from app.services.networks import UnusableCheckpoint
from app.services.pictures import UnknownPicture
from app.services.store.store import StoreUnavailable
from app.services.trace import TraceSpec
from app.services.workers import Busy
from model.registry import UnknownCheckpoint, UnknownNetwork

FIRST_NETWORK = "tiny-vgg"
"""What Explore opens with, if there is such a network."""

DEEP = 40
"""A network with more layers is streamed as it is looked at; the page's trace-session.js has the same number."""

# Errors after which the page opens without a trace: the address names something unknown, the server is busy, or its
# disk is full.
_NO_TRACE = (
    UnknownPicture,
    UnknownNetwork,
    UnknownCheckpoint,
    UnusableCheckpoint,
    Busy,
    StoreUnavailable,
    OSError,
)

router = APIRouter(include_in_schema=False)


def preferred_sample(samples: list[dict[str, Any]], network: str) -> str | None:
    """Return the id of the picture that a network opens with: a sample meant for it, else one meant for all."""
    ranked = sorted(samples, key=lambda sample: (network not in sample["suits"], bool(sample["suits"])))
    return str(ranked[0]["id"]) if ranked else None


async def warm_up(services: Services) -> None:
    """Trace what the page opens with, so that its first reader waits neither for weights nor for a first pass."""
    cards = [{"id": card.id, "checkpoints": card.checkpoints} for card in services.networks.cards]
    samples = [{"id": sample.id, "suits": sample.suits} for sample in services.pictures.samples.values()]
    first = _initial(cards, samples, None)
    network, picture, checkpoint = first["network"], first["picture"], first["checkpoint"]
    if network is None or picture is None or checkpoint is None:
        return
    known, _ = await services.traces.begin(TraceSpec(picture, network, checkpoint))
    await services.traces.get(known)


async def _begin_trace(services: Services, view: Mapping[str, str | None], address: str) -> str | None:
    """Begin the trace that the page will show and return its id; None where the page will have to say why not."""
    picture, network, checkpoint = view["picture"], view["network"], view["checkpoint"]
    if picture is None or network is None or checkpoint is None:
        return None
    try:
        known, _ = await services.traces.begin(TraceSpec(picture, network, checkpoint), address)
    except _NO_TRACE:
        return None
    return known.id


@router.get("/")
async def explore(request: Request) -> Response:
    """Show Explore: a picture, the network's maps, the prediction."""
    services: Services = request.app.state.services
    catalog: Catalog = request.app.state.catalog
    query = request.query_params
    base_context = page_context(request, "explore")
    networks, samples = await catalog.networks(), await catalog.samples()
    initial = _initial(networks, samples, query.get("network"))
    view = initial | {name: query[name] for name in ("picture", "checkpoint") if query.get(name)}
    network = await catalog.network(initial["network"]) if initial["network"] else None
    # Edits are read by the page alone, so that a trace begun here would not be the one that it shows.
    address = client_address(request)
    trace = await _begin_trace(services, view, address) if network and not query.get("edits") else None
    page_data = {
        "lang": base_context["lang"],
        "theme": base_context["theme"],
        "strings": strings(base_context["lang"], "explore"),
        "networks": [{name: value for name, value in card.items() if name != "labels"} for card in networks],
        "samples": samples,
        "network": network,
        "initial": {**initial, "trace": trace},
        "shown": view,
        "limits": {
            "bytes": services.settings.max_upload_bytes,
            "pixels": services.settings.max_pixels,
        },
        "version": __version__,
    }
    context = {
        **base_context,
        "modules": modules_to_preload("js/explore.js", "js/initial-elements.js"),
        "stream": _first_stream(trace, network) if query.get("scale") != "map" else None,
        "page_data": page_data,
    }
    return page(request, "explore.html", context)


def _initial(
    networks: list[dict[str, Any]], samples: list[dict[str, Any]], network_id: str | None
) -> dict[str, str | None]:
    """Return what Explore opens with where the URL says nothing: network, picture and checkpoint.

    A network that the URL names decides which picture and which checkpoint go with it.
    """
    by_id = {card["id"]: card for card in networks}
    card = by_id.get(network_id or "") or by_id.get(FIRST_NETWORK) or next(iter(networks), None)
    if card is None:
        return {"network": None, "picture": None, "checkpoint": "trained"}
    checkpoints = card["checkpoints"]
    checkpoint = "trained" if "trained" in checkpoints else checkpoints[-1]
    return {"network": card["id"], "picture": preferred_sample(samples, card["id"]), "checkpoint": checkpoint}


def _first_stream(trace: str | None, network: dict[str, Any] | None) -> str | None:
    """Return the address of the maps that the page asks for first, so that the browser fetches them at once.

    Deep networks are asked for column by column as they come into view, so nothing is fetched ahead for them.
    """
    if trace is None or network is None or len(network["layers"]) > DEEP:
        return None
    return f"/api/v1/traces/{trace}/maps.safetensors?dtype=u8&tile=64&limit=16&scale=layer"
