"""One cell's arithmetic as a short Python program, which reads the files of an export and prints the value.

It is written to be read: numpy, the numbers of this cell filled in, no loops. The sums are in float64, as in
`derivation`, and are rounded to float32 at the end.
"""

from __future__ import annotations

from app.tracing.layer_kinds.registry import kind_named
from app.tracing.layers.cell_arithmetic import CellArithmetic
from app.tracing.layers.cell_query import CellQuery
from app.tracing.layers.python_lines import PythonLines, cell_value


def python_program(query: CellQuery, arithmetic: CellArithmetic, gain: float) -> str:
    """Return the program; empty for the input, whose cells are made of a picture.

    It reads ``values/<layer>.npy`` and ``parameters/<layer>.safetensors``.
    """
    if arithmetic.operation == "steps":
        return ""
    write = kind_named(query.layer.kind).python
    if write is None or arithmetic.operation == "unknown":
        lines, result = _recorded(query)
    else:
        lines, result = write(query, arithmetic)
    if gain != 1.0:
        lines = [*lines, f"result = {result}"]
        result = f"{gain!r} * result"
    imports = ["import numpy as np"]
    if any("erf(" in line for line in (*lines, result)):
        imports.insert(0, "from math import erf\n")
    if any("load_file(" in line for line in lines):
        imports.append("from safetensors.numpy import load_file")
    return "\n".join([*imports, "", *lines, f"print(np.float32({result}))", ""])


def _recorded(query: CellQuery) -> PythonLines:
    comment = "# How this layer computes is not known here; this is what was recorded."
    return [comment], cell_value(query.layer.id, query.cell)
