from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from app.services import export
from app.services.trace import Trace


def test_a_traces_files_are_its_manifest_its_input_and_what_each_layer_put_out(trace: Trace) -> None:
    files = dict(export.files(trace, b"{}"))
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


def test_the_same_files_make_the_same_bytes(tmp_path: Path) -> None:
    entries = [("a.txt", b"a"), ("folder/b.bin", bytes(1000))]
    one, other = (export.zip_file(iter(entries), tmp_path) for _ in range(2))
    assert one != other
    assert one.read_bytes() == other.read_bytes()
    with zipfile.ZipFile(one) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == dict(entries)


def test_an_export_that_fails_leaves_no_file(tmp_path: Path) -> None:
    def failing() -> Iterator[tuple[str, bytes]]:
        yield "a.txt", b"a"
        raise RuntimeError("out of memory")

    with pytest.raises(RuntimeError):
        export.zip_file(failing(), tmp_path)
    assert list(tmp_path.iterdir()) == []
