"""One cell over HTTP: its arithmetic can be done again with what the server gives, back to the photograph."""

from __future__ import annotations

import io
import random
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import safetensors.numpy
import safetensors.torch
from fastapi.testclient import TestClient
from PIL import Image

from model import registry

pytestmark = pytest.mark.numbers


def values(client: TestClient, trace_path: str, layer: str) -> np.ndarray[Any, Any]:
    return np.load(io.BytesIO(client.get(f"{trace_path}/layers/{layer}/values.npy").content))


def cell(client: TestClient, trace_path: str, layer: str, at: str, **params: int) -> dict[str, Any]:
    response = client.get(f"{trace_path}/layers/{layer}/cells/{at}", params=params)
    assert response.status_code == 200, response.text
    answer: dict[str, Any] = response.json()
    return answer


def tensors(client: TestClient, trace_path: str, layer: str, **params: int) -> dict[str, Any]:
    content = client.get(f"{trace_path}/layers/{layer}/parameters.safetensors", params=params).content
    return safetensors.numpy.load(content)


def test_a_convolutions_cell_is_its_window_times_its_filter(client: TestClient, trace_path: str) -> None:
    answer = cell(client, trace_path, "conv1_2", "3/4/5")
    window = values(client, trace_path, "relu1_1")[:, 4:7, 5:8]
    parameters = tensors(client, trace_path, "conv1_2")
    terms = answer["terms"]
    assert [term["value"] for term in terms] == window.flatten().tolist()
    assert [term["weight"] for term in terms] == parameters["weight"][3].flatten().tolist()
    assert (answer["operation"], answer["kind"], answer["cell"]) == ("sum", "conv2d", [3, 4, 5])
    assert answer["bias"] == float(parameters["bias"][3])
    assert answer["value"] == float(values(client, trace_path, "conv1_2")[3, 4, 5])
    total = sum(term["product"] for term in terms) + answer["bias"]
    assert total == pytest.approx(answer["sum"]) == pytest.approx(answer["value"], abs=1e-5)
    assert sum(one["sum"] for one in answer["channel_sums"]) + answer["bias"] == pytest.approx(total)
    assert answer["receptive_field"] == {"top": 4, "left": 5, "bottom": 9, "right": 10}


def test_pages_of_terms_make_the_whole(client: TestClient, trace_path: str) -> None:
    total = cell(client, trace_path, "fc", "2", limit=1)["terms_total"]
    assert total == len(values(client, trace_path, "flatten")) == 250
    pages = [cell(client, trace_path, "fc", "2", offset=start, limit=60) for start in range(0, total, 60)]
    terms = [term for page in pages for term in page["terms"]]
    assert [len(page["terms"]) for page in pages] == [60, 60, 60, 60, 10]
    assert [term["channel"] for term in terms] == list(range(total))
    assert sum(term["product"] for term in terms) + pages[0]["bias"] == pytest.approx(pages[0]["sum"])
    sums = {(one["input"], one["channel"]): one["sum"] for page in pages for one in page["channel_sums"]}
    assert sum(sums.values()) + pages[0]["bias"] == pytest.approx(pages[0]["sum"])
    assert cell(client, trace_path, "fc", "2", offset=total)["terms"] == []


def test_a_tensor_comes_whole_or_a_filter_at_a_time(client: TestClient, trace_path: str) -> None:
    whole = tensors(client, trace_path, "conv2_1")
    one = tensors(client, trace_path, "conv2_1", filter=7)
    assert set(whole) == set(one) == {"weight", "bias"}
    assert all(np.array_equal(one[name], whole[name][7:8]) for name in whole)
    assert all(value.dtype == np.float32 for value in whole.values())
    assert tensors(client, trace_path, "relu1_1") == tensors(client, trace_path, "input") == {}


@pytest.mark.parametrize("network_id", registry.NETWORKS)
def test_no_answer_is_large(client: TestClient, samples: dict[str, str], network_id: str) -> None:
    trace = client.post("/api/v1/traces", json={"picture": samples["coffee"], "network": network_id}).json()
    path = f"/api/v1/traces/{trace['id']}"
    chosen = random.Random(network_id)
    for layer in trace["layers"]:
        at = "/".join(str(chosen.randrange(size)) for size in layer["shape"])
        response = client.get(f"{path}/layers/{layer['id']}/cells/{at}")
        assert response.status_code == 200
        assert response.json()["operation"] != "unknown"
        assert len(response.content) < 200_000


def test_a_pixel_of_the_input_is_followed_to_the_photograph(
    client: TestClient, trace_path: str, manifest: dict[str, Any], samples: dict[str, str]
) -> None:
    answer = cell(client, trace_path, "input", "1/9/20")
    content = client.get(f"/api/v1/pictures/{samples['chelsea']}.png").content
    photo = np.asarray(Image.open(io.BytesIO(content)).convert("RGB"))
    pages = [
        cell(client, trace_path, "input", "1/9/20", offset=at) for at in range(0, answer["terms_total"], 600)
    ]
    terms = [term for page in pages for term in page["terms"]]
    box = answer["photo"]
    assert len(terms) == answer["terms_total"] == (box["right"] - box["left"]) * (box["bottom"] - box["top"])
    for term in terms:
        assert term["channel"] == 1
        assert term["value"] == photo[term["row"], term["column"], 1]
        assert box["left"] <= term["column"] < box["right"]
        assert box["top"] <= term["row"] < box["bottom"]
    assert sum(term["product"] for term in terms) == pytest.approx(answer["sum"])
    assert abs(answer["sum"] - answer["levels"]) < 1
    assert answer["operation"] == "steps"
    assert answer["preparation"] == [{"kind": "scale", "divisor": 255.0}]
    assert answer["levels"] / 255 == pytest.approx(answer["value"], rel=1e-6)
    crop = manifest["input"]["preprocessing"][0]["box"]
    unit = cell(client, trace_path, "softmax", "0", limit=1)
    assert unit["photo"] == dict(zip(("left", "top", "right", "bottom"), crop, strict=True))


