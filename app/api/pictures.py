"""Uploading, fetching and deleting pictures; the samples."""

from __future__ import annotations

import time
from typing import Annotated, Any

from fastapi import APIRouter, Header, Request, Response

from app.api.dependencies import ClientAddress, PictureId, ServicesDep, cache_headers, server_timing
from app.api.responses import BYTES, NOT_FOUND, UPLOAD_PROBLEMS, file_responses
from app.api.schemas.pictures import PictureAnswer, SampleAnswer
from app.api.schemas.problems import ProblemAnswer
from app.http.uploads import picture_bytes
from app.imaging.decode import Picture, encode_png
from app.services.container import Services

router = APIRouter(tags=["pictures"])

_UPLOAD: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {"type": "object", "required": ["file"], "properties": {"file": BYTES}}
            },
            "image/*": {"schema": BYTES},
        },
    }
}


@router.post(
    "/pictures",
    operation_id="upload_picture",
    status_code=201,
    response_model=PictureAnswer,
    responses=UPLOAD_PROBLEMS,
    openapi_extra=_UPLOAD,
)
async def upload_picture(
    request: Request, response: Response, services: ServicesDep, address: ClientAddress
) -> PictureAnswer:
    """Keep a picture: a multipart field `file`, or a raw body of type `image/*`. Each upload has its own id."""
    data = await picture_bytes(request)
    began = time.perf_counter()
    stored = await services.workers.run(services.pictures.add, data, address)
    response.headers.update(server_timing({"decode": time.perf_counter() - began}))
    response.headers["Location"] = f"/api/v1/pictures/{stored.id}.png"
    return PictureAnswer.of(stored)


@router.get(
    "/pictures/{picture_id}.png",
    operation_id="get_picture",
    response_class=Response,
    responses=file_responses("image/png"),
)
async def get_picture(request: Request, services: ServicesDep, picture_id: PictureId) -> Response:
    """Return the upright picture."""
    picture = await services.workers.run(services.pictures.get, picture_id)
    headers = cache_headers(request, picture_id, keep=f"max-age={services.settings.picture_ttl}, immutable")
    return Response(await _png(services, picture), media_type="image/png", headers=headers)


@router.delete(
    "/pictures/{picture_id}",
    operation_id="delete_picture",
    status_code=204,
    response_class=Response,
    responses={403: {"model": ProblemAnswer, "description": "Not the owner's token."}, **NOT_FOUND},
)
async def delete_picture(
    services: ServicesDep, picture_id: PictureId, x_owner_token: Annotated[str | None, Header()] = None
) -> Response:
    """Forget a picture at once, and every trace of it."""
    await services.workers.run(services.pictures.delete, picture_id, x_owner_token or "")
    services.explanations.forget_picture(picture_id)
    services.traces.forget_picture(picture_id)
    return Response(status_code=204)


@router.get("/samples", operation_id="list_samples")
async def list_samples(services: ServicesDep) -> list[SampleAnswer]:
    """Return the credited sample pictures."""
    samples = await services.workers.run(lambda: services.pictures.samples)
    return [SampleAnswer.of(sample) for sample in samples.values()]


async def _png(services: Services, picture: Picture) -> bytes:
    return await services.workers.run(encode_png, picture)
