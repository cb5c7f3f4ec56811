"""Routes answer files of the types that they document."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.api import responses

FILES = {
    "/layers/conv1_1/atlas.png": "/layers/{layer_id}/atlas.png",
    "/layers/conv1_1/maps/0.npy": "/layers/{layer_id}/maps/{channel}.npy",
    "/layers/conv1_1/maps/0.csv": "/layers/{layer_id}/maps/{channel}.csv",
    "/layers/conv1_1/parameters.safetensors": "/layers/{layer_id}/parameters.safetensors",
    "/maps.safetensors": "/maps.safetensors",
    "/export.zip": "/export.zip",
    "/explanations/saliency.png": "/explanations/{method}.png",
}


@pytest.mark.parametrize("path", FILES)
def test_a_file_is_of_the_type_that_is_documented(client: TestClient, trace_path: str, path: str) -> None:
    document: dict[str, Any] = client.get("/openapi.json").json()
    documented = document["paths"]["/api/v1/traces/{trace_id}" + FILES[path]]["get"]["responses"]
    answer = client.get(trace_path + path)
    assert list(documented["200"]["content"]) == [answer.headers["content-type"].partition(";")[0]]
    assert "404" in documented


def test_a_file_is_bytes_or_not_there() -> None:
    documented = responses.file_responses("image/png")
    assert documented[200] == {"content": {"image/png": {"schema": responses.BYTES}}}
    assert documented.keys() == {200, 404}
