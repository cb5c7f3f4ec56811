from __future__ import annotations

import io
import json
from typing import Any

import numpy as np
import pytest
from fastapi.testclient import TestClient
from PIL import Image


def picture(content: bytes) -> np.ndarray[Any, Any]:
    return np.asarray(Image.open(io.BytesIO(content)).convert("RGBA"))


def values(client: TestClient, trace_path: str, layer: str) -> np.ndarray[Any, Any]:
    return np.load(io.BytesIO(client.get(f"{trace_path}/layers/{layer}/values.npy").content))


def test_an_atlas_shows_every_map_where_its_header_says(client: TestClient, trace_path: str) -> None:
    response = client.get(f"{trace_path}/layers/relu1_1/atlas.png", params={"colormap": "gray"})
    layout = json.loads(response.headers["x-atlas"])
    maps = values(client, trace_path, "relu1_1")
    image = picture(response.content)
    assert (layout["maps"], layout["tile"]) == (10, [30, 30])
    assert (layout["min"], layout["max"]) == (maps.min(), maps.max())
    step = layout["max"] / 127
    for channel in range(10):
        row, column = divmod(channel, layout["columns"])
        top, left = row * (30 + layout["gap"]), column * (30 + layout["gap"])
        tile = image[top : top + 30, left : left + 30]
        assert (tile[..., 3] == 255).all()
        grey = tile[..., 0].astype(int)
        brightest = np.unravel_index(maps[channel].argmax(), maps[channel].shape)
        assert grey[brightest] == grey.max()
        assert (grey[maps[channel] == 0] == 0).all()
        assert np.abs(grey / 255 * 127 * step - maps[channel]).max() < 1.5 * step
    assert image[30, 0, 3] == 0  # the gap is transparent


@pytest.mark.parametrize("scale", ["map", "layer", "network"])
def test_scales_say_what_they_span(
    client: TestClient, trace_path: str, manifest: dict[str, Any], scale: str
) -> None:
    header = client.get(f"{trace_path}/layers/conv2_1/atlas.png", params={"scale": scale}).headers["x-atlas"]
    layout = json.loads(header)
    layers = (
        manifest["layers"] if scale == "network" else [x for x in manifest["layers"] if x["id"] == "conv2_1"]
    )
    assert layout["min"] == min(layer["min"] for layer in layers)
    assert layout["max"] == max(layer["max"] for layer in layers)


def test_one_map_is_a_pixel_a_cell_on_each_scale(client: TestClient, trace_path: str) -> None:
    stages = {
        scale: client.get(f"{trace_path}/layers/conv1_1/maps/4.png", params={"scale": scale}).content
        for scale in ("map", "layer", "network")
    }
    assert all(picture(content).shape == (30, 30, 4) for content in stages.values())
    assert len(set(stages.values())) == 3


def test_a_blocks_stages_are_its_layers_atlases(
    client: TestClient, trace_path: str, manifest: dict[str, Any]
) -> None:
    block = manifest["blocks"][1]
    for stage in ("feature", "activation", "pooled"):
        by_stage = client.get(f"{trace_path}/blocks/{block['id']}/{stage}.png")
        by_layer = client.get(f"{trace_path}/layers/{block[stage]}/atlas.png")
        assert by_stage.content == by_layer.content
        assert by_stage.headers["x-atlas"] == by_layer.headers["x-atlas"]


def test_preprocessing_steps_can_be_seen(
    client: TestClient, trace_path: str, manifest: dict[str, Any]
) -> None:
    for index, step in enumerate(manifest["input"]["preprocessing"]):
        response = client.get(f"{trace_path}/preprocessing/{index}.png")
        if "width" in step["result"]:
            size = Image.open(io.BytesIO(response.content)).size
            assert size == (step["result"]["width"], step["result"]["height"])
        else:
            assert response.status_code == 404


@pytest.mark.parametrize(
    ("part", "status", "message"),
    [
        ("layers/conv9/atlas.png", 404, "there are input, conv1_1"),
        ("layers/conv9/values.npy", 404, "there are input, conv1_1"),
        ("layers/conv1_1/maps/10.png", 404, "0 to 9"),
        ("layers/conv1_1/maps/-1.npy", 404, "0 to 9"),
        ("layers/conv1_1/maps/99999999999999999999.csv", 404, "0 to 9"),
        ("layers/conv1_1/maps/one.png", 422, "channel"),
        ("layers/fc/maps/0.png", 404, "vector of 10 numbers"),
        ("layers/conv1_1/atlas.png?scale=galaxy", 422, "scale"),
        ("layers/conv1_1/atlas.png?colormap=jet", 422, "there are auto, viridis"),
        ("blocks/block9/feature.png", 404, "there are block1"),
        ("blocks/block1/pooled.png", 404, "no pooled stage"),
        ("blocks/block1/other.png", 422, "stage"),
        ("preprocessing/99.png", 404, "steps with one"),
    ],
)
def test_what_is_not_there_is_refused_with_what_is(
    client: TestClient, trace_path: str, part: str, status: int, message: str
) -> None:
    response = client.get(f"{trace_path}/{part}")
    assert response.status_code == status
    assert message in response.json()["detail"]
    if "colormap" in part:
        assert response.json()["errors"][0]["loc"] == ["query", "colormap"]
