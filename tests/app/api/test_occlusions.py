"""Occlusions over REST: begun, watched until done, held to the core's numbers; cancelled, refused, forgotten."""

from __future__ import annotations

import io
import time
from typing import Any

import numpy as np
import pytest
import torch
from fastapi.testclient import TestClient

from app.services.explanations import fill_color
from app.services.jobs import JobKind, PartialResult
from app.tracing.analysis import explanations
from app.tracing.analysis.explanations import PatchPositions
from app.tracing.capture.graph_builder import build
from app.tracing.capture.program import Program
from model import registry
from tests.app.api.pictures import png

SECONDS = 60


def done(client: TestClient, job: dict[str, Any]) -> dict[str, Any]:
    """Ask until a job has ended."""
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        answer: dict[str, Any] = client.get(job["links"]["self"]).json()
        if answer["status"] not in {"queued", "running"}:
            return answer
    pytest.fail(f"{job['id']} does not end")


def begin(client: TestClient, trace_path: str, **body: Any) -> dict[str, Any]:
    response = client.post(f"{trace_path}/occlusions", json=body)
    assert response.status_code == 202, response.text
    answer: dict[str, Any] = response.json()
    assert response.headers["location"] == answer["links"]["self"]
    return answer


@pytest.mark.parametrize("fill", ["black", "grey", "white", "mean"])
def test_values_are_the_baseline_less_the_covered_score(
    client: TestClient, trace_path: str, manifest: dict[str, Any], fill: Any
) -> None:
    body = {"class": 5, "patch": 12, "stride": 9, "fill": fill, "score": "logit"}
    answer = done(client, begin(client, trace_path, **body))
    assert {name: answer[name] for name in body} == body
    assert (answer["status"], answer["progress"], answer["label"]) == ("done", 1, "dog")
    assert answer["baseline"] == next(one["logit"] for one in manifest["prediction"] if one["index"] == 5)

    module = registry.load("tiny-vgg")
    program = Program(build(module, (3, 32, 32)), module)
    picture = torch.from_numpy(
        np.load(io.BytesIO(client.get(f"{trace_path}/layers/input/values.npy").content))
    )
    color = fill_color(fill, picture, registry.get("tiny-vgg").card.preprocessing)
    positions = PatchPositions(12, 9, 32, 32)
    expected = [
        answer["baseline"] - score
        for score in explanations.occlusion(program, picture, 5, positions, color, "logit")
    ]
    falls = np.array(answer["values"])
    assert answer["shape"] == list(falls.shape) == [4, 4]
    assert falls.ravel().tolist() == expected
    assert (answer["min"], answer["max"]) == (falls.min(), falls.max())
    assert answer["input"] == [32, 32]


def test_what_is_left_out_is_chosen(client: TestClient, trace_path: str, manifest: dict[str, Any]) -> None:
    answer = done(client, begin(client, trace_path))
    best = manifest["prediction"][0]
    assert (answer["class"], answer["label"]) == (best["index"], best["label"])
    assert answer["baseline"] == best["probability"]
    assert (answer["patch"], answer["stride"], answer["fill"], answer["score"]) == (
        6,
        2,
        "grey",
        "probability",
    )
    assert answer["shape"] == [14, 14]


def test_the_same_request_is_the_same_job_and_another_is_not(client: TestClient, trace_path: str) -> None:
    first = done(client, begin(client, trace_path, patch=16, stride=16))
    again = begin(client, trace_path, patch=16, stride=16)
    assert again.pop("owner_token")
    assert again == first
    assert again["status"] == "done"
    assert begin(client, trace_path, patch=16, stride=15)["id"] != first["id"]


@pytest.mark.parametrize(
    ("body", "field", "message"),
    [
        ({"patch": 0}, "patch", "1 to 32 are permitted"),
        ({"patch": 33}, "patch", "1 to 32 are permitted"),
        ({"stride": 0}, "stride", "1 to 32 are permitted"),
        ({"stride": 33}, "stride", "1 to 32 are permitted"),
        ({"class": 10}, "class", "there are 0 to 9"),
        ({"fill": "pink"}, "fill", "'black', 'grey', 'white'"),
        ({"score": "luck"}, "score", "'probability' or 'logit'"),
        ({"pach": 3}, "pach", "Extra inputs"),
    ],
)
def test_what_cannot_be_is_refused_with_what_can(
    client: TestClient, trace_path: str, body: dict[str, Any], field: str, message: str
) -> None:
    response = client.post(f"{trace_path}/occlusions", json=body)
    assert response.status_code == 422
    problem = response.json()
    assert problem["errors"][0]["loc"] == ["body", field]
    assert message in problem["detail"]


