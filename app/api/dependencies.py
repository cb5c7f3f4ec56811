"""The dependencies of routes: the services, and what the path names, looked up once for each request or refused.

A trace's dependencies form one chain, and FastAPI resolves each link once a request:
`KnownTraceDep` (there is such a trace) -> `TraceDep` (it is computed) -> `TraceLayerId` (it has such a layer)
-> `LayerValuesDep`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from fastapi import Depends, Path, Query, Request
from torch import Tensor

from app import __version__
from app.http.addresses import client_address
from app.http.errors import InvalidField, NotModified, NotThere
from app.imaging import colormap as colormaps
from app.services.container import Services
from app.services.content_id import digest
from app.services.trace import Trace
from app.services.traces import KnownTrace
from app.tracing.capture.graph import LayerGraph

PictureId = Annotated[str, Path(description="What POST /pictures gave.")]
NetworkId = Annotated[str, Path(description="A network's id.", examples=["tiny-vgg"])]
LayerId = Annotated[str, Path(description="A layer's id.", examples=["conv1_1"])]


async def _services(request: Request) -> Services:
    services: Services = request.app.state.services
    return services


ServicesDep = Annotated[Services, Depends(_services)]


async def _address(request: Request) -> str:
    return client_address(request)


ClientAddress = Annotated[str, Depends(_address)]


async def _known_trace(
    services: ServicesDep,
    address: ClientAddress,
    trace_id: Annotated[str, Path(description="What POST /traces gave.")],
) -> KnownTrace:
    return await services.traces.find(trace_id, address)


KnownTraceDep = Annotated[KnownTrace, Depends(_known_trace)]


async def _trace(services: ServicesDep, known: KnownTraceDep) -> Trace:
    return await services.traces.get(known)


async def _trace_graph(services: ServicesDep, known: KnownTraceDep) -> LayerGraph:
    return await services.traces.graph(known)


TraceDep = Annotated[Trace, Depends(_trace)]
TraceGraphDep = Annotated[LayerGraph, Depends(_trace_graph)]


async def _trace_layer(trace: TraceDep, layer_id: LayerId) -> str:
    if layer_id not in trace.values:
        raise NotThere(f"{trace.spec.network} has no layer {layer_id!r}; there are {', '.join(trace.values)}")
    return layer_id


TraceLayerId = Annotated[str, Depends(_trace_layer)]


async def _layer_values(trace: TraceDep, layer_id: TraceLayerId) -> Tensor:
    return trace.values[layer_id]


LayerValuesDep = Annotated[Tensor, Depends(_layer_values)]


async def _other_trace(
    services: ServicesDep,
    known: KnownTraceDep,
    other_id: Annotated[str, Path(description="The trace that is compared with: A.")],
) -> KnownTrace:
    return await _comparable(services, known, other_id, where="path", field="other_id")


async def _minus(
    services: ServicesDep,
    known: KnownTraceDep,
    minus: Annotated[
        str, Query(description="A trace of the same network, whose values are subtracted.", max_length=64)
    ] = "",
) -> KnownTrace | None:
    return await _comparable(services, known, minus, where="query", field="minus") if minus else None


OtherTraceDep = Annotated[KnownTrace, Depends(_other_trace)]
MinusDep = Annotated[KnownTrace | None, Depends(_minus)]


async def _comparable(
    services: Services, known: KnownTrace, other_id: str, *, where: Literal["path", "query"], field: str
) -> KnownTrace:
    """Return a trace that can be compared with a known one, without computing either.

    Raises:
        UnknownTrace: there is none.
        InvalidField: it is of another network, whose layers have nothing to do with this one's.
    """
    other = await services.traces.find(other_id, known.client)
    network, other_network = known.spec.network, other.spec.network
    if network != other_network:
        message = f"a trace of {other_network}; only traces of one network, here {network}, can be compared"
        raise InvalidField(field, message, where=where)
    return other


async def _immutable(request: Request, services: ServicesDep, known: KnownTraceDep) -> dict[str, str]:
    """Headers for what a trace's id names: it never changes, so a browser need not ask while the picture is kept."""
    return cache_headers(request, known.id, keep=f"max-age={services.settings.picture_ttl}, immutable")


ImmutableHeaders = Annotated[dict[str, str], Depends(_immutable)]


def cache_headers(request: Request, *names: str, keep: str = "no-cache") -> dict[str, str]:
    """Return the caching headers of an answer that these names, the address and this version determine.

    ``keep`` says how long it may be used without asking again; by default the ETag is always asked about.

    Raises:
        NotModified: the caller has it already.
    """
    address = f"{request.url.path}?{request.url.query}"
    etag = f'"{digest(address.encode(), __version__.encode(), *(name.encode() for name in names))}"'
    headers = {"ETag": etag, "Cache-Control": f"private, {keep}"}
    etags = [tag.strip().removeprefix("W/") for tag in request.headers.get("if-none-match", "").split(",")]
    if etag in etags:
        raise NotModified(headers)
    return headers


async def _colormap(
    colormap: Annotated[
        str,
        Query(description="A palette of GET /colormaps; `auto` diverges about zero, and the input is grey."),
    ] = colormaps.AUTO,
) -> str:
    names = colormaps.names()
    if colormap not in names:
        message = f"there is no palette {colormap!r}; there are {', '.join(names)}"
        raise InvalidField("colormap", message, where="query")
    return colormap


ColormapName = Annotated[str, Depends(_colormap)]


def server_timing(timings: Mapping[str, float]) -> dict[str, str]:
    """Return the Server-Timing header of times in seconds."""
    return {
        "Server-Timing": ", ".join(f"{name};dur={seconds * 1000:.3f}" for name, seconds in timings.items())
    }
