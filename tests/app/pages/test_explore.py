"""The page as the server writes it: its language, its theme and what its first paint needs."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.main import create_app
from app.pages import explore
from app.pages.context import strings
from app.services.traces import Traces
from app.services.workers import Busy
from app.settings import Settings
from model.registry import NETWORKS


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with TestClient(create_app(Settings(data_dir=tmp_path_factory.mktemp("data")))) as test_client:
        yield test_client


def page_data(html: str) -> dict[str, Any]:
    element = re.search(r'<script type="application/json" id="page-data">(.*?)</script>', html, re.DOTALL)
    assert element
    parsed: dict[str, Any] = json.loads(element[1])
    return parsed


def test_a_translated_card_is_translated_whole_and_says_nothing_that_the_card_does_not() -> None:
    translated: dict[str, set[str]] = {}
    for key in strings("ko"):
        if key.startswith("card."):
            _, network, part = key.split(".", 2)
            translated.setdefault(network, set()).add(part)
    cards = {name: network.card for name, network in NETWORKS.items()}
    assert "lecture-cnn" in translated
    for network, parts in translated.items():
        card = cards[network]
        split = {"split"} if card.accuracy else set()
        notes = {f"note.{index}" for index in range(len(card.notes))}
        assert parts == {"title", "summary", "data"} | split | notes


def test_the_preferred_sample_is_one_that_suits_the_network() -> None:
    samples = [{"id": "two", "suits": ["lenet"]}, {"id": "cat", "suits": []}]
    assert explore.preferred_sample(samples, "lenet") == "two"
    assert explore.preferred_sample(samples, "tiny-vgg") == "cat"
    assert explore.preferred_sample([], "tiny-vgg") is None


def test_the_page_carries_a_trace_that_is_already_under_way(client: TestClient) -> None:
    answer = client.get("/?lang=ko&theme=dark")
    assert answer.status_code == 200
    assert '<html lang="ko" data-theme="dark">' in answer.text
    carried = page_data(answer.text)
    assert carried["network"]["id"] == carried["initial"]["network"] == "tiny-vgg"
    assert carried["strings"]["explore.title"] == "탐색"
    preload = re.search(r'rel="preload" as="fetch" crossorigin href="([^"]+maps[^"]+)"', answer.text)
    assert preload
    assert carried["initial"]["trace"] in preload[1]
    assert client.get(preload[1].replace("&amp;", "&")).status_code == 200


def test_a_deep_network_preloads_no_maps(client: TestClient) -> None:
    answer = client.get("/?network=efficientnet-lite0")
    assert page_data(answer.text)["initial"]["trace"]
    assert "maps.safetensors" not in answer.text


def test_a_page_view_is_counted_as_one_and_not_as_calls_of_the_interface(client: TestClient) -> None:
    def counted() -> dict[str, float]:
        lines = client.get("/metrics").text.splitlines()
        counts: dict[str, float] = {}
        for route, count in re.findall(
            r'convscope_requests_total\{.*?route="(.*?)".*?\} (.*)', "\n".join(lines)
        ):
            counts[route] = counts.get(route, 0) + float(count)
        return counts

    before = counted()
    for path in ("/", "/?network=lenet&checkpoint=initial", "/learn/stride", "/learn"):
        assert client.get(path).status_code == 200
    after = counted()
    grown = {
        route: after[route] - before.get(route, 0) for route in after if after[route] != before.get(route, 0)
    }
    assert grown.pop("metrics", 1) == 1
    assert grown == {"explore": 2, "chapter": 1, "contents": 1}


def test_a_page_opens_without_a_trace_where_the_server_is_busy(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def busy(*_: object) -> None:
        raise Busy

    monkeypatch.setattr(Traces, "begin", busy)
    answer = client.get("/")
    assert answer.status_code == 200
    carried = page_data(answer.text)
    assert carried["initial"]["trace"] is None
    assert carried["network"]["id"] == "tiny-vgg"
    assert "maps.safetensors" not in answer.text


@pytest.mark.parametrize(
    "query", ["network=nothing", "picture=" + "0" * 32, "checkpoint=epoch-9999", "scale=huge"]
)
def test_a_page_opens_whatever_its_url_says(client: TestClient, query: str) -> None:
    answer = client.get(f"/?{query}")
    assert answer.status_code == 200
    assert page_data(answer.text)["networks"]


def test_what_a_url_says_cannot_become_markup(client: TestClient) -> None:
    answer = client.get("/", params={"picture": "</script><script>alert(1)</script>", "network": '"><b>'})
    assert "<script>alert" not in answer.text
    assert '"><b>' not in answer.text
