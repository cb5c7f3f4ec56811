"""Two traces against each other, held to plain PyTorch: the difference stream, and how far the layers are apart."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import safetensors.torch
import torch
from fastapi.testclient import TestClient
from PIL import Image
from torch import Tensor

from app import resources
from app.tracing.analysis.differences import Difference, Differences, difference
from model import registry

pytestmark = pytest.mark.numbers

Named = dict[str, Tensor]


def begin(client: TestClient, picture: str, **spec: Any) -> dict[str, Any]:
    body = {"picture": picture, "network": "tiny-vgg", **spec}
    response = client.post("/api/v1/traces", json=body)
    assert response.status_code in {200, 201}, response.text
    answer: dict[str, Any] = response.json()
    return answer


@pytest.fixture(scope="module")
def initial(client: TestClient, samples: dict[str, str]) -> dict[str, Any]:
    return begin(client, samples["chelsea"], checkpoint="initial")


def plain(checkpoint: str) -> Named:
    """Every module's output by its path, by PyTorch alone."""
    (path,) = Path(resources.static_dir() / "samples").glob("chelsea.*")
    module = registry.load("tiny-vgg", checkpoint)
    outputs: Named = {}
    for name, leaf in module.named_modules():
        if not list(leaf.children()):
            leaf.register_forward_hook(
                lambda _module, _args, output, name=name: outputs.__setitem__(name, output[0].clone())
            )
    with torch.inference_mode():
        module(registry.get("tiny-vgg").card.preprocessing.apply(Image.open(path))[None])
    return outputs


@pytest.fixture(scope="module")
def expected(client: TestClient) -> dict[str, tuple[Tensor, Tensor]]:
    """Of each layer that is a module: the trained network's output, and the untrained one's."""
    layers = client.get("/api/v1/networks/tiny-vgg").json()["layers"]
    trained, untrained = plain("trained"), plain("initial")
    return {one["id"]: (trained[one["module"]], untrained[one["module"]]) for one in layers if one["module"]}


def stream(client: TestClient, trace_path: str, **query: Any) -> Named:
    response = client.get(f"{trace_path}/maps.safetensors", params=query)
    assert response.status_code == 200, response.text
    tensors: Named = safetensors.torch.load(response.content)
    return tensors


def test_the_stream_of_differences_is_b_minus_a_in_float32(
    client: TestClient,
    trace_path: str,
    initial: dict[str, Any],
    expected: dict[str, tuple[Tensor, Tensor]],
) -> None:
    delta = stream(client, trace_path, minus=initial["id"], dtype="f32", tile=0, limit=0)
    assert len(expected) > 10
    for layer, (b, a) in expected.items():
        layer_delta = b - a
        assert torch.equal(delta[layer], layer_delta), layer
        assert delta[f"{layer}.scale"][:2].tolist() == [layer_delta.min().item(), layer_delta.max().item()]
    assert not delta["input"].any()


def test_codes_of_a_difference_are_on_its_own_scale(
    client: TestClient, trace_path: str, initial: dict[str, Any], expected: dict[str, tuple[Tensor, Tensor]]
) -> None:
    delta = stream(client, trace_path, minus=initial["id"], tile=0, limit=0)
    for layer, (b, a) in expected.items():
        low, high, step = delta[f"{layer}.scale"].tolist()
        assert step == pytest.approx(max(abs(low), abs(high)) / 127, rel=1e-6)
        meant = (delta[layer].float() - 128) * step
        assert (meant - (b - a)).abs().max().item() <= step * 0.5001, layer


def test_averaging_comes_after_subtracting(
    client: TestClient, trace_path: str, initial: dict[str, Any], expected: dict[str, tuple[Tensor, Tensor]]
) -> None:
    delta = stream(client, trace_path, minus=initial["id"], dtype="f32", tile=10, limit=3, layers="conv1_1")
    b, a = expected["conv1_1"]
    assert delta["conv1_1"].shape == (3, 10, 10)
    averaged = torch.nn.functional.avg_pool2d((b - a)[None, :3], 3)[0]
    assert torch.allclose(delta["conv1_1"], averaged, atol=1e-6)


