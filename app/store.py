"""Where pictures and specifications rest: bytes under a key, for a limited time.

The interface is small enough for a Redis or an object store to stand behind it. The directory that comes with
it may be shared by several processes: files appear whole or not at all.
"""

from __future__ import annotations

import os
import re
import secrets
import time
from contextlib import suppress
from pathlib import Path
from typing import Protocol

_KEY = re.compile(r"[a-z0-9-]+/[a-z0-9-]+")
_SWEEP_EVERY = 64


class Store(Protocol):
    """Keys are ``collection/name``, of lower-case letters, digits and hyphens."""

    def get(self, key: str) -> bytes | None:
        """Return the value, or None where there is none or its time is over."""
        ...

    def put(self, key: str, value: bytes, ttl: float | None = None) -> None:
        """Keep a value for so many seconds, or for ever."""
        ...

    def has(self, key: str) -> bool:
        """Tell whether a value is there, without reading it."""
        ...

    def delete(self, key: str) -> None:
        """Forget a value; nothing happens where there is none."""
        ...


class DirectoryStore:
    """A store in a directory, one file a key, whose modification time says when it goes."""

    def __init__(self, root: Path, max_bytes: int) -> None:
        """Use (or make) a directory; beyond ``max_bytes`` what would go first goes at once."""
        self._root = root
        self._max_bytes = max_bytes
        self._puts = 0
        root.mkdir(parents=True, exist_ok=True, mode=0o700)

    def get(self, key: str) -> bytes | None:
        """Return the value, or None where there is none or its time is over."""
        path = self._path(key)
        try:
            if path.stat().st_mtime <= time.time():
                path.unlink(missing_ok=True)
                return None
            return path.read_bytes()
        except FileNotFoundError:
            return None

    def put(self, key: str, value: bytes, ttl: float | None = None) -> None:
        """Keep a value for so many seconds, or for ever."""
        path = self._path(key)
        path.parent.mkdir(exist_ok=True, mode=0o700)
        draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
        draft.write_bytes(value)
        goes_at = time.time() + ttl if ttl is not None else _NEVER
        os.utime(draft, (goes_at, goes_at))
        draft.replace(path)
        self._puts += 1
        if self._puts % _SWEEP_EVERY == 0:
            self.sweep()

    def has(self, key: str) -> bool:
        """Tell whether a value is there, without reading it."""
        with suppress(FileNotFoundError):
            return self._path(key).stat().st_mtime > time.time()
        return False

    def delete(self, key: str) -> None:
        """Forget a value; nothing happens where there is none."""
        self._path(key).unlink(missing_ok=True)

    def sweep(self) -> None:
        """Remove what has expired and, while the rest is too large, what expires next."""
        now = time.time()
        kept: list[tuple[float, int, Path]] = []
        for path in self._root.glob("*/*"):
            with suppress(FileNotFoundError):
                state = path.stat()
                if state.st_mtime <= now:
                    path.unlink(missing_ok=True)
                else:
                    kept.append((state.st_mtime, state.st_size, path))
        total = sum(size for _, size, _ in kept)
        for _, size, path in sorted(kept):
            if total <= self._max_bytes:
                break
            path.unlink(missing_ok=True)
            total -= size

    def _path(self, key: str) -> Path:
        if not _KEY.fullmatch(key):
            raise ValueError(f"not a key of this store: {key!r}")
        return self._root / key


_NEVER = 2.0**33  # the year 2242: far enough, and a time that every file system can hold
