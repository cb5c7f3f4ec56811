from __future__ import annotations

import io
import json
import zipfile
from typing import Any

import numpy as np
import pytest
import safetensors.torch
from fastapi.testclient import TestClient
from PIL import Image

from app.services.container import Services
from model import registry
from model.preprocessing import describe
from tests.app.api.pictures import png


def test_a_trace_is_named_by_its_content(client: TestClient, manifest: dict[str, Any]) -> None:
    body = {"picture": manifest["picture"], "network": "tiny-vgg"}
    again = client.post("/api/v1/traces", json=body)
    assert again.status_code == 200
    assert again.json() == manifest
    assert client.get(again.headers["location"]).json() == manifest
    other = client.post("/api/v1/traces", json={**body, "checkpoint": "initial"}).json()
    assert other["id"] != manifest["id"]
    assert other["prediction"] != manifest["prediction"]


def test_a_manifest_describes_the_way_from_picture_to_prediction(manifest: dict[str, Any]) -> None:
    assert manifest["input"]["shape"] == [3, 32, 32]
    steps = manifest["input"]["preprocessing"]
    assert [step["kind"] for step in steps] == [
        describe(step)["kind"] for step in registry.get("tiny-vgg").card.preprocessing.steps
    ]
    crop = next(step for step in steps if step["kind"] == "center_crop")
    left, top, right, bottom = crop["box"]
    assert right - left == bottom - top == crop["result"]["width"] == crop["result"]["height"] == 300
    assert steps[-1]["result"] == {"shape": [3, 32, 32]}
    assert [(block["feature"], block["activation"], block["pooled"]) for block in manifest["blocks"]] == [
        ("conv1_1", "relu1_1", None),
        ("conv1_2", "relu1_2", "pool1"),
        ("conv2_1", "relu2_1", None),
        ("conv2_2", "relu2_2", "pool2"),
    ]
    assert len(manifest["prediction"]) == 10


def test_an_upload_and_its_trace_in_one_call(client: TestClient, manifest: dict[str, Any]) -> None:
    picture = client.get(f"/api/v1/pictures/{manifest['picture']}.png").content
    answer = client.post("/api/v1/traces", files={"file": ("cat.png", picture)}, data={"network": "tiny-vgg"})
    assert answer.status_code == 200  # the pixels of a sample are that sample, whatever the file
    got = answer.json()
    uploaded = got.pop("uploaded")
    assert got == manifest
    assert (uploaded["id"], uploaded["bytes"]) == (manifest["picture"], len(picture))
    assert "decode;dur=" in answer.headers["server-timing"]
    other = client.post(
        "/api/v1/traces", files={"file": ("a.png", png((40, 30), 9))}, data={"network": "tiny-vgg"}
    )
    assert other.status_code == 201
    path = f"/api/v1/pictures/{other.json()['picture']}"
    assert client.get(f"{path}.png").status_code == 200
    token = {"X-Owner-Token": other.json()["uploaded"]["owner_token"]}
    assert client.delete(path, headers=token).status_code == 204


def test_not_waiting_gives_an_id_at_once_whose_stream_and_manifest_follow(
    client: TestClient, samples: dict[str, str]
) -> None:
    body = {"picture": samples["rocket"], "network": "small-vgg", "wait": False}
    accepted = client.post("/api/v1/traces", json=body)
    assert accepted.status_code == 202
    links = accepted.json()["links"]
    stream = safetensors.torch.load(client.get(links["maps"]).content)
    layers = client.get(links["self"]).json()["layers"]
    assert [layer["id"] for layer in layers] == [
        layer["id"] for layer in client.get("/api/v1/networks/small-vgg").json()["layers"]
    ]
    assert {name for name in stream if not name.endswith(".scale")} == {layer["id"] for layer in layers}


def test_stream_bounds_tiles_and_maps_and_chooses_layers(client: TestClient, trace_path: str) -> None:
    query = {"tile": 8, "limit": 3, "layers": "conv1_1,flatten"}
    response = client.get(f"{trace_path}/maps.safetensors", params=query)
    tensors = safetensors.torch.load(response.content)
    assert {name: tuple(value.shape) for name, value in tensors.items()} == {
        "conv1_1.scale": (3,),
        "conv1_1": (3, 8, 8),
        "flatten.scale": (3,),
        "flatten": (250,),
    }
    assert int(response.headers["content-length"]) == len(response.content)
    header = json.loads(response.content[8 : 8 + int.from_bytes(response.content[:8], "little")])
    assert header["__metadata__"]["trace"] in trace_path


@pytest.mark.parametrize(
    ("params", "status"),
    [({"tile": -1}, 422), ({"limit": 5000}, 422), ({"dtype": "f64"}, 422), ({"layers": "conv9"}, 404)],
)
def test_stream_refuses_what_it_cannot_give(
    client: TestClient, trace_path: str, params: dict[str, Any], status: int
) -> None:
    response = client.get(f"{trace_path}/maps.safetensors", params=params)
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"


def test_what_a_trace_names_is_immutable(client: TestClient, trace_path: str) -> None:
    for part in (
        "",
        "/maps.safetensors",
        "/layers/conv1_1/atlas.png",
        "/layers/conv1_1/values.npy",
        "/export.zip",
    ):
        first = client.get(f"{trace_path}{part}")
        assert "immutable" in first.headers["cache-control"]
        etag = first.headers["etag"]
        again = client.get(f"{trace_path}{part}", headers={"If-None-Match": etag})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", etag)
    one, two = (client.get(f"{trace_path}/maps.safetensors?tile={tile}").headers["etag"] for tile in (8, 16))
    assert one != two