def test_a_trace_less_itself_is_nothing(
    client: TestClient, trace_path: str, manifest: dict[str, Any]
) -> None:
    delta = stream(client, trace_path, minus=manifest["id"])
    assert all((codes == 128).all() for name, codes in delta.items() if not name.endswith(".scale"))
    comparison = client.get(f"{trace_path}/differences/{manifest['id']}").json()
    assert {(one["same"], one["max_abs"], one["relative"]) for one in comparison["layers"]} == {(True, 0, 0)}


def test_the_header_says_which_layers_have_a_difference(
    client: TestClient, samples: dict[str, str], trace_path: str, manifest: dict[str, Any]
) -> None:
    """With a stride of 2 the maps from conv2_1 on have other sizes, and nothing comes after what is impossible."""
    edit = {"kind": "convolution", "layer": "conv2_1", "stride": [2, 2]}
    other = begin(client, samples["chelsea"], edits=[edit])
    shapes = {layer["id"]: layer["shape"] for layer in manifest["layers"]}
    others = {layer["id"]: layer["shape"] for layer in other["layers"]}
    equal = [name for name, shape in shapes.items() if others.get(name) == shape]
    assert "pool1" in equal
    assert "conv2_1" not in equal
    response = client.get(f"{trace_path}/maps.safetensors", params={"minus": other["id"]})
    length = int.from_bytes(response.content[:8], "little")
    assert int(response.headers["content-length"]) == len(response.content)
    assert f'"minus":"{other["id"]}"'.encode() in response.content[8 : 8 + length]
    delta = safetensors.torch.load(response.content)
    assert {name for name in delta if not name.endswith(".scale")} == set(equal)
    comparison = client.get(f"{trace_path}/differences/{other['id']}").json()
    assert [one["id"] for one in comparison["layers"]] == equal
    assert {one["id"]: (one["shape"], one["other_shape"]) for one in comparison["uncompared"]} == {
        name: (shape, others.get(name)) for name, shape in shapes.items() if name not in equal
    }
    empty = client.get(f"{trace_path}/maps.safetensors", params={"minus": other["id"], "layers": "conv2_1"})
    assert safetensors.torch.load(empty.content) == {}


def test_how_far_layers_are_apart(
    client: TestClient,
    trace_path: str,
    manifest: dict[str, Any],
    initial: dict[str, Any],
    expected: dict[str, tuple[Tensor, Tensor]],
) -> None:
    comparison = client.get(f"{trace_path}/differences/{initial['id']}").json()
    assert (comparison["id"], comparison["other"], comparison["network"]) == (
        manifest["id"],
        initial["id"],
        "tiny-vgg",
    )
    assert comparison["uncompared"] == []
    assert comparison["prediction"] == manifest["prediction"]
    assert comparison["other_prediction"] == initial["prediction"]
    layers = {one["id"]: one for one in comparison["layers"]}
    assert list(layers) == [one["id"] for one in manifest["layers"]]
    assert layers["input"]["same"]
    for layer, (b, a) in expected.items():
        layer_difference, layer_delta = layers[layer], (b - a).abs()
        assert layer_difference["same"] is False
        assert layer_difference["max_abs"] == layer_delta.max().item()
        assert layer_difference["mean_abs"] == pytest.approx(layer_delta.double().mean().item(), rel=1e-12)
        ratio = layer_delta.double().sum() / a.double().abs().sum()
        assert layer_difference["relative"] == pytest.approx(ratio.item(), rel=1e-12)
        both = torch.stack((b.flatten(), a.flatten())).double()
        assert layer_difference["correlation"] == pytest.approx(torch.corrcoef(both)[0, 1].item(), rel=1e-9)


