"""Operation: alive whatever else happens, ready when there is something to show, and safe by its headers."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import torch
from fastapi.testclient import TestClient

from app.main import create_app
from app.settings import Settings
from app.tracing.capture.program import Program
from model import registry
from tests.app.api.pictures import png


def test_ready_comes_after_alive(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    gate = threading.Event()
    record = Program.record
    monkeypatch.setattr(Program, "record", lambda *args: (gate.wait(), record(*args))[1])
    ready = threading.Event()
    with TestClient(create_app(settings, on_ready=ready.set)) as client:
        assert client.get("/healthz").json()["status"] == "ok"
        starting = client.get("/readyz")
        assert (starting.status_code, starting.json()["status"]) == (503, "starting")
        assert not ready.is_set()
        gate.set()
        deadline = time.monotonic() + 60
        while client.get("/readyz").status_code != 200 and time.monotonic() < deadline:
            time.sleep(0.01)
        assert ready.is_set()
        assert client.get("/readyz").json()["status"] == "ok"


def test_what_cannot_become_ready_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        registry, "load", lambda *_: registry.read(registry.get("tiny-vgg"), tmp_path / "missing")
    )
    with TestClient(create_app(Settings(data_dir=tmp_path, device="cpu"))) as client:
        deadline = time.monotonic() + 60
        while client.get("/readyz").json()["status"] == "starting" and time.monotonic() < deadline:
            time.sleep(0.01)
        answer = client.get("/readyz")
        assert (answer.status_code, answer.json()["status"]) == (503, "failed")
        picture = client.get("/api/v1/samples").json()[0]["id"]
        problem = client.post("/api/v1/traces", json={"picture": picture, "network": "tiny-vgg"})
        assert problem.status_code == 500
        assert "weights of tiny-vgg, trained, cannot be read" in problem.json()["detail"]


def test_expired_pictures_are_removed_while_the_server_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.services.container._SWEEP_SECONDS", 0.01)
    with TestClient(create_app(Settings(data_dir=tmp_path, device="cpu"))) as client:
        deadline = time.monotonic() + 60
        while client.get("/readyz").status_code != 200 and time.monotonic() < deadline:
            time.sleep(0.01)  # the page's first trace is in memory too, and is there for good
        picture = client.post("/api/v1/pictures", files={"file": ("a.png", png((9, 9)))}).json()["id"]
        client.post("/api/v1/traces", json={"picture": picture, "network": "tiny-vgg"})
        services = client.app.state.services  # type: ignore[attr-defined]
        traces, cached = services.traces, services.traces.cached_bytes
        services.store.put(f"pictures/{picture}", b"", -1)
        while traces.cached_bytes >= cached and time.monotonic() < deadline:
            time.sleep(0.01)
        assert traces.cached_bytes < cached


def test_a_slow_trace_does_not_delay_healthz(
    client: TestClient, samples: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    gate, reached = threading.Event(), threading.Event()
    record = Program.record

    def slow(program: Program, picture: torch.Tensor, *more: object) -> object:
        reached.set()
        gate.wait()
        return record(program, picture, *more)  # type: ignore[arg-type]

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
