"""The PyTorch that a design is written as: run, it has the shapes and the parameters that the page tells."""

from __future__ import annotations

import contextlib
import io
import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn

from model import registry

ROOT = Path(__file__).resolve().parents[3]
DESIGNS = json.loads((ROOT / "tests" / "static" / "fixtures" / "architectures.json").read_text("utf-8"))

WRITER = """
import { readFileSync } from "node:fs";
import { plan } from "./static/js/design/architecture.js";
import { PRESETS } from "./static/js/design/architecture-presets.js";
import { architecturePython } from "./static/js/design/architecture-python.js";
import { readInput, readLayers } from "./static/js/design/architecture-text.js";
const designs = [...JSON.parse(readFileSync(0, "utf8")), ...Object.values(PRESETS)];
console.log(JSON.stringify(designs.map(({ input, layers }) => {
  const [shape, blocks] = [readInput(input), readLayers(layers)];
  return { shape, stages: plan(shape, blocks).stages, code: architecturePython(shape, blocks) };
})));
"""


@pytest.fixture(scope="module")
def designs() -> list[dict[str, Any]]:
    """Every design of the fixture and every preset: its program, and what the page tells of it."""
    command = ["node", "--input-type=module", "-e", WRITER]
    done = subprocess.run(
        command, cwd=ROOT, input=json.dumps(DESIGNS), capture_output=True, text=True, check=True
    )
    programs: list[dict[str, Any]] = json.loads(done.stdout)
    return programs


def run(code: str) -> tuple[nn.Sequential, list[str]]:
    names: dict[str, Any] = {}
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(code, names)
    return names["network"], printed.getvalue().splitlines()


def test_the_program_has_the_shapes_and_parameters_that_are_shown(designs: list[dict[str, Any]]) -> None:
    assert len(designs) == len(DESIGNS) + 3
    for design in designs:
        network, printed = run(design["code"])
        x = torch.zeros(1, *design["shape"])
        shapes = [list((x := layer(x)).shape[1:]) for layer in network]
        assert shapes == [one["shape"] for one in design["stages"]], design["code"]
        counts = [sum(one.numel() for one in layer.parameters()) for layer in network]
        assert counts == [one["parameters"] for one in design["stages"]]
        assert printed == [str(x.shape), str(sum(counts))]
        comments = [line.rpartition("# ")[2] for line in design["code"].splitlines() if "  # " in line]
        assert comments == [" × ".join(map(str, shape)) for shape in shapes]


@pytest.mark.parametrize(("at", "name"), [(-3, "lecture-cnn"), (-2, "lenet"), (-1, "tiny-vgg")])
def test_a_preset_is_the_network_that_it_is_named_after(
    designs: list[dict[str, Any]], at: int, name: str
) -> None:
    network, _ = run(designs[at]["code"])
    theirs = [(key.rpartition(".")[2], one.shape) for key, one in registry.load(name).state_dict().items()]
    ours = [(key.rpartition(".")[2], one.shape) for key, one in network.state_dict().items()]
    assert ours == theirs
    assert tuple(designs[at]["shape"]) == registry.NETWORKS[name].card.input_shape
