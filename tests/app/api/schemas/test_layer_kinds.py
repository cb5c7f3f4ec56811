"""What an answer may call a layer: a closed set, in which every kind that the networks here have is."""

from __future__ import annotations

from typing import Any, get_args

import pytest
from fastapi.testclient import TestClient
from pydantic import TypeAdapter, ValidationError

from app.api.schemas.layer_kinds import LayerKindName, kind_names
from app.tracing.capture.graph_builder import build
from model import registry


@pytest.mark.parametrize("network_id", registry.NETWORKS)
def test_every_kind_of_every_network_is_in_the_set(network_id: str) -> None:
    network = registry.get(network_id)
    graph = build(registry.seeded(network), network.card.input_shape)
    assert {layer.kind for layer in graph.layers} <= set(kind_names())


def test_the_set_is_closed_and_in_the_document(client: TestClient) -> None:
    names = list(kind_names())
    assert names == sorted(set(names))
    assert {"input", "conv2d", "max_pool2d", "softmax", "other"} <= set(names)
    assert not {"reshape", ""} & set(names)
    assert list(get_args(LayerKindName)) == names
    schemas: dict[str, Any] = client.get("/openapi.json").json()["components"]["schemas"]
    for component in (
        "LayerAnswer",
        "LayerValuesAnswer",
        "LayerDifferenceAnswer",
        "CellAnswer",
        "StopAnswer",
    ):
        assert schemas[component]["properties"]["kind"]["enum"] == names
    with pytest.raises(ValidationError):
        TypeAdapter(LayerKindName).validate_python("reshape")
