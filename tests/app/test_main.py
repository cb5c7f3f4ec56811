"""The application as a whole."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from app.main import create_app
from app.settings import Settings


def test_docs_work_without_internet(client: TestClient) -> None:
    page = client.get("/docs").text
    assert "http://" not in page
    assert "https://" not in page
    scripts = [part.split('"')[0] for part in page.split('src="')[1:]]
    assert scripts
    for script in scripts:
        assert client.get(script).status_code == 200


def test_two_applications_live_in_one_process(tmp_path: Path) -> None:
    apps = [create_app(Settings(data_dir=tmp_path / name, device="cpu")) for name in ("a", "b")]
    with TestClient(apps[0]) as one, TestClient(apps[1]) as other:
        one.get("/api/v1/networks")
        assert 'route="list_networks"' in one.get("/metrics").text
        assert 'route="list_networks"' not in other.get("/metrics").text
        assert apps[0].state.services is not apps[1].state.services


@pytest.mark.parametrize("path", ["/openapi.json", "/static/js/explore.js", "/healthz", "/learn", "/"])
def test_what_a_person_or_a_program_opens_first_is_there(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 200


def test_the_bound_on_a_body_is_that_of_a_file_and_some_form_around_it(tmp_path: Path) -> None:
    app = create_app(Settings(data_dir=tmp_path, device="cpu", max_upload_bytes=1024))
    with TestClient(app) as client:
        headers = {"Content-Type": "image/png"}
        refused = client.post("/api/v1/pictures", content=bytes(1024 + 300 * 1024), headers=headers)
        assert refused.json()["type"] == "urn:convscope:problem:body-too-large"
        refused = client.post("/api/v1/pictures", content=bytes(2048), headers=headers)
        assert refused.json()["type"] == "urn:convscope:problem:picture-too-large"


def test_what_edits_need_is_loaded_once_the_page_is_ready(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[str] = []
    loaded = threading.Event()

    def load() -> None:
        calls.append("loaded")
        loaded.set()

    monkeypatch.setattr("app.main.load_shape_functions", load)
    app = create_app(Settings(data_dir=tmp_path, device="cpu"), on_ready=lambda: calls.append("ready"))
    with TestClient(app):
        assert loaded.wait(60)
    assert calls == ["ready", "loaded"]
