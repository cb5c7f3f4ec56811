"""Other programs read back the very float32."""

from __future__ import annotations

import csv
import io

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from app.imaging import export


@given(hnp.arrays(np.float32, hnp.array_shapes(min_dims=2, max_dims=2), elements=st.floats(width=32)))
def test_csv_is_exact(values: np.ndarray) -> None:
    header, *rows = csv.reader(io.StringIO(export.csv(torch.from_numpy(values)).decode(), newline=""))
    assert header == [str(column) for column in range(values.shape[1])]
    values_read = np.array([[np.float32(text) for text in row] for row in rows], dtype=np.float32)
    assert np.array_equal(values_read, values, equal_nan=True)


def test_csv_by_hand() -> None:
    assert (
        export.csv(torch.tensor([[0.1, -2.0], [1 / 3, 1e-7]])) == b"0,1\r\n0.1,-2.0\r\n0.33333334,1e-07\r\n"
    )
    assert export.csv(torch.tensor([0.5, 1.0])) == b"0,1\r\n0.5,1.0\r\n"
    with pytest.raises(ValueError, match="two dimensions"):
        export.csv(torch.zeros(1, 1, 1))


@pytest.mark.parametrize("shape", [(5,), (3, 4), (2, 3, 4), (1, 1, 1)])
def test_npy_is_exact(shape: tuple[int, ...]) -> None:
    values = torch.randn(shape)
    values_read = np.load(io.BytesIO(export.npy(values)), allow_pickle=False)
    assert values_read.dtype == np.float32
    assert np.array_equal(values_read, values.numpy())
    turned = values.permute(*reversed(range(len(shape))))
    assert np.array_equal(np.load(io.BytesIO(export.npy(turned))), turned.numpy())
    assert np.load(io.BytesIO(export.npy(turned))).flags.c_contiguous
