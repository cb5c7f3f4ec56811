"""The programs that derivations hand out run, and print the recorded value."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.tracing.derivation.derivation import derive
from app.tracing.layers.layer import INPUT
from tests.app.tracing import layer_kinds_zoo, network_zoo
from tests.app.tracing.cells import some_cells
from tests.app.tracing.export_folder import printed_by, write_export


@pytest.mark.parametrize("name", layer_kinds_zoo.CASES)
def test_every_kinds_program_prints_the_value(name: str, tmp_path: Path) -> None:
    program, values = layer_kinds_zoo.recorded(name)
    write_export(tmp_path, program, values)
    for layer_id in values:
        for cell in some_cells(values[layer_id], 3):
            derivation = derive(program, values, layer_id, cell)
            if layer_id == INPUT:
                assert derivation.python == ""
                continue
            printed = printed_by(derivation.python, tmp_path)
            assert printed == pytest.approx(derivation.value, rel=1e-5, abs=2e-6), derivation.python


def test_a_program_is_short_and_has_the_cells_numbers_in_it() -> None:
    program, values = layer_kinds_zoo.recorded("reflect")
    assert derive(program, values, "parts_0", (1, 0, 7)).python == (
        "import numpy as np\n"
        "from safetensors.numpy import load_file\n"
        "\n"
        'maps = np.load("values/input.npy").astype(np.float64)\n'
        'parameters = load_file("parameters/parts_0.safetensors")\n'
        'kernel = parameters["weight"][1].astype(np.float64)\n'
        'maps = np.pad(maps, ((0, 0), (3, 3), (2, 2)), mode="reflect")\n'
        "window = maps[0:4, 0:3, 7:10]\n"
        'print(np.float32((window * kernel).sum() + parameters["bias"][1]))\n'
    )


def test_the_program_of_a_layer_that_is_not_known_reads_what_was_recorded() -> None:
    module, shape = network_zoo.make("chunks")
    program = layer_kinds_zoo.program_of(module, shape)
    values = program.record(layer_kinds_zoo.noise(shape))
    python = derive(program, values, "roll", (0, 1, 2)).python
    assert "# How this layer computes is not known here" in python
    assert python.endswith('print(np.float32(float(np.load("values/roll.npy")[0, 1, 2])))\n')


def test_an_edits_factor_multiplies_the_result() -> None:
    program, values = layer_kinds_zoo.scaled("relu", channel=1, factor=-2.5)
    python = derive(program, values, "parts_0", (1, 0, 0)).python
    assert python.splitlines()[-2:] == ["result = max(x, 0.0)", "print(np.float32(-2.5 * result))"]
