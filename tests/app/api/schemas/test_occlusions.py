from __future__ import annotations

import numpy as np
import pytest
from pydantic import ValidationError

from app.api.schemas.occlusions import OcclusionAnswer, OcclusionRequest
from app.services.explanations import OCCLUSION, Falls, Occlusion, OcclusionQuery
from app.services.jobs import Job
from app.tracing.analysis.explanations import PatchPositions
from app.tracing.analysis.prediction import Prediction

POSITIONS = PatchPositions(2, 2, 4, 4)


def job(result: Falls | None = None, problem: str = "") -> Job[OcclusionQuery, Falls]:
    occlusion = Occlusion(1, 2, 2, "grey", "logit")
    query = OcclusionQuery("t" * 32, occlusion, POSITIONS, Prediction(1, "cat", 4.5, 0.9), (1, 0, 5, 4))
    return Job(OCCLUSION, "j" * 32, "picture", query, None, result=result, problem=problem)


def test_before_anything_is_known_every_value_is_null() -> None:
    fields = OcclusionAnswer.of(job()).model_dump(by_alias=True)
    assert fields["shape"] == [2, 2]
    assert fields["values"] == [[None, None], [None, None]]
    assert (fields["min"], fields["max"], fields["status"], fields["problem"]) == (None, None, "queued", None)
    assert (fields["class"], fields["label"], fields["baseline"]) == (1, "cat", 4.5)
    assert (fields["box"], fields["input"]) == ([1, 0, 5, 4], [4, 4])
    assert fields["links"]["trace"] == f"/api/v1/traces/{'t' * 32}"


def test_what_is_known_so_far_is_told_and_the_rest_is_null() -> None:
    answer = OcclusionAnswer.of(job(np.array([[0.5, -0.25], [np.nan, np.nan]])))
    assert answer.values == [[0.5, -0.25], [None, None]]
    assert (answer.min, answer.max) == (-0.25, 0.5)
    assert "NaN" not in answer.model_dump_json()


def test_a_request_names_nothing_that_there_is_not() -> None:
    assert OcclusionRequest.model_validate({"class": 3}).class_index == 3
    assert OcclusionRequest().score == "probability"
    for unknown in ({"colour": "red"}, {"fill": "red"}, {"score": "loss"}):
        with pytest.raises(ValidationError):
            OcclusionRequest.model_validate(unknown)
