"""Every error is a problem document."""

from __future__ import annotations

from fastapi.testclient import TestClient


def test_what_has_no_route_is_a_problem_document(client: TestClient) -> None:
    for method, path, status in (("GET", "/api/v1/nope", 404), ("PUT", "/api/v1/networks", 405)):
        response = client.request(method, path)
        assert response.status_code == status
        assert response.headers["content-type"] == "application/problem+json"
        assert response.json()["status"] == status
