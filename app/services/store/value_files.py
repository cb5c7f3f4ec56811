"""The files of values that are too large for the index: written once under a random name, never changed."""

from __future__ import annotations

import os
import re
import secrets
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

_NAME = re.compile("[0-9a-f]{32}")
_STAT_BLOCK = 512  # what st_blocks counts in, whatever the file system's own blocks are
_BLOCK = 4096


class ValueFiles:
    """The files of one store, in folders by the first character of their names."""

    def __init__(self, root: Path) -> None:
        """Use a folder, which is made when something is written."""
        self._root = root

    def write(self, value: bytes) -> str:
        """Keep a value; return its file's name. A file that could not be written whole is removed."""
        name = secrets.token_hex(16)
        path = self._path(name)
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            path.write_bytes(value)
        except BaseException:
            self.remove(name)
            raise
        return name

    def read(self, name: str) -> bytes | None:
        """Return a file's bytes; None if it is gone."""
        with suppress(FileNotFoundError):
            return self._path(name).read_bytes()
        return None

    def remove(self, *names: str) -> None:
        """Remove files; one that cannot be removed is found again when the store is swept."""
        for name in names:
            with suppress(OSError):
                self._path(name).unlink()

    def disk_bytes(self, name: str) -> int:
        """Return what a file takes on the disk, which is more than it has bytes."""
        state = self._path(name).stat()
        # Some file systems allocate later than they are asked: then the size, in whole blocks, says it.
        return max(getattr(state, "st_blocks", 0) * _STAT_BLOCK, -(-state.st_size // _BLOCK) * _BLOCK)

    def folders(self) -> Iterator[str]:
        """Name every folder that there can be."""
        return iter("0123456789abcdef")

    def names(self, folder: str) -> set[str]:
        """Return the names of the files in a folder."""
        with suppress(FileNotFoundError):
            return set(filter(_NAME.fullmatch, os.listdir(self._root / folder)))  # noqa: PTH208 - a third of the time
        return set()

    def age(self, name: str) -> float:
        """Return how many seconds ago a file was written; 0 if it is gone."""
        with suppress(FileNotFoundError):
            return time.time() - self._path(name).stat().st_mtime
        return 0.0

    def _path(self, name: str) -> Path:
        return self._root / name[0] / name
