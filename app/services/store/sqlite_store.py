"""A store in a folder: an SQLite index with small values in it, and a file for each large one.

Several processes may share it. What a call costs does not depend on how much is kept, but as the logarithm of it.
"""

from __future__ import annotations

import sqlite3
import time
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import structlog

from app.services.store.earlier_layout import remove_earlier_layout
from app.services.store.index import PAGE_BYTES, Index, unavailable
from app.services.store.store import StoreFull, check_key
from app.services.store.value_files import ValueFiles

log = structlog.get_logger("convscope.store")

_INLINE_BYTES = 1024
"""Larger values are files: they cost less there, and their bytes are gone when they are deleted."""

_ROW_BYTES = 768
"""At most what an entry takes of the index beside an inline value: its row, its places in five indexes, free space."""

_INLINE_FACTOR = 2  # pages of rows of any size below _INLINE_BYTES are at least half full

_LEAST_SPARE_PAGES = 112
_BATCH = 500
_DRAFT_SECONDS = 60.0  # a file that is so old and in no index never will be
_MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class _Entry:
    """A row of the index; ``value`` is None where it is in ``file``."""

    key: str
    group: str | None
    address: str | None
    expires: float | None
    disk_bytes: int
    checksum: int
    file: str | None
    value: bytes | None


