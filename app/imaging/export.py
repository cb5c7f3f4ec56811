"""Values as files that other programs read: CSV, .npy, safetensors. Every float32 is exact."""

from __future__ import annotations

import io
from collections.abc import Mapping

import numpy as np
import safetensors.torch
from torch import Tensor

from app.imaging.quantization import Values, floats


def csv(values: Values) -> bytes:
    """Return one map (h, w), or a vector (N,) as its one row, as CSV with a header row of column numbers.

    Each number is the shortest decimal that is that float32 and no other; lines end in CR LF (RFC 4180).
    Raises ValueError on more dimensions.
    """
    rows = np.atleast_2d(floats(values))
    if rows.ndim != 2:
        raise ValueError(f"A map has two dimensions, not {rows.ndim}.")
    lines = [",".join(map(str, range(rows.shape[1]))), *(",".join(row) for row in rows.astype(str).tolist())]
    return ("\r\n".join(lines) + "\r\n").encode("ascii")


def npy(values: Values) -> bytes:
    """Return the values as a .npy file: float32, same shape, C order."""
    file = io.BytesIO()
    np.save(file, np.ascontiguousarray(floats(values)).reshape(values.shape), allow_pickle=False)
    return file.getvalue()


def tensors(named: Mapping[str, Tensor]) -> bytes:
    """Return named CPU tensors as a safetensors file; without any it is a valid file of none."""
    content: bytes = safetensors.torch.save({name: value.contiguous() for name, value in named.items()})
    return content
