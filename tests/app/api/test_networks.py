from __future__ import annotations

import io
import json
from itertools import pairwise

import pytest
from fastapi.testclient import TestClient
from PIL import Image

from model import registry


def test_all_networks_are_listed_with_their_cards(client: TestClient) -> None:
    listed = client.get("/api/v1/networks").json()
    assert [card["id"] for card in listed] == list(registry.NETWORKS)
    for answer in listed:
        network = registry.get(answer["id"])
        assert answer["parameters"] == registry.parameters(network)
        assert answer["labels"] == list(network.card.labels)
        assert answer["checkpoints"][0] == "initial"
        assert answer["checkpoints"][-1] == "trained"


def test_the_lectures_network_has_the_lectures_shapes(client: TestClient) -> None:
    answer = client.get("/api/v1/networks/lecture-cnn").json()
    assert [(layer["id"], layer["kind"], layer["shape"]) for layer in answer["layers"]] == [
        ("input", "input", [3, 20, 20]),
        ("conv", "conv2d", [6, 9, 9]),
        ("relu", "relu", [6, 9, 9]),
        ("pool", "max_pool2d", [6, 3, 3]),
        ("flatten", "flatten", [54]),
        ("fc", "linear", [1]),
        ("sigmoid", "sigmoid", [1]),
    ]
    conv = answer["layers"][1]
    assert conv["parameters"] == 6 * (4 * 4 * 3) + 6
    assert conv["multiply_adds"] == 9 * 9 * 6 * 48
    assert conv["receptive_field"] == {"size": [4, 4], "stride": [2, 2], "offset": [0, 0]}
    assert answer["layers"][3]["receptive_field"] == {"size": [8, 8], "stride": [6, 6], "offset": [0, 0]}
    assert answer["blocks"] == [{"id": "block1", "feature": "conv", "activation": "relu", "pooled": "pool"}]
    ids = [layer["id"] for layer in answer["layers"]]
    assert answer["edges"] == [list(pair) for pair in pairwise(ids)]


def test_skips_and_depthwise_convolutions_are_in_the_graph(client: TestClient) -> None:
    answer = client.get("/api/v1/networks/efficientnet-lite0").json()
    layers = {layer["id"]: layer for layer in answer["layers"]}
    adds = [layer for layer in answer["layers"] if layer["kind"] == "add"]
    assert len(adds) == 9
    assert all(len(layer["inputs"]) == 2 for layer in adds)
    depthwise = [x for x in answer["layers"] if x["kind"] == "conv2d" and x["hyperparameters"]["groups"] > 1]
    assert len(depthwise) == 16
    assert all(layer["kind"] != "other" for layer in answer["layers"])
    assert {source for source, _ in answer["edges"]} | {answer["layers"][-1]["id"]} == set(layers)


def test_filters_are_shown_a_filter_a_row(client: TestClient) -> None:
    response = client.get("/api/v1/networks/lecture-cnn/layers/conv/filters.png")
    layout = json.loads(response.headers["x-atlas"])
    assert (layout["rows"], layout["columns"], layout["maps"]) == (6, 3, 18)
    assert Image.open(io.BytesIO(response.content)).format == "PNG"


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("nope", "there are lecture-cnn"),
        ("tiny-vgg/layers/relu1_1/filters.npy", "layers with filters: conv1_1"),
        ("tiny-vgg/layers/conv1_1/filters.png?checkpoint=nope", "it has initial"),
    ],
)
def test_what_is_not_there_is_refused_with_what_is(client: TestClient, path: str, message: str) -> None:
    response = client.get(f"/api/v1/networks/{path}")
    assert response.status_code == 404
    assert message in response.json()["detail"]
