"""Occlusions under way: how far, what was found so far, and their end."""

from __future__ import annotations

import math
from typing import Annotated, Any

import numpy as np
from fastapi import APIRouter, Depends, Path, Response
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from app.api.dependencies import ServicesDep
from app.api.responses import NOT_FOUND
from app.services.explanations import Fill, OcclusionOf
from app.services.jobs import Job, Status
from app.tracing.analysis.explanations import Score

router = APIRouter(prefix="/occlusions", tags=["explanations"], responses=NOT_FOUND)


class OcclusionAnswer(BaseModel):
    """An occlusion: by how much a class's score falls where a patch covers the input; negative where it rises.

    ``values`` are ``baseline`` less the score, row by row, null where it has not been yet; ``shape`` is [rows,
    columns]. The patch at (row, column) covers ``patch`` cells of the input from (row, column) · ``stride``, of
    which there are ``input`` [height, width]; the input is ``box`` of the picture, [left, top, right, bottom] in
    its pixels, or all of it.
    """

    model_config = ConfigDict(populate_by_name=True)
    id: str
    trace: str
    status: Status
    progress: float = Field(description="0 to 1.")
    class_index: int = Field(alias="class")
    label: str
    score: Score
    patch: int
    stride: int
    fill: Fill
    baseline: float = Field(description="The score of the whole input, as the trace has it.")
    shape: list[int]
    input: list[int]
    box: list[int] | None
    values: list[list[float | None]]
    min: float | None
    max: float | None
    problem: str | None = Field(description="Why it failed.")
    links: dict[str, str]

    @classmethod
    def of(cls, job: Job) -> OcclusionAnswer:
        """Return what is known of a job."""
        asked: OcclusionOf = job.about
        positions, wanted = asked.positions, asked.wanted
        shape = (positions.rows, positions.columns)
        found: NDArray[Any] = np.full(shape, np.nan) if job.found is None else job.found
        known = found[~np.isnan(found)]
        return cls(
            id=job.id,
            trace=asked.trace_id,
            status=job.status,
            progress=job.progress,
            class_index=wanted.class_index,
            label=asked.of.label,
            score=wanted.score,
            patch=wanted.patch,
            stride=wanted.stride,
            fill=wanted.fill,
            baseline=asked.baseline,
            shape=list(shape),
            input=[positions.height, positions.width],
            box=list(asked.box) if asked.box else None,
            values=[[None if math.isnan(value) else value for value in row] for row in found.tolist()],
            min=float(known.min()) if known.size else None,
            max=float(known.max()) if known.size else None,
            problem=job.problem or None,
            links={"self": f"/api/v1/occlusions/{job.id}", "trace": f"/api/v1/traces/{asked.trace_id}"},
        )


async def _job(
    services: ServicesDep, occlusion_id: Annotated[str, Path(description="What POST …/occlusions gave.")]
) -> Job:
    return services.jobs.get(occlusion_id)


JobDep = Annotated[Job, Depends(_job)]


@router.get("/{occlusion_id}", operation_id="get_occlusion")
async def get_occlusion(response: Response, job: JobDep) -> OcclusionAnswer:
    """Return how far an occlusion is and what it has found so far."""
    response.headers["Cache-Control"] = "no-store"
    return OcclusionAnswer.of(job)


@router.delete("/{occlusion_id}", operation_id="cancel_occlusion", status_code=204, response_class=Response)
async def cancel_occlusion(services: ServicesDep, job: JobDep) -> Response:
    """Want an occlusion no longer. It ends when as many have said so as had asked for it."""
    services.jobs.cancel(job.id)
    return Response(status_code=204)
