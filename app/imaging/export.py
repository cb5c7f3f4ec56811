"""Values as files that other programs read: CSV, .npy, safetensors. Every float32 is exact."""

from __future__ import annotations

import io
from collections.abc import Mapping

import numpy as np
import safetensors.torch
from torch import Tensor

from app.imaging.quantization import Values, floats

_CELLS_AS_TEXT = 1 << 14


def csv(values: Values) -> bytes:
    """Return one map (h, w), or a vector (N,) as its one row, as CSV with a header row of column numbers.

    Each number is the shortest decimal that is that float32 and no other; lines end in CR LF (RFC 4180).
    Raises ValueError on more dimensions.
    """
    rows = np.atleast_2d(floats(values))
    if rows.ndim != 2:
        raise ValueError(f"A map has two dimensions, not {rows.ndim}.")
    # A few rows at a time: numpy's text takes 128 bytes a cell, of which ten are left in the file.
    together = max(1, _CELLS_AS_TEXT // max(1, rows.shape[1]))
    file = io.BytesIO()
    file.write((",".join(map(str, range(rows.shape[1]))) + "\r\n").encode("ascii"))
    for start in range(0, len(rows), together):
        for row in rows[start : start + together].astype(str).tolist():
            file.write((",".join(row) + "\r\n").encode("ascii"))
    return file.getvalue()


def npy(values: Values) -> bytes:
    """Return the values as a .npy file: float32, same shape, C order."""
    return b"".join(npy_parts(values))


def npy_parts(values: Values) -> tuple[bytes, memoryview]:
    """Return a .npy file's header and its numbers, which are not copied where they lie in C order already."""
    array = np.ascontiguousarray(floats(values)).reshape(values.shape)
    header = io.BytesIO()
    np.lib.format.write_array_header_1_0(header, np.lib.format.header_data_from_array_1_0(array))
    return header.getvalue(), array.reshape(-1).data.cast("B")


def tensors(named: Mapping[str, Tensor]) -> bytes:
    """Return named CPU tensors as a safetensors file; without any it is a valid file of none."""
    content: bytes = safetensors.torch.save({name: value.contiguous() for name, value in named.items()})
    return content