class SqliteStore:
    """A store in a folder of its own."""

    def __init__(
        self,
        root: Path,
        max_bytes: int,
        max_address_bytes: int | None = None,
        *,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Use (or make) a folder that never takes more than ``max_bytes`` of the disk.

        Beyond that, what expires next is removed. An address that puts more than ``max_address_bytes`` (half of all
        by default) loses what it put first. The folder is made when it is first needed: where that is impossible,
        every call raises `StoreUnavailable` until it is possible.
        """
        # What there is beside the entries: the index's journal and free pages, a fifth each; its empty tables; folders.
        spare = min(12 * _MIB, max(max_bytes // 8, _LEAST_SPARE_PAGES * PAGE_BYTES))
        self._spare_pages = spare // PAGE_BYTES // 5
        self._root = root
        self._max_bytes = max_bytes - spare
        self._max_address_bytes = min(max_address_bytes or max_bytes // 2, self._max_bytes)
        self._clock = clock
        self._index = Index(root, self._spare_pages)
        self._files = ValueFiles(root / "values")

    def get(self, key: str) -> bytes | None:
        """Return the value, or None where there is none or its time is over."""
        check_key(key)
        while True:
            row = self._index.run(
                lambda index: index.execute(
                    "SELECT value, file, checksum FROM entries "
                    "WHERE key = ? AND (expires IS NULL OR expires > ?)",
                    (key, self._clock()),
                ).fetchone()
            )
            if row is None:
                return None
            inline, file, checksum = row
            value: bytes | None = inline if file is None else self._read(file)
            if value is not None and zlib.crc32(value) == checksum:
                return value
            # Deleted or put again since the row was read; or else the disk has lost what it was given.
            if self._forget_lost(key, file):
                log.error("a kept value was lost or changed on the disk", key=key)
                return None

    def has(self, key: str) -> bool:
        """Tell whether a value is there, without reading it."""
        check_key(key)
        query = "SELECT 1 FROM entries WHERE key = ? AND (expires IS NULL OR expires > ?)"
        return bool(self._index.run(lambda index: index.execute(query, (key, self._clock())).fetchone()))

    def put(
        self, key: str, value: bytes, ttl: float, *, group: str | None = None, address: str | None = None
    ) -> None:
        """Keep a value for so many seconds. Raises StoreFull where there is no room."""
        check_key(key)
        entry = self._kept(key, value, self._clock() + ttl, group, address)
        try:
            removed = self._index.write(lambda index: self._insert(index, entry))
        except BaseException:
            self._remove(entry.file)
            raise
        self._remove(*removed)
        self._give_back_pages()

    def put_if_absent(self, key: str, value: bytes) -> bytes:
        """Keep a value for ever unless there is one; return the one that is kept, the same for every caller."""
        check_key(key)
        while True:
            known = self.get(key)
            if known is not None:
                return known
            entry = self._kept(key, value, None, None, None)

            def insert(index: sqlite3.Connection, entry: _Entry = entry) -> bool:
                _delete(index, "key = ? AND expires <= ?", entry.key, self._clock())
                return _insert_row(index, entry, "OR IGNORE")

            if not self._index.write(insert):
                self._remove(entry.file)  # another was quicker

    def delete(self, key: str) -> None:
        """Forget a value; nothing happens where there is none."""
        check_key(key)
        self._delete_all("key = ?", key)

    def delete_group(self, group: str) -> None:
        """Forget every value of a group."""
        self._delete_all("group_name = ?", group)

    def sweep(self) -> None:
        """Remove what has expired and what is too much, and mend what a crash has left."""
        self._delete_all("expires <= ?", self._clock())
        self._remove(*self._index.write(self._make_room))
        remove_earlier_layout(self._root)
        for folder in self._files.folders():
            self._mend(folder)
        self._give_back_pages()

    def close(self) -> None:
        """Let go of files; a later call opens them again."""
        self._index.close()

    def _kept(
        self, key: str, value: bytes, expires: float | None, group: str | None, address: str | None
    ) -> _Entry:
        """Return the entry for a value, which is in its file if it is large.

        Raises:
            StoreFull: it is larger than the store or an address may have.
        """
        most = self._max_bytes if address is None else self._max_address_bytes
        if len(value) + _ROW_BYTES > most:
            size, bound = len(value) / _MIB, most / _MIB
            raise StoreFull(
                f"This would take {size:.1f} MiB of the server's disk, "
                f"where it keeps {bound:.1f} MiB at most. Nothing was kept."
            )
        checksum = zlib.crc32(value)
        if len(value) <= _INLINE_BYTES:
            taken = _ROW_BYTES + _INLINE_FACTOR * len(value)
            return _Entry(key, group, address, expires, taken, checksum, None, value)
        file = None
        try:
            file = self._files.write(value)
            taken = _ROW_BYTES + self._files.disk_bytes(file)
        except OSError as error:
            self._remove(file)
            raise unavailable(error, self._root) from error
        return _Entry(key, group, address, expires, taken, checksum, file, None)

    def _insert(self, index: sqlite3.Connection, entry: _Entry) -> list[str]:
        """Put an entry in place of the one of its key; return the files of all that it replaced or pushed out."""
        known = index.execute(
            "SELECT address FROM entries WHERE key = ? AND expires > ?", (entry.key, self._clock())
        ).fetchone()
        removed = _delete(index, "key = ?", entry.key)
        # Else anybody could take a shared entry over, and lose it for others by putting more.
        entry = replace(entry, address=known[0]) if known else entry
        _insert_row(index, entry)
        if entry.address is not None:
            excess = _usage(index, entry.address) - self._max_address_bytes
            removed += _evict(index, excess, entry.key, "address = ?", entry.address)
        return removed + self._make_room(index, entry.key)

    def _make_room(self, index: sqlite3.Connection, kept_key: str = "") -> list[str]:
        excess = _usage(index, "*") - (self._max_bytes - self._index.aside_bytes)
        return _evict(index, excess, kept_key, "expires IS NOT NULL")

    def _delete_all(self, condition: str, value: object) -> None:
        """Delete all entries of which a condition holds, some at a time, so that others have their turn.

        The files go first: on a full disk that makes the room in which the index notes it, and what is left by a
        crash in between is an entry without a file, which is nobody's picture any more.
        """
        select = f"SELECT rowid, file FROM entries WHERE {condition} LIMIT {_BATCH}"  # noqa: S608 - our own words
        while rows := self._index.run(lambda index: index.execute(select, (value,)).fetchall()):
            self._remove(*(file for _, file in rows))
            numbers = ",".join(str(row) for row, _ in rows)
            self._remove(*self._delete_where(f"rowid IN ({numbers}) AND {condition}", value))
            if len(rows) < _BATCH:
                break

    def _delete_where(self, condition: str, value: object) -> list[str]:
        """Delete entries in one transaction; return the names of their files."""
        return self._index.write(lambda index: _delete(index, condition, value))

    def _mend(self, folder: str) -> None:
        """Remove a folder's files that no entry names, and the entries whose files are gone."""
        between = (folder, f"{folder}g")  # names are hexadecimal: g comes after every one of them
        query = "SELECT file FROM entries WHERE file >= ? AND file < ?"
        # In this order: a file is written before its entry, and an entry may be deleted meanwhile.
        files = self._files.names(folder)
        named = {file for (file,) in self._index.run(lambda index: index.execute(query, between).fetchall())}
        self._remove(*(file for file in files - named if self._files.age(file) > _DRAFT_SECONDS))
        for file in named - files - self._files.names(folder):
            if self._delete_where("file = ?", file):
                log.error("a file of the store is gone", file=file)

    def _forget_lost(self, key: str, file: str | None) -> bool:
        """Delete an entry whose value is lost; return whether it was still there."""
        where = "key = ? AND file IS ?"
        deleted = self._index.write(
            lambda index: index.execute(f"DELETE FROM entries WHERE {where}", (key, file)).rowcount  # noqa: S608
        )
        self._remove(file)
        return deleted > 0

    def _give_back_pages(self) -> None:
        """Return the index's free pages to the disk, where they are many."""

        def vacuum(index: sqlite3.Connection) -> None:
            (free,) = index.execute("PRAGMA freelist_count").fetchone()
            if free > self._spare_pages:
                index.execute(f"PRAGMA incremental_vacuum({free})").fetchall()

        self._index.run(vacuum)

    def _read(self, file: str) -> bytes | None:
        try:
            return self._files.read(file)
        except OSError as error:
            raise unavailable(error, self._root) from error

    def _remove(self, *files: str | None) -> None:
        self._files.remove(*(file for file in files if file is not None))


def _insert_row(index: sqlite3.Connection, entry: _Entry, conflict: str = "") -> bool:
    cursor = index.execute(
        f"INSERT {conflict} INTO entries VALUES (?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608 - our own words
        (
            entry.key,
            entry.group,
            entry.address,
            entry.expires,
            entry.disk_bytes,
            entry.checksum,
            entry.file,
            entry.value,
        ),
    )
    return cursor.rowcount > 0


def _delete(index: sqlite3.Connection, condition: str, *values: object) -> list[str]:
    """Delete rows; return the names of their files."""
    rows = index.execute(f"DELETE FROM entries WHERE {condition} RETURNING file", values).fetchall()  # noqa: S608
    return [file for (file,) in rows if file is not None]


def _usage(index: sqlite3.Connection, address: str) -> int:
    row = index.execute("SELECT bytes FROM usage WHERE address = ?", (address,)).fetchone()
    return int(row[0]) if row else 0


def _evict(
    index: sqlite3.Connection, excess: int, kept_key: str, condition: str, *values: object
) -> list[str]:
    """Delete what expires next of those entries, until so many bytes are free; return the files of what went."""
    removed: list[str] = []
    while excess > 0:
        rows = list(_next_to_expire(index, excess, kept_key, condition, *values))
        if not rows:
            break
        excess -= sum(taken for _, taken in rows)
        removed += _delete(index, f"rowid IN ({','.join(str(row) for row, _ in rows)})")
    return removed


def _next_to_expire(
    index: sqlite3.Connection, excess: int, kept_key: str, condition: str, *values: object
) -> Iterator[tuple[int, int]]:
    """Yield rows and their bytes, as many as are needed, or a batch of them."""
    query = f"SELECT rowid, bytes FROM entries WHERE {condition} AND key <> ? AND expires IS NOT NULL ORDER BY expires"  # noqa: S608
    for row, taken in index.execute(f"{query} LIMIT {_BATCH}", (*values, kept_key)):
        if excess <= 0:
            return
        excess -= taken
        yield row, taken