def test_an_export_holds_everything(client: TestClient, trace_path: str, manifest: dict[str, Any]) -> None:
    once, twice = (client.get(f"{trace_path}/export.zip").content for _ in range(2))
    assert once == twice
    archive = zipfile.ZipFile(io.BytesIO(client.get(f"{trace_path}/export.zip").content))
    names = set(archive.namelist())
    layers = [layer["id"] for layer in manifest["layers"]]
    assert names == {"manifest.json", "input.png"} | {
        name for layer in layers for name in (f"atlases/{layer}.png", f"values/{layer}.npy")
    } | {f"parameters/{layer}.safetensors" for layer in layers if layer.startswith(("conv", "fc"))}
    assert json.loads(archive.read("manifest.json")) == manifest
    assert Image.open(io.BytesIO(archive.read("input.png"))).size == (32, 32)
    values = np.load(io.BytesIO(archive.read("values/pool2.npy")))
    assert np.array_equal(
        values, np.load(io.BytesIO(client.get(f"{trace_path}/layers/pool2/values.npy").content))
    )


@pytest.mark.parametrize(
    ("body", "status", "message"),
    [
        ({"picture": "0" * 32, "network": "tiny-vgg"}, 404, "no picture"),
        ({"picture": "nonsense", "network": "tiny-vgg"}, 404, "no picture"),
        ({"picture": "", "network": "tiny-vgg"}, 404, "no picture"),
        ({"picture": "AAAA", "network": "tiny-vgg"}, 404, "no picture"),
        ({"picture": "a/b", "network": "tiny-vgg"}, 404, "no picture"),
        ({"picture": "é", "network": "tiny-vgg"}, 404, "no picture"),
        ({"network": "vgg-1000"}, 404, "there are lecture-cnn, lenet, tiny-vgg"),
        ({"network": "tiny-vgg", "checkpoint": "epoch-999"}, 404, "it has initial"),
        ({"network": "tiny-vgg", "edits": [{"kind": "mute"}]}, 422, "edits"),
        ({"network": "tiny-vgg", "extra": 1}, 422, "extra"),
        ({}, 422, "network"),
    ],
)
def test_a_specification_that_cannot_be_is_refused_with_what_can(
    client: TestClient, samples: dict[str, str], body: dict[str, Any], status: int, message: str
) -> None:
    response = client.post("/api/v1/traces", json={"picture": samples["coffee"], **body})
    assert response.status_code == status
    problem = response.json()
    assert message in problem["detail"]
    assert problem["status"] == status
    assert set(problem) >= {"type", "title", "status", "detail"}


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"picture": 1}'])
def test_a_body_that_is_no_specification_is_refused(client: TestClient, content: bytes) -> None:
    response = client.post("/api/v1/traces", content=content, headers={"content-type": "application/json"})
    assert response.status_code == 422


def test_a_form_is_checked_before_its_picture_is_kept(client: TestClient) -> None:
    picture = png((90, 40), seed=7)
    for data, status in (
        ({}, 422),
        ({"network": "nope"}, 404),
        ({"network": "lenet", "edits": "nope"}, 422),
        ({"network": "lenet", "edits": "[" * 60_000}, 422),
        ({"network": "lenet", "checkpoint": "nope"}, 404),
        ({"network": "lenet", "picture": "0" * 32}, 422),
    ):
        response = client.post("/api/v1/traces", files={"file": ("a.png", picture)}, data=data)
        assert response.status_code == status, response.text
    assert client.post("/api/v1/pictures", files={"file": ("a.png", picture)}).status_code == 201


@pytest.mark.parametrize("trace_id", ["0" * 32, "nonsense", "..%2f..%2fetc", "0" * 32 + "%0A"])
def test_an_unknown_trace_is_not_found(client: TestClient, trace_id: str) -> None:
    for part in ("", "/maps.safetensors", "/layers/conv1_1/atlas.png"):
        assert client.get(f"/api/v1/traces/{trace_id}{part}").status_code == 404


def test_a_body_that_is_too_large_is_refused_as_that(client: TestClient) -> None:
    content = b'{"picture":"' + b"x" * 70_000 + b'"}'
    response = client.post("/api/v1/traces", content=content, headers={"content-type": "application/json"})
    assert response.status_code == 413
    assert response.json()["type"] == "urn:convscope:problem:body-too-large"


@pytest.mark.parametrize(
    "edit",
    [
        {"layer": "_blocks_0__depthwise_conv", "padding": [2048, 2048], "dilation": [1024, 1024]},
        {"layer": "_blocks_12__depthwise_conv", "padding": [4096, 4096], "dilation": [2048, 2048]},
    ],
)
def test_an_edit_for_which_pytorch_would_pad_gigabytes_is_refused(
    client: TestClient, samples: dict[str, str], edit: dict[str, Any]
) -> None:
    edit |= {"kind": "convolution", "stride": [2049, 2049], "padding_mode": "replicate"}
    body = {"picture": samples["chelsea"], "network": "efficientnet-lite0", "edits": [edit]}
    answer = client.post("/api/v1/traces", json=body)
    assert answer.status_code == 413
    assert "at most 256 MiB are permitted" in answer.json()["detail"]
    assert edit["layer"] in answer.json()["detail"]


def test_an_export_leaves_no_file_and_knows_no_ranges(
    client: TestClient, services: Services, trace_path: str
) -> None:
    folder = services.settings.data_dir
    before = {path for path in folder.rglob("*") if "store" not in path.parts}
    answer = client.get(f"{trace_path}/export.zip", headers={"Range": "bytes=999999999-"})
    assert answer.status_code == 200
    assert {path for path in folder.rglob("*") if "store" not in path.parts} == before
