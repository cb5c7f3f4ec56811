"""The application as a whole."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from starlette.types import Message

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


def test_json_beyond_64_kib_is_refused_whatever_its_route(client: TestClient) -> None:
    body = {f"key{index}": index for index in range(10_000)}
    for path in ("/api/v1/traces", "/api/v1/traces/0/occlusions", "/api/v1/pictures", "/api/v1/nowhere", "/"):
        answer = client.post(path, json=body)
        assert answer.status_code == 413, path
        assert answer.json()["detail"] == "This request is too large; at most 65536 bytes are permitted."


def test_only_forms_and_pictures_are_uploads(client: TestClient) -> None:
    large = bytes(100_000)
    for path, media_type, status in (
        ("/api/v1/pictures", "image/png", 415),
        ("/api/v1/pictures", "multipart/form-data; boundary=edge", 400),
        ("/api/v1/traces", "multipart/form-data; boundary=edge", 400),
        ("/api/v1/traces", "image/png", 413),
        ("/api/v1/traces", "text/plain", 413),
        ("/api/v1/pictures", "application/octet-stream", 413),
    ):
        answer = client.post(path, content=large, headers={"Content-Type": media_type})
        assert answer.status_code == status, (path, media_type)


def test_another_hosts_name_and_another_sites_page_are_refused(client: TestClient) -> None:
    for path in ("/", "/healthz", "/static/js/explore.js", "/api/v1/networks", "/metrics"):
        answer = client.get(path, headers={"Host": "evil.example"})
        assert answer.status_code == 421
        assert answer.headers["content-type"] == "application/problem+json"
    headers = {"Origin": "https://evil.example", "Content-Type": "image/png"}
    assert client.post("/api/v1/pictures", content=b"", headers=headers).status_code == 403
    assert client.delete("/api/v1/pictures/0", headers=headers).status_code == 403


def test_the_settings_name_hosts_and_origins(tmp_path: Path) -> None:
    settings = Settings(
        data_dir=tmp_path, device="cpu", hosts=("class.example",), origins=("https://lms.example",)
    )
    with TestClient(create_app(settings, host="teacher.example")) as client:
        for host, status in (("class.example", 200), ("teacher.example", 200), ("testserver", 421)):
            assert client.get("/healthz", headers={"Host": host}).status_code == status
        headers = {"Host": "class.example", "Origin": "https://lms.example", "Content-Type": "image/png"}
        assert client.post("/api/v1/pictures", content=b"", headers=headers).status_code == 415


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("path", "media_type"),
    [
        ("/api/v1/pictures", "image/png"),
        ("/api/v1/pictures", "multipart/form-data; boundary=edge"),
        ("/api/v1/traces", "multipart/form-data; boundary=edge"),
        ("/api/v1/traces", "application/json"),
        ("/api/v1/traces/0/occlusions", "application/json"),
    ],
)
async def test_an_upload_that_is_closed_is_no_error_of_the_server(
    client: TestClient, path: str, media_type: str
) -> None:
    messages: list[Message] = [
        {"type": "http.request", "body": b"half", "more_body": True},
        {"type": "http.disconnect"},
    ]
    statuses: list[int] = []

    async def receive() -> Message:
        return messages.pop(0)

    async def send(message: Message) -> None:
        statuses.append(message.get("status", 0))

    headers = [(b"host", b"testserver"), (b"content-type", media_type.encode())]
    scope = {"type": "http", "method": "POST", "path": path, "query_string": b"", "headers": headers}
    await client.app(scope, receive, send)
    assert 400 <= statuses[0] < 500


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
