"""Every number that REST gives is PyTorch's own, bit for bit: held to a plain forward without our recorder."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest
import safetensors.torch
import torch
from fastapi.testclient import TestClient
from PIL import Image
from torch import Tensor, nn

from app import resources
from model import registry

pytestmark = pytest.mark.numbers

PHOTOS = ("chelsea", "coffee", "camera", "astronaut", "rocket")
DIGITS = ("digit-2", "digit-5", "digit-7")
CASES = [
    (network_id, sample)
    for network_id, network in registry.NETWORKS.items()
    for sample in (PHOTOS if network.card.input_shape[0] == 3 else (*DIGITS, "camera"))
]


def plain_forward(network_id: str, sample: str) -> tuple[Tensor, dict[str, Tensor], Tensor]:
    """The input, every module's output by its path, and the network's output, by PyTorch alone."""
    path = next((resources.static_dir() / "samples").glob(f"{sample}.[jp]*"))
    image = Image.open(path)
    image = image if image.mode in {"RGB", "L"} else image.convert("RGB")
    card = registry.get(network_id).card
    tensor = card.preprocessing.apply(image)
    module = registry.load(network_id)
    outputs: dict[str, Tensor] = {}
    for name, leaf in module.named_modules():
        if not list(leaf.children()):
            leaf.register_forward_hook(
                lambda _module, _args, output, name=name: outputs.__setitem__(name, output[0].clone())
            )
    with torch.inference_mode():
        result = module(tensor[None])[0]
    return tensor, outputs, result


def graph(client: TestClient, network_id: str) -> list[dict[str, Any]]:
    layers: list[dict[str, Any]] = client.get(f"/api/v1/networks/{network_id}").json()["layers"]
    return layers


def expected_values(
    layers: list[dict[str, Any]], tensor: Tensor, outputs: dict[str, Tensor]
) -> dict[str, Tensor]:
    """Each layer's output; an addition is what PyTorch's own + gives of the two outputs that it adds."""
    layer_outputs: dict[str, Tensor] = {}
    for layer in layers:
        if layer["kind"] == "input":
            layer_outputs[layer["id"]] = tensor
        elif layer["module"]:
            layer_outputs[layer["id"]] = outputs[layer["module"]]
        else:
            assert layer["kind"] == "add", layer
            first, second = layer["inputs"]
            layer_outputs[layer["id"]] = layer_outputs[first] + layer_outputs[second]
    return layer_outputs


def begin(client: TestClient, samples: dict[str, str], network_id: str, sample: str) -> str:
    body = {"picture": samples[sample], "network": network_id, "wait": False}
    return f"/api/v1/traces/{client.post('/api/v1/traces', json=body).json()['id']}"


@pytest.mark.parametrize(("network_id", "sample"), CASES)
def test_every_float_equals_a_plain_forward(
    client: TestClient, samples: dict[str, str], network_id: str, sample: str
) -> None:
    path = begin(client, samples, network_id, sample)
    stream = client.get(f"{path}/maps.safetensors", params={"dtype": "f32", "tile": 0, "limit": 0})
    array = safetensors.torch.load(stream.content)
    layers = graph(client, network_id)
    expected = expected_values(layers, *plain_forward(network_id, sample)[:2])
    assert [name for name in array if not name.endswith(".scale")] != []
    for layer in layers:
        name = layer["id"]
        assert torch.equal(array[name], expected[name]), name
        low, high = array[f"{name}.scale"][:2].tolist()
        assert (low, high) == (expected[name].min().item(), expected[name].max().item()), name


@pytest.mark.parametrize("network_id", registry.NETWORKS)
def test_manifest_agrees_with_the_plain_forward(
    client: TestClient, samples: dict[str, str], network_id: str
) -> None:
    sample = "digit-5" if network_id == "lenet" else "chelsea"
    tensor, outputs, result = plain_forward(network_id, sample)
    manifest = client.get(begin(client, samples, network_id, sample)).json()
    for layer in expected_values(graph(client, network_id), tensor, outputs).items():
        entry = next(item for item in manifest["layers"] if item["id"] == layer[0])
        values = layer[1].double()
        assert entry["shape"] == list(layer[1].shape)
        assert (entry["min"], entry["max"]) == (values.min().item(), values.max().item())
        assert entry["mean"] == pytest.approx(values.mean().item(), rel=1e-4, abs=1e-6)
        assert entry["std"] == pytest.approx(values.std(correction=0).item(), rel=1e-4, abs=1e-6)
        assert entry["zero_fraction"] == (values == 0).double().mean().item()
    prediction = manifest["prediction"]
    by_index = {item["index"]: item for item in prediction}
    if network_id == "lecture-cnn":
        logit = outputs["fc"].item()
        assert by_index[1]["probability"] == result.item()
        assert by_index[0]["probability"] == (1 - result).item()
        assert (by_index[0]["logit"], by_index[1]["logit"]) == (-logit, logit)
    else:
        assert [by_index[index]["probability"] for index in range(len(result))] == result.tolist()
        assert torch.softmax(
            torch.tensor([by_index[i]["logit"] for i in range(len(result))]), 0
        ).tolist() == pytest.approx(result.tolist(), abs=1e-7)
    labels = registry.get(network_id).card.labels
    assert all(item["label"] == labels[item["index"]] for item in prediction)
    probabilities = [item["probability"] for item in prediction]
    assert probabilities == sorted(probabilities, reverse=True)
    assert sum(probabilities) == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize("network_id", ["tiny-vgg", "lenet"])
def test_files_of_a_layer_hold_the_same_floats(
    client: TestClient, samples: dict[str, str], network_id: str
) -> None:
    sample = "digit-5" if network_id == "lenet" else "coffee"
    path = begin(client, samples, network_id, sample)
    layers = graph(client, network_id)
    expected = expected_values(layers, *plain_forward(network_id, sample)[:2])
    for layer_id, values in expected.items():
        array = np.load(io.BytesIO(client.get(f"{path}/layers/{layer_id}/values.npy").content))
        assert np.array_equal(array, values.numpy())
        if values.dim() == 3:
            channel = len(values) - 1
            one = np.load(io.BytesIO(client.get(f"{path}/layers/{layer_id}/maps/{channel}.npy").content))
            assert np.array_equal(one, values[channel].numpy())
            lines = client.get(f"{path}/layers/{layer_id}/maps/{channel}.csv").text.splitlines()[1:]
            text = np.array([[np.float32(cell) for cell in line.split(",")] for line in lines])
            assert np.array_equal(text, values[channel].numpy())


@pytest.mark.parametrize("scale", ["layer", "map"])
def test_codes_are_the_floats_within_half_a_step(client: TestClient, trace_path: str, scale: str) -> None:
    codes = safetensors.torch.load(
        client.get(f"{trace_path}/maps.safetensors", params={"scale": scale, "tile": 0, "limit": 0}).content
    )
    values = safetensors.torch.load(
        client.get(f"{trace_path}/maps.safetensors", params={"dtype": "f32", "tile": 0, "limit": 0}).content
    )
    for name in (name for name in codes if not name.endswith(".scale")):
        step = codes[f"{name}.scale"][..., 2]
        step = step[:, None, None] if scale == "map" and codes[name].dim() == 3 else step
        assert ((codes[name].float() - 128) * step - values[name]).abs().le(step * 0.5001 + 1e-9).all(), name
        assert codes[name].min() >= 1


def test_filters_are_the_modules_weights(client: TestClient) -> None:
    module = registry.load("tiny-vgg")
    for name in ("conv1_1", "conv2_2", "fc"):
        array = np.load(
            io.BytesIO(client.get(f"/api/v1/networks/tiny-vgg/layers/{name}/filters.npy").content)
        )
        layer = module.get_submodule(name)
        assert isinstance(layer, nn.Conv2d | nn.Linear)
        assert np.array_equal(array, layer.weight.numpy())
    untrained = client.get(
        "/api/v1/networks/tiny-vgg/layers/conv1_1/filters.npy", params={"checkpoint": "initial"}
    )
    assert not np.array_equal(
        np.load(io.BytesIO(untrained.content)), module.get_submodule("conv1_1").weight.numpy()
    )
