"""Edited traces by REST: numbers as PyTorch has them, bad edits refused by name, and the server goes on."""

from __future__ import annotations

import io
import json
from typing import Any

import numpy as np
import pytest
import safetensors.torch
import torch
from fastapi.testclient import TestClient
from torch import nn

from app.imaging.decode import decode
from model import registry

pytestmark = pytest.mark.numbers


def post(client: TestClient, samples: dict[str, str], edits: list[Any], network: str = "tiny-vgg") -> Any:
    body = {"picture": samples["chelsea"], "network": network, "edits": edits}
    return client.post("/api/v1/traces", json=body)


def values(client: TestClient, trace: str, layer: str) -> torch.Tensor:
    answer = client.get(f"/api/v1/traces/{trace}/layers/{layer}/values.npy")
    return torch.from_numpy(np.load(io.BytesIO(answer.content)))


def plain(client: TestClient, samples: dict[str, str], network: str) -> tuple[Any, torch.Tensor]:
    """The network's own module and input, made without the server's recorder."""
    chosen = registry.get(network)
    picture = decode(client.get(f"/api/v1/pictures/{samples['chelsea']}.png").content)
    return registry.load(network, "trained"), chosen.card.preprocessing.apply(picture.image)[None]


def test_an_edited_trace_is_the_network_with_that_change(client: TestClient, samples: dict[str, str]) -> None:
    kernel = [[-1.0, 0, 1], [-2, 0, 2], [-1, 0, 1]]
    edits = [
        {"kind": "kernel", "layer": "conv1_2", "filter": 4, "channel": 7, "values": kernel},
        {"kind": "bias", "layer": "fc", "filter": 2, "value": 1.5},
    ]
    answer = post(client, samples, edits)
    assert answer.status_code == 201
    module, picture = plain(client, samples, "tiny-vgg")
    with torch.inference_mode():
        module.conv1_2.weight[4, 7] = torch.tensor(kernel)
        module.fc.bias[2] = 1.5
        logits = module.logits(picture)[0]
    assert torch.equal(values(client, answer.json()["id"], "fc"), logits)
    assert [(edit["kind"], edit["layer"]) for edit in answer.json()["edits"]] == [
        ("kernel", "conv1_2"),
        ("bias", "fc"),
    ]


def test_an_edited_picture_is_what_the_network_sees(client: TestClient, samples: dict[str, str]) -> None:
    answer = post(client, samples, [{"kind": "shift", "dx": 3, "dy": -2}]).json()
    _, picture = plain(client, samples, "tiny-vgg")
    input_values = values(client, answer["id"], "input")
    assert torch.equal(input_values[:, :30, 3:], picture[0][:, 2:, :29])
    steps = answer["input"]["preprocessing"]
    at = next(index for index, step in enumerate(steps) if step["kind"] == "shift")
    assert (steps[at]["dx"], steps[at]["dy"]) == (3, -2)
    assert steps[at]["result"] == {"width": 32, "height": 32, "mode": "RGB"}
    response = client.get(f"/api/v1/traces/{answer['id']}/preprocessing/{at}.png")
    assert response.status_code == 200


