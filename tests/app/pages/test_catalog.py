"""What pages carry of networks and samples is what the REST interface answers, and costs it nothing."""

from __future__ import annotations

import json
import threading
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.pages.catalog import Catalog
from app.services.container import Services
from app.services.workers import Workers
from app.settings import Settings
from model.registry import NETWORKS, UnknownNetwork


@pytest.fixture
def catalog(client: TestClient) -> Catalog:
    app_catalog: Catalog = client.app.state.catalog  # type: ignore[attr-defined]
    return app_catalog


def text(value: Any) -> str:
    """JSON in which the order of fields counts too: that of the models, which is the contract's."""
    return json.dumps(value, ensure_ascii=False)


def test_cards_and_samples_are_the_interfaces_own(client: TestClient, catalog: Catalog) -> None:
    assert client.portal is not None
    networks = client.portal.call(catalog.networks)
    assert text(networks) == text(client.get("/api/v1/networks").json())
    assert text(client.portal.call(catalog.samples)) == text(client.get("/api/v1/samples").json())


@pytest.mark.parametrize("network_id", NETWORKS)
def test_a_network_is_the_interfaces_own(client: TestClient, catalog: Catalog, network_id: str) -> None:
    assert client.portal is not None
    network = client.portal.call(catalog.network, network_id)
    assert text(network) == text(client.get(f"/api/v1/networks/{network_id}").json())
    assert client.portal.call(catalog.network, network_id) is network  # made once


def test_an_unknown_network_is_refused(client: TestClient, catalog: Catalog) -> None:
    assert client.portal is not None
    with pytest.raises(UnknownNetwork):
        client.portal.call(catalog.network, "nothing")


@pytest.mark.anyio
async def test_where_the_workers_are_too_busy_pages_go_without_and_are_whole_later(tmp_path: Path) -> None:
    services = Services.start(Settings(data_dir=tmp_path, device="cpu", workers=1, queue_limit=1))
    gate = threading.Event()
    catalog = Catalog(services)
    workers: Workers = services.workers
    running = [workers._pool.submit(gate.wait) for _ in range(2)]
    workers._pending = 2
    assert await catalog.samples() == []
    assert await catalog.network("lenet") is None
    gate.set()
    assert all(future.result() for future in running)
    workers._pending = 0
    assert len(await catalog.samples()) > 3
    assert (await catalog.network("lenet") or {})["id"] == "lenet"
    await services.close()
