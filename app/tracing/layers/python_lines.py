"""Lines of Python that the programs of several layer kinds share; see `app.tracing.derivation.python_program`."""

from __future__ import annotations

from collections.abc import Sequence

from app.tracing.layers.cell_arithmetic import CellArithmetic
from app.tracing.layers.cell_query import CellQuery
from app.tracing.layers.terms import TermArray
from app.tracing.layers.windows import AdaptiveAxis, Axes

PythonLines = tuple[list[str], str]  # the lines before, and the expression of the result

_NUMPY_MODES = {"reflect": "reflect", "replicate": "edge", "circular": "wrap"}


def load_values(name: str, layer_id: str, index: str = "") -> str:
    """Return the line that reads a layer's values, or the part of them that an index names."""
    return f'{name} = np.load("values/{layer_id}.npy"){index}.astype(np.float64)'


def load_parameters(query: CellQuery) -> str:
    """Return the line that reads a layer's tensors."""
    return f'parameters = load_file("parameters/{query.layer.id}.safetensors")'


def plus_bias(arithmetic: CellArithmetic, row: int) -> str:
    """Return what adds the bias to a sum; empty where there is none."""
    return "" if arithmetic.bias is None else f' + parameters["bias"][{row}]'


def term_value(term: TermArray) -> str:
    """Return the expression of the first term's value."""
    return cell_value(term.input, term.positions[0].tolist())


def cell_value(layer_id: str, position: Sequence[int]) -> str:
    """Return the expression of one cell's value."""
    return f'float(np.load("values/{layer_id}.npy")[{", ".join(map(str, position))}])'


def copy_lines(_query: CellQuery, arithmetic: CellArithmetic) -> PythonLines:
    """Return the program of a cell that copies another, or lies in zero padding."""
    term = arithmetic.term_arrays[0]
    return ([], term_value(term)) if term.padding is None else (["# The cell lies in the padding."], "0.0")


def window_lines(query: CellQuery, axes: Axes, channels: str, padding_value: str | None = None) -> list[str]:
    """Return the lines that cut the window out of ``maps``, padded where the layer pads (with 0 by default)."""
    pads, slices = [], []
    for index, axis in enumerate(axes):
        at = query.cell[1 + index]
        if isinstance(axis, AdaptiveAxis):
            positions = axis.positions(at)
            pads.append((0, 0))
            slices.append(f"{positions[0]}:{positions[-1] + 1}")
            continue
        ends: Sequence[int] | None = query.hyperparameters.get("padding_end")
        pads.append((axis.padding, ends[index] if ends else axis.padding))
        start = at * axis.stride
        step = f":{axis.dilation}" if axis.dilation > 1 else ""
        slices.append(f"{start}:{start + axis.dilation * (axis.kernel - 1) + 1}{step}")
    lines = []
    if any(before or after for before, after in pads):
        mode = _NUMPY_MODES.get(str(query.hyperparameters.get("padding_mode")))
        how = f', mode="{mode}"' if mode else f", constant_values={padding_value}" if padding_value else ""
        lines.append(f"maps = np.pad(maps, ((0, 0), {pads[0]}, {pads[1]}){how})")
    lines.append(f"window = maps[{channels}, {', '.join(slices)}]")
    return lines