def test_what_follows_an_edit_is_all_that_is_computed(
    client: TestClient, samples: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    post(client, samples, [])
    ran: list[torch.Size] = []
    forward = nn.Conv2d.forward

    def counted(module: nn.Conv2d, x: torch.Tensor) -> torch.Tensor:
        ran.append(x.shape)
        return forward(module, x)

    monkeypatch.setattr(nn.Conv2d, "forward", counted)
    answer = post(client, samples, [{"kind": "mute", "layer": "relu2_1", "channel": 8}])
    assert answer.status_code == 201
    assert values(client, answer.json()["id"], "relu2_1")[8].abs().max() == 0
    assert ran == [(1, 10, 12, 12)]  # conv2_2 alone


def test_the_stream_and_the_graph_are_those_of_the_edited_network(
    client: TestClient, samples: dict[str, str]
) -> None:
    pooled = {"kind": "pooling", "layer": "pool1", "pooling": "average", "kernel_size": [3, 3]}
    trace = post(client, samples, [pooled]).json()
    graph = client.get(f"/api/v1/traces/{trace['id']}/graph").json()
    layers = {layer["id"]: layer for layer in graph["layers"]}
    assert layers["pool1"]["kind"] == "avg_pool2d"
    assert layers["pool1"]["hyperparameters"]["stride"] == [3, 3]
    assert layers["pool1"]["shape"] == [10, 9, 9]
    stream = client.get(f"/api/v1/traces/{trace['id']}/maps.safetensors?dtype=f32&tile=0&limit=0")
    parts = safetensors.torch.load(stream.content)
    assert list(parts["conv2_1"].shape) == layers["conv2_1"]["shape"]
    assert torch.equal(parts["pool1"], values(client, trace["id"], "pool1"))


def test_a_partial_trace_says_where_it_stops(client: TestClient, samples: dict[str, str]) -> None:
    slow = {"kind": "convolution", "layer": "conv", "stride": [1, 1]}
    answer = post(client, samples, [slow], "lecture-cnn")
    assert answer.status_code == 201
    trace = answer.json()
    assert trace["stop"] == {
        "layer": "fc",
        "kind": "linear",
        "reason": "features",
        "expects": [54],
        "gets": [[150]],
        "detail": "fc expects 54 numbers and would get 150",
    }
    assert [layer["id"] for layer in trace["layers"]] == ["input", "conv", "relu", "pool", "flatten"]
    assert trace["prediction"] == []
    assert client.get(f"/api/v1/traces/{trace['id']}/graph").json()["stop"] == trace["stop"]
    assert client.get(f"/api/v1/traces/{trace['id']}/maps.safetensors").status_code == 200
    assert client.get(f"/api/v1/traces/{trace['id']}/export.zip").status_code == 200
    assert client.get(f"/api/v1/traces/{trace['id']}/layers/fc/values.npy").status_code == 404


def test_choices_are_those_of_the_edited_layer(client: TestClient, samples: dict[str, str]) -> None:
    trace = post(client, samples, [{"kind": "convolution", "layer": "conv1_1", "padding": [2, 2]}]).json()
    choices = client.get(f"/api/v1/traces/{trace['id']}/layers/conv1_1/choices").json()
    assert choices["channels"] == choices["biases"] == 10
    assert choices["convolution"]["ranges"]["dilation"] == [{"low": 1, "high": 17}] * 2
    assert choices["weights"]["presets"]["sobel_vertical"] == [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]
    assert choices["pooling"] is None
    plain_trace = post(client, samples, []).json()["id"]
    assert client.get(f"/api/v1/traces/{plain_trace}/layers/softmax/choices").json()["channels"] == 0
    # With more cells the dense layer does not fit any more, and what is not there cannot be edited.
    assert client.get(f"/api/v1/traces/{trace['id']}/layers/softmax/choices").status_code == 404


BAD: dict[str, tuple[list[Any], int, list[Any], str]] = {
    "a layer that is not there": (
        [{"kind": "mute", "layer": "conv9", "channel": 0}],
        422,
        ["body", "edits", 0, "layer"],
        "conv1_1",
    ),
    "a channel that is not there": (
        [{"kind": "grey"}, {"kind": "mute", "layer": "conv1_1", "channel": 10}],
        422,
        ["body", "edits", 1, "channel"],
        "0 to 9",
    ),
    "a stride too long": (
        [{"kind": "convolution", "layer": "conv1_1", "stride": [31, 1]}],
        422,
        ["body", "edits", 0, "stride"],
        "1 to 30",
    ),
    "a kernel of the wrong shape": (
        [{"kind": "kernel", "layer": "conv1_1", "filter": 0, "values": [[1.0]]}],
        422,
        ["body", "edits", 0, "values"],
        "3 rows of 3",
    ),
    "an edit that the layer has not": (
        [{"kind": "activation", "layer": "conv1_1", "activation": "relu"}],
        422,
        ["body", "edits", 0, "layer"],
        "convolution",
    ),
    "no such kind": ([{"kind": "explode"}], 422, ["body", "edits", 0], "'mute'"),
    "too many": ([{"kind": "grey"}] * 65, 422, ["body", "edits"], "64"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_edit_is_refused_by_name_and_the_server_goes_on(
    name: str, client: TestClient, samples: dict[str, str]
) -> None:
    edits, status, location, permitted = BAD[name]
    answer = post(client, samples, edits)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    error = answer.json()["errors"][0]
    assert error["loc"] == location
    assert permitted in error["msg"]
    assert post(client, samples, []).status_code == 200


@pytest.mark.parametrize(
    ("edit", "permitted"),
    [
        ({"kind": "mute", "layer": "conv1_1", "channel": 10}, {"low": 0, "high": 9}),
        ({"kind": "bias", "layer": "fc", "filter": 10, "value": 0}, {"low": 0, "high": 9}),
        (
            {"kind": "convolution", "layer": "conv1_1", "stride": [31, 1]},
            {"vertical": {"low": 1, "high": 30}, "horizontal": {"low": 1, "high": 30}},
        ),
        (
            {"kind": "convolution", "layer": "conv1_1", "padding": [40, 0], "padding_mode": "circular"},
            {"vertical": {"low": 0, "high": 2}, "horizontal": {"low": 0, "high": 2}},
        ),
        ({"kind": "kernel", "layer": "conv1_1", "filter": 0, "values": [[1.0]]}, None),
    ],
)
def test_what_is_permitted_is_told_in_numbers_too(
    edit: dict[str, Any], permitted: Any, client: TestClient, samples: dict[str, str]
) -> None:
    error = post(client, samples, [edit]).json()["errors"][0]
    assert error.get("permitted") == permitted


def test_a_layer_that_is_not_there_is_told_with_those_that_are(
    client: TestClient, samples: dict[str, str]
) -> None:
    error = post(client, samples, [{"kind": "mute", "layer": "conv9", "channel": 0}]).json()["errors"][0]
    assert error["permitted"]["choices"][:3] == ["input", "conv1_1", "relu1_1"]


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999"])
def test_numbers_that_are_none_are_refused(number: str, client: TestClient, samples: dict[str, str]) -> None:
    edit = f'{{"kind":"bias","layer":"fc","filter":0,"value":{number}}}'
    content = f'{{"picture":"{samples["chelsea"]}","network":"tiny-vgg","edits":[{edit}]}}'
    answer = client.post("/api/v1/traces", content=content, headers={"content-type": "application/json"})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["loc"][:3] == ["body", "edits", 0]


def test_ten_thousand_edits_are_too_much_to_read(client: TestClient, samples: dict[str, str]) -> None:
    answer = post(client, samples, [{"kind": "mute", "layer": "conv1_1", "channel": 0}] * 10_000)
    assert answer.status_code == 413
    assert "65536" in answer.json()["detail"]
    form = {"network": "tiny-vgg", "edits": json.dumps([{"kind": "grey"}] * 10_000)}
    picture = client.get(f"/api/v1/pictures/{samples['chelsea']}.png").content
    answer = client.post("/api/v1/traces", data=form, files={"file": ("a.png", picture)})
    assert answer.status_code == 413
    assert post(client, samples, []).status_code == 200


@pytest.mark.parametrize("content", [b"\xff\xfe", b"", b"[[", b"null"])
def test_what_is_not_json_is_refused(content: bytes, client: TestClient, samples: dict[str, str]) -> None:
    answer = client.post("/api/v1/traces", content=content, headers={"content-type": "application/json"})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["loc"] == ["body"]
    assert post(client, samples, []).status_code == 200


def test_of_many_errors_the_first_are_named_and_the_rest_counted(
    client: TestClient, samples: dict[str, str]
) -> None:
    answer = post(client, samples, [{"kind": "explode"}] * 64)
    assert answer.status_code == 422
    assert [error["loc"] for error in answer.json()["errors"]] == [["body", "edits", n] for n in range(20)]
    assert answer.json()["detail"].endswith("and 44 more")


def test_of_a_kernel_the_first_bad_number_is_told(client: TestClient, samples: dict[str, str]) -> None:
    kernel = {"kind": "kernel", "layer": "conv1_1", "filter": 0, "values": [[0] * 31, [2000] * 31] * 15}
    answer = post(client, samples, [kernel] * 9)
    assert answer.status_code == 422
    locations = [error["loc"] for error in answer.json()["errors"]]
    assert [at for at in locations if at[-2:] == [1, 0]] == [
        ["body", "edits", n, "kernel", "values", 1, 0] for n in range(9)
    ]
    assert not [at for at in locations if at[-1] not in {0, 1, "values"}]


def test_more_memory_than_a_trace_may_take_is_refused(client: TestClient, samples: dict[str, str]) -> None:
    wide = {"kind": "convolution", "layer": "_conv_stem", "stride": [1, 1]}
    answer = post(client, samples, [wide], "efficientnet-lite0")
    assert answer.status_code == 413
    assert "at most 256 MiB are permitted" in answer.json()["detail"]


def test_numbers_that_outgrow_a_float_are_told(client: TestClient, samples: dict[str, str]) -> None:
    layers = ["conv1_1", "relu1_1", "conv1_2", "relu1_2", "pool1", "conv2_1", "relu2_1", "conv2_2", "relu2_2"]
    edits = [
        edit
        for layer in [*layers, "pool2"]
        for channel in range(3)
        for edit in [{"kind": "scale", "layer": layer, "channel": channel, "factor": 100}] * 2
    ]
    edits = [edit | {"factor": 31} for edit in edits]
    heavy = [
        {"kind": "kernel", "layer": layer, "filter": 0, "values": [[1000.0] * 3] * 3}
        for layer in ("conv1_1", "conv1_2", "conv2_1", "conv2_2")
    ]
    answer = post(client, samples, [*heavy, *edits[:60]])
    assert answer.status_code == 422
    assert "too large for a float32" in answer.json()["detail"]
    assert post(client, samples, []).status_code == 200


def test_edits_come_with_an_upload_too(client: TestClient, samples: dict[str, str]) -> None:
    picture = client.get(f"/api/v1/pictures/{samples['chelsea']}.png").content
    edits = [{"kind": "flip"}]
    answer = client.post(
        "/api/v1/traces",
        files={"file": ("a.png", picture)},
        data={"network": "tiny-vgg", "edits": json.dumps(edits)},
    )
    assert answer.json()["id"] == post(client, samples, edits).json()["id"]
