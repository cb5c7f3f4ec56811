from __future__ import annotations

import gzip

import pytest
from fastapi.testclient import TestClient


@pytest.mark.parametrize("path", ["/", "/static/css/tokens.css"])
def test_the_page_and_its_files_are_compressed(client: TestClient, path: str) -> None:
    with client.stream("GET", path, headers={"accept-encoding": "gzip"}) as response:
        sent = b"".join(response.iter_raw())
        assert response.headers["content-encoding"] == "gzip"
    plain = client.get(path, headers={"accept-encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert len(sent) < len(plain.content) / 2
    if path != "/":
        assert gzip.decompress(sent) == plain.content


def test_maps_are_sent_as_they_are(client: TestClient, trace_path: str) -> None:
    for part in ("maps.safetensors", "layers/conv1_1/atlas.png", "layers/conv1_1/values.npy"):
        response = client.get(f"{trace_path}/{part}", headers={"accept-encoding": "gzip"})
        assert "content-encoding" not in response.headers
