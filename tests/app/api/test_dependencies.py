"""What a path names is looked up once a request, and refused before anything else is done."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.services.traces import KnownTrace, Traces


@pytest.fixture
def lookups(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The trace ids that have been looked up since."""
    ids: list[str] = []
    find = Traces.find

    async def counting(traces: Traces, trace_id: str, client: str = "") -> KnownTrace:
        ids.append(trace_id)
        return await find(traces, trace_id, client)

    monkeypatch.setattr(Traces, "find", counting)
    return ids


@pytest.mark.parametrize(
    "part",
    [
        "",
        "/graph",
        "/maps.safetensors",
        "/layers/conv1_1/atlas.png",
        "/layers/conv1_1/maps/0.npy",
        "/layers/conv1_1/values.npy",
        "/layers/conv1_1/choices",
        "/layers/conv1_1/cells/0/1/1",
        "/layers/conv1_1/parameters.safetensors",
        "/blocks/block1/feature.png",
        "/preprocessing/0.png",
        "/explanations/saliency",
        "/export.zip",
    ],
)
def test_a_trace_is_looked_up_once_a_request(
    client: TestClient, trace_path: str, manifest: dict[str, Any], lookups: list[str], part: str
) -> None:
    assert client.get(trace_path + part).status_code == 200
    assert lookups == [manifest["id"]]


def test_each_of_two_traces_is_looked_up_once(
    client: TestClient, trace_path: str, manifest: dict[str, Any], lookups: list[str]
) -> None:
    body = {"picture": manifest["picture"], "network": "tiny-vgg", "checkpoint": "initial"}
    other = client.post("/api/v1/traces", json=body).json()["id"]
    assert lookups == []  # what has just been made need not be looked for
    assert client.get(f"{trace_path}/differences/{other}").status_code == 200
    assert lookups == [manifest["id"], other]
    lookups.clear()
    assert client.get(f"{trace_path}/maps.safetensors", params={"minus": other}).status_code == 200
    assert lookups == [manifest["id"], other]


def test_an_unchanged_answer_is_not_computed_again_but_its_trace_must_be_there(
    client: TestClient, trace_path: str
) -> None:
    address = f"{trace_path}/maps.safetensors"
    etag = client.get(address).headers["etag"]
    again = client.get(address, headers={"If-None-Match": f'"other", W/{etag}'})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", etag)
    response = client.get(f"/api/v1/traces/{'0' * 32}/maps.safetensors", headers={"If-None-Match": etag})
    assert response.status_code == 404
