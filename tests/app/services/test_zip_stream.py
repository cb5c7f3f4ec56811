"""The archive is the one that Python's own writer makes, without anything to seek in."""

from __future__ import annotations

import io
import zipfile

import pytest

from app.services import zip_stream
from app.services.zip_stream import ZipStream

FILES = {
    "manifest.json": [b"{}"],
    "folder/values.npy": [b"header", memoryview(bytes(range(256)) * 10)],
    "empty": [],
    "층.png": [b"\x89PNG"],
}


def streamed() -> bytes:
    archive = ZipStream()
    buffers = [buffer for name, content in FILES.items() for buffer in archive.add(name, content)]
    return b"".join(buffers) + archive.end()


def test_the_bytes_are_those_of_zipfile() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in FILES.items():
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), b"".join(content))
    assert streamed() == target.getvalue()
    with zipfile.ZipFile(io.BytesIO(streamed())) as archive:
        assert archive.testzip() is None
        assert {name: archive.read(name) for name in archive.namelist()} == {
            name: b"".join(content) for name, content in FILES.items()
        }


def test_more_than_the_format_can_say_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zip_stream, "_MOST_BYTES", 100)
    with pytest.raises(ValueError, match="more than 2 GiB"):
        ZipStream().add("large", [bytes(100)])
