"""The application as a whole."""

from __future__ import annotations

from fastapi.testclient import TestClient


def test_docs_work_without_internet(client: TestClient) -> None:
    page = client.get("/docs").text
    assert "http://" not in page
    assert "https://" not in page
    scripts = [part.split('"')[0] for part in page.split('src="')[1:]]
    assert scripts
    for script in scripts:
        assert client.get(script).status_code == 200
