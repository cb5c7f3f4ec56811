"""One running application for all tests of the REST interface and the pages."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest
import torch
from fastapi.testclient import TestClient
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from app.main import create_app
from app.services.container import Services
from app.services.trace import Trace
from app.settings import Settings

# The server's count. Sums are added up in another order on another number of threads, and differ in the last bits.
torch.set_num_threads(1)

# The name by which Starlette's test client asks.
os.environ.setdefault("CONVSCOPE_HOSTS", "testserver")

# On a busy machine an example takes as long as it takes: tests measure no time.
hypothesis_settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis_settings.load_profile("untimed")


@pytest.fixture(autouse=True)
def _server_threads() -> Iterator[None]:
    """Leave that count to the next test, whatever a server of this one has set."""
    yield
    torch.set_num_threads(1)


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """Asynchronous tests run on asyncio, as the server does."""
    return "asyncio"


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return Settings(data_dir=tmp_path_factory.mktemp("data"), device="cpu")


@pytest.fixture(scope="session")
def client(settings: Settings) -> Iterator[TestClient]:
    with TestClient(create_app(settings)) as running:
        yield running


@pytest.fixture(scope="session")
def services(client: TestClient) -> Services:
    """What that application's routes and pages are built from."""
    started: Services = client.app.state.services  # type: ignore[attr-defined]
    return started


@pytest.fixture(scope="session")
def samples(client: TestClient) -> dict[str, str]:
    """Picture ids of the samples, by name."""
    return {sample["name"]: sample["id"] for sample in client.get("/api/v1/samples").json()}


@pytest.fixture(scope="session")
def manifest(client: TestClient, samples: dict[str, str]) -> dict[str, Any]:
    """The manifest of one trace that many tests look at: tiny-vgg on a sample photograph."""
    response = client.post("/api/v1/traces", json={"picture": samples["chelsea"], "network": "tiny-vgg"})
    assert response.status_code in {200, 201}, response.text
    answer: dict[str, Any] = response.json()
    return answer


@pytest.fixture(scope="session")
def trace_path(manifest: dict[str, Any]) -> str:
    return f"/api/v1/traces/{manifest['id']}"


@pytest.fixture(scope="session")
def trace(client: TestClient, services: Services, manifest: dict[str, Any]) -> Trace:
    """The trace that the manifest is of."""
    assert client.portal is not None
    known = client.portal.call(services.traces.find, manifest["id"])
    return client.portal.call(services.traces.get, known)