def test_every_layers_program_runs_on_an_export(
    client: TestClient,
    trace_path: str,
    manifest: dict[str, Any],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    content = client.get(f"{trace_path}/export.zip").content
    zipfile.ZipFile(io.BytesIO(content)).extractall(tmp_path)
    monkeypatch.chdir(tmp_path)
    for layer in manifest["layers"]:
        at = "/".join(str(size // 2) for size in layer["shape"])
        answer = cell(client, trace_path, layer["id"], at, limit=1)
        capsys.readouterr()
        exec(compile(answer["python"], layer["id"], "exec"), {})  # it is ours
        printed = np.float32(capsys.readouterr().out)
        assert printed == pytest.approx(answer["value"], rel=1e-5, abs=1e-6)


def test_an_edited_network_is_derived_as_it_was_edited(client: TestClient, samples: dict[str, str]) -> None:
    edits = [
        {"kind": "shift", "dx": 3, "dy": 0},
        {"kind": "scale", "layer": "conv1_1", "channel": 2, "factor": 2.0},
        {"kind": "pooling", "layer": "pool1", "pooling": "min"},
    ]
    body = {"picture": samples["chelsea"], "network": "tiny-vgg", "edits": edits}
    response = client.post("/api/v1/traces", json=body)
    assert response.status_code in {200, 201}, response.text
    path = f"/api/v1/traces/{response.json()['id']}"
    scaled = cell(client, path, "conv1_1", "2/5/6")
    assert (scaled["operation"], scaled["gain"]) == ("sum", 2.0)
    assert scaled["value"] == pytest.approx(2 * scaled["sum"], abs=1e-5)
    pooled = cell(client, path, "pool1", "2/5/6")
    assert pooled["operation"] == "min"
    assert pooled["value"] == min(term["value"] for term in pooled["terms"])
    moved, still = (cell(client, path, "input", at) for at in ("0/9/20", "0/9/17"))
    assert moved["operation"] == still["operation"] == "steps"
    plain = client.post("/api/v1/traces", json={**body, "edits": []}).json()
    before = cell(client, f"/api/v1/traces/{plain['id']}", "input", "0/9/17")
    assert moved["photo"] == before["photo"]
    assert moved["sum"] == pytest.approx(before["sum"], rel=1e-5)
    assert moved["levels"] == pytest.approx(before["levels"])


@pytest.mark.parametrize(
    ("part", "status", "message"),
    [
        ("conv9/cells/0/0/0", 404, "there are input, conv1_1"),
        ("conv9/parameters.safetensors", 404, "there are input, conv1_1"),
        ("conv1_1/cells/10/0/0", 404, "channels 0 to 9, rows 0 to 29, columns 0 to 29"),
        ("conv1_1/cells/0/-1/0", 404, "rows 0 to 29"),
        ("conv1_1/cells/0/0/99999999999999999999", 404, "columns 0 to 29"),
        ("conv1_1/cells/5", 404, "channels 0 to 9"),
        ("fc/cells/10", 404, "a vector, of cells 0 to 9"),
        ("fc/cells/0/0/0", 404, "a vector"),
        ("conv1_1/cells/a/0/0", 422, "channel"),
        ("conv1_1/cells/0/0/0?limit=0", 422, "limit"),
        ("conv1_1/cells/0/0/0?limit=601", 422, "limit"),
        ("conv1_1/cells/0/0/0?offset=-1", 422, "offset"),
        ("conv1_1/parameters.safetensors?filter=10", 404, "0 to 9"),
        ("conv1_1/parameters.safetensors?filter=-1", 404, "0 to 9"),
        ("relu1_1/parameters.safetensors?filter=0", 404, "has no filters"),
        ("conv1_1/parameters.safetensors?filter=x", 422, "filter"),
    ],
)
def test_what_is_not_there_is_refused_with_what_is(
    client: TestClient, trace_path: str, part: str, status: int, message: str
) -> None:
    response = client.get(f"{trace_path}/layers/{part}")
    assert response.status_code == status
    assert message in response.json()["detail"]


@pytest.mark.parametrize("part", ["cells/1/2/3", "parameters.safetensors"])
def test_an_answer_is_kept_while_the_trace_is(client: TestClient, trace_path: str, part: str) -> None:
    first = client.get(f"{trace_path}/layers/conv1_1/{part}")
    assert "immutable" in first.headers["cache-control"]
    again = client.get(
        f"{trace_path}/layers/conv1_1/{part}", headers={"If-None-Match": first.headers["etag"]}
    )
    assert (again.status_code, again.content) == (304, b"")
