"""Operation: alive whatever else happens, ready when there is something to show, and safe by its headers."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import torch
from fastapi.testclient import TestClient

from app.main import create_app
from app.settings import Settings
from app.tracing.recorder import Program


def test_ready_comes_after_alive(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    gate = threading.Event()
    record = Program.record
    monkeypatch.setattr(Program, "record", lambda *args: (gate.wait(), record(*args))[1])
    told = threading.Event()
    with TestClient(create_app(settings, on_ready=told.set)) as client:
        assert client.get("/healthz").json()["status"] == "ok"
        starting = client.get("/readyz")
        assert (starting.status_code, starting.json()["status"]) == (503, "starting")
        assert not told.is_set()
        gate.set()
        deadline = time.monotonic() + 60
        while client.get("/readyz").status_code != 200 and time.monotonic() < deadline:
            time.sleep(0.01)
        assert told.is_set()
        assert client.get("/readyz").json()["status"] == "ok"


def test_a_slow_trace_does_not_delay_healthz(
    client: TestClient, samples: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    gate, reached = threading.Event(), threading.Event()
    record = Program.record

    def slow(program: Program, picture: torch.Tensor, on_layer: object = None) -> object:
        reached.set()
        gate.wait()
        return record(program, picture, on_layer)  # type: ignore[arg-type]

    monkeypatch.setattr(Program, "record", slow)
    body = {"picture": samples["astronaut"], "network": "tiny-vgg", "checkpoint": "initial"}
    with ThreadPoolExecutor(1) as caller:
        waiting = caller.submit(client.post, "/api/v1/traces", json=body)
        assert reached.wait(60)
        for _ in range(5):
            assert client.get("/healthz").status_code == 200
        assert not waiting.done()
        gate.set()
        assert waiting.result(60).status_code == 201


def test_metrics_count_by_operation_not_by_id(client: TestClient, trace_path: str) -> None:
    client.get(trace_path)
    text = client.get("/metrics").text
    assert 'route="get_trace"' in text
    assert trace_path not in text
    assert "convscope_pending_computations" in text
    assert float(next(x for x in text.splitlines() if x.startswith("convscope_cached_bytes")).split()[1]) > 0


def test_docs_work_without_internet(client: TestClient) -> None:
    page = client.get("/docs").text
    assert "http://" not in page
    assert "https://" not in page
    scripts = [part.split('"')[0] for part in page.split('src="')[1:]]
    assert scripts
    for script in scripts:
        assert client.get(script).status_code == 200


def test_every_answer_tells_browsers_to_load_nothing_from_elsewhere(
    client: TestClient, trace_path: str
) -> None:
    for path in ("/", "/healthz", trace_path, "/api/v1/nope"):
        headers = client.get(path).headers
        assert "default-src 'self'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"


def test_what_has_no_route_is_a_problem_document(client: TestClient) -> None:
    for method, path, status in (("GET", "/api/v1/nope", 404), ("PUT", "/api/v1/networks", 405)):
        response = client.request(method, path)
        assert response.status_code == status
        assert response.headers["content-type"] == "application/problem+json"
        assert response.json()["status"] == status
