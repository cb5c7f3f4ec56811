"""What routes ask for: the services, and what the path names, looked up or refused."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated

from fastapi import Depends, Path, Request

from app import __version__
from app.errors import NotModified
from app.identity import ID_PATTERN, digest
from app.pictures import UnknownPicture
from app.services import Services
from app.traces import Trace, UnknownTrace

_ID = re.compile(ID_PATTERN)


def _services(request: Request) -> Services:
    services: Services = request.app.state.services
    return services


ServicesDep = Annotated[Services, Depends(_services)]


def _picture_id(picture_id: Annotated[str, Path(description="What POST /pictures gave.")]) -> str:
    if not _ID.match(picture_id):
        raise UnknownPicture(picture_id)
    return picture_id


def _trace_id(trace_id: Annotated[str, Path(description="What POST /traces gave.")]) -> str:
    if not _ID.match(trace_id):
        raise UnknownTrace(trace_id)
    return trace_id


PictureId = Annotated[str, Depends(_picture_id)]
TraceId = Annotated[str, Depends(_trace_id)]


def _immutable(request: Request, trace_id: TraceId) -> dict[str, str]:
    """Headers for what a trace's id names: it never changes, so an ETag needs nothing but the address."""
    return cache_headers(request, trace_id)


def cache_headers(request: Request, *names: str) -> dict[str, str]:
    """Return the headers of an answer that these names, the address and this version determine for ever.

    Raises:
        NotModified: the caller has it already.
    """
    address = f"{request.url.path}?{request.url.query}"
    etag = f'"{digest(address.encode(), __version__.encode(), *(name.encode() for name in names))}"'
    headers = {"ETag": etag, "Cache-Control": "private, max-age=31536000, immutable"}
    known = [tag.strip().removeprefix("W/") for tag in request.headers.get("if-none-match", "").split(",")]
    if etag in known or "*" in known:
        raise NotModified(headers)
    return headers


async def _trace(services: ServicesDep, trace_id: TraceId) -> Trace:
    return await services.traces.get(trace_id)


TraceDep = Annotated[Trace, Depends(_trace)]
# After TraceDep in a signature: first it must be there, then it may be unchanged.
ImmutableHeaders = Annotated[dict[str, str], Depends(_immutable)]


def server_timing(timings: Mapping[str, float]) -> dict[str, str]:
    """Return the Server-Timing header of times in seconds."""
    return {"Server-Timing": ", ".join(f"{name};dur={spent * 1000:.3f}" for name, spent in timings.items())}
