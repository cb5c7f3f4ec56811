"""What routes ask for: the services, and what the path names, looked up or refused."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from fastapi import Depends, Path, Query, Request

from app import __version__
from app.http.errors import InvalidField, NotModified
from app.imaging import colormap as colormaps
from app.services.container import Services
from app.services.content_id import digest, is_id
from app.services.pictures import UnknownPicture
from app.services.trace import Trace
from app.services.traces import UnknownTrace


async def _services(request: Request) -> Services:
    services: Services = request.app.state.services
    return services


ServicesDep = Annotated[Services, Depends(_services)]


async def _picture_id(picture_id: Annotated[str, Path(description="What POST /pictures gave.")]) -> str:
    if not is_id(picture_id):
        raise UnknownPicture(picture_id)
    return picture_id


async def _trace_id(trace_id: Annotated[str, Path(description="What POST /traces gave.")]) -> str:
    if not is_id(trace_id):
        raise UnknownTrace(trace_id)
    return trace_id


PictureId = Annotated[str, Depends(_picture_id)]
TraceId = Annotated[str, Depends(_trace_id)]


async def _immutable(request: Request, services: ServicesDep, trace_id: TraceId) -> dict[str, str]:
    """Headers for what a trace's id names: it never changes, so a browser need not ask while the picture is kept."""
    return validated(request, trace_id, keep=f"max-age={services.settings.picture_ttl}, immutable")


def validated(request: Request, *names: str, keep: str = "no-cache") -> dict[str, str]:
    """Return the headers of an answer that these names, the address and this version determine.

    ``keep`` says how long it may be used without asking again; by default the ETag is always asked about.

    Raises:
        NotModified: the caller has it already.
    """
    address = f"{request.url.path}?{request.url.query}"
    etag = f'"{digest(address.encode(), __version__.encode(), *(name.encode() for name in names))}"'
    headers = {"ETag": etag, "Cache-Control": f"private, {keep}"}
    known = [tag.strip().removeprefix("W/") for tag in request.headers.get("if-none-match", "").split(",")]
    if etag in known:
        raise NotModified(headers)
    return headers


async def _known_trace(services: ServicesDep, trace_id: TraceId) -> str:
    await services.traces.check(trace_id)
    return trace_id


async def _trace(services: ServicesDep, trace_id: TraceId) -> Trace:
    return await services.traces.get(trace_id)


TraceDep = Annotated[Trace, Depends(_trace)]
KnownTraceId = Annotated[str, Depends(_known_trace)]
# After the trace in a signature: first it must be there, then it may be unchanged.
ImmutableHeaders = Annotated[dict[str, str], Depends(_immutable)]


async def _colormap(
    colormap: Annotated[
        str,
        Query(description="A palette of GET /colormaps; `auto` diverges about zero, and the input is grey."),
    ] = colormaps.AUTO,
) -> str:
    known = colormaps.names()
    if colormap not in known:
        message = f"there is no palette {colormap!r}; there are {', '.join(known)}"
        raise InvalidField("colormap", message, where="query")
    return colormap


ColormapName = Annotated[str, Depends(_colormap)]


def server_timing(timings: Mapping[str, float]) -> dict[str, str]:
    """Return the Server-Timing header of times in seconds."""
    return {"Server-Timing": ", ".join(f"{name};dur={spent * 1000:.3f}" for name, spent in timings.items())}
