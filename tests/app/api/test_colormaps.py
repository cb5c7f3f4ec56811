from __future__ import annotations

from fastapi.testclient import TestClient


def test_colormaps_are_256_colours_and_kept_for_a_day(client: TestClient) -> None:
    response = client.get("/api/v1/colormaps")
    assert response.headers["cache-control"] == "private, max-age=86400"
    tag = {"If-None-Match": response.headers["etag"]}
    assert client.get("/api/v1/colormaps", headers=tag).status_code == 304
    palettes = response.json()
    assert {palette["kind"] for palette in palettes} == {"sequential", "diverging"}
    assert all(len(palette["colors"]) == 256 for palette in palettes)
