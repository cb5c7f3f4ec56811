from __future__ import annotations

import os
from pathlib import Path

import pytest

from app.services.store.value_files import ValueFiles


def test_a_value_is_read_until_it_is_removed(tmp_path: Path) -> None:
    files = ValueFiles(tmp_path / "values")
    name = files.write(b"value")
    assert files.read(name) == b"value"
    assert files.names(name[0]) == {name}
    files.remove(name, name)
    assert files.read(name) is None
    assert files.names(name[0]) == set()
    assert files.age(name) == 0


def test_a_file_takes_whole_blocks(tmp_path: Path) -> None:
    files = ValueFiles(tmp_path)
    assert files.disk_bytes(files.write(b"x")) >= 4096
    assert files.disk_bytes(files.write(bytes(4097))) >= 8192


def test_what_could_not_be_written_whole_is_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def write_half(path: Path, value: bytes) -> None:
        path.touch()
        raise OSError(len(value))

    monkeypatch.setattr(Path, "write_bytes", write_half)
    with pytest.raises(OSError, match="3"):
        ValueFiles(tmp_path).write(b"abc")
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_the_folders_are_all_that_names_lie_in(tmp_path: Path) -> None:
    files = ValueFiles(tmp_path)
    names = {files.write(os.urandom(9)) for _ in range(100)}
    assert set().union(*map(files.names, files.folders())) == names
