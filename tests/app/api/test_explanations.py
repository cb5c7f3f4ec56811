"""Grad-CAM and saliency over REST: the numbers of the core, as numbers and as colours, and what is refused."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest
import torch
from fastapi.testclient import TestClient
from PIL import Image

from app.imaging import colormap
from app.tracing.analysis import explanations
from app.tracing.capture.graph_builder import build
from app.tracing.capture.program import Program
from model import registry

pytestmark = pytest.mark.numbers


def npy(content: bytes) -> np.ndarray[Any, Any]:
    array: np.ndarray[Any, Any] = np.load(io.BytesIO(content))
    return array


def the_input(client: TestClient, trace_path: str) -> torch.Tensor:
    return torch.from_numpy(npy(client.get(f"{trace_path}/layers/input/values.npy").content))


@pytest.fixture(scope="module")
def tiny() -> Program:
    module = registry.load("tiny-vgg")
    return Program(build(module, (3, 32, 32)), module)


def test_grad_cam_is_of_the_best_class_at_the_last_maps(
    client: TestClient, trace_path: str, manifest: dict[str, Any], tiny: Program
) -> None:
    explanation = client.get(f"{trace_path}/explanations/grad_cam").json()
    best = manifest["prediction"][0]
    assert explanation["class"] == best["index"]
    assert (explanation["label"], explanation["layer"]) == (best["label"], "relu2_2")
    values = npy(client.get(f"{trace_path}/explanations/grad_cam.npy").content)
    expected = explanations.grad_cam(tiny, the_input(client, trace_path), best["index"], "relu2_2")
    assert values.dtype == np.float32
    assert (values == expected.numpy()).all()
    assert explanation["shape"] == list(values.shape) == [10, 10]
    assert (explanation["min"], explanation["max"]) == (values.min(), values.max())


def test_class_and_layer_are_chosen(client: TestClient, trace_path: str, tiny: Program) -> None:
    query = {"class": 8, "layer": "conv1_2"}
    explanation = client.get(f"{trace_path}/explanations/grad_cam", params=query).json()
    values = npy(client.get(explanation["links"]["npy"]).content)
    expected = explanations.grad_cam(tiny, the_input(client, trace_path), 8, "conv1_2")
    assert (explanation["class"], explanation["label"], explanation["layer"]) == (8, "ship", "conv1_2")
    assert (values == expected.numpy()).all()
    assert values.shape == (28, 28)


def test_saliency_is_of_the_inputs_size(client: TestClient, trace_path: str, tiny: Program) -> None:
    explanation = client.get(f"{trace_path}/explanations/saliency", params={"class": 5}).json()
    values = npy(client.get(explanation["links"]["npy"]).content)
    expected = explanations.saliency(tiny, the_input(client, trace_path), 5)
    assert explanation["layer"] is None
    assert explanation["shape"] == [32, 32]
    assert (values == expected.numpy()).all()


def test_the_box_is_what_the_crop_kept(client: TestClient, trace_path: str, manifest: dict[str, Any]) -> None:
    (crop,) = [step for step in manifest["input"]["preprocessing"] if step["kind"] == "center_crop"]
    explanation = client.get(f"{trace_path}/explanations/saliency").json()
    assert explanation["box"] == crop["box"]
    left, top, right, bottom = explanation["box"]
    assert right - left == bottom - top == 300
    assert left > 0


@pytest.mark.parametrize(("parameter", "palette"), [("auto", "inferno"), ("viridis", "viridis")])
def test_a_picture_has_the_palettes_colours_from_zero_to_the_largest(
    client: TestClient, trace_path: str, parameter: str, palette: str
) -> None:
    values = npy(client.get(f"{trace_path}/explanations/grad_cam.npy").content)
    png = client.get(f"{trace_path}/explanations/grad_cam.png", params={"colormap": parameter}).content
    pixels = np.asarray(Image.open(io.BytesIO(png)).convert("RGB"))
    colors = np.frombuffer(colormap.palette(palette, signed=False), dtype=np.uint8).reshape(256, 3)
    assert pixels.shape == (10, 10, 3)
    assert (pixels[values == values.max()] == colors[255]).all()
    assert (pixels[values == 0] == colors[128]).all()
    assert (values == 0).any()


def test_answers_are_immutable(client: TestClient, trace_path: str) -> None:
    for kind in ("", ".npy", ".png"):
        address = f"{trace_path}/explanations/saliency{kind}"
        first = client.get(address)
        assert "immutable" in first.headers["cache-control"]
        assert client.get(address, headers={"If-None-Match": first.headers["etag"]}).status_code == 304


@pytest.mark.parametrize(
    ("part", "status", "message"),
    [
        ("grad_cam?class=10", 422, "class: there is no class 10; there are 0 to 9"),
        ("saliency.npy?class=-1", 422, "there are 0 to 9"),
        ("grad_cam?layer=fc", 422, "layers that have: conv1_1, relu1_1"),
        ("grad_cam.npy?layer=galaxy", 404, "layers with maps: conv1_1, relu1_1"),
        ("grad_cam.png?colormap=jet", 422, "there are auto, viridis"),
        ("horoscope", 422, "grad_cam"),
    ],
)
def test_what_cannot_be_is_refused_with_what_can(
    client: TestClient, trace_path: str, part: str, status: int, message: str
) -> None:
    response = client.get(f"{trace_path}/explanations/{part}")
    assert response.status_code == status
    assert message in response.json()["detail"]


def test_both_classes_of_a_single_unit_are_explained(client: TestClient, samples: dict[str, str]) -> None:
    body = {"picture": samples["chelsea"], "network": "lecture-cnn"}
    trace = client.post("/api/v1/traces", json=body).json()
    maps = {}
    for index, label in enumerate(("cat", "dog")):
        explanation = client.get(f"/api/v1/traces/{trace['id']}/explanations/grad_cam?class={index}").json()
        assert explanation["label"] == label
        maps[label] = npy(client.get(explanation["links"]["npy"]).content)
    assert not (maps["cat"] == maps["dog"]).all()
    # −z falls where z rises: a cell speaks for one of the two at most.
    assert not ((maps["cat"] > 0) & (maps["dog"] > 0)).any()


def test_an_edited_network_is_explained_as_it_is(client: TestClient, samples: dict[str, str]) -> None:
    edits = [{"kind": "mute", "layer": "relu2_2", "channel": channel} for channel in range(10)]
    body = {"picture": samples["chelsea"], "network": "tiny-vgg", "edits": edits}
    trace = client.post("/api/v1/traces", json=body)
    assert trace.status_code in {200, 201}, trace.text
    explanation = client.get(f"/api/v1/traces/{trace.json()['id']}/explanations/grad_cam").json()
    assert (explanation["min"], explanation["max"]) == (0, 0)


def test_a_network_that_edits_have_cut_short_is_said_to_name_no_class(
    client: TestClient, samples: dict[str, str]
) -> None:
    edits = [{"kind": "convolution", "layer": "conv1_1", "stride": [2, 2]}]
    body = {"picture": samples["chelsea"], "network": "tiny-vgg", "edits": edits}
    trace = client.post("/api/v1/traces", json=body).json()
    assert trace["stop"]["layer"] == "fc"
    path = f"/api/v1/traces/{trace['id']}"
    for answer in (
        client.get(f"{path}/explanations/grad_cam"),
        client.get(f"{path}/explanations/saliency.npy?class=3"),
        client.post(f"{path}/occlusions", json={}),
    ):
        assert answer.status_code == 422
        assert answer.json()["type"] == "urn:convscope:problem:unexplainable"
        assert "ends at flatten and names no class" in answer.json()["detail"]
