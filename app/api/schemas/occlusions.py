"""Occlusions: what to cover, and how far a class's score falls where it is covered."""

from __future__ import annotations

import math

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from app.services.explanations import Falls, Fill, OcclusionQuery
from app.services.jobs import Job, Status
from app.tracing.analysis.explanations import Score


class OcclusionRequest(BaseModel):
    """What to cover. What is left out is chosen: the most probable class, a patch of a fifth of the side."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)
    class_index: int | None = Field(None, alias="class", description="By default the most probable class.")
    patch: int | None = Field(None, description="Side of the square that covers, in cells of the input.")
    stride: int | None = Field(None, description="How far it moves, in cells of the input.")
    fill: Fill = Field("grey", description="Its colour; `mean` is the input's own mean.")
    score: Score = Field("probability", description="Whose falls are told.")


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
    def of(cls, job: Job[OcclusionQuery, Falls]) -> OcclusionAnswer:
        """Return a job's progress and its values so far."""
        query = job.query
        positions, occlusion = query.positions, query.occlusion
        shape = (positions.rows, positions.columns)
        falls: Falls = np.full(shape, np.nan) if job.result is None else job.result
        finite_falls = falls[~np.isnan(falls)]
        return cls(
            id=job.id,
            trace=query.trace_id,
            status=job.status,
            progress=job.progress,
            class_index=occlusion.class_index,
            label=query.prediction.label,
            score=occlusion.score,
            patch=occlusion.patch,
            stride=occlusion.stride,
            fill=occlusion.fill,
            baseline=query.baseline,
            shape=list(shape),
            input=[positions.height, positions.width],
            box=list(query.box) if query.box else None,
            values=[[None if math.isnan(value) else value for value in row] for row in falls.tolist()],
            min=float(finite_falls.min()) if finite_falls.size else None,
            max=float(finite_falls.max()) if finite_falls.size else None,
            problem=job.problem or None,
            links={"self": f"/api/v1/occlusions/{job.id}", "trace": f"/api/v1/traces/{query.trace_id}"},
        )


class RequestedOcclusionAnswer(OcclusionAnswer):
    """The occlusion, and what withdraws this request for it."""

    owner_token: str | None = Field(
        description="Send it as X-Owner-Token to withdraw this request; null where too many have asked to count."
    )

    @classmethod
    def requested(cls, job: Job[OcclusionQuery, Falls], owner_token: str | None) -> RequestedOcclusionAnswer:
        """Return what is known of a job, with the token of a request for it."""
        return cls(**dict(OcclusionAnswer.of(job)), owner_token=owner_token)