def test_too_many_positions_are_refused_with_the_strides_that_are_permitted(
    client: TestClient, samples: dict[str, str]
) -> None:
    body = {"picture": samples["chelsea"], "network": "efficientnet-lite0"}
    trace = client.post("/api/v1/traces", json=body).json()
    refused = client.post(f"/api/v1/traces/{trace['id']}/occlusions", json={"patch": 100, "stride": 1})
    assert refused.status_code == 422
    # 1 + (224 − 100) = 125 rows and columns; every second one makes 63, and 63² is below 4,096.
    assert "1 makes 15625 positions" in refused.json()["detail"]
    assert "strides of 2 to 224 are permitted" in refused.json()["detail"]


def test_an_occlusion_is_watched_and_cancelled(client: TestClient, samples: dict[str, str]) -> None:
    body = {"picture": samples["rocket"], "network": "efficientnet-lite0"}
    trace = client.post("/api/v1/traces", json=body).json()
    job = begin(client, f"/api/v1/traces/{trace['id']}", patch=100, stride=2)
    until = time.monotonic() + SECONDS
    while (answer := client.get(job["links"]["self"]).json())["progress"] == 0:
        assert time.monotonic() < until
    cells = [value for row in answer["values"] for value in row]
    known = [value for value in cells if value is not None]
    assert answer["status"] == "running"
    assert 0 < len(known) < len(cells) == 63 * 63
    assert cells[: len(known)] == known
    assert answer["progress"] == len(known) / len(cells)
    assert (answer["min"], answer["max"]) == (min(known), max(known))
    assert answer["box"] is not None
    again = begin(client, f"/api/v1/traces/{trace['id']}", patch=100, stride=2)
    assert again["owner_token"] != job["owner_token"]
    assert "owner_token" not in answer

    def withdraw(token: str | None) -> int:
        headers = {"X-Owner-Token": token} if token is not None else {}
        return client.delete(job["links"]["self"], headers=headers).status_code

    for token in (None, "", "guess"):  # who never asked
        assert withdraw(token) == 403
    assert withdraw(job["owner_token"]) == 204
    assert withdraw(job["owner_token"]) == 403  # twice by one of two
    assert client.get(job["links"]["self"]).json()["status"] == "running"
    assert withdraw(again["owner_token"]) == 204
    assert client.get(job["links"]["self"]).json()["status"] == "cancelled"


def test_an_unknown_occlusion_is_not_there(client: TestClient) -> None:
    for name in ("0" * 32, "nonsense"):
        for answer in (client.get(f"/api/v1/occlusions/{name}"), client.delete(f"/api/v1/occlusions/{name}")):
            assert answer.status_code == 404
            assert answer.json()["type"] == "urn:convscope:problem:unknown-job"
    assert client.post(f"/api/v1/traces/{'0' * 32}/occlusions", json={}).status_code == 404


def test_a_job_of_another_kind_is_no_occlusion(client: TestClient) -> None:
    assert client.portal is not None
    kind: JobKind[None, None] = JobKind("training")
    jobs, job_id = client.app.state.services.jobs, "5" * 32  # type: ignore[attr-defined]
    job, _ = client.portal.call(
        jobs.submit, kind, job_id, "nobody", None, lambda: iter([PartialResult(1.0, None)])
    )
    for answer in (
        client.get(f"/api/v1/occlusions/{job_id}"),
        client.delete(f"/api/v1/occlusions/{job_id}"),
    ):
        assert answer.status_code == 404
        assert answer.json()["type"] == "urn:convscope:problem:unknown-job"
    until = time.monotonic() + SECONDS
    while job.under_way:
        assert time.monotonic() < until
        time.sleep(0.01)
    assert job.status == "done"


def test_with_a_picture_its_occlusions_are_gone(client: TestClient) -> None:
    mine = client.post(
        "/api/v1/pictures", content=png((40, 40), seed=31), headers={"Content-Type": "image/png"}
    ).json()
    trace = client.post("/api/v1/traces", json={"picture": mine["id"], "network": "tiny-vgg"}).json()
    job = done(client, begin(client, f"/api/v1/traces/{trace['id']}", patch=16, stride=16))
    owner = {"X-Owner-Token": mine["owner_token"]}
    assert client.delete(f"/api/v1/pictures/{mine['id']}", headers=owner).status_code == 204
    assert client.get(job["links"]["self"]).status_code == 404
