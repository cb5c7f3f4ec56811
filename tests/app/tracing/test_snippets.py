"""The programs that derivations hand out run, and print the recorded value."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from app.imaging import export
from app.tracing.derivation import derive
from app.tracing.graph import INPUT
from app.tracing.parameters import parameters
from tests.app.tracing import kinds_zoo
from tests.app.tracing.test_derivation import cells

pytestmark = pytest.mark.numbers


@pytest.mark.parametrize("name", kinds_zoo.CASES)
def test_every_kinds_program_prints_the_value(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    program, values = kinds_zoo.recorded(name)
    (tmp_path / "values").mkdir()
    (tmp_path / "parameters").mkdir()
    for layer_id, value in values.items():
        (tmp_path / "values" / f"{layer_id}.npy").write_bytes(export.npy(value))
        tensors = export.tensors(parameters(program, layer_id))
        (tmp_path / "parameters" / f"{layer_id}.safetensors").write_bytes(tensors)
    monkeypatch.chdir(tmp_path)
    for layer_id in values:
        for cell in cells(values[layer_id], 3):
            found = derive(program, values, layer_id, cell)
            if layer_id == INPUT:
                assert found.python == ""
                continue
            exec(compile(found.python, "<derivation>", "exec"), {})  # it is ours
            printed = np.float32(capsys.readouterr().out)
            assert printed == pytest.approx(found.value, rel=1e-5, abs=2e-6), found.python


def test_a_program_is_short_and_has_the_cells_numbers_in_it() -> None:
    program, values = kinds_zoo.recorded("reflect")
    assert derive(program, values, "held_0", (1, 0, 7)).python == (
        "import numpy as np\n"
        "from safetensors.numpy import load_file\n"
        "\n"
        'maps = np.load("values/input.npy").astype(np.float64)\n'
        'parameters = load_file("parameters/held_0.safetensors")\n'
        'kernel = parameters["weight"][1].astype(np.float64)\n'
        'maps = np.pad(maps, ((0, 0), (3, 3), (2, 2)), mode="reflect")\n'
        "window = maps[0:4, 0:3, 7:10]\n"
        'print(np.float32((window * kernel).sum() + parameters["bias"][1]))\n'
    )
