"""Occlusion jobs: their progress and results so far, and cancelling them."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Header, Path, Response

from app.api.dependencies import ServicesDep
from app.api.responses import NOT_FOUND
from app.api.schemas.occlusions import OcclusionAnswer
from app.api.schemas.problems import ProblemAnswer
from app.services.explanations import OCCLUSION, Falls, OcclusionQuery
from app.services.jobs import Job

router = APIRouter(prefix="/occlusions", tags=["explanations"], responses=NOT_FOUND)


OcclusionJob = Job[OcclusionQuery, Falls]


async def _job(
    services: ServicesDep, occlusion_id: Annotated[str, Path(description="What POST …/occlusions gave.")]
) -> OcclusionJob:
    return services.jobs.get(OCCLUSION, occlusion_id)


JobDep = Annotated[OcclusionJob, Depends(_job)]


@router.get("/{occlusion_id}", operation_id="get_occlusion")
async def get_occlusion(response: Response, job: JobDep) -> OcclusionAnswer:
    """Return an occlusion's progress and its values so far."""
    response.headers["Cache-Control"] = "no-store"
    return OcclusionAnswer.of(job)


@router.delete(
    "/{occlusion_id}",
    operation_id="cancel_occlusion",
    status_code=204,
    response_class=Response,
    responses={403: {"model": ProblemAnswer, "description": "Not the token of a request for it."}},
)
async def cancel_occlusion(
    services: ServicesDep, job: JobDep, x_owner_token: Annotated[str | None, Header()] = None
) -> Response:
    """Withdraw the request that a token was given for. The occlusion stops when every request is withdrawn."""
    services.jobs.withdraw(OCCLUSION, job.id, x_owner_token or "")
    return Response(status_code=204)
