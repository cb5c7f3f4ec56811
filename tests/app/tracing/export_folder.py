"""A folder with the files of an export, in which a derivation's program runs."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import chdir, redirect_stdout
from io import StringIO
from pathlib import Path

import numpy as np
from torch import Tensor

from app.imaging import export
from app.tracing.capture.parameters import parameters
from app.tracing.capture.program import Program


def write_export(folder: Path, program: Program, values: Mapping[str, Tensor]) -> None:
    """Write the values and the tensors of every layer."""
    (folder / "values").mkdir()
    (folder / "parameters").mkdir()
    for layer_id, value in values.items():
        (folder / "values" / f"{layer_id}.npy").write_bytes(export.npy(value))
        tensors = export.tensors(parameters(program, layer_id))
        (folder / "parameters" / f"{layer_id}.safetensors").write_bytes(tensors)


def printed_by(python: str, folder: Path) -> np.float32:
    """Return the number that a derivation's program prints."""
    output = StringIO()
    with chdir(folder), redirect_stdout(output):
        exec(compile(python, "<derivation>", "exec"), {})  # it is ours
    return np.float32(output.getvalue())
