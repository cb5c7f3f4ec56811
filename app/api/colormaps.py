"""The palettes in which maps can be coloured."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from app.api.dependencies import cache_headers
from app.api.schemas.colormaps import ColormapAnswer
from app.imaging import colormap

_DAY = 24 * 3600

router = APIRouter(tags=["colormaps"])


@router.get("/colormaps", operation_id="list_colormaps")
async def list_colormaps(request: Request, response: Response) -> list[ColormapAnswer]:
    """Return every palette: 256 colours each, from the lowest value to the highest."""
    response.headers.update(cache_headers(request, "colormaps", keep=f"max-age={_DAY}"))
    return [ColormapAnswer.model_validate(item) for item in colormap.listing()]
