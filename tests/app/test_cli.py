from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from fastapi.testclient import TestClient
from PIL import Image
from typer.testing import CliRunner, Result

from app import cli, resources
from app.http.connections import ConnectionBounds
from model import registry
from model.evaluate import Evaluation

CHELSEA = resources.static_dir() / "samples" / "chelsea.jpg"


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(cli.app, [str(argument) for argument in arguments])


def test_trace_writes_what_rest_gives(tmp_path: Path) -> None:
    result = run("trace", CHELSEA, "--network", "tiny-vgg", "--out", tmp_path / "new" / "folder")
    assert result.exit_code == 0, result.output
    out = tmp_path / "new" / "folder"
    manifest = json.loads((out / "manifest.json").read_text("utf-8"))
    best = manifest["prediction"][0]
    assert best["label"] in result.output
    module = registry.load("tiny-vgg")
    tensor = registry.get("tiny-vgg").card.preprocessing.apply(Image.open(CHELSEA))
    with torch.inference_mode():
        expected = module(tensor[None])[0]
    assert np.array_equal(np.load(out / "values" / "softmax.npy"), expected.numpy())
    assert best["probability"] == expected.max().item()
    assert {path.stem for path in (out / "atlases").iterdir()} == {
        layer["id"] for layer in manifest["layers"]
    }


def test_trace_gives_the_very_bytes_that_rest_gives(tmp_path: Path, client: TestClient) -> None:
    """In a process of its own, on its own threads: the id, every value and every link are those of the server."""
    command = [sys.executable, "-m", "app", "trace", str(CHELSEA), "--out", str(tmp_path)]
    environment = {**os.environ, "CONVSCOPE_DEVICE": "cpu", "COLUMNS": "200"}
    subprocess.run(command, env=environment, check=True, capture_output=True)
    manifest = json.loads((tmp_path / "manifest.json").read_text("utf-8"))
    picture = next(item["id"] for item in client.get("/api/v1/samples").json() if item["name"] == "chelsea")
    body = {"picture": picture, "network": "tiny-vgg"}
    assert manifest == client.post("/api/v1/traces", json=body).json()
    for layer in manifest["layers"]:
        served = client.get(f"/api/v1/traces/{manifest['id']}/layers/{layer['id']}/values.npy").content
        assert (tmp_path / "values" / f"{layer['id']}.npy").read_bytes() == served


def test_trace_takes_no_more_than_the_settings_allow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONVSCOPE_MAX_PIXELS", "1024")
    result = run("trace", CHELSEA, "--out", tmp_path / "out")
    assert result.exit_code == 1
    assert "at most 1,024 are taken" in " ".join(result.output.split())


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("missing.png",), "missing.png"),
        ((CHELSEA, "--network", "nope"), "there are lecture-cnn"),
        ((CHELSEA, "--checkpoint", "nope"), "it has initial"),
        ((Path(__file__),), "PNG, JPEG"),
    ],
)
def test_trace_says_what_is_wrong_and_leaves_nothing_behind(
    tmp_path: Path, arguments: tuple[str | Path, ...], message: str
) -> None:
    result = run("trace", *arguments, "--out", tmp_path / "out")
    assert result.exit_code == 1
    assert message in " ".join(result.output.split())
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("variable", "value", "message"),
    [
        ("CONVSCOPE_WORKERS", "many", "CONVSCOPE_WORKERS: "),
        ("CONVSCOPE_MAX_SIDE", "1", "CONVSCOPE_MAX_SIDE: "),
        ("CONVSCOPE_DEVICE", "mps", "CONVSCOPE_DEVICE is 'mps', but this machine has cpu"),
        ("CONVSCOPE_DATA_DIR", "/dev/null/x", "/dev/null"),
    ],
)
def test_nonsense_settings_are_named_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str, value: str, message: str
) -> None:
    monkeypatch.setenv(variable, value)
    result = run("trace", CHELSEA, "--out", tmp_path / "out")
    assert result.exit_code == 2
    assert message in " ".join(result.output.split())
    assert "Traceback" not in result.output


def test_networks_lists_all() -> None:
    result = run("networks")
    assert result.exit_code == 0
    assert all(name in result.output for name in registry.NETWORKS)


def test_evaluate_prints_what_was_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    measured = Evaluation("tiny-vgg", "trained", "CIFAR-10 test", 6750, 10000)
    monkeypatch.setattr("model.evaluate.evaluate", lambda *_args, **_kwargs: measured)
    result = run("evaluate", "tiny-vgg")
    assert "tiny-vgg trained: 67.50% (6,750 of 10,000, CIFAR-10 test)" in result.output


def test_evaluate_says_why_it_cannot(tmp_path: Path) -> None:
    result = run("evaluate", "efficientnet-lite0")
    assert result.exit_code == 1
    assert "cannot be measured here" in " ".join(result.output.split())
    assert run("evaluate", "nope").exit_code == 1
    assert run("train", "efficientnet-lite0").exit_code == 1


def test_train_reports_every_epoch(monkeypatch: pytest.MonkeyPatch) -> None:
    from model.training import Progress

    def two_epochs(_name: str, *, on_epoch: object) -> None:
        for epoch in (1, 2):
            on_epoch(Progress(epoch, 2, 1.5 / epoch, 0.4 * epoch, 3.0))  # type: ignore[operator]

    monkeypatch.setattr("model.training.train", two_epochs)
    result = run("train", "lenet")
    assert "epoch 1/2  loss 1.5000  training accuracy 40.00%" in result.output
    assert "epoch 2/2  loss 0.7500  training accuracy 80.00%" in result.output


def test_serve_guards_its_connections_as_the_settings_say(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[tuple[Any, dict[str, Any]]] = []
    monkeypatch.setattr(cli, "keep_freed_memory", lambda: None)
    monkeypatch.setattr("app.http.logs.configure", lambda **_: None)
    monkeypatch.setattr("uvicorn.run", lambda server, **options: calls.append((server, options)))
    for name, value in {
        "DATA_DIR": str(tmp_path),
        "CONNECTIONS": "7",
        "CONNECTIONS_PER_ADDRESS": "3",
        "HEADER_TIMEOUT": "4",
        "STALL_TIMEOUT": "5",
    }.items():
        monkeypatch.setenv(f"CONVSCOPE_{name}", value)
    assert run("serve", "--host", "teacher.example", "--port", "9000").exit_code == 0
    server, options = calls[0]
    assert (options["host"], options["port"], options["ws"]) == ("teacher.example", 9000, "none")
    assert options["http"].guard.bounds == ConnectionBounds(7, 3, 4, 5)
    client = TestClient(server)
    assert client.get("/metrics", headers={"Host": "teacher.example:9000"}).status_code == 200


def test_help_is_quick_because_pytorch_is_not_imported() -> None:
    code = "import sys, app.cli; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], env=os.environ, check=False).returncode == 0
