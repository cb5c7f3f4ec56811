from __future__ import annotations

import io
import zipfile
from collections.abc import AsyncIterator

import numpy as np
import pytest
from PIL import Image

from app.services import export
from app.services.memory_budget import MemoryBudget
from app.services.readers import PictureDeleted, Readers
from app.services.trace import Trace
from app.services.workers import Workers


def test_a_traces_files_are_its_manifest_its_input_and_what_each_layer_put_out(trace: Trace) -> None:
    files = {name: b"".join(parts) for name, parts in export.files(trace, b"{}")}
    assert files.pop("manifest.json") == b"{}"
    assert Image.open(io.BytesIO(files.pop("input.png"))).size == (32, 32)
    for layer in trace.graph.layers:
        assert np.array_equal(
            np.load(io.BytesIO(files.pop(f"values/{layer.id}.npy"))), trace.values[layer.id]
        )
        assert files.pop(f"atlases/{layer.id}.png").startswith(b"\x89PNG")
    assert files.keys() == {
        f"parameters/{name}.safetensors" for name in ("conv1_1", "conv1_2", "conv2_1", "conv2_2", "fc")
    }


@pytest.fixture
async def workers() -> AsyncIterator[Workers]:
    running = Workers(1, 8)
    yield running
    running.close()


@pytest.mark.anyio
async def test_the_archive_has_all_files_and_is_always_the_same(trace: Trace, workers: Workers) -> None:
    budget, readers = MemoryBudget(1 << 24), Readers(1)
    one, other = [
        [part async for part in export.zip_parts(trace, b"{}", readers.admit("a"), workers, budget)]
        for _ in range(2)
    ]
    assert one == other
    with zipfile.ZipFile(io.BytesIO(b"".join(one))) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == [name for name, _ in export.files(trace, b"{}")]
    assert max(map(len, one)) <= 1 << 18
    assert (budget.reserved, len(readers)) == (0, 0)


@pytest.mark.anyio
async def test_an_archive_of_a_deleted_picture_breaks_off(trace: Trace, workers: Workers) -> None:
    budget, readers = MemoryBudget(1 << 24), Readers(1)
    parts = export.zip_parts(trace, b"{}", readers.admit("a"), workers, budget)
    assert await anext(parts)
    readers.delete_picture("a")
    with pytest.raises(PictureDeleted):
        await anext(parts)
    del parts
    assert (budget.reserved, len(readers)) == (0, 0)
