"""Occlusions: what to cover, and how far a class's score falls where it is covered."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from app.services.explanations import Fill, OcclusionOf
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