@pytest.mark.parametrize("dx", [1, 3])
def test_how_far_pooled_maps_stay_put_when_the_picture_moves(
    client: TestClient, samples: dict[str, str], trace_path: str, dx: int
) -> None:
    moved = begin(client, samples["chelsea"], edits=[{"kind": "shift", "dx": dx, "dy": 0}])
    comparison = client.get(
        f"/api/v1/traces/{moved['id']}/differences/{trace_path.rpartition('/')[2]}"
    ).json()
    input_values = np.load(io.BytesIO(client.get(f"{trace_path}/layers/input/values.npy").content))
    columns = np.clip(np.arange(32) - dx, 0, 31)  # what was outside shows the edge again
    module = registry.load("tiny-vgg")
    outputs: list[Tensor] = []
    pool = next(leaf for leaf in module.modules() if isinstance(leaf, torch.nn.MaxPool2d))
    pool.register_forward_hook(lambda _module, _args, output: outputs.append(output[0].double()))
    with torch.inference_mode():
        for picture in (input_values, input_values[:, :, columns]):
            module(torch.from_numpy(np.ascontiguousarray(picture))[None])
    still, shifted = outputs
    layer_difference = next(one for one in comparison["layers"] if one["id"] == "pool1")
    ratio = ((shifted - still).abs().sum() / still.abs().sum()).item()
    assert layer_difference["relative"] == pytest.approx(ratio, rel=1e-5)


def test_traces_of_other_networks_are_refused(
    client: TestClient, samples: dict[str, str], trace_path: str
) -> None:
    other = begin(client, samples["chelsea"], network="lecture-cnn")["id"]
    for path, query, field in (
        (f"{trace_path}/differences/{other}", {}, "other_id"),
        (f"{trace_path}/maps.safetensors", {"minus": other}, "minus"),
    ):
        response = client.get(path, params=query)
        assert response.status_code == 422
        assert response.json()["errors"][0]["loc"][1] == field
        assert (
            "a trace of lecture-cnn; only traces of one network, here tiny-vgg" in response.json()["detail"]
        )


@pytest.mark.parametrize("unknown", ["nonsense", "0" * 32])
def test_unknown_traces_are_not_found(client: TestClient, trace_path: str, unknown: str) -> None:
    for path, query in (
        (f"{trace_path}/differences/{unknown}", {}),
        (f"/api/v1/traces/{unknown}/differences/{trace_path.rpartition('/')[2]}", {}),
        (f"{trace_path}/maps.safetensors", {"minus": unknown}),
    ):
        response = client.get(path, params=query)
        assert response.status_code == 404
        assert response.json()["type"].endswith("unknown-trace")


def test_a_comparison_is_immutable(client: TestClient, trace_path: str, initial: dict[str, Any]) -> None:
    tags = set()
    for path in (
        f"{trace_path}/differences/{initial['id']}",
        f"{trace_path}/maps.safetensors?minus={initial['id']}",
        f"{trace_path}/maps.safetensors",
    ):
        first = client.get(path)
        assert "immutable" in first.headers["cache-control"]
        tags.add(first.headers["etag"])
        assert client.get(path, headers={"If-None-Match": first.headers["etag"]}).status_code == 304
    assert len(tags) == 3


def test_ratios_that_do_not_exist_are_left_open() -> None:
    zero, ones, ramp = torch.zeros(4), torch.ones(4), torch.arange(4.0)
    unequal = Difference(same=False, max_abs=1.0, mean_abs=1.0, relative=None, correlation=None)
    assert difference(ones, zero) == unequal
    assert difference(zero, ones) == replace(unequal, relative=1.0)
    assert difference(zero, zero) == Difference(
        same=True, max_abs=0.0, mean_abs=0.0, relative=0.0, correlation=None
    )
    assert difference(-ramp, ramp).correlation == pytest.approx(-1)
    with pytest.raises(ValueError, match="cannot be compared"):
        difference(zero, torch.zeros(5))


def test_a_difference_too_large_for_a_float32_is_still_a_number() -> None:
    most = torch.tensor([3e38, 1.0])
    result = difference(most, -most)
    assert result.max_abs == 2 * float(most[0])
    assert result.mean_abs == pytest.approx((2 * float(most[0]) + 2) / 2)
    assert result.relative == pytest.approx(2)


def test_differences_are_there_as_soon_as_the_values_are() -> None:
    values: Named = {}
    differences = Differences(values, {"conv": torch.ones(2), "other": torch.ones(1)})
    assert list(differences) == []
    values["conv"], values["alone"] = torch.zeros(2), torch.zeros(2)
    assert list(differences) == ["conv"]
    assert len(differences) == 1
    assert "alone" not in differences
    assert differences["conv"].tolist() == [-1, -1]
