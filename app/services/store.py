"""Stores bytes under a key for a limited time: pictures and specifications.

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
_DRAFT_LIFE = 3600.0
_SWEEP_EVERY = 16
_NEVER = 2.0**33  # the year 2242: far enough, and a time that every file system can hold


class Store(Protocol):
    """Keys are ``collection/name``, of lower-case letters, digits and hyphens."""

    def get(self, key: str) -> bytes | None:
        """Return the value, or None where there is none or its time is over."""
        ...

    def put(self, key: str, value: bytes, ttl: float) -> None:
        """Keep a value for ``ttl`` seconds."""
        ...

    def put_if_absent(self, key: str, value: bytes) -> bytes:
        """Keep a value for ever unless there is one; return the one that is kept, the same for every caller."""
        ...

    def has(self, key: str) -> bool:
        """Tell whether a value is there, without reading it."""
        ...

    def keys(self, collection: str) -> list[str]:
        """Return the keys of a collection, expired ones included."""
        ...

    def delete(self, key: str) -> None:
        """Forget a value; nothing happens where there is none."""
        ...

    def sweep(self) -> None:
        """Remove expired values and, while the rest is too large, those that expire next."""
        ...


class DirectoryStore:
    """A store in a directory, one file a key; a file's modification time is when it expires."""

    def __init__(self, root: Path, max_bytes: int) -> None:
        """Use a directory, made if missing; beyond ``max_bytes`` the values that expire next are removed."""
        self._root = root
        self._max_bytes = max_bytes
        self._puts = 0
        root.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.sweep()

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

    def put(self, key: str, value: bytes, ttl: float) -> None:
        """Keep a value for ``ttl`` seconds."""
        path = self._path(key)
        self._draft(path, value, time.time() + ttl).replace(path)
        self._puts += 1
        if self._puts % _SWEEP_EVERY == 0:
            self.sweep()

    def put_if_absent(self, key: str, value: bytes) -> bytes:
        """Keep a value for ever unless there is one; return the one that is kept, the same for every caller."""
        path = self._path(key)
        if not path.exists():
            draft = self._draft(path, value, _NEVER)
            # A link, unlike a rename, fails where another process was quicker.
            with suppress(FileExistsError):
                path.hardlink_to(draft)
            draft.unlink()
        return path.read_bytes()

    def has(self, key: str) -> bool:
        """Tell whether a value is there, without reading it."""
        with suppress(FileNotFoundError):
            return self._path(key).stat().st_mtime > time.time()
        return False

    def keys(self, collection: str) -> list[str]:
        """Return the keys of a collection, expired ones included."""
        return [f"{collection}/{path.name}" for path in self._files() if path.parent.name == collection]

    def delete(self, key: str) -> None:
        """Forget a value; nothing happens where there is none."""
        self._path(key).unlink(missing_ok=True)

    def sweep(self) -> None:
        """Remove what has expired and, while the rest is too large, what expires next; and abandoned drafts."""
        now = time.time()
        remaining: list[tuple[float, int, Path]] = []
        for path in self._files():
            with suppress(FileNotFoundError):
                state = path.stat()
                if state.st_mtime <= now:
                    path.unlink(missing_ok=True)
                else:
                    remaining.append((state.st_mtime, state.st_size, path))
        total = sum(size for _, size, _ in remaining)
        for _, size, path in sorted(remaining):
            if total <= self._max_bytes:
                break
            path.unlink(missing_ok=True)
            total -= size
        for draft in self._root.glob("*/.draft-*"):
            with suppress(FileNotFoundError):
                if draft.stat().st_ctime < now - _DRAFT_LIFE:
                    draft.unlink(missing_ok=True)

    def _files(self) -> list[Path]:
        """Return the files of this store; it never touches other files in its directory."""
        candidates = (
            path for path in self._root.glob("*/*") if _KEY.fullmatch(f"{path.parent.name}/{path.name}")
        )
        return [path for path in candidates if path.is_file() and not path.is_symlink()]

    def _draft(self, path: Path, value: bytes, goes_at: float) -> Path:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = path.with_name(f".draft-{secrets.token_hex(8)}")
        try:
            draft.write_bytes(value)
            os.utime(draft, (goes_at, goes_at))
        except BaseException:
            draft.unlink(missing_ok=True)
            raise
        return draft

    def _path(self, key: str) -> Path:
        if not _KEY.fullmatch(key):
            raise ValueError(f"not a key of this store: {key!r}")
        return self._root / key
